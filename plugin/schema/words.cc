#include "plugin/schema/words.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace modelservice::plugin {
namespace {

unsigned char At(absl::string_view text, size_t i) {
  return i < text.size() ? static_cast<unsigned char>(text[i]) : '\0';
}

bool IsVowel(char c) {
  return absl::string_view("aeiouAEIOU").find(c) != absl::string_view::npos;
}

}  // namespace

std::string SnakeCase(absl::string_view camel) {
  std::string snake;
  for (size_t i = 0; i < camel.size(); ++i) {
    const unsigned char c = At(camel, i);
    // A word starts at a capital behind a small letter or a digit, and at the
    // last capital of a run, as in HTTPServer.
    const bool starts = absl::ascii_isupper(c) && i > 0 &&
                        camel[i - 1] != '_' &&
                        (!absl::ascii_isupper(At(camel, i - 1)) ||
                         absl::ascii_islower(At(camel, i + 1)));
    if (starts) snake += '_';
    snake += absl::ascii_tolower(c);
  }
  return snake;
}

std::string CamelCase(absl::string_view words) {
  std::string camel;
  bool starts = true;
  for (const char c : words) {
    const auto u = static_cast<unsigned char>(c);
    if (!absl::ascii_isalnum(u)) {
      starts = true;
      continue;
    }
    camel += starts ? absl::ascii_toupper(u) : c;
    starts = false;
  }
  return camel;
}

std::string Plural(absl::string_view word) {
  if (absl::EndsWith(word, "y") && word.size() > 1 &&
      !IsVowel(word[word.size() - 2])) {
    return absl::StrCat(word.substr(0, word.size() - 1), "ies");
  }
  for (absl::string_view hiss : {"s", "x", "z", "ch", "sh"}) {
    if (absl::EndsWith(word, hiss)) return absl::StrCat(word, "es");
  }
  return absl::StrCat(word, "s");
}

}  // namespace modelservice::plugin
