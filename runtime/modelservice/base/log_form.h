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

// Whether it begins with one of U+0080 to U+009F, of two bytes each, which
// terminals obey as they do the control characters of ASCII.
inline bool BeginsWithControl(absl::string_view text) {
  return text.size() >= 2 && text[0] == '\xC2' &&
         static_cast<unsigned char>(text[1]) >= 0x80 &&
         static_cast<unsigned char>(text[1]) < 0xA0;
}

}  // namespace modelservice

#endif  // MODELSERVICE_BASE_LOG_FORM_H_
