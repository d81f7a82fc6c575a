// When a part of a live table does what a part of a described one is for,
// though it may be called and made otherwise.
//
// Pure functions: safe from any thread.
#ifndef MODELSERVICE_MIGRATE_EQUIVALENCE_H_
#define MODELSERVICE_MIGRATE_EQUIVALENCE_H_

#include <set>
#include <string>
#include <vector>

#include "modelservice/schema/table_spec.h"

namespace modelservice {

// Names in small letters, for SQL's are equal whatever their case.
std::set<std::string> SetOf(const std::vector<std::string>& columns);
std::set<std::string> ColumnsOf(const IndexSpec& index);

// Whether a unique index is one over `columns`. Whatever else it has - a
// collation, NULLs that are equal - makes it forbid more. Columns that it only
// includes are not told apart.
bool IsOver(const IndexSpec& index, const std::set<std::string>& columns);

// Whether no two rows of the table are equal in these columns; `partly`:
// perhaps only of those that an index's condition picks.
bool AreUnique(const TableSpec& table, const std::set<std::string>& columns,
               bool partly = false);

// Whether an index in this order serves for the wanted one: the same columns in
// front, all in the same direction or all in the other.
bool Serves(const IndexSpec& live, const IndexSpec& wanted);

// Whether the same columns refer to the same ones of the same table, each to
// its own, in whatever order they are named.
bool ReferToTheSame(const ReferenceSpec& a, const ReferenceSpec& b);

// By what they say, where that can be read on both sides or is the same text;
// else by their names.
bool IsSame(const CheckSpec& a, const CheckSpec& b);

}  // namespace modelservice

#endif  // MODELSERVICE_MIGRATE_EQUIVALENCE_H_
