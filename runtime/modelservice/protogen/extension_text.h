// Extensions in the text of an option: what somebody else declared in the
// `extensions 1000 to max` of our settings, in a file that is not at hand.
//
//   ExtensionsIn(R"(column: "x" [acme.label]: "X" index: true)").own
//       // {`[acme.label]: "X"`}
#ifndef MODELSERVICE_PROTOGEN_EXTENSION_TEXT_H_
#define MODELSERVICE_PROTOGEN_EXTENSION_TEXT_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace modelservice::proto {

struct ExtensionTexts {
  // Those of the settings themselves.
  std::vector<std::string> own;
  // Whether there are others, inside of a setting that is a message.
  bool inner = false;
};

// Of what protobuf's text format takes, with unknown extensions allowed.
ExtensionTexts ExtensionsIn(absl::string_view text);

}  // namespace modelservice::proto

#endif  // MODELSERVICE_PROTOGEN_EXTENSION_TEXT_H_
