// When a part of a live table does what a part of a described one is for,
// though it may be called and made otherwise.
//
// Pure functions: safe from any thread.
#ifndef MODELSERVICE_MIGRATE_EQUIVALENCE_H_
#define MODELSERVICE_MIGRATE_EQUIVALENCE_H_

#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "modelservice/schema/table_spec.h"

namespace modelservice {

// Whether "City" is "city", as on SQLite.
enum class NameCase { kIgnored, kMatters };
bool AreSame(absl::string_view a, absl::string_view b, NameCase names);

const ColumnSpec* FindColumn(const TableSpec& table, absl::string_view name,
                             NameCase names);

// In small letters where case is ignored.
std::set<std::string> SetOf(const std::vector<std::string>& columns,
                            NameCase names = NameCase::kIgnored);
std::set<std::string> ColumnsOf(const IndexSpec& index,
                                NameCase names = NameCase::kIgnored);

// Whether a unique index is one over `columns`. Whatever else it has - a
// collation, NULLs that are equal - makes it forbid more. Columns that it only
// includes are not told apart.
bool IsOver(const IndexSpec& index, const std::set<std::string>& columns,
            NameCase names = NameCase::kIgnored);

// Whether no two rows of the table are equal in these columns; `partly`:
// perhaps only of those that an index's condition picks.
bool AreUnique(const TableSpec& table, const std::set<std::string>& columns,
               bool partly = false, NameCase names = NameCase::kIgnored);

// Whether the live column's default is the value that the model's is.
bool HaveSameDefault(const ColumnSpec& made, const ColumnSpec& live);

// Whether an index in this order serves for the wanted one: the same columns in
// front, all in the same direction or all in the other.
bool Serves(const IndexSpec& live, const IndexSpec& wanted, NameCase names);

// Whether the same columns refer to the same ones of the same table, each to
// its own, in whatever order they are named.
bool ReferToTheSame(const ReferenceSpec& a, const ReferenceSpec& b,
                    NameCase names);

// By what they say, where that can be read on both sides or is the same text;
// else by their names.
bool IsSame(const CheckSpec& a, const CheckSpec& b);

}  // namespace modelservice

#endif  // MODELSERVICE_MIGRATE_EQUIVALENCE_H_
