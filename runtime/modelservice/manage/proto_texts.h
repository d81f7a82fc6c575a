// What generateproto does with the texts that it has made.
#ifndef MODELSERVICE_MANAGE_PROTO_TEXTS_H_
#define MODELSERVICE_MANAGE_PROTO_TEXTS_H_

#include <map>
#include <string>

#include "absl/status/status.h"
#include "modelservice/manage/generate_proto.h"
#include "modelservice/protogen/proto_file.h"

namespace modelservice {

// Whether protoc takes the files, by the names that they import each other by,
// and the plugin does, unless it is null: what is not right is never written.
absl::Status CheckTexts(const std::map<std::string, std::string>& texts,
                        PluginCheck check);

// Of what is written anew.
absl::Status NotTaken(const absl::Status& status);
// Of what would be written over `file`.
absl::Status StaysAsItIs(const std::string& file, const absl::Status& status);
absl::Status NotUpToDate(const std::string& files);

// On standard error, beside what is written.
void TellOfLeftOut(const proto::File& file);
void TellOfFields(const proto::File& file);

}  // namespace modelservice

#endif  // MODELSERVICE_MANAGE_PROTO_TEXTS_H_
