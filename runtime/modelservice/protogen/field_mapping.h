// The field for a column, and what its options say of it.
#ifndef MODELSERVICE_PROTOGEN_FIELD_MAPPING_H_
#define MODELSERVICE_PROTOGEN_FIELD_MAPPING_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "modelservice/introspect/catalog.h"
#include "modelservice/protogen/proto_file.h"

namespace modelservice::proto {

// A field that holds every value of its column, and what its options say.
// Without a name and a number; `references` and `unique` are not set.
struct MappedField {
  Field field;
  // The enum that the field is of, without a name; for an enum type whose
  // labels can be names of values.
  std::optional<Enum> values;
  std::string import;  // what its type needs; may be empty
  // The table's checks that the options say.
  std::vector<const catalog::Check*> checks;
};

// An error names the column and the mend.
absl::StatusOr<MappedField> MapField(const catalog::Catalog& catalog,
                                     const catalog::Table& table,
                                     const catalog::Column& column);

}  // namespace modelservice::proto

#endif  // MODELSERVICE_PROTOGEN_FIELD_MAPPING_H_
