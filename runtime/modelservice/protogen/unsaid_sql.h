// SQL of a database that no option can say.
#ifndef MODELSERVICE_PROTOGEN_UNSAID_SQL_H_
#define MODELSERVICE_PROTOGEN_UNSAID_SQL_H_

#include <string>

#include "absl/strings/string_view.h"

namespace modelservice::proto {

// What options cannot say of SQL: "a comment", outside of quotes, or "a control
// character"; else empty.
absl::string_view UnsaidPart(absl::string_view sql);

// With "?" for control characters.
std::string Printable(std::string text);

}  // namespace modelservice::proto

#endif  // MODELSERVICE_PROTOGEN_UNSAID_SQL_H_
