#include "modelservice/introspect/sqlite_definition.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"

namespace modelservice::catalog {
namespace {

struct Token {
  absl::string_view text;  // with its quotes
  int depth = 0;           // of parentheses around it
};

bool IsWordCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' ||
         c == '$' || static_cast<unsigned char>(c) >= 0x80;
}

// The end of a text that starts at `start` with a quote; a doubled quote is a
// part of it.
size_t EndOfQuoted(absl::string_view sql, size_t start) {
  const char quote = sql[start] == '[' ? ']' : sql[start];
  size_t i = start + 1;
  while (i < sql.size()) {
    if (sql[i] != quote) {
      ++i;
    } else if (quote != ']' && i + 1 < sql.size() && sql[i + 1] == quote) {
      i += 2;
    } else {
      return i + 1;
    }
  }
  return sql.size();
}

// The end of a comment or of blanks that start at `start`, or `start`.
size_t EndOfBlank(absl::string_view sql, size_t start) {
  if (absl::ascii_isspace(static_cast<unsigned char>(sql[start]))) {
    return start + 1;
  }
  absl::string_view end;
  if (absl::StartsWith(sql.substr(start), "--")) end = "\n";
  if (absl::StartsWith(sql.substr(start), "/*")) end = "*/";
  if (end.empty()) return start;
  const size_t found = sql.find(end, start + 2);
  return found == absl::string_view::npos ? sql.size() : found + end.size();
}

std::vector<Token> Tokenize(absl::string_view sql) {
  std::vector<Token> tokens;
  int depth = 0;
  size_t i = 0;
  while (i < sql.size()) {
    if (const size_t end = EndOfBlank(sql, i); end != i) {
      i = end;
      continue;
    }
    const size_t start = i;
    if (absl::StrContains("'\"`[", sql.substr(i, 1))) {
      i = EndOfQuoted(sql, i);
    } else if (IsWordCharacter(sql[i])) {
      while (i < sql.size() && IsWordCharacter(sql[i])) ++i;
    } else {
      ++i;
    }
    Token token{sql.substr(start, i - start), depth};
    if (token.text == "(") ++depth;
    if (token.text == ")") token.depth = --depth;
    tokens.push_back(token);
  }
  return tokens;
}

bool Is(const Token& token, absl::string_view word) {
  return absl::EqualsIgnoreCase(token.text, word);
}

std::string Unquoted(absl::string_view text) {
  if (text.size() < 2 || IsWordCharacter(text[0])) return std::string(text);
  const std::string quote(1, text[0]);
  return absl::StrReplaceAll(text.substr(1, text.size() - 2),
                             {{quote + quote, quote}});
}

// The text between the parenthesis at `open` and the one that closes it.
std::string Inside(const std::vector<Token>& tokens, size_t open) {
  size_t close = open + 1;
  while (close < tokens.size() && tokens[close].depth > tokens[open].depth) {
    ++close;
  }
  const char* const begin = tokens[open].text.data() + 1;
  const char* const end = close < tokens.size() ? tokens[close].text.data()
                                                : tokens.back().text.data() +
                                                      tokens.back().text.size();
  return std::string(absl::StripAsciiWhitespace(
      absl::string_view(begin, static_cast<size_t>(end - begin))));
}

// Reads the constraints of a table from its tokens.
class ConstraintReader {
 public:
  explicit ConstraintReader(absl::string_view create_table)
      : tokens_(Tokenize(create_table)) {}

  std::vector<Constraint> Read() {
    for (size_t i = 0; i < tokens_.size(); ++i) {
      if (tokens_[i].depth == 0 && tokens_[i].text == "(") first_ = i + 1;
      if (tokens_[i].depth != 1) continue;
      if (tokens_[i].text == ",") first_ = i + 1;
      if (Is(tokens_[i], "CHECK") && IsOpen(i + 1)) {
        Add(i, Constraint::Kind::kCheck).sql = Inside(tokens_, i + 1);
      } else if (Is(tokens_[i], "UNIQUE")) {
        Add(i, Constraint::Kind::kUnique).columns = ColumnsAt(i + 1);
      } else if (Is(tokens_[i], "REFERENCES")) {
        AddReference(i);
      }
    }
    return std::move(constraints_);
  }

 private:
  bool IsOpen(size_t at) const {
    return at < tokens_.size() && tokens_[at].text == "(";
  }

  // `at` is where what follows CONSTRAINT and a name may begin.
  Constraint& Add(size_t at, Constraint::Kind kind) {
    Constraint& constraint = constraints_.emplace_back();
    constraint.kind = kind;
    if (at >= 2 && Is(tokens_[at - 2], "CONSTRAINT")) {
      constraint.name = Unquoted(tokens_[at - 1].text);
    }
    return constraint;
  }

  // Those in the parentheses at `at`, or the column that is being defined.
  std::vector<std::string> ColumnsAt(size_t at) const {
    if (!IsOpen(at)) return {Unquoted(tokens_[first_].text)};
    std::vector<std::string> columns;
    for (size_t i = at + 1; i < tokens_.size() && tokens_[i].depth > 1; ++i) {
      if (tokens_[i].depth == 2 &&
          (i == at + 1 || tokens_[i - 1].text == ",")) {
        columns.push_back(Unquoted(tokens_[i].text));
      }
    }
    return columns;
  }

  void AddReference(size_t at) {
    // FOREIGN KEY (...) stands ahead of it, or the column.
    size_t key = first_;
    while (key < at && !Is(tokens_[key], "FOREIGN")) ++key;
    Constraint& constraint =
        Add(key < at ? key : at, Constraint::Kind::kReference);
    constraint.columns = ColumnsAt(key < at ? key + 2 : at);
    size_t end = at + 1;
    while (end < tokens_.size() && !EndsReference(end)) ++end;
    const char* const begin = tokens_[at].text.data();
    const absl::string_view last = tokens_[end - 1].text;
    constraint.sql = std::string(
        begin, static_cast<size_t>(last.data() + last.size() - begin));
  }

  bool EndsReference(size_t at) const {
    const Token& token = tokens_[at];
    if (token.depth == 0) return true;
    if (token.depth > 1) return false;
    if (Is(token, "NOT")) {
      return at + 1 == tokens_.size() || !Is(tokens_[at + 1], "DEFERRABLE");
    }
    if (Is(token, "NULL") || Is(token, "DEFAULT")) {
      return !Is(tokens_[at - 1], "SET");
    }
    constexpr absl::string_view kOthers[] = {
        ",",     "CONSTRAINT", "PRIMARY",   "UNIQUE",
        "CHECK", "COLLATE",    "GENERATED", "AS"};
    return std::any_of(std::begin(kOthers), std::end(kOthers),
                       [&](absl::string_view word) { return Is(token, word); });
  }

  const std::vector<Token> tokens_;
  size_t first_ = 0;  // of the definition of a column, or of a constraint
  std::vector<Constraint> constraints_;
};

std::string Quoted(absl::string_view name) {
  return absl::StrCat("\"", absl::StrReplaceAll(name, {{"\"", "\"\""}}), "\"");
}

}  // namespace

std::vector<Constraint> ConstraintsOf(absl::string_view create_table) {
  return ConstraintReader(create_table).Read();
}

std::string TextOf(const Constraint& constraint) {
  const std::string name =
      constraint.name.empty()
          ? ""
          : absl::StrCat("CONSTRAINT ", Quoted(constraint.name), " ");
  const std::string columns =
      absl::StrJoin(constraint.columns, ", ",
                    [](std::string* text, const std::string& column) {
                      absl::StrAppend(text, Quoted(column));
                    });
  switch (constraint.kind) {
    case Constraint::Kind::kCheck:
      // A comment may end it.
      return absl::StrCat(
          name, "CHECK (", constraint.sql,
          absl::StrContains(constraint.sql, "--") ? "\n)" : ")");
    case Constraint::Kind::kUnique:
      return absl::StrCat(name, "UNIQUE (", columns, ")");
    case Constraint::Kind::kReference:
      break;
  }
  return absl::StrCat(name, "FOREIGN KEY (", columns, ") ", constraint.sql);
}

std::string WithConstraint(absl::string_view create_table,
                           absl::string_view text) {
  const std::vector<Token> tokens = Tokenize(create_table);
  const auto close = std::find_if(
      tokens.rbegin(), tokens.rend(),
      [](const Token& token) { return token.depth == 0 && token.text == ")"; });
  if (close == tokens.rend()) return std::string(create_table);
  const auto at = static_cast<size_t>(close->text.data() - create_table.data());
  // On a line of its own: a comment may end the one before.
  return absl::StrCat(create_table.substr(0, at), "\n, ", text, "\n",
                      create_table.substr(at));
}

bool Mentions(absl::string_view sql, absl::string_view column) {
  for (const Token& token : Tokenize(sql)) {
    if (token.text[0] != '\'' &&
        absl::EqualsIgnoreCase(Unquoted(token.text), column)) {
      return true;
    }
  }
  return false;
}

std::vector<Check> ChecksOf(absl::string_view create_table) {
  std::vector<Check> checks;
  for (Constraint& constraint : ConstraintsOf(create_table)) {
    if (constraint.kind != Constraint::Kind::kCheck) continue;
    checks.push_back({std::move(constraint.name), std::move(constraint.sql)});
  }
  return checks;
}

bool IsWithoutRowid(absl::string_view create_table) {
  const std::vector<Token> tokens = Tokenize(create_table);
  for (size_t i = 0; i + 1 < tokens.size(); ++i) {
    if (tokens[i].depth == 0 && Is(tokens[i], "WITHOUT") &&
        Is(tokens[i + 1], "ROWID")) {
      return true;
    }
  }
  return false;
}

bool HasAutoincrement(absl::string_view create_table) {
  const std::vector<Token> tokens = Tokenize(create_table);
  return std::any_of(tokens.begin(), tokens.end(), [](const Token& token) {
    return token.depth == 1 && Is(token, "AUTOINCREMENT");
  });
}

std::string ModuleOf(absl::string_view create_virtual_table) {
  const std::vector<Token> tokens = Tokenize(create_virtual_table);
  for (size_t i = 0; i + 1 < tokens.size(); ++i) {
    if (Is(tokens[i], "USING")) {
      return absl::AsciiStrToLower(Unquoted(tokens[i + 1].text));
    }
  }
  return "";
}

std::vector<std::string> ShadowsOf(absl::string_view module) {
  if (module == "fts5") return {"data", "idx", "content", "docsize", "config"};
  if (module == "fts3" || module == "fts4") {
    return {"content", "segments", "segdir", "docsize", "stat"};
  }
  if (absl::StartsWith(module, "rtree") || module == "geopoly") {
    return {"node", "parent", "rowid"};
  }
  return {};
}

std::string WhereOf(absl::string_view create_index) {
  for (const Token& token : Tokenize(create_index)) {
    if (token.depth != 0 || !Is(token, "WHERE")) continue;
    const size_t start =
        static_cast<size_t>(token.text.data() - create_index.data()) +
        token.text.size();
    return std::string(absl::StripAsciiWhitespace(create_index.substr(start)));
  }
  return "";
}

}  // namespace modelservice::catalog
