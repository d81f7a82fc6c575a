// What somebody may have meant by a name that is none.
#ifndef MODELSERVICE_BASE_DID_YOU_MEAN_H_
#define MODELSERVICE_BASE_DID_YOU_MEAN_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace modelservice {

// `; did you mean "address"?` for "adress" and the like, with `prefix` in front
// of the name; empty when none of `known` is near. "-" and "_" are the same.
std::string DidYouMean(absl::string_view name,
                       const std::vector<std::string>& known,
                       absl::string_view prefix = "");

}  // namespace modelservice

#endif  // MODELSERVICE_BASE_DID_YOU_MEAN_H_
