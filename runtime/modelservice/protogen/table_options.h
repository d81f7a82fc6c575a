// What the options of a message say of its table: keys, uniques, indexes,
// checks and references.
#ifndef MODELSERVICE_PROTOGEN_TABLE_OPTIONS_H_
#define MODELSERVICE_PROTOGEN_TABLE_OPTIONS_H_

#include <set>
#include <string>
#include <vector>

#include "modelservice/introspect/catalog.h"
#include "modelservice/protogen/field_mapping.h"
#include "modelservice/protogen/proto_file.h"
#include "modelservice/protogen/selection.h"

namespace modelservice::proto {

// Used for one table: Describe for each of its fields, then Finish. What the
// options have no word for becomes a comment.
class TableOptions {
 public:
  // `all` are the tables of the file. Everything outlives this.
  TableOptions(const catalog::Catalog& catalog,
               const std::vector<SelectedTable>& all,
               const SelectedTable& selected)
      : catalog_(catalog), all_(all), selected_(selected) {}

  // Adds the column's name, uniqueness, index and reference.
  void Describe(const catalog::Column& column, MappedField* mapped);

  // Adds the table's name, key, indexes, checks and foreign keys of several
  // columns, and the comment.
  void Finish(Message* message);

 private:
  void DescribeReference(const catalog::Column& column, MappedField* mapped);
  void AddIndex(const catalog::Index& index, Message* message);
  void AddChecks(Message* message);
  // Whether the plugin lets a column refer to one of another table.
  bool IsSame(const MappedField& mapped, const catalog::Column& column,
              const catalog::Table& table, const std::string& referenced) const;
  void AddForeignKey(const catalog::ForeignKey& key, Message* message);
  bool NamesUnselected(const std::string& sql) const;
  const SelectedTable* FindSelected(const catalog::Table* table) const;

  const catalog::Catalog& catalog_;
  const std::vector<SelectedTable>& all_;
  const SelectedTable& selected_;
  // What the fields' options say already.
  std::set<const catalog::Check*> checks_;
  std::set<const catalog::Index*> indexes_;
  // Columns that hold no single value to compare.
  std::set<std::string> incomparable_;
  // For the comment: what has no option, and what else is to be known.
  std::vector<std::string> undescribed_;
  std::vector<std::string> notes_;
};

}  // namespace modelservice::proto

#endif  // MODELSERVICE_PROTOGEN_TABLE_OPTIONS_H_
