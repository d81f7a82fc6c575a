#include "plugin/emit/layout.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "plugin/emit/code_tokens.h"
#include "plugin/emit/line_breaker.h"

namespace modelservice::plugin {
namespace {

bool Fits(size_t indentation, size_t length) {
  return indentation + length <= kLineWidth;
}

// Whether it has a literal in several pieces, which stand below each other.
bool HasLongLiteral(absl::string_view line) {
  bool inside = false;
  for (size_t i = 0; i < line.size(); ++i) {
    if (inside && line[i] == '\\') {
      ++i;
    } else if (line[i] == '"') {
      inside = !inside;
      if (!inside && absl::StartsWith(line.substr(i), "\" \"")) return true;
    }
  }
  return false;
}

struct Lines {
  std::string text;
  size_t last_column;  // where the last line begins
};

// Where a line goes on in another one.
struct Piece {
  size_t end;     // of what is before
  size_t begin;   // of what is behind
  size_t column;  // in which that stands
};

std::vector<Piece> FindPieces(absl::string_view line, size_t indentation,
                              LineContext context) {
  const int nesting = context == LineContext::kItem ? 1 : 0;
  const std::vector<CodeToken> tokens = Tokenize(line, nesting);
  const auto place = [&](absl::string_view::const_iterator at) {
    return static_cast<size_t>(at - line.begin());
  };
  std::vector<Piece> pieces;
  for (const LineBreak& found :
       BreakLine(tokens, static_cast<int>(indentation), nesting)) {
    pieces.push_back({place(tokens[found.token - 1].text.end()),
                      place(tokens[found.token].text.begin()),
                      static_cast<size_t>(found.column)});
  }
  return pieces;
}

// The same, found once for all lines of a shape: a file has many of each.
const std::vector<Piece>& PiecesOf(absl::string_view line, size_t indentation,
                                   LineContext context) {
  thread_local absl::flat_hash_map<std::string, std::vector<Piece>> known;
  std::string shape = ShapeOf(line);
  absl::StrAppend(&shape, context == LineContext::kItem ? "\n" : "\n\n",
                  indentation);
  const auto [found, is_new] = known.try_emplace(std::move(shape));
  if (is_new) found->second = FindPieces(line, indentation, context);
  return found->second;
}

Lines Break(absl::string_view line, size_t indentation, LineContext context) {
  if (Fits(indentation, line.size()) && !HasLongLiteral(line)) {
    return {std::string(line), indentation};
  }
  Lines lines = {"", indentation};
  size_t begin = 0;
  for (const Piece& piece : PiecesOf(line, indentation, context)) {
    absl::StrAppend(&lines.text, line.substr(begin, piece.end - begin), "\n");
    lines.text.append(piece.column - indentation, ' ');
    lines.last_column = piece.column;
    begin = piece.begin;
  }
  absl::StrAppend(&lines.text, line.substr(begin));
  return lines;
}

// A list of at least so many short items is a table.
constexpr size_t kTableItems = 5;
// Items of one column may differ by so much.
constexpr size_t kTableDifference = 10;

struct Table {
  size_t rows = 0;
  std::vector<size_t> widths;  // of the columns
};

// The table of that many columns, or one without columns when it is none.
Table TableOf(const std::vector<std::string>& items, size_t columns) {
  Table table;
  table.rows = (items.size() + columns - 1) / columns;
  table.widths.resize(columns);
  std::vector<size_t> least(columns, std::numeric_limits<size_t>::max());
  for (size_t i = 0; i < items.size(); ++i) {
    size_t& width = table.widths[i % columns];
    width = std::max(width, items[i].size());
    least[i % columns] = std::min(least[i % columns], items[i].size());
  }
  size_t total = columns - 1;
  for (size_t i = 0; i < columns; ++i) {
    total += table.widths[i];
    if (i + 1 < columns && table.widths[i] - least[i] > kTableDifference) {
      return {};
    }
  }
  if (total > kLineWidth) return {};
  return table;
}

// How a list is laid out as a table; without columns when it is not.
Table BestTable(const std::vector<std::string>& items, size_t indentation) {
  if (items.size() < kTableItems ||
      std::any_of(items.begin(), items.end(), HasLongLiteral)) {
    return {};
  }
  std::vector<Table> tables;
  for (size_t columns = 1; columns <= std::min(items.size(), kLineWidth / 3);
       ++columns) {
    Table table = TableOf(items, columns);
    if (!table.widths.empty()) tables.push_back(std::move(table));
  }
  if (tables.size() < 2) return {};
  Table best;
  while (!tables.empty()) {
    Table table = std::move(tables.back());
    tables.pop_back();
    size_t total = table.widths.size() - 1;
    for (const size_t width : table.widths) total += width;
    if (!Fits(indentation, total)) continue;
    if (!best.widths.empty() && table.rows > best.rows) break;
    best = std::move(table);
  }
  return best;
}

// The items of a list, behind line breaks; `column` is where the line with the
// brace in front of them begins.
std::string ItemsOf(const std::vector<std::string>& items, size_t column,
                    size_t indentation) {
  column += 4;
  const std::string margin(column - indentation, ' ');
  std::vector<std::string> with_commas;
  for (const std::string& item : items) with_commas.push_back(item + ",");
  const Table table = BestTable(with_commas, column);
  const size_t columns = table.widths.size();
  std::string text;
  for (size_t i = 0; i < items.size(); ++i) {
    const std::string& item = with_commas[i];
    if (columns == 0) {
      const std::string lines = LayOut(item, column, LineContext::kItem);
      for (absl::string_view line : absl::StrSplit(lines, '\n')) {
        absl::StrAppend(&text, "\n", margin, line);
      }
    } else if (i % columns == 0) {
      absl::StrAppend(&text, "\n", margin, item);
    } else {
      const size_t blanks =
          table.widths[(i - 1) % columns] + 1 - with_commas[i - 1].size();
      absl::StrAppend(&text, std::string(blanks, ' '), item);
    }
  }
  return text;
}

// By how much the tokens of all lines are past the width.
size_t Excess(absl::string_view text, size_t indentation) {
  size_t excess = 0;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    if (Fits(indentation, line.size())) continue;
    for (const CodeToken& token : Tokenize(line, 0)) {
      const size_t end =
          static_cast<size_t>(token.text.end() - line.begin()) + indentation;
      if (end > kLineWidth) excess += end - kLineWidth;
    }
  }
  return excess;
}

}  // namespace

std::string LayOut(absl::string_view line, size_t indentation,
                   LineContext context) {
  // A statement behind a condition has its own line when both do not fit.
  const size_t condition = line.rfind(") ");
  if (absl::StartsWith(line, "if (") && condition != absl::string_view::npos &&
      !Fits(indentation, line.size())) {
    return absl::StrCat(
        Break(line.substr(0, condition + 1), indentation, context).text, "\n  ",
        Break(line.substr(condition + 2), indentation + 2, context).text);
  }
  return Break(line, indentation, context).text;
}

std::string LayOutList(absl::string_view head,
                       const std::vector<std::string>& items,
                       size_t indentation) {
  const std::string line = absl::StrCat(head, " = {");
  const Lines first = Break(line, indentation, LineContext::kStatement);
  std::string text =
      first.text + ItemsOf(items, first.last_column, indentation);
  if (first.last_column != indentation) {
    // What a broken head spares, its items may need: they stand further right.
    std::string other = line + ItemsOf(items, indentation, indentation);
    if (Excess(other, indentation) < Excess(text, indentation)) {
      text = std::move(other);
    }
  }
  return text + "\n};";
}

std::string LayOutFunction(absl::string_view head,
                           const std::vector<std::string>& statements,
                           size_t indentation) {
  if (statements.size() == 1) {
    std::string line = absl::StrCat(head, " { ", statements[0], " }");
    if (Fits(indentation, line.size())) return line;
  }
  std::string text =
      LayOut(absl::StrCat(head, " {"), indentation, LineContext::kStatement);
  for (const std::string& statement : statements) {
    const std::string lines =
        LayOut(statement, indentation + 2, LineContext::kStatement);
    for (absl::string_view line : absl::StrSplit(lines, '\n')) {
      absl::StrAppend(&text, "\n  ", line);
    }
  }
  absl::StrAppend(&text, "\n}");
  return text;
}

std::string LayOutComment(absl::string_view line, size_t indentation) {
  if (Fits(indentation, line.size())) return std::string(line);
  const size_t words = std::min(line.find_first_not_of("/ "), line.size());
  const absl::string_view slashes = line.substr(0, line.find_first_not_of('/'));
  std::string text;
  std::string last(line.substr(0, words));
  bool empty = true;
  for (absl::string_view word :
       absl::StrSplit(line.substr(words), ' ', absl::SkipEmpty())) {
    if (!empty && !Fits(indentation, last.size() + 1 + word.size())) {
      absl::StrAppend(&text, last, "\n");
      last = absl::StrCat(slashes, " ");
      empty = true;
    }
    absl::StrAppend(&last, empty ? "" : " ", word);
    empty = false;
  }
  return text + last;
}

}  // namespace modelservice::plugin
