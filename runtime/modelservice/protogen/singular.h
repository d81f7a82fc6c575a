// The singular of an English word, for the message of one row.
#ifndef MODELSERVICE_PROTOGEN_SINGULAR_H_
#define MODELSERVICE_PROTOGEN_SINGULAR_H_

#include <string>

#include "absl/strings/string_view.h"

namespace modelservice::proto {

// Of the last word of a name in snake_case or CamelCase: "order_line" for
// order_lines, "Person" for People. A word that is no plural, or that may be
// none, stays: series, status, address.
std::string Singular(absl::string_view name);

}  // namespace modelservice::proto

#endif  // MODELSERVICE_PROTOGEN_SINGULAR_H_
