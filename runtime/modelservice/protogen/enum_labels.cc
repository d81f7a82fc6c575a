#include "modelservice/protogen/enum_labels.h"

#include <set>

#include "absl/strings/ascii.h"
#include "modelservice/protogen/proto_names.h"

namespace modelservice::proto {
namespace {

char Lower(char c) {
  return absl::ascii_tolower(static_cast<unsigned char>(c));
}

// `label` without the enum's name in front, as protoc leaves it out: case and
// underscores aside, and never all of it.
absl::string_view WithoutName(absl::string_view label,
                              absl::string_view enum_name) {
  size_t at = 0;
  for (const char c : enum_name) {
    if (c == '_') continue;
    while (at < label.size() && label[at] == '_') ++at;
    if (at == label.size() || Lower(label[at]) != Lower(c)) return label;
    ++at;
  }
  while (at < label.size() && label[at] == '_') ++at;
  return at == label.size() ? label : label.substr(at);
}

// By this protoc tells values apart.
std::string Pascal(absl::string_view label) {
  std::string name;
  bool starts = true;
  for (const char c : label) {
    if (c == '_') {
      starts = true;
      continue;
    }
    name.push_back(starts ? absl::ascii_toupper(static_cast<unsigned char>(c))
                          : Lower(c));
    starts = false;
  }
  return name;
}

}  // namespace

bool CanBeValues(absl::string_view enum_name,
                 const std::vector<std::string>& labels) {
  std::set<std::string> seen;
  for (const std::string& label : labels) {
    if (!IsIdentifier(label) || IsTakenMember(label) || label[0] == '_') {
      return false;
    }
    if (!seen.insert(Pascal(WithoutName(label, enum_name))).second) {
      return false;
    }
  }
  return !labels.empty();
}

}  // namespace modelservice::proto
