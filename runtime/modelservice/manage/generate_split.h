// generateproto --split: several files of one package instead of one.
#ifndef MODELSERVICE_MANAGE_GENERATE_SPLIT_H_
#define MODELSERVICE_MANAGE_GENERATE_SPLIT_H_

#include <string>

#include "absl/status/status.h"
#include "modelservice/introspect/catalog.h"
#include "modelservice/manage/command.h"
#include "modelservice/manage/generate_proto.h"
#include "modelservice/protogen/proto_builder.h"

namespace modelservice {

// Writes the files, or brings them up to date, as the flags say; all of them
// are checked before the first is written. The error is a line for the user.
absl::Status GenerateSplit(const catalog::Catalog& catalog, const Flags& flags,
                           const std::string& how, proto::BuildOptions options,
                           PluginCheck check);

}  // namespace modelservice

#endif  // MODELSERVICE_MANAGE_GENERATE_SPLIT_H_
