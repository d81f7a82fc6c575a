#include "modelservice/service/search.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"

namespace modelservice {
namespace {

bool IsSeparator(char c) {
  return c == ',' || absl::ascii_isspace(static_cast<unsigned char>(c));
}

}  // namespace

std::vector<std::string> SearchWords(absl::string_view search) {
  std::vector<std::string> words;
  size_t at = 0;
  while (at < search.size()) {
    if (IsSeparator(search[at])) {
      ++at;
      continue;
    }
    const char quote = search[at];
    const size_t close = quote == '"' || quote == '\''
                             ? search.find(quote, at + 1)
                             : absl::string_view::npos;
    std::string word;
    // A quote that is the word's own, as in 'tis, ends nowhere.
    if (close != absl::string_view::npos &&
        (close + 1 == search.size() || IsSeparator(search[close + 1]))) {
      word = std::string(search.substr(at + 1, close - at - 1));
      at = close + 1;
    } else {
      while (at < search.size() && !IsSeparator(search[at])) {
        word.push_back(search[at++]);
      }
    }
    if (!word.empty()) words.push_back(std::move(word));
  }
  return words;
}

Expression SearchCondition(const Table& table,
                           const std::vector<std::string>& words) {
  Expression all;
  for (const std::string& word : words) {
    all = all && AnySearchable(table, [&word](const Expression& column) {
            return Expression::Match(column, TextMatch::kContains, word,
                                     /*ignore_case=*/true);
          });
  }
  return all;
}

Expression AnySearchable(
    const Table& table,
    absl::FunctionRef<Expression(const Expression& column)> condition) {
  Expression any = Expression::False();
  for (size_t i = 0; i < table.columns.size(); ++i) {
    if (!table.columns[i].searchable) continue;
    any = any || condition(Expression::Column(table, static_cast<int>(i)));
  }
  return any;
}

bool HasSearchable(const Table& table) {
  return std::any_of(table.columns.begin(), table.columns.end(),
                     [](const Column& column) { return column.searchable; });
}

}  // namespace modelservice
