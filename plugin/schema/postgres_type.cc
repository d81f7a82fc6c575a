#include "plugin/schema/postgres_type.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "modelservice/sql/identifier.h"

namespace modelservice::plugin {
namespace {

using Words = absl::flat_hash_set<absl::string_view>;

// clang-format off

// pg_get_keywords() of PostgreSQL 15 to 18, those of the categories R and C,
// less the ones that a type begins with: none is a type's name without quotes.
constexpr char kKeywords[] = R"(
all analyse analyze and any array as asc asymmetric between both case cast check
coalesce collate column constraint create current_catalog current_date
current_role current_time current_timestamp current_user default deferrable desc
distinct do else end except exists extract false fetch for foreign from grant
greatest group grouping having in initially inout intersect into json_array
json_arrayagg json_exists json_object json_objectagg json_query json_scalar
json_serialize json_table json_value lateral leading least limit localtime
localtimestamp merge_action none normalize not null nullif offset on only or
order out overlay placing position precision primary references returning row
select session_user setof some substring symmetric system_user table then to
trailing treat trim true union unique user using values variadic when where
window with xmlattributes xmlconcat xmlelement xmlexists xmlforest
xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable
)";

// pg_type of PostgreSQL 15 to 18: what takes no modifiers, ...
constexpr char kPlain[] = R"(
aclitem bool box bytea cid cidr circle date datemultirange daterange float4
float8 gtsvector inet int2 int2vector int4 int4multirange int4range int8
int8multirange int8range json jsonb jsonpath line lseg macaddr macaddr8 money
name nummultirange numrange oid oidvector path pg_lsn pg_node_tree pg_snapshot
point polygon refcursor regclass regcollation regconfig regdictionary
regnamespace regoper regoperator regproc regprocedure regrole regtype text tid
tsmultirange tsquery tsrange tstzmultirange tstzrange tsvector txid_snapshot
uuid xid xid8 xml
)";

// ... and what no column can be of.
constexpr char kPseudo[] = R"(
any anyarray anycompatible anycompatiblearray anycompatiblemultirange
anycompatiblenonarray anycompatiblerange anyelement anyenum anymultirange
anynonarray anyrange cstring event_trigger fdw_handler index_am_handler internal
language_handler pg_ddl_command record table_am_handler trigger tsm_handler
unknown void
)";

// clang-format on

Words Split(absl::string_view text) {
  return absl::StrSplit(text, absl::ByAnyChar(" \n"), absl::SkipEmpty());
}

bool IsKeyword(absl::string_view word) {
  static const auto* const kWords = new Words(Split(kKeywords));
  return kWords->contains(word);
}
bool IsPlain(absl::string_view type) {
  static const auto* const kTypes = new Words(Split(kPlain));
  return kTypes->contains(type);
}
bool IsPseudo(absl::string_view type) {
  static const auto* const kTypes = new Words(Split(kPseudo));
  return kTypes->contains(type);
}

// The least and the most that a number in parentheses can be.
struct Range {
  int least;
  int most;
};
constexpr Range kLength = {1, 10485760};
constexpr Range kBits = {1, 83886080};
constexpr Range kFloatDigits = {1, 53};
constexpr Range kFraction = {0, 6};  // of a second
constexpr Range kPrecision = {1, 1000};
constexpr Range kScale = {-1000, 1000};

struct Token {
  enum class Kind { kWord, kQuoted, kNumber, kSign, kEnd } kind;
  std::string text;  // a word in lower case, a name without its quotes
};

// What FaultOfType finds no fault with is made of these.
std::vector<Token> Tokens(absl::string_view text) {
  std::vector<Token> tokens;
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  for (size_t i = 0; i < text.size();) {
    const char c = text[i];
    Token token = {Token::Kind::kSign, std::string(1, c)};
    size_t end = i + 1;
    if (c == '"') {
      token = {Token::Kind::kQuoted, ""};
      for (; text[end] != '"' || text.substr(end + 1, 1) == "\""; ++end) {
        if (text[end] == '"') ++end;
        token.text.push_back(text[end]);
      }
      ++end;
    } else if (is_digit(c)) {
      while (end < text.size() && is_digit(text[end])) ++end;
      token = {Token::Kind::kNumber, std::string(text.substr(i, end - i))};
    } else if (absl::ascii_isalpha(static_cast<unsigned char>(c)) || c == '_' ||
               static_cast<unsigned char>(c) >= 0x80) {
      while (end < text.size() &&
             text.find_first_of(" ().,[]+-\"", end) != end) {
        ++end;
      }
      token = {Token::Kind::kWord,
               absl::AsciiStrToLower(text.substr(i, end - i))};
    }
    if (c != ' ') tokens.push_back(std::move(token));
    i = end;
  }
  tokens.push_back({Token::Kind::kEnd, ""});
  return tokens;
}

class Type {
 public:
  explicit Type(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  std::optional<SqlFault> Fault() {
    if (Simple() && Bounds() && !IsEnd()) Misfit();
    return std::move(fault_);
  }

 private:
  // Each reads what it is named for, or says what is wrong.

  bool Simple() {
    if (Now().kind == Token::Kind::kQuoted || Next().text == ".") return Name();
    const std::string first = Now().text;
    if (Take("int") || Take("integer") || Take("smallint") || Take("bigint") ||
        Take("real") || Take("boolean")) {
      return NoArguments(first);
    }
    if (Take("float")) return Number("float", kFloatDigits);
    if (first == "double" && Next().text == "precision") {
      at_ += 2;
      return NoArguments("double precision");
    }
    if (Take("dec") || Take("decimal") || Take("numeric"))
      return Decimal(first);
    if (Take("national")) {
      return Take("character") || Take("char") ? Characters() : Misfit();
    }
    if (Take("character") || Take("char") || Take("nchar")) return Characters();
    if (Take("varchar")) return Number(first, kLength);
    if (Take("bit")) {
      Take("varying");
      return Number("bit", kBits);
    }
    if (Take("time") || Take("timestamp")) {
      if (!Number(first, kFraction)) return false;
      if (!Take("with") && !Take("without")) return true;
      return (Take("time") && Take("zone")) || Misfit();
    }
    if (Take("interval")) return Interval();
    return Name();
  }

  bool Characters() {
    Take("varying");
    return Number("character", kLength);
  }

  bool Decimal(const std::string& type) {
    if (!Take("(")) return true;
    return Value(type, kPrecision) && (!Take(",") || Value(type, kScale)) &&
           (Take(")") || Misfit());
  }

  // A field, or two of them from the longer to a shorter.
  bool Interval() {
    static constexpr absl::string_view kFields[] = {"year", "month",  "day",
                                                    "hour", "minute", "second"};
    const auto field = [&] {
      return std::find(std::begin(kFields), std::end(kFields), Now().text) -
             std::begin(kFields);
    };
    constexpr auto kMonth = 1;
    constexpr auto kSecond = 5;
    constexpr auto kNone = 6;
    const auto from = field();
    if (from == kNone) return Number("interval", kFraction);
    ++at_;
    auto last = from;
    if (Take("to")) {
      last = field();
      // Months have no fixed number of days.
      const bool fits = from == 0
                            ? last == kMonth
                            : from != kMonth && last > from && last != kNone;
      if (!fits) return Misfit();
      ++at_;
    }
    return last != kSecond || Number("second", kFraction);
  }

  // A type by its name, perhaps with a schema.
  bool Name() {
    const bool is_word = Now().kind == Token::Kind::kWord;
    std::string name = Now().text;
    if (is_word && Next().text != "." && IsKeyword(name)) {
      return Fail(absl::StrCat("begins with \"", name, "\", a word of SQL"),
                  "name a type; in \"\" if it has that name");
    }
    if (!Part()) return false;
    bool is_own = true;
    if (Take(".")) {
      is_own = name == "pg_catalog";
      name = Now().text;
      if (!Part()) return false;
    }
    if (is_own && IsPseudo(name)) {
      return Fail(absl::StrCat("is \"", name, "\", which no column can be of"),
                  "name a type of values");
    }
    if (name == "citext") return NoArguments(name);
    if (!is_own) return Modifiers();
    // "char" is a byte; what char is without quotes was read before.
    if (IsPlain(name) || name == "char") return NoArguments(name);
    if (name == "varchar" || name == "bpchar") return Number(name, kLength);
    if (name == "varbit" || name == "bit") return Number(name, kBits);
    if (name == "numeric") return Decimal(name);
    if (name == "timestamptz" || name == "timestamp" || name == "timetz" ||
        name == "time" || name == "interval") {
      return Number(name, kFraction);
    }
    return Modifiers();
  }

  bool Part() {
    if (Now().kind != Token::Kind::kWord &&
        Now().kind != Token::Kind::kQuoted) {
      return Misfit();
    }
    if (Now().text.size() > kMaxIdentifierBytes) {
      return Fail(absl::StrCat("has a name of ", Now().text.size(),
                               " bytes, and PostgreSQL keeps ",
                               kMaxIdentifierBytes, " of one"),
                  "shorten it");
    }
    ++at_;
    return true;
  }

  // What a type makes of them is its own matter.
  bool Modifiers() {
    if (!Take("(")) return true;
    do {
      if (Now().kind == Token::Kind::kWord && !IsKeyword(Now().text)) {
        ++at_;
        continue;
      }
      Take("-");
      if (Now().kind != Token::Kind::kNumber) return Misfit();
      ++at_;
    } while (Take(","));
    return Take(")") || Misfit();
  }

  // One number in parentheses, or nothing.
  bool Number(absl::string_view type, Range range) {
    return !Take("(") || (Value(type, range) && (Take(")") || Misfit()));
  }

  bool Value(absl::string_view type, Range range) {
    const bool negative = range.least < 0 && Take("-");
    if (Now().kind != Token::Kind::kNumber) return Misfit();
    int value = 0;
    const bool fits = absl::SimpleAtoi(Now().text, &value);
    if (negative) value = -value;
    if (!fits || value < range.least || value > range.most) {
      return Fail(
          absl::StrCat("has ", negative ? "-" : "", Now().text, " where ", type,
                       " takes ", range.least, " to ", range.most),
          "write one of those");
    }
    ++at_;
    return true;
  }

  bool NoArguments(absl::string_view type) {
    if (Now().text != "(") return true;
    return Fail(absl::StrCat("has \"(\", and ", type, " takes no arguments"),
                "name the type alone");
  }

  bool Bounds() {
    constexpr Range kBound = {0, 2147483647};
    if (Take("array")) {
      return !Take("[") ||
             (Value("an array", kBound) && (Take("]") || Misfit()));
    }
    while (Take("[")) {
      if (Take("]")) continue;
      if (!Value("an array", kBound)) return false;
      if (!Take("]")) return Misfit();
    }
    return true;
  }

  const Token& Now() const { return tokens_[at_]; }
  const Token& Next() const {
    return tokens_[std::min(at_ + 1, tokens_.size() - 1)];
  }
  bool IsEnd() const { return Now().kind == Token::Kind::kEnd; }

  bool Take(absl::string_view text) {
    if (Now().text != text || (Now().kind != Token::Kind::kWord &&
                               Now().kind != Token::Kind::kSign)) {
      return false;
    }
    ++at_;
    return true;
  }

  bool Misfit() {
    return IsEnd() ? Fail("ends too early", "name a type of PostgreSQL")
                   : Fail(absl::StrCat("has \"", Now().text,
                                       "\", which is no part of a type of "
                                       "PostgreSQL"),
                          "name the type alone; rules, defaults and keys have "
                          "settings of their own");
  }
  bool Fail(std::string fault, std::string mend) {
    fault_ = SqlFault{std::move(fault), std::move(mend)};
    return false;
  }

  const std::vector<Token> tokens_;
  size_t at_ = 0;
  std::optional<SqlFault> fault_;
};

}  // namespace

std::optional<SqlFault> FaultOfPostgresType(absl::string_view type) {
  if (auto fault = FaultOfType(type)) return fault;
  return Type(Tokens(type)).Fault();
}

}  // namespace modelservice::plugin
