#include "modelservice/db/postgres/errors.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "modelservice/db/error.h"
#include "modelservice/db/postgres/parameter_column.h"
#include "modelservice/db/postgres/statement_fault.h"

namespace modelservice::postgres {
namespace {

using Kind = DatabaseError::Kind;

// Parameters of one statement.
constexpr int kMostOfProtocol = 65535;

struct StateKind {
  absl::string_view sqlstate;  // a whole one, or its first characters
  Kind kind;
};

// https://www.postgresql.org/docs/current/errcodes-appendix.html
// The first that fits counts.
constexpr StateKind kKinds[] = {
    {"23505", Kind::kUnique},
    {"23503", Kind::kForeignKey},
    {"23001", Kind::kForeignKey},  // restrict_violation
    {"23502", Kind::kNotNull},
    {"23514", Kind::kCheck},
    {"23P01", Kind::kCheck},  // exclusion_violation
    {"44000", Kind::kCheck},  // WITH CHECK OPTION of a view
    {"P0001", Kind::kCheck},  // RAISE in a trigger: the user's own rule
    {"22", Kind::kValue},     // data_exception
    {"54000", Kind::kValue},  // a row too long for an index
    {"40001", Kind::kSerialization},
    {"40P01", Kind::kSerialization},  // deadlock_detected
    {"55P03", Kind::kBusy},           // lock_not_available
    {"25P03", Kind::kTooLong},        // idle_in_transaction_session_timeout
    {"53100", Kind::kFull},
    {"53", Kind::kConnection},
    {"08", Kind::kConnection},
    {"57P", Kind::kConnection},
    {"28", Kind::kConnection},  // the server does not know us any more
    {"42P01", Kind::kSchema},
    {"42703", Kind::kSchema},
    {"3F000", Kind::kSchema},
    {"42501", Kind::kOther},  // insufficient_privilege
    {"42P05", Kind::kOther},  // duplicate_prepared_statement, ours
    {"42", Kind::kSyntax},
    {"XX001", Kind::kCorrupt},
    {"XX002", Kind::kCorrupt},
};

Kind KindOf(const ErrorFields& fields) {
  if (IsCancelled(fields)) {
    // One SQLSTATE for all causes; the server's language may hide which.
    return absl::StrContains(fields.message, "timeout") ? Kind::kTimeout
                                                        : Kind::kCancelled;
  }
  if (IsStale(fields) && fields.sqlstate.substr(0, 2) != "42") {
    return Kind::kSerialization;
  }
  if (IsOfStandby(fields)) return Kind::kReadOnly;
  Kind kind = Kind::kOther;
  for (const StateKind& entry : kKinds) {
    if (!absl::StartsWith(fields.sqlstate, entry.sqlstate)) continue;
    kind = entry.kind;
    break;
  }
  const bool is_wrong =
      kind == Kind::kOther || kind == Kind::kSchema || kind == Kind::kSyntax;
  return is_wrong && IsOfParameter(fields) ? Kind::kValue : kind;
}

// Takes one name off a list like `id, "E mail", lower(name)`; false for what is
// no plain name.
bool TakeName(absl::string_view* list, std::string* name) {
  name->clear();
  if (absl::ConsumePrefix(list, "\"")) {
    while (true) {
      const size_t quote = list->find('"');
      if (quote == absl::string_view::npos) return false;
      absl::StrAppend(name, list->substr(0, quote));
      list->remove_prefix(quote + 1);
      if (!absl::ConsumePrefix(list, "\"")) break;
      name->push_back('"');
    }
  } else {
    const size_t end = list->find_first_of(",( \"");
    const size_t size = end == absl::string_view::npos ? list->size() : end;
    name->assign(list->data(), size);
    list->remove_prefix(size);
  }
  return !name->empty() && (list->empty() || absl::ConsumePrefix(list, ", "));
}

// The names in `Key (a, b)=(1, 2) already exists.`, which are in the same place
// in every language; "" where there are none.
absl::string_view NamesInKey(absl::string_view detail) {
  const size_t open = detail.find('(');
  const size_t close = detail.find(")=(");
  if (open == absl::string_view::npos || close == absl::string_view::npos ||
      close < open) {
    return "";
  }
  return detail.substr(open + 1, close - open - 1);
}

// Of an index; none when one of them is an expression.
std::vector<std::string> KeyColumns(absl::string_view detail) {
  absl::string_view list = NamesInKey(detail);
  std::vector<std::string> columns;
  std::string name;
  while (!list.empty()) {
    if (!TakeName(&list, &name)) return {};
    columns.push_back(name);
  }
  return columns;
}

// Of a foreign key, whose names stand there as they are, in no quotes.
std::vector<std::string> ForeignKeyColumns(absl::string_view detail) {
  return absl::StrSplit(NamesInKey(detail), ", ", absl::SkipEmpty());
}

// The name in `relation "customer" does not exist`.
std::string QuotedName(absl::string_view message) {
  const size_t open = message.find('"');
  if (open == absl::string_view::npos) return "";
  const size_t close = message.find('"', open + 1);
  if (close == absl::string_view::npos) return "";
  return std::string(message.substr(open + 1, close - open - 1));
}

// The detail as it may be logged: of what a row breaks (class 23) with the keys
// and rows that it quotes left out, in whatever language.
std::string WithoutValues(const ErrorFields& fields) {
  const absl::string_view detail = fields.detail;
  if (!absl::StartsWith(fields.sqlstate, "23")) return std::string(detail);
  const size_t values = detail.find(")=(");
  const size_t end = detail.rfind(')');
  if (values == absl::string_view::npos) {
    // `Failing row contains (1, ann, null).`
    return end == absl::string_view::npos ? std::string(detail) : "";
  }
  return absl::StrCat(detail.substr(0, values), ")=(...", detail.substr(end));
}

// The parameter whose value its type does not take.
int NumberOfParameter(const ErrorFields& fields) {
  int number = 0;
  for (size_t i = fields.context.find('$') + 1;
       i < fields.context.size() && number < kMostOfProtocol &&
       absl::ascii_isdigit(static_cast<unsigned char>(fields.context[i]));
       ++i) {
    number = number * 10 + (fields.context[i] - '0');
  }
  return number;
}

// The column of such a value, of which PostgreSQL says no more than where it
// stood.
std::string ColumnOfValue(const ErrorFields& fields, absl::string_view sql) {
  return IsOfParameter(fields)
             ? ColumnOfParameter(sql, NumberOfParameter(fields))
             : ColumnOfCopy(fields.context);
}

void ReadPlace(const ErrorFields& fields, absl::string_view sql,
               DatabaseError* error) {
  error->table = std::string(fields.table);
  error->constraint = std::string(fields.constraint);
  if (!sql.empty()) {
    error->offset = OffsetOf(fields, sql);
    error->parameter = UntypedParameter(fields, sql);
  }
  if (error->kind == Kind::kValue && IsOfParameter(fields)) {
    error->parameter = static_cast<size_t>(NumberOfParameter(fields));
  }
  switch (error->kind) {
    case Kind::kUnique:
      error->columns = KeyColumns(fields.detail);
      break;
    case Kind::kForeignKey:
      if (absl::StartsWith(fields.message, "update or delete on table")) {
        // The table is the one that refers to the row, not the row's own.
        error->table.clear();
      } else {
        error->columns = ForeignKeyColumns(fields.detail);
      }
      break;
    case Kind::kSchema:
      if (fields.sqlstate == "42P01") error->table = QuotedName(fields.message);
      if (fields.sqlstate == "42703") {
        error->columns.push_back(QuotedName(fields.message));
      }
      break;
    default:
      if (!fields.column.empty()) error->columns.emplace_back(fields.column);
      if (error->columns.empty() &&
          (error->kind == Kind::kValue || !fields.datatype.empty())) {
        std::string column = ColumnOfValue(fields, sql);
        if (!column.empty()) error->columns.push_back(std::move(column));
      }
      break;
  }
}

absl::string_view Field(const PGresult* result, int code) {
  const char* text = PQresultErrorField(result, code);
  return text == nullptr ? absl::string_view() : absl::string_view(text);
}

}  // namespace

ErrorFields FieldsOf(const PGresult* result) {
  ErrorFields fields;
  fields.sqlstate = Field(result, PG_DIAG_SQLSTATE);
  fields.message = Field(result, PG_DIAG_MESSAGE_PRIMARY);
  fields.detail = Field(result, PG_DIAG_MESSAGE_DETAIL);
  fields.table = Field(result, PG_DIAG_TABLE_NAME);
  fields.column = Field(result, PG_DIAG_COLUMN_NAME);
  fields.constraint = Field(result, PG_DIAG_CONSTRAINT_NAME);
  fields.datatype = Field(result, PG_DIAG_DATATYPE_NAME);
  fields.function = Field(result, PG_DIAG_SOURCE_FUNCTION);
  fields.context = Field(result, PG_DIAG_CONTEXT);
  fields.position = Field(result, PG_DIAG_STATEMENT_POSITION);
  return fields;
}

absl::Status ErrorOf(const ErrorFields& fields, absl::string_view sql) {
  DatabaseError error;
  error.kind = KindOf(fields);
  ReadPlace(fields, sql, &error);
  // invalid_regular_expression: the program's own, or a client's, and no row's.
  if (fields.sqlstate == "2201B") {
    return absl::InvalidArgumentError(fields.message);
  }
  std::string text = absl::StrCat(fields.message, " (", fields.sqlstate, ")");
  const std::string detail = WithoutValues(fields);
  if (!detail.empty()) absl::StrAppend(&text, ": ", detail);
  if (fields.sqlstate == "26000" || fields.sqlstate == "42P05") {
    absl::StrAppend(&text,
                    "; behind a pooler that gives each transaction another "
                    "connection, set prepare=false in the database's URL");
  }
  return MakeDatabaseError(error, text);
}

absl::Status ErrorOf(const PGresult* result, absl::string_view sql) {
  const ErrorFields fields = FieldsOf(result);
  if (!fields.sqlstate.empty()) return ErrorOf(fields, sql);
  // libpq's own: it has lost the connection.
  const absl::string_view text = PQresultErrorMessage(result);
  return MakeDatabaseError(Kind::kConnection,
                           text.empty() ? "no answer from the server"
                                        : absl::StripAsciiWhitespace(text));
}

absl::Status ConnectionError(const PGconn* connection) {
  const std::string text = absl::StrReplaceAll(
      absl::StripAsciiWhitespace(PQerrorMessage(connection)),
      {{"\n\t", " "}, {"\n", "; "}});
  return MakeDatabaseError(
      Kind::kConnection,
      text.empty() ? "the connection to PostgreSQL is lost" : text);
}

absl::Status ClosedError() {
  return MakeDatabaseError(Kind::kConnection, "the database is closed");
}

bool IsStale(const ErrorFields& fields) {
  // invalid_sql_statement_name: the server connection is another one.
  if (fields.sqlstate == "26000") return true;
  // "cached plan must not change result type", in any language
  if (fields.sqlstate == "0A000") {
    return fields.function == "RevalidateCachedQuery";
  }
  // A column of another type than when the parameters' types were learnt.
  return (fields.sqlstate == "42804" || fields.sqlstate == "42883") &&
         !IsOfParameter(fields);
}

bool IsOfParameter(const ErrorFields& fields) {
  // "unnamed portal parameter $1 = '...'", in any language: one line, for no
  // function calls the type's.
  const size_t sign = fields.context.find('$');
  return sign != absl::string_view::npos && sign + 1 < fields.context.size() &&
         absl::ascii_isdigit(
             static_cast<unsigned char>(fields.context[sign + 1])) &&
         !absl::StrContains(fields.context, '\n');
}

bool IsOfStandby(const ErrorFields& fields) {
  if (fields.sqlstate == "25006") return true;  // read_only_sql_transaction
  if (fields.sqlstate != "0A000") return false;
  // A BEGIN that asks for READ WRITE or SERIALIZABLE, in any language: where
  // the server checks the settings that these are.
  constexpr absl::string_view kChecks[] = {"call_bool_check_hook",
                                           "call_enum_check_hook"};
  return absl::c_linear_search(kChecks, fields.function);
}

bool IsConflict(const ErrorFields& fields) {
  return fields.sqlstate == "40001" || fields.sqlstate == "40P01";
}

bool IsLocked(const ErrorFields& fields) { return fields.sqlstate == "55P03"; }

bool IsCancelled(const ErrorFields& fields) {
  return fields.sqlstate == "57014";
}

bool EndsConnection(const PGresult* result) {
  const absl::string_view severity =
      Field(result, PG_DIAG_SEVERITY_NONLOCALIZED);
  return severity == "FATAL" || severity == "PANIC" ||
         Field(result, PG_DIAG_SQLSTATE).empty();
}

}  // namespace modelservice::postgres
