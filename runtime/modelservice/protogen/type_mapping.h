// The type of the field for a column: django-grpc-framework's, or one that
// holds every value of the column.
#ifndef MODELSERVICE_PROTOGEN_TYPE_MAPPING_H_
#define MODELSERVICE_PROTOGEN_TYPE_MAPPING_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "modelservice/introspect/catalog.h"
#include "modelservice/protogen/proto_file.h"
#include "modelservice/schema/table.h"

namespace modelservice::proto {

// django-grpc-framework's type of a column: int32, int64, float, bool, or
// string for everything else. A foreign key has that of its target.
std::string DjangoType(const catalog::Catalog& catalog,
                       const catalog::Table& table,
                       const catalog::Column& column);

// A field with its type and what only that decides: the format, the storage and
// the length.
struct TypedField {
  Field field;
  // The enum that the field is of; for an enum type whose labels can be names
  // of values.
  std::optional<Enum> values;
  std::string import;  // what the type needs; may be empty
  // The same for the runtime.
  FieldType type = FieldType::kString;
  Storage storage = Storage::kNative;
  Format format = Format::kNone;
  // A message has presence by itself.
  bool has_presence = false;
  // Whether the zero of a field without presence is a value of the column: ""
  // is no date.
  bool has_zero = true;
};

// An error names the column and the mend.
absl::StatusOr<TypedField> MapType(const catalog::Catalog& catalog,
                                   const catalog::Table& table,
                                   const catalog::Column& column);

// ColumnFacts::other_types. A bigint of SQLite's may hold the microseconds of a
// Duration, and in Django's databases of a DurationField, which is a string in
// django-grpc-framework's files.
std::vector<std::string> OtherTypes(const catalog::Catalog& catalog,
                                    const catalog::Table& table,
                                    const catalog::Column& column);

// What the option `type` says of a column of SQLite, which takes any words for
// a type: its own when they are one, else a type that stores values in the same
// way.
std::string SqliteTypeForOption(const SqlType& type);

// "column "a" of table "t" <fault>; leave it out with --exclude=t.a".
absl::Status RefuseColumn(const catalog::Table& table,
                          const catalog::Column& column,
                          absl::string_view fault);

// Adds a line to the field's comment.
void AddComment(absl::string_view text, Field* field);

}  // namespace modelservice::proto

#endif  // MODELSERVICE_PROTOGEN_TYPE_MAPPING_H_
