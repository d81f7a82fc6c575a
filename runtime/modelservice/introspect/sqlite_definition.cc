#include "modelservice/introspect/sqlite_definition.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "modelservice/introspect/sqlite_tokens.h"

namespace modelservice::catalog {
namespace {

// The text between the parenthesis at `open` and the one that closes it.
std::string Inside(const std::vector<SqliteToken>& tokens, size_t open) {
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
      : sql_(create_table), tokens_(SqliteTokens(create_table)) {}

  std::vector<Constraint> Read() {
    for (size_t i = 0; i < tokens_.size(); ++i) {
      if (tokens_[i].depth == 0 && tokens_[i].text == "(") first_ = i + 1;
      if (tokens_[i].depth != 1) continue;
      if (tokens_[i].text == ",") first_ = i + 1;
      if (IsKeyword(tokens_[i], "CHECK") && IsOpen(i + 1)) {
        Add(i, Constraint::Kind::kCheck).sql = Inside(tokens_, i + 1);
      } else if (IsKeyword(tokens_[i], "UNIQUE")) {
        AddUnique(i);
      } else if (IsKeyword(tokens_[i], "REFERENCES")) {
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
    if (at >= 2 && IsKeyword(tokens_[at - 2], "CONSTRAINT")) {
      constraint.name = UnquotedName(tokens_[at - 1].text);
    }
    return constraint;
  }

  // Those in the parentheses at `at`, or the column that is being defined.
  std::vector<std::string> ColumnsAt(size_t at) const {
    if (!IsOpen(at)) return {UnquotedName(tokens_[first_].text)};
    std::vector<std::string> columns;
    for (size_t i = at + 1; i < tokens_.size() && tokens_[i].depth > 1; ++i) {
      if (tokens_[i].depth == 2 &&
          (i == at + 1 || tokens_[i - 1].text == ",")) {
        columns.push_back(UnquotedName(tokens_[i].text));
      }
    }
    return columns;
  }

  void AddUnique(size_t at) {
    Constraint& constraint = Add(at, Constraint::Kind::kUnique);
    constraint.columns = ColumnsAt(at + 1);
    size_t end = at + 1;
    bool is_more = false;
    if (IsOpen(end)) {
      for (++end; end < tokens_.size() && tokens_[end].depth > 1; ++end) {
        is_more = is_more || IsKeyword(tokens_[end], "COLLATE");
      }
      end = std::min(end + 1, tokens_.size());
    }
    const size_t behind = end;
    if (end + 2 < tokens_.size() && IsKeyword(tokens_[end + 1], "CONFLICT")) {
      is_more = true;
      end += 3;
    }
    if (!is_more) return;
    constraint.sql = behind == at + 1
                         ? absl::StrCat("(", tokens_[first_].text, ") ",
                                        TextOfTokens(behind, end))
                         : TextOfTokens(at + 1, end);
  }

  // Of those from `first` on, ahead of `last`, and what is between them.
  std::string TextOfTokens(size_t first, size_t last) const {
    const char* const begin = tokens_[first].text.data();
    const absl::string_view end = tokens_[last - 1].text;
    return std::string(begin, end.data() + end.size());
  }

  void AddReference(size_t at) {
    // FOREIGN KEY (...) stands ahead of it, or the column.
    size_t key = first_;
    while (key < at && !IsKeyword(tokens_[key], "FOREIGN")) ++key;
    Constraint& constraint =
        Add(key < at ? key : at, Constraint::Kind::kReference);
    constraint.columns = ColumnsAt(key < at ? key + 2 : at);
    size_t end = at + 1;
    while (end < tokens_.size() && !EndsReference(end)) ++end;
    constraint.sql = TextOfTokens(at, end);
    const absl::string_view last = tokens_[end - 1].text;
    constraint.end =
        static_cast<size_t>(last.data() - sql_.data()) + last.size();
  }

  bool EndsReference(size_t at) const {
    const SqliteToken& token = tokens_[at];
    if (token.depth == 0) return true;
    if (token.depth > 1) return false;
    if (IsKeyword(token, "NOT")) {
      return at + 1 == tokens_.size() ||
             !IsKeyword(tokens_[at + 1], "DEFERRABLE");
    }
    if (IsKeyword(token, "NULL") || IsKeyword(token, "DEFAULT")) {
      return !IsKeyword(tokens_[at - 1], "SET");
    }
    constexpr absl::string_view kOthers[] = {
        ",",     "CONSTRAINT", "PRIMARY",   "UNIQUE",
        "CHECK", "COLLATE",    "GENERATED", "AS"};
    return std::any_of(
        std::begin(kOthers), std::end(kOthers),
        [&](absl::string_view word) { return IsKeyword(token, word); });
  }

  const absl::string_view sql_;
  const std::vector<SqliteToken> tokens_;
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
      return constraint.sql.empty()
                 ? absl::StrCat(name, "UNIQUE (", columns, ")")
                 : absl::StrCat(name, "UNIQUE ", constraint.sql);
    case Constraint::Kind::kReference:
      break;
  }
  return absl::StrCat(name, "FOREIGN KEY (", columns, ") ", constraint.sql);
}

std::string WithConstraint(absl::string_view create_table,
                           absl::string_view text) {
  const std::vector<SqliteToken> tokens = SqliteTokens(create_table);
  const auto close = std::find_if(
      tokens.rbegin(), tokens.rend(), [](const SqliteToken& token) {
        return token.depth == 0 && token.text == ")";
      });
  if (close == tokens.rend()) return std::string(create_table);
  const auto at = static_cast<size_t>(close->text.data() - create_table.data());
  // On a line of its own: a comment may end the one before.
  return absl::StrCat(create_table.substr(0, at), "\n, ", text, "\n",
                      create_table.substr(at));
}

std::string DeferralOf(const Constraint& reference) {
  const std::vector<SqliteToken> tokens = SqliteTokens(reference.sql);
  for (const SqliteToken& token : tokens) {
    if (!IsKeyword(token, "DEFERRABLE")) continue;
    const bool is_not =
        &token != tokens.data() && IsKeyword(*(&token - 1), "NOT");
    return is_not ? ""
                  : std::string(token.text.data(),
                                reference.sql.data() + reference.sql.size());
  }
  return "";
}

bool Mentions(absl::string_view sql, absl::string_view column) {
  for (const SqliteToken& token : SqliteTokens(sql)) {
    if (token.text[0] != '\'' &&
        absl::EqualsIgnoreCase(UnquotedName(token.text), column)) {
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
  const std::vector<SqliteToken> tokens = SqliteTokens(create_table);
  for (size_t i = 0; i + 1 < tokens.size(); ++i) {
    if (tokens[i].depth == 0 && IsKeyword(tokens[i], "WITHOUT") &&
        IsKeyword(tokens[i + 1], "ROWID")) {
      return true;
    }
  }
  return false;
}

bool HasAutoincrement(absl::string_view create_table) {
  const std::vector<SqliteToken> tokens = SqliteTokens(create_table);
  // Behind a column's key, or within the table's.
  return std::any_of(
      tokens.begin(), tokens.end(), [](const SqliteToken& token) {
        return token.depth >= 1 && IsKeyword(token, "AUTOINCREMENT");
      });
}

std::string ModuleOf(absl::string_view create_virtual_table) {
  const std::vector<SqliteToken> tokens = SqliteTokens(create_virtual_table);
  for (size_t i = 0; i + 1 < tokens.size(); ++i) {
    if (IsKeyword(tokens[i], "USING")) {
      return absl::AsciiStrToLower(UnquotedName(tokens[i + 1].text));
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
  for (const SqliteToken& token : SqliteTokens(create_index)) {
    if (token.depth != 0 || !IsKeyword(token, "WHERE")) continue;
    const size_t start =
        static_cast<size_t>(token.text.data() - create_index.data()) +
        token.text.size();
    return std::string(absl::StripAsciiWhitespace(create_index.substr(start)));
  }
  return "";
}

}  // namespace modelservice::catalog
