// What the values of a column become when its field has another type, where
// that is more than a cast: texts and bytes, names and numbers of enums, lists,
// JSON, spans. type_change.h has the casts.
//
// Pure functions: safe from any thread.
#ifndef MODELSERVICE_MIGRATE_VALUE_CHANGE_H_
#define MODELSERVICE_MIGRATE_VALUE_CHANGE_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "modelservice/schema/sql_type.h"
#include "modelservice/schema/table_spec.h"

namespace modelservice {

// What the type of a column does not tell of its values.
struct ValueForm {
  // "uint32", "enum NAME", "string UUID", "repeated string", "message JSON";
  // empty: unknown.
  std::string text;
  // Of an earlier program's file: a "string" may have a format.
  bool without_format = false;
  // Of an enum, in its order; known where the models are.
  std::vector<std::pair<int, std::string>> names;
};

ValueForm FormOf(const FieldSpec& field);

// A column's values at one time.
struct StoredAs {
  const SqlType& type;
  const ValueForm& form;
};

struct ValueChange {
  // Else no SQL makes the one of the other: rows that have a value stop the
  // migration.
  bool possible = true;
  // Whether values that are there may be refused.
  bool narrows = false;
  // An expression; empty: the cast does.
  std::string sql = {};
  // On SQLite, a condition of the values that can stay, and what the others
  // are; empty: any can, or the type itself refuses.
  std::string fits = {};
  std::string unfit = {};
  // An empty text becomes NULL, of which `fits` says nothing.
  bool empty_is_null = false;
};

// `column` is quoted, `place` names it in what a row is refused with.
ValueChange ValueChangeOf(const StoredAs& before, const StoredAs& after,
                          absl::string_view column, absl::string_view place,
                          bool on_postgres);

}  // namespace modelservice

#endif  // MODELSERVICE_MIGRATE_VALUE_CHANGE_H_
