// Reads settings into a message whose fields they are: files, then variables of
// the environment, then flags; the last one that names a setting wins.
//
//   Settings settings;
//   absl::Status read = ReadSettings(arguments, "MODELSERVICE_", &settings);
//
// Each field is a flag, `--grace_period=5` or `--grace-period 5`, and a
// variable, MODELSERVICE_GRACE_PERIOD. One inside of another is
// `--tls.key_file=...`, MODELSERVICE_TLS__KEY_FILE; a list of texts is
// `--interceptor=a,b`; one of messages has a flag for each, in textproto. A
// list is that of the last source that names it. `--config=FILE` is a file,
// textproto or, by its name, JSON; several are merged. Not for the threads of a
// program that changes its environment.
#ifndef MODELSERVICE_BASE_SETTINGS_READER_H_
#define MODELSERVICE_BASE_SETTINGS_READER_H_

#include <google/protobuf/message.h>

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace modelservice {

// INVALID_ARGUMENT, in one line and without secrets, for what is not known,
// naming it and what there is, and for values that are none.
absl::Status ReadSettings(absl::Span<const std::string> arguments,
                          absl::string_view prefix,
                          google::protobuf::Message* settings);

}  // namespace modelservice

#endif  // MODELSERVICE_BASE_SETTINGS_READER_H_
