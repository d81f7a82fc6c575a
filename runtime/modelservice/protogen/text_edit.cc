#include "modelservice/protogen/text_edit.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace modelservice::proto {
namespace {

// Lines around a change that a diff shows.
constexpr size_t kContext = 3;

// The most cells of the table that finds the shortest difference; past it all
// lines between the first and the last change are shown.
constexpr size_t kMostCells = 16'000'000;

// Each with its newline, but perhaps the last.
std::vector<absl::string_view> LinesOf(absl::string_view text) {
  std::vector<absl::string_view> lines;
  while (!text.empty()) {
    const size_t length = NextLine(text, 0);
    lines.push_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return lines;
}

struct DiffLine {
  char mark;  // ' ', '-' or '+'
  absl::string_view text;
};

// The shortest edit by the longest common subsequence of what is between the
// equal beginnings and ends.
std::vector<DiffLine> Compare(const std::vector<absl::string_view>& a,
                              const std::vector<absl::string_view>& b) {
  size_t head = 0;
  while (head < a.size() && head < b.size() && a[head] == b[head]) ++head;
  size_t tail = 0;
  while (tail < a.size() - head && tail < b.size() - head &&
         a[a.size() - 1 - tail] == b[b.size() - 1 - tail]) {
    ++tail;
  }
  const size_t rows = a.size() - head - tail;
  const size_t columns = b.size() - head - tail;
  const bool is_small = (rows + 1) * (columns + 1) <= kMostCells;
  std::vector<std::vector<uint32_t>> common(
      is_small ? rows + 1 : 0, std::vector<uint32_t>(columns + 1, 0));
  for (size_t i = is_small ? rows : 0; i-- > 0;) {
    for (size_t j = columns; j-- > 0;) {
      common[i][j] = a[head + i] == b[head + j]
                         ? common[i + 1][j + 1] + 1
                         : std::max(common[i + 1][j], common[i][j + 1]);
    }
  }
  std::vector<DiffLine> lines;
  for (size_t i = 0; i < head; ++i) lines.push_back({' ', a[i]});
  size_t i = 0;
  size_t j = 0;
  while (i < rows || j < columns) {
    if (is_small && i < rows && j < columns && a[head + i] == b[head + j]) {
      lines.push_back({' ', a[head + i]});
      ++i;
      ++j;
    } else if (i < rows && (j == columns || !is_small ||
                            common[i + 1][j] >= common[i][j + 1])) {
      lines.push_back({'-', a[head + i++]});
    } else {
      lines.push_back({'+', b[head + j++]});
    }
  }
  for (size_t k = a.size() - tail; k < a.size(); ++k) {
    lines.push_back({' ', a[k]});
  }
  return lines;
}

// `@@ -first,count +first,count @@`
std::string RangeOf(size_t first, size_t count) {
  const size_t shown = count == 0 ? first : first + 1;
  return count == 1 ? absl::StrCat(shown) : absl::StrCat(shown, ",", count);
}

}  // namespace

std::string TextEdit::Apply() const {
  std::vector<const Change*> changes;
  for (const Change& change : changes_) changes.push_back(&change);
  const auto order = [](const Change* change) {
    return std::make_pair(change->span.begin,
                          change->span.end != change->span.begin);
  };
  std::stable_sort(
      changes.begin(), changes.end(),
      [&](const Change* a, const Change* b) { return order(a) < order(b); });
  std::string result;
  size_t at = 0;
  for (const Change* change : changes) {
    if (change->span.begin > at) {
      absl::StrAppend(&result, text_.substr(at, change->span.begin - at));
    }
    result += change->text;
    at = std::max(at, change->span.end);
  }
  absl::StrAppend(&result, text_.substr(at));
  return result;
}

size_t LineStart(absl::string_view text, size_t at) {
  if (at == 0) return 0;
  const size_t newline = text.rfind('\n', at - 1);
  return newline == absl::string_view::npos ? 0 : newline + 1;
}

size_t NextLine(absl::string_view text, size_t at) {
  const size_t newline = text.find('\n', at);
  return newline == absl::string_view::npos ? text.size() : newline + 1;
}

absl::string_view IndentAt(absl::string_view text, size_t at) {
  const size_t start = LineStart(text, at);
  const absl::string_view indent = text.substr(start, at - start);
  return absl::StripAsciiWhitespace(indent).empty() ? indent : "";
}

std::string UnifiedDiff(absl::string_view old_name, absl::string_view old_text,
                        absl::string_view new_name,
                        absl::string_view new_text) {
  if (old_text == new_text) return "";
  const std::vector<DiffLine> lines =
      Compare(LinesOf(old_text), LinesOf(new_text));
  std::string diff = absl::StrCat("--- ", old_name, "\n+++ ", new_name, "\n");
  size_t old_line = 0;
  size_t new_line = 0;
  const auto advance = [&](const DiffLine& line) {
    if (line.mark != '+') ++old_line;
    if (line.mark != '-') ++new_line;
  };
  size_t i = 0;
  while (i < lines.size()) {
    // The next change, with the context before it.
    size_t change = i;
    while (change < lines.size() && lines[change].mark == ' ') ++change;
    if (change == lines.size()) break;
    const size_t start = std::max(i, change - std::min(change, kContext));
    while (i < start) advance(lines[i++]);
    // Up to where two contexts' worth of lines are equal.
    size_t last = change;
    for (size_t j = change; j < lines.size() && j <= last + 2 * kContext; ++j) {
      if (lines[j].mark != ' ') last = j;
    }
    const size_t end = std::min(lines.size(), last + kContext + 1);
    const size_t old_first = old_line;
    const size_t new_first = new_line;
    std::string hunk;
    while (i < end) {
      absl::StrAppend(&hunk, absl::string_view(&lines[i].mark, 1),
                      lines[i].text);
      if (!absl::EndsWith(lines[i].text, "\n")) {
        absl::StrAppend(&hunk, "\n\\ No newline at end of file\n");
      }
      advance(lines[i++]);
    }
    absl::StrAppend(&diff, "@@ -", RangeOf(old_first, old_line - old_first),
                    " +", RangeOf(new_first, new_line - new_first), " @@\n",
                    hunk);
  }
  return diff;
}

}  // namespace modelservice::proto
