#include "modelservice/raw_query.h"

#include <cstddef>

#include "absl/algorithm/container.h"
#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "modelservice/database.h"
#include "modelservice/db/error.h"
#include "modelservice/db/kept_texts.h"
#include "modelservice/sql/raw_text.h"

namespace modelservice {
namespace {

class CallingSink final : public RowSink {
 public:
  CallingSink(absl::FunctionRef<absl::Status(Row)> take,
              absl::FunctionRef<void()> restart)
      : take_(take), restart_(restart) {}
  absl::Status OnRow(Row row) override { return take_(row); }
  void OnRestart() override { restart_(); }

 private:
  const absl::FunctionRef<absl::Status(Row)> take_;
  const absl::FunctionRef<void()> restart_;
};

// Numbers from 1 to `most`, as they were joined.
std::vector<size_t> NumbersOf(absl::string_view list, size_t most) {
  std::vector<size_t> numbers;
  for (const absl::string_view item :
       absl::StrSplit(list, ',', absl::SkipEmpty())) {
    size_t number = 0;
    if (absl::SimpleAtoi(item, &number) && number > 0 && number <= most) {
      numbers.push_back(number);
    }
  }
  return numbers;
}

// What a program has written is its argument, and it is told where the fault
// is. The payload stays: it is nothing that a client has sent.
absl::Status OfProgram(const absl::Status& status, const DatabaseError& error,
                       absl::string_view text) {
  using Kind = DatabaseError::Kind;
  if (error.kind != Kind::kSchema && error.kind != Kind::kSyntax &&
      !(error.kind == Kind::kValue &&
        (error.parameter.has_value() || error.offset.has_value()))) {
    return status;
  }
  absl::Status named(
      absl::StatusCode::kInvalidArgument,
      absl::StrCat(status.message(), "; ",
                   error.offset.has_value()
                       ? absl::StrCat(PlaceIn(text, *error.offset), " of: ")
                       : "in: ",
                   text));
  status.ForEachPayload([&](absl::string_view url, const absl::Cord& payload) {
    named.SetPayload(url, payload);
  });
  return named;
}

}  // namespace

namespace internal {

Literal RawInteger(int64_t value, bool too_big) {
  if (too_big) {
    return Literal(Value::Invalid(
        "Ensure this value is less than or equal to 9223372036854775807."));
  }
  return Literal(Value::Integer(value));
}

Literal RawTime(absl::Time time) {
  if (time == absl::InfiniteFuture() || time == absl::InfinitePast()) {
    return Literal(Value::Invalid("An infinite time is none of a database."));
  }
  const int64_t seconds = absl::ToUnixSeconds(time);  // rounds down
  const auto nanos = static_cast<int32_t>(
      absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds)));
  return Literal(Value::Timestamp(seconds, nanos));
}

}  // namespace internal

absl::StatusOr<std::vector<std::vector<Literal>>> RawQuery::Rows() const {
  std::vector<std::vector<Literal>> rows;
  auto status = Run(
      [&](Row row) {
        rows.emplace_back();
        for (const Value& value : row) rows.back().emplace_back(value);
        return absl::OkStatus();
      },
      [&] { rows.clear(); });
  if (!status.ok()) return status.status();
  return rows;
}

absl::StatusOr<int64_t> RawQuery::Execute() const {
  return Run([](Row) { return absl::OkStatus(); }, [] {});
}

absl::StatusOr<Statement> RawQuery::Written(
    const std::vector<size_t>& untyped) const {
  std::vector<std::optional<Value::Kind>> kinds(values_.size());
  for (const size_t number : untyped) {
    kinds[number - 1] = values_[number - 1].value().kind();
  }
  auto text = WithPlaceholders(sql_, kinds, database_->dialect());
  if (!text.ok()) return text.status();
  Statement statement;
  statement.writes = MayWrite(sql_);
  statement.text = statement.arena.Own(*std::move(text));
  for (const Literal& value : values_) {
    statement.parameters.push_back(statement.arena.OwnTextOf(value.value()));
  }
  return statement;
}

absl::StatusOr<int64_t> RawQuery::Run(absl::FunctionRef<absl::Status(Row)> take,
                                      absl::FunctionRef<void()> restart) const {
  KeptTexts& kept = database_->untyped_parameters();
  const std::vector<size_t> known = NumbersOf(kept.Find(sql_), values_.size());
  std::vector<size_t> untyped = known;
  CallingSink sink(take, restart);
  while (true) {
    absl::StatusOr<Statement> statement = Written(untyped);
    if (!statement.ok()) return statement.status();
    const std::string text(statement->text);
    auto outcome = database_->Run(*std::move(statement), sink);
    if (outcome.ok()) {
      if (untyped != known) kept.Keep(sql_, absl::StrJoin(untyped, ","));
      return outcome->changes;
    }
    const auto error = GetDatabaseError(outcome.status());
    if (!error.has_value()) return outcome.status();
    // Nothing has run: the statement was not prepared.
    const size_t number = error->parameter.value_or(0);
    if (error->kind != DatabaseError::Kind::kSyntax || number == 0 ||
        number > values_.size() || absl::c_linear_search(untyped, number)) {
      return OfProgram(outcome.status(), *error, text);
    }
    untyped.push_back(number);
  }
}

}  // namespace modelservice
