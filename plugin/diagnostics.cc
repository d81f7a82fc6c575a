#include "plugin/diagnostics.h"

#include "absl/strings/str_cat.h"

namespace modelservice::plugin {
namespace {

// What users wrote stays on the line it is quoted in.
std::string OneLine(absl::string_view words) {
  std::string line;
  for (const char c : words) {
    const auto u = static_cast<unsigned char>(c);
    if (u < 0x20 || u == 0x7f) {
      absl::StrAppend(&line, "\\x", absl::Hex(u, absl::kZeroPad2));
    } else {
      line.push_back(c);
    }
  }
  return line;
}

}  // namespace

void Diagnostics::Report(const Place& place, absl::string_view element,
                         absl::string_view fault, absl::string_view mend) {
  lines_.emplace(place.file, place.line, place.column,
                 OneLine(absl::StrCat(element, ": ", fault, "; ", mend)));
}

std::string Diagnostics::Text() const {
  // protoc puts "--modelservice_out: " before the first line, which would keep
  // editors from finding the place in it.
  std::string text =
      absl::StrCat(lines_.size(), lines_.size() == 1 ? " error" : " errors");
  for (const auto& [file, line, column, words] : lines_) {
    absl::StrAppend(&text, "\n", file);
    if (line > 0) absl::StrAppend(&text, ":", line, ":", column);
    absl::StrAppend(&text, ": error: ", words);
  }
  return text;
}

}  // namespace modelservice::plugin
