// Fields of a request that filter by one column: by its value, or as one of
// Django's lookups says.
#ifndef MODELSERVICE_PLUGIN_SCHEMA_COLUMN_FILTER_H_
#define MODELSERVICE_PLUGIN_SCHEMA_COLUMN_FILTER_H_

#include <string>

#include "plugin/schema/lookups.h"
#include "plugin/schema/method_binder.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

// Adds what a field means to `method`, or reports why it means nothing. Columns
// are those of `model`.
class ColumnFilterBinder : private MethodBinder {
 public:
  using MethodBinder::MethodBinder;

  // A column's value, or a list of values that it may have.
  void BindColumn(const MessageField& field, int column);
  // Whether the field's name says how to compare a column.
  bool BindLookup(const MessageField& field);
  void BindLookupOf(const MessageField& field, int column,
                    const LookupKind& lookup);

 private:
  bool CheckComparable(const MessageField& field, int column);
  bool CheckFamily(const MessageField& field, int column);
  bool CheckList(const MessageField& field, int column,
                 const LookupKind& lookup);
  bool CheckText(const MessageField& field, const Field& target,
                 const LookupKind& lookup);
  bool CheckIsNull(const MessageField& field, const Field& target);

  const Field& ColumnOf(int column) const;
  bool HasReference(int column) const;
  void Add(const MessageField& field, int column, std::string lookup = "");
};

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_COLUMN_FILTER_H_
