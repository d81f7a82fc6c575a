#include "modelservice/guard/auth/sql_row.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/db/error.h"
#include "modelservice/schema/float_text.h"
#include "modelservice/schema/timestamp_text.h"

namespace modelservice {
namespace {

std::string TextOf(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::kNull:
      return "";
    case Value::Kind::kInteger:
      return absl::StrCat(value.integer());
    case Value::Kind::kReal:
      return ShortestText(value.real());
    case Value::Kind::kTimestamp:
      return FormatTimestamp(value.seconds(), value.nanos());
    case Value::Kind::kText:
    case Value::Kind::kBlob:
    case Value::Kind::kInvalid:
      return std::string(value.text());
    case Value::Kind::kList:
      break;
  }
  return "";
}

class TextRows final : public RowSink {
 public:
  absl::Status OnRow(Row row) override {
    TextRow texts;
    texts.reserve(row.size());
    for (const Value& value : row) texts.push_back(TextOf(value));
    rows.push_back(std::move(texts));
    return absl::OkStatus();
  }
  void OnRestart() override { rows.clear(); }

  std::vector<TextRow> rows;
};

}  // namespace

absl::StatusOr<std::vector<TextRow>> ReadRows(
    Database& database, absl::string_view sql,
    absl::Span<const Value> parameters, const CallLimits* limits) {
  Statement statement;
  statement.text = sql;
  statement.parameters.assign(parameters.begin(), parameters.end());
  TextRows sink;
  const auto outcome = database.Run(std::move(statement), sink, limits);
  if (HasKind(outcome.status(), DatabaseError::Kind::kValue))
    return std::vector<TextRow>();
  if (!outcome.ok()) return outcome.status();
  return std::move(sink.rows);
}

}  // namespace modelservice
