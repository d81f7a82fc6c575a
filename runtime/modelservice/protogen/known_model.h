// What a file that is there calls the columns of a table.
#ifndef MODELSERVICE_PROTOGEN_KNOWN_MODEL_H_
#define MODELSERVICE_PROTOGEN_KNOWN_MODEL_H_

#include "absl/status/statusor.h"
#include "modelservice/introspect/catalog.h"
#include "modelservice/protogen/existing_file.h"
#include "modelservice/protogen/existing_model.h"
#include "modelservice/protogen/proto_file.h"
#include "modelservice/protogen/selection.h"

namespace modelservice::proto {

// The names in `model`, the message of `table`. With options a field tells its
// column. Without, it is that of the column that is called so, or that would be
// called so in a new file; or, where the message gets options, that would stand
// in its place there with its type. The error names a field that may be of
// another column.
absl::StatusOr<KnownModel> KnowModel(const ExistingFile& file,
                                     const ExistingModel& model,
                                     const catalog::Catalog& catalog,
                                     const catalog::Table& table, Style style,
                                     bool annotate);

}  // namespace modelservice::proto

#endif  // MODELSERVICE_PROTOGEN_KNOWN_MODEL_H_
