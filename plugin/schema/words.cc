#include "plugin/schema/words.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace modelservice::plugin {
namespace {

unsigned char At(absl::string_view text, size_t i) {
  return i < text.size() ? static_cast<unsigned char>(text[i]) : '\0';
}

bool IsVowel(char c) {
  return absl::string_view("aeiouAEIOU").find(c) != absl::string_view::npos;
}

// Words whose plural no rule makes.
constexpr std::pair<absl::string_view, absl::string_view> kIrregular[] = {
    {"child", "children"}, {"die", "dice"},      {"foot", "feet"},
    {"goose", "geese"},    {"louse", "lice"},    {"mouse", "mice"},
    {"ox", "oxen"},        {"person", "people"}, {"tooth", "teeth"},
};

// Endings and what English, or the language that it has the word from, makes of
// them.
constexpr std::pair<absl::string_view, absl::string_view> kEndings[] = {
    {"", "s"},      {"", "es"},     {"y", "ies"},    {"f", "ves"},
    {"fe", "ves"},  {"man", "men"}, {"is", "es"},    {"ex", "ices"},
    {"ix", "ices"}, {"us", "i"},    {"um", "a"},     {"on", "a"},
    {"a", "ae"},    {"a", "ata"},   {"eau", "eaux"}, {"z", "zzes"},
    {"s", "sses"},
};

// Where the last word of a name in CamelCase starts.
size_t LastWord(absl::string_view camel) {
  size_t start = camel.size();
  while (start > 0 &&
         !absl::ascii_isupper(static_cast<unsigned char>(camel[start - 1]))) {
    --start;
  }
  return start > 0 ? start - 1 : 0;
}

// How many letters must be put in, left out or written differently to make `b`
// of `a`, case aside.
size_t Distance(absl::string_view a, absl::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 0; i < a.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i + 1);
    for (size_t j = 0; j < b.size(); ++j) {
      const bool same =
          absl::ascii_tolower(At(a, i)) == absl::ascii_tolower(At(b, j));
      const size_t change = diagonal + (same ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({change, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row[b.size()];
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

bool IsPluralOf(absl::string_view plural, absl::string_view singular) {
  for (const auto& [one, many] : kEndings) {
    absl::string_view stem = singular;
    if (absl::ConsumeSuffix(&stem, one) && plural == absl::StrCat(stem, many)) {
      return true;
    }
  }
  const size_t start = LastWord(singular);
  if (plural.substr(0, start) != singular.substr(0, start)) return false;
  for (const auto& [one, many] : kIrregular) {
    if (absl::EqualsIgnoreCase(singular.substr(start), one) &&
        absl::EqualsIgnoreCase(plural.substr(start), many)) {
      return true;
    }
  }
  return false;
}

std::string Closest(absl::string_view word,
                    const std::vector<std::string>& names) {
  // A third of the letters may differ, which is nothing in short words.
  size_t allowed = std::min<size_t>(3, (word.size() + 1) / 3);
  std::string closest;
  for (const std::string& name : names) {
    const size_t longer = std::max(word.size(), name.size());
    if (longer - std::min(word.size(), name.size()) > allowed) continue;
    const size_t distance = Distance(word, name);
    if (distance > allowed || (distance == allowed && !closest.empty())) {
      continue;
    }
    closest = name;
    allowed = distance;
  }
  return closest;
}

}  // namespace modelservice::plugin
