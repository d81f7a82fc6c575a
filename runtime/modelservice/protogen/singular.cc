#include "modelservice/protogen/singular.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace modelservice::proto {
namespace {

// What looks like a plural and is none, or is the same in both.
constexpr absl::string_view kAlike[] = {
    "access",    "alias", "always",      "analytics",    "atlas",
    "aws",       "bias",  "canvas",      "chaos",        "chassis",
    "christmas", "cms",   "corps",       "cosmos",       "cross",
    "css",       "dns",   "economics",   "ethics",       "gas",
    "goods",     "gps",   "graphics",    "headquarters", "https",
    "ios",       "jeans", "js",          "kudos",        "lens",
    "logistics", "maths", "mathematics", "means",        "news",
    "oasis",     "os",    "pancreas",    "physics",      "politics",
    "pos",       "pants", "rds",         "scissors",     "series",
    "sms",       "sos",   "species",     "sports",       "sys",
    "texas",     "this",  "tls",         "trousers",     "vms",
    "vps",       "yes"};

constexpr std::pair<absl::string_view, absl::string_view> kIrregular[] = {
    {"analyses", "analysis"},
    {"appendices", "appendix"},
    {"axes", "axis"},
    {"caches", "cache"},
    {"canoes", "canoe"},
    {"children", "child"},
    {"codices", "codex"},
    {"crises", "crisis"},
    {"criteria", "criterion"},
    {"diagnoses", "diagnosis"},
    {"dice", "die"},
    {"emus", "emu"},
    {"feet", "foot"},
    {"geese", "goose"},
    {"gurus", "guru"},
    {"headaches", "headache"},
    {"hypotheses", "hypothesis"},
    {"indices", "index"},
    {"lenses", "lens"},
    {"lice", "louse"},
    {"matrices", "matrix"},
    {"men", "man"},
    {"menus", "menu"},
    {"mice", "mouse"},
    {"niches", "niche"},
    {"oases", "oasis"},
    {"oxen", "ox"},
    {"parentheses", "parenthesis"},
    {"people", "person"},
    {"phenomena", "phenomenon"},
    {"prognoses", "prognosis"},
    {"quizzes", "quiz"},
    {"shoes", "shoe"},
    {"synopses", "synopsis"},
    {"syntheses", "synthesis"},
    {"teeth", "tooth"},
    {"theses", "thesis"},
    {"toes", "toe"},
    {"vertices", "vertex"},
    {"women", "woman"},
};

// Whose plural is not that of a word with y: movies.
constexpr absl::string_view kInIe[] = {
    "auntie",  "birdie",   "brownie", "calorie", "collie",    "cookie",
    "cutie",   "die",      "eerie",   "foodie",  "genie",     "goalie",
    "hoodie",  "junkie",   "lie",     "magpie",  "menagerie", "movie",
    "necktie", "newbie",   "pie",     "pixie",   "prairie",   "rookie",
    "selfie",  "smoothie", "sortie",  "specie",  "tie",       "zombie"};

// Whose plural has a v.
constexpr std::pair<absl::string_view, absl::string_view> kInF[] = {
    {"calves", "calf"}, {"elves", "elf"},     {"halves", "half"},
    {"hooves", "hoof"}, {"knives", "knife"},  {"leaves", "leaf"},
    {"lives", "life"},  {"loaves", "loaf"},   {"scarves", "scarf"},
    {"selves", "self"}, {"shelves", "shelf"}, {"thieves", "thief"},
    {"wives", "wife"},  {"wolves", "wolf"},
};

// Ends of words in -as and -us, and what is like them but has an e: aliases,
// but phases; viruses, but clauses.
constexpr absl::string_view kInAs[] = {"alias",  "atlas", "bias",
                                       "canvas", "gas",   "pancreas"};
constexpr absl::string_view kInUse[] = {"abuse", "accuse", "excuse",
                                        "fuse",  "muse",   "refuse",
                                        "reuse", "ruse",   "use"};

template <class Words>
bool Has(const Words& words, absl::string_view word) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

// Whether the word is one of `words`, or has one at its end: "warehouse".
template <class Words>
bool EndsWithOneOf(absl::string_view word, const Words& words) {
  return std::any_of(
      std::begin(words), std::end(words),
      [&](absl::string_view end) { return absl::EndsWith(word, end); });
}

absl::string_view Without(absl::string_view word, size_t letters) {
  return word.substr(0, word.size() - letters);
}

// Of a word in small letters that ends in "ses".
std::string OfSes(absl::string_view word) {
  if (absl::EndsWith(word, "sses")) return std::string(Without(word, 2));
  const absl::string_view bare = Without(word, 2);
  if (absl::EndsWith(bare, "as") && EndsWithOneOf(bare, kInAs)) {
    return std::string(bare);
  }
  if (absl::EndsWith(bare, "us") && bare.size() > 2) {
    const char before = bare[bare.size() - 3];
    const bool has_e =
        before == 'a' || before == 'o' || Has(kInUse, Without(word, 1));
    if (!has_e) return std::string(bare);
  }
  return std::string(Without(word, 1));
}

// Of a word in small letters.
std::string OfWord(absl::string_view word) {
  for (const auto& [plural, singular] : kIrregular) {
    if (word == plural) return std::string(singular);
  }
  for (const auto& [plural, singular] : kInF) {
    if (word == plural) return std::string(singular);
  }
  if (!absl::EndsWith(word, "s") || word.size() < 3 || Has(kAlike, word) ||
      absl::EndsWith(word, "ss") || absl::EndsWith(word, "us") ||
      absl::EndsWith(word, "is")) {
    return std::string(word);
  }
  if (absl::EndsWith(word, "ies")) {
    const absl::string_view with_ie = Without(word, 1);
    if (word.size() <= 4 || Has(kInIe, with_ie)) return std::string(with_ie);
    return absl::StrCat(Without(word, 3), "y");
  }
  if (absl::EndsWith(word, "ses")) return OfSes(word);
  if (absl::EndsWith(word, "xes") || absl::EndsWith(word, "ches") ||
      absl::EndsWith(word, "shes") || absl::EndsWith(word, "zzes") ||
      (absl::EndsWith(word, "oes") && word.size() > 4)) {
    return std::string(Without(word, 2));
  }
  return std::string(Without(word, 1));
}

// Where the last word of the name starts.
size_t LastWord(absl::string_view name) {
  for (size_t i = name.size(); i-- > 0;) {
    if (!absl::ascii_isalpha(static_cast<unsigned char>(name[i]))) return i + 1;
    if (i > 0 && absl::ascii_isupper(static_cast<unsigned char>(name[i])) &&
        !absl::ascii_isupper(static_cast<unsigned char>(name[i - 1]))) {
      return i;
    }
  }
  return 0;
}

}  // namespace

std::string Singular(absl::string_view name) {
  const absl::string_view word = name.substr(LastWord(name));
  const std::string lower = absl::AsciiStrToLower(word);
  std::string singular = OfWord(lower);
  if (singular == lower) return std::string(name);
  // As it was written, where it was.
  const bool shouts = word == absl::AsciiStrToUpper(word);
  for (size_t i = 0; i < singular.size(); ++i) {
    const bool upper =
        shouts ||
        (i == 0 && absl::ascii_isupper(static_cast<unsigned char>(word[0])));
    if (upper) {
      singular[i] =
          absl::ascii_toupper(static_cast<unsigned char>(singular[i]));
    }
  }
  return absl::StrCat(name.substr(0, name.size() - word.size()), singular);
}

}  // namespace modelservice::proto
