// The form that lines of the log have, for who makes or writes them.
#ifndef MODELSERVICE_BASE_LOG_FORM_H_
#define MODELSERVICE_BASE_LOG_FORM_H_

#include <string>

#include "absl/strings/string_view.h"
#include "modelservice/log.h"

namespace modelservice {

// What SetLogFormat was given last.
LogFormat CurrentLogFormat();

// `text`, which others may have chosen, as one word of a line of text: in
// quotes where it is none, so that nobody takes it for more, nor a terminal for
// orders.
std::string LogWord(absl::string_view text);

}  // namespace modelservice

#endif  // MODELSERVICE_BASE_LOG_FORM_H_
