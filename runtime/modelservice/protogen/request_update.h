// Brings the messages that find a row by its key up to date: those of Retrieve,
// GetX and DeleteX.
#ifndef MODELSERVICE_PROTOGEN_REQUEST_UPDATE_H_
#define MODELSERVICE_PROTOGEN_REQUEST_UPDATE_H_

#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "modelservice/protogen/existing_file.h"
#include "modelservice/protogen/existing_model.h"
#include "modelservice/protogen/proto_file.h"
#include "modelservice/protogen/text_edit.h"

namespace modelservice::proto {

// `model` is the message that is there for `built`, `all` what else is. A
// request gets the fields of the key that it lacks, and loses those of `model`
// that are no part of the key, unless they alone find a row. Adds the types of
// new fields to `types`.
absl::Status UpdateRequests(const ExistingFile& file,
                            const std::vector<ExistingModel>& all,
                            const ExistingModel& model, const Model& built,
                            Style style, TextEdit* edit,
                            std::set<std::string>* types);

}  // namespace modelservice::proto

#endif  // MODELSERVICE_PROTOGEN_REQUEST_UPDATE_H_
