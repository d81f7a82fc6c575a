// SQL of a program's own, with `?` for each value on every database:
//
//   auto rows = db.Query("SELECT id, phone FROM customer WHERE owner = ?",
//                        owner)
//                   .Tuples<int64_t, std::optional<std::string>>();
//   // absl::StatusOr<std::vector<std::tuple<...>>>
//
//   absl::StatusOr<int64_t> gone =
//       db.Execute("DELETE FROM customer WHERE owner = ?", owner);
//
// Values are bound, never written into the text: numbers, truth values, texts,
// bytes (AsBytes), times (absl::Time), std::nullopt and optional ones of these.
// `??` is a question mark of the database's own, as in operators on JSON; those
// in quotes and comments are left alone. On PostgreSQL a value whose type the
// statement does not tell, as in `? IS NULL`, is of its own: bigint, double
// precision, bytea, timestamptz, and text, which NULL is, too.
//
// Ownership: refers to its database, and owns all else. Threads: not safe;
// copies are independent. Blocking: what returns a status waits; inside of a
// transaction it is part of it. Errors: INVALID_ARGUMENT for another number of
// values than of question marks, for SQL that the database does not take, a
// table or a column that it does not have, and a value that its parameter's
// type does not take, each with the place and the statement; OUT_OF_RANGE and
// INTERNAL for a value that is not of the type that was asked for; and database
// errors (db/error.h), which the former are, too.
#ifndef MODELSERVICE_RAW_QUERY_H_
#define MODELSERVICE_RAW_QUERY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/base/attributes.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "modelservice/db/read_value.h"
#include "modelservice/sql/literal.h"
#include "modelservice/statement.h"

namespace modelservice {

class Database;

// Bytes among the values of a query, which a text is not: to SQLite none of
// them equals a text. Views them.
//
//   db.Query("SELECT id FROM file WHERE digest = ?", AsBytes(digest));
struct AsBytes {
  explicit AsBytes(absl::string_view bytes ABSL_ATTRIBUTE_LIFETIME_BOUND)
      : bytes(bytes) {}
  absl::string_view bytes;
};

namespace internal {

Literal RawInteger(int64_t value, bool too_big);
Literal RawTime(absl::Time time);

template <class T>
Literal RawValue(const T& value) {
  if constexpr (std::is_same_v<T, std::nullopt_t>) {
    return Literal();
  } else if constexpr (std::is_same_v<T, Literal>) {
    return value;
  } else if constexpr (std::is_same_v<T, AsBytes>) {
    return Literal(Value::Blob(value.bytes));
  } else if constexpr (std::is_same_v<T, absl::Time>) {
    return RawTime(value);
  } else if constexpr (std::is_convertible_v<const T&, absl::string_view>) {
    return Literal(Value::Text(value));
  } else if constexpr (std::is_floating_point_v<T>) {
    return Literal(Value::Real(static_cast<double>(value)));
  } else {
    static_assert(std::is_integral_v<T>,
                  "a value of SQL is a number, a truth value, a text, AsBytes, "
                  "an absl::Time, std::nullopt, or an optional one: see T");
    return RawInteger(static_cast<int64_t>(value),
                      std::is_unsigned_v<T> && sizeof(T) == 8 &&
                          static_cast<int64_t>(value) < 0);
  }
}
template <class T>
Literal RawValue(const std::optional<T>& value) {
  return value.has_value() ? RawValue(*value) : Literal();
}

}  // namespace internal

class RawQuery {
 public:
  // As Database::Query makes it.
  RawQuery(Database& database, absl::string_view sql,
           std::vector<Literal> values)
      : database_(&database), sql_(sql), values_(std::move(values)) {}

  // Each row, a value for each column. What may be NULL is a std::optional.
  template <class... Parts>
  absl::StatusOr<std::vector<std::tuple<Parts...>>> Tuples() const {
    std::vector<std::tuple<Parts...>> tuples;
    auto status = Run(
        [&](Row row) {
          return ReadTuple(
              row, &tuples.emplace_back(),
              [](Value value, auto* out) { return ReadOptional(value, out); });
        },
        [&] { tuples.clear(); });
    if (!status.ok()) return status.status();
    return tuples;
  }
  // Each row as the database has it.
  absl::StatusOr<std::vector<std::vector<Literal>>> Rows() const;
  // Forgets all rows and says how many were inserted, changed or deleted.
  absl::StatusOr<int64_t> Execute() const;

 private:
  absl::StatusOr<int64_t> Run(absl::FunctionRef<absl::Status(Row)> take,
                              absl::FunctionRef<void()> restart) const;
  // The parameters in `untyped` are of their values' kinds.
  absl::StatusOr<Statement> Written(const std::vector<size_t>& untyped) const;

  Database* database_;
  std::string sql_;
  std::vector<Literal> values_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_RAW_QUERY_H_
