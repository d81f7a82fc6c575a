#include "plugin/diagnostics.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "modelservice/schema/utf8.h"

namespace modelservice::plugin {
namespace {

// What users wrote stays on the line it is quoted in, and is text for protoc,
// which takes nothing else.
std::string OneLine(absl::string_view words) {
  const bool is_text = IsUtf8(words);
  std::string line;
  for (const char c : words) {
    const auto u = static_cast<unsigned char>(c);
    if (u < 0x20 || u == 0x7f || (u > 0x7f && !is_text)) {
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
  Add(place, "error", element, fault, mend, &lines_);
}

void Diagnostics::Note(const Place& place, absl::string_view element,
                       absl::string_view fact, absl::string_view mend) {
  Add(place, "note", element, fact, mend, &notes_);
}

void Diagnostics::Warn(const Place& place, absl::string_view element,
                       absl::string_view fact, absl::string_view mend) {
  Add(place, "warning", element, fact, mend, &notes_);
}

void Diagnostics::Add(const Place& place, absl::string_view severity,
                      absl::string_view element, absl::string_view fault,
                      absl::string_view mend, Lines* lines) {
  lines->emplace(place.file, place.line, place.column, severity,
                 OneLine(absl::StrCat(element, ": ", fault, "; ", mend)));
}

std::string Diagnostics::Text() const {
  // protoc puts "--modelservice_out: " before the first line, which would keep
  // editors from finding the place in it.
  return absl::StrCat(lines_.size(), lines_.size() == 1 ? " error" : " errors",
                      "\n", absl::StripSuffix(Written(lines_), "\n"));
}

std::string Diagnostics::Notes() const { return Written(notes_); }

std::string Diagnostics::Written(const Lines& lines) {
  std::string text;
  for (const auto& [file, line, column, severity, words] : lines) {
    text += file;
    if (line > 0) absl::StrAppend(&text, ":", line, ":", column);
    absl::StrAppend(&text, ": ", severity, ": ", words, "\n");
  }
  return text;
}

}  // namespace modelservice::plugin
