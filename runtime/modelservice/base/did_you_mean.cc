#include "modelservice/base/did_you_mean.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace modelservice {
namespace {

// Of what somebody wrote: what is longer is no name.
constexpr size_t kLongest = 60;

// How many letters are to be put in, left out, replaced or swapped with the
// next one.
size_t Distance(absl::string_view a, absl::string_view b) {
  std::vector<size_t> before(b.size() + 1), row(b.size() + 1),
      next(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    next[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t same = a[i - 1] == b[j - 1] ? 0 : 1;
      next[j] = std::min({row[j] + 1, next[j - 1] + 1, row[j - 1] + same});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        next[j] = std::min(next[j], before[j - 2] + 1);
      }
    }
    before.swap(row);
    row.swap(next);
  }
  return row[b.size()];
}

}  // namespace

std::string DidYouMean(absl::string_view name,
                       const std::vector<std::string>& known,
                       absl::string_view prefix) {
  if (name.size() > kLongest) return "";
  const std::string plain = absl::StrReplaceAll(name, {{"-", "_"}});
  std::string nearest;
  size_t least = std::max<size_t>(1, name.size() / 3) + 1;
  for (const std::string& one : known) {
    const size_t distance =
        Distance(plain, absl::StrReplaceAll(one, {{"-", "_"}}));
    if (distance >= least) continue;
    least = distance;
    nearest = one;
  }
  return nearest.empty()
             ? ""
             : absl::StrCat("; did you mean \"", prefix, nearest, "\"?");
}

}  // namespace modelservice
