#include "modelservice/raw_query.h"

#include "modelservice/database.h"
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

absl::StatusOr<int64_t> RawQuery::Run(absl::FunctionRef<absl::Status(Row)> take,
                                      absl::FunctionRef<void()> restart) const {
  auto text = WithPlaceholders(sql_, values_.size(), database_->dialect());
  if (!text.ok()) return text.status();
  Statement statement;
  statement.writes = MayWrite(sql_);
  statement.text = statement.arena.Own(*std::move(text));
  for (const Literal& value : values_) {
    statement.parameters.push_back(statement.arena.OwnTextOf(value.value()));
  }
  CallingSink sink(take, restart);
  auto outcome = database_->Run(std::move(statement), sink);
  if (!outcome.ok()) return outcome.status();
  return outcome->changes;
}

}  // namespace modelservice
