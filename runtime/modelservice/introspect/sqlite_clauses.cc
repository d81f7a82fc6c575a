#include "modelservice/introspect/sqlite_clauses.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/match.h"
#include "modelservice/introspect/sqlite_tokens.h"

namespace modelservice::catalog {
namespace {

// What a definition begins with that is no column's.
constexpr absl::string_view kOfTable[] = {"CONSTRAINT", "PRIMARY", "UNIQUE",
                                          "CHECK", "FOREIGN"};

class ClauseReader {
 public:
  explicit ClauseReader(absl::string_view create_table)
      : sql_(create_table), tokens_(SqliteTokens(create_table)) {}

  TableClauses Read() {
    size_t first = tokens_.size();
    size_t i = 0;
    for (; i < tokens_.size(); ++i) {
      const SqliteToken& token = tokens_[i];
      if (token.depth == 0 && token.text == "(") {
        first = i + 1;
      } else if (first < i && ((token.depth == 1 && token.text == ",") ||
                               (token.depth == 0 && token.text == ")"))) {
        ReadDefinition(first, i);
        first = i + 1;
        table_.inside_end = EndOf(i - 1);
        if (token.depth == 0) break;
      }
    }
    ReadOptions(i + 1);
    return std::move(table_);
  }

 private:
  bool Is(size_t at, absl::string_view word) const {
    return at < tokens_.size() && IsKeyword(tokens_[at], word);
  }
  // Behind a token.
  size_t EndOf(size_t at) const {
    const absl::string_view text = tokens_[at].text;
    return static_cast<size_t>(text.data() - sql_.data()) + text.size();
  }

  void ReadOptions(size_t at) {
    table_.end = tokens_.empty() ? 0 : EndOf(tokens_.size() - 1);
    for (; at < tokens_.size(); ++at) {
      if (Is(at, "STRICT")) table_.strict = true;
      if (Is(at, "WITHOUT") && Is(at + 1, "ROWID")) table_.without_rowid = true;
      if (tokens_[at].text == ";") table_.end = EndOf(at - 1);
    }
  }

  // Whether a clause begins at the token, with a name of its own or without.
  bool Begins(size_t at) const {
    if (tokens_[at].depth != 1) return false;
    if (Is(at, "NOT")) return Is(at + 1, "NULL");
    if (Is(at, "NULL")) {
      return !Is(at - 1, "NOT") && !Is(at - 1, "SET") && !Is(at - 1, "DEFAULT");
    }
    if (Is(at, "DEFAULT")) return !Is(at - 1, "SET");
    if (Is(at, "AS")) return !Is(at - 1, "ALWAYS");
    constexpr absl::string_view kWords[] = {"CONSTRAINT", "PRIMARY",  "UNIQUE",
                                            "CHECK",      "COLLATE",  "FOREIGN",
                                            "REFERENCES", "GENERATED"};
    return std::any_of(std::begin(kWords), std::end(kWords),
                       [&](absl::string_view word) { return Is(at, word); });
  }

  // Of the tokens from `first` on, ahead of `last`.
  void ReadDefinition(size_t first, size_t last) {
    const bool of_table =
        std::any_of(std::begin(kOfTable), std::end(kOfTable),
                    [&](absl::string_view word) { return Is(first, word); });
    ColumnClauses column;
    column.name = UnquotedName(tokens_[first].text);
    column.end = EndOf(last - 1);
    size_t at = of_table ? first : first + 1;
    while (at < last && !Begins(at)) ++at;
    while (at < last) {
      // What a constraint is called may be like a keyword.
      if (Is(at, "CONSTRAINT")) at += 2;
      size_t end = at + 1;
      while (end < last && !Begins(end)) ++end;
      if (at < last) column.clauses.push_back(ClauseAt(at, end));
      at = end;
    }
    if (!of_table) {
      table_.columns.push_back(std::move(column));
    } else if (const Clause* const key =
                   column.Find(Clause::Kind::kPrimaryKey)) {
      table_.key = {*key};
    }
  }

  Clause ClauseAt(size_t at, size_t end) const {
    using Kind = Clause::Kind;
    Clause clause;
    clause.kind = Is(at, "NOT")         ? Kind::kNotNull
                  : Is(at, "DEFAULT")   ? Kind::kDefault
                  : Is(at, "COLLATE")   ? Kind::kCollate
                  : Is(at, "PRIMARY")   ? Kind::kPrimaryKey
                  : Is(at, "GENERATED") ? Kind::kGenerated
                  : Is(at, "AS")        ? Kind::kGenerated
                                        : Kind::kOther;
    const auto text = [&](size_t from, size_t to) {
      const char* const begin = tokens_[from].text.data();
      return std::string(begin, sql_.data() + EndOf(to - 1));
    };
    clause.text = text(at, end);
    // NOT NULL, PRIMARY KEY.
    size_t behind = std::min(at + 2, end);
    if (behind < end && tokens_[behind].text == "(") {
      clause.autoincrement_at = EndOf(behind);
      for (++behind; behind < end && tokens_[behind].depth > 1; ++behind) {
        clause.autoincrement |= Is(behind, "AUTOINCREMENT");
        clause.autoincrement_at = EndOf(behind);
      }
      behind = std::min(behind + 1, end);
    } else if (behind < end && (Is(behind, "ASC") || Is(behind, "DESC"))) {
      ++behind;
    }
    clause.conflict_at = EndOf(behind - 1);
    if (behind + 2 < end && Is(behind + 1, "CONFLICT")) {
      clause.conflict = text(behind, behind + 3);
    }
    if (clause.autoincrement_at == 0) {
      clause.autoincrement_at = EndOf(end - 1);
      clause.autoincrement = Is(end - 1, "AUTOINCREMENT");
    }
    return clause;
  }

  const absl::string_view sql_;
  const std::vector<SqliteToken> tokens_;
  TableClauses table_;
};

}  // namespace

const Clause* ColumnClauses::Find(Clause::Kind kind) const {
  const auto found =
      std::find_if(clauses.begin(), clauses.end(),
                   [&](const Clause& one) { return one.kind == kind; });
  return found == clauses.end() ? nullptr : &*found;
}

const ColumnClauses* TableClauses::Find(absl::string_view column) const {
  const auto found = std::find_if(
      columns.begin(), columns.end(), [&](const ColumnClauses& one) {
        return absl::EqualsIgnoreCase(one.name, column);
      });
  return found == columns.end() ? nullptr : &*found;
}

const Clause* TableClauses::PrimaryKey() const {
  if (!key.empty()) return &key[0];
  for (const ColumnClauses& column : columns) {
    if (const Clause* const own = column.Find(Clause::Kind::kPrimaryKey)) {
      return own;
    }
  }
  return nullptr;
}

TableClauses ClausesOf(absl::string_view create_table) {
  return ClauseReader(create_table).Read();
}

}  // namespace modelservice::catalog
