// Fields of a request that filter by one column: by its value, or as one of
// Django's lookups says.
#ifndef MODELSERVICE_PLUGIN_SCHEMA_COLUMN_FILTER_H_
#define MODELSERVICE_PLUGIN_SCHEMA_COLUMN_FILTER_H_

#include <string>

#include "absl/strings/string_view.h"
#include "plugin/diagnostics.h"
#include "plugin/schema/lookups.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

// Adds what a field means to `method`, or reports why it means nothing. Columns
// are those of `model`. All that it is given outlives it.
class ColumnFilterBinder {
 public:
  ColumnFilterBinder(const Model& model, const std::string& element,
                     Method& method, Diagnostics& diagnostics)
      : model_(model),
        element_(element),
        method_(method),
        diagnostics_(diagnostics) {}

  // A column's value, or a list of values that it may have.
  void BindColumn(const MessageField& field, int column);
  // Whether the field's name says how to compare a column.
  bool BindLookup(const MessageField& field);
  void BindLookupOf(const MessageField& field, int column,
                    const LookupKind& lookup);

 private:
  bool CheckComparable(const MessageField& field, int column);
  // `value` is `field`, or what it has several of.
  bool CheckFamily(const MessageField& field, const MessageField& value,
                   int column);
  bool CheckList(const MessageField& field, int column,
                 const LookupKind& lookup);
  bool CheckText(const MessageField& field, const Field& target,
                 const LookupKind& lookup);
  bool CheckIsNull(const MessageField& field, const Field& target);

  const Field& ColumnOf(int column) const;
  bool HasReference(int column) const;
  void Add(const MessageField& field, int column, std::string lookup = "");
  void Report(const MessageField& field, absl::string_view fault,
              absl::string_view mend);

  const Model& model_;
  const std::string& element_;
  Method& method_;
  Diagnostics& diagnostics_;
};

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_COLUMN_FILTER_H_
