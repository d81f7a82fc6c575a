#include "modelservice/orm/row_state.h"

#include <optional>
#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "modelservice/base/status_details.h"
#include "modelservice/orm/codec.h"
#include "modelservice/orm/row_set.h"
#include "modelservice/orm/rows.h"
#include "modelservice/sql/stored_literals.h"
#include "modelservice/sql/table_statements.h"
#include "modelservice/stale_row.h"
#include "modelservice/status.pb.h"

namespace modelservice {
namespace {

constexpr absl::string_view kStale = "STALE_ROW";

std::string NameOf(const Table& table, absl::Span<const Value> key) {
  std::string name(table.message);
  absl::string_view separator = ": ";
  for (const Value part : key) {
    absl::StrAppend(&name, separator, KeyText(part));
    separator = ", ";
  }
  return name;
}

absl::Status Stale(const Table& table, absl::Span<const Value> key,
                   const Column& column, Value given, Value current) {
  const std::string was = KeyText(given);
  const std::string is = KeyText(current);
  absl::Status status = absl::AbortedError(
      absl::StrCat(NameOf(table, key), " has changed: its ", column.field,
                   " is ", is, ", not ", was, "."));
  AddErrorInfo(&status, kStale,
               {{"field", column.field}, {"given", was}, {"current", is}});
  return status;
}

class OneRow final : public RowSink {
 public:
  absl::Status OnRow(Row row) override {
    values.clear();
    for (const Value value : row) values.emplace_back(value);
    return absl::OkStatus();
  }
  void OnRestart() override { values.clear(); }

  std::vector<Literal> values;
};

}  // namespace

std::optional<StaleRow> GetStaleRow(const absl::Status& status) {
  const auto payload =
      status.GetPayload("type.googleapis.com/google.rpc.ErrorInfo");
  ErrorInfo info;
  if (!payload.has_value() || !info.ParseFromString(std::string(*payload)) ||
      info.reason() != kStale) {
    return std::nullopt;
  }
  const auto at = [&](const char* name) {
    const auto found = info.metadata().find(name);
    return found == info.metadata().end() ? "" : std::string(found->second);
  };
  return StaleRow{at("field"), at("given"), at("current")};
}

RowState::RowState(const Model& model,
                   const google::protobuf::Message& message) {
  TextArena arena;
  const auto& columns = model.table->columns;
  for (size_t i = 0; i < columns.size(); ++i) {
    if (!TellsStates(columns[i].role)) continue;
    const int column = static_cast<int>(i);
    Add(column, model.get(message, column, arena));
  }
}

void RowState::Add(int column, Value value) {
  const bool says =
      value.kind() == Value::Kind::kText
          ? !value.text().empty()
          : value.kind() == Value::Kind::kInteger && value.integer() != 0;
  if (says) columns_.emplace_back(column, Literal(value));
}

void RowState::AddEtag(const Table& table, absl::string_view etag) {
  Add(ColumnIn(Role::kEtag, table), Value::Text(etag));
}

const Literal* RowState::Of(int column) const {
  for (const auto& [each, value] : columns_) {
    if (each == column) return &value;
  }
  return nullptr;
}

Expression RowState::Condition(const Table& table,
                               absl::Span<const ColumnForm> forms) const {
  Expression all;
  for (const auto& [column, value] : columns_) {
    all = all && ColumnIs(table, column, value);
  }
  return WithStored(all, table, forms);
}

absl::Status RowState::Check(const Table& table, absl::Span<const Value> key,
                             Row current) const {
  for (const auto& [column, value] : columns_) {
    const Value is = current[static_cast<size_t>(column)];
    if (SameValue(is, value.value())) continue;
    return Stale(table, key, table.columns[static_cast<size_t>(column)],
                 value.value(), is);
  }
  return absl::OkStatus();
}

absl::Status RowState::Explain(const Session& session, const Model& model,
                               const Expression& where,
                               absl::Span<const Value> key) const {
  const Table& table = *model.table;
  if (is_any()) return RowNotFound(table, key);
  Select select;
  for (const auto& [column, value] : columns_) {
    select.columns.push_back(Expression::Column(table, column));
  }
  select.from = TableName(table);
  select.where = where;
  OneRow row;
  auto outcome = session.Run(Write(select, session.dialect()), row);
  if (!outcome.ok()) return outcome.status();
  if (row.values.empty()) return RowNotFound(table, key);
  for (size_t i = 0; i < columns_.size(); ++i) {
    const auto& [column, value] = columns_[i];
    // What has come back meanwhile had been another one.
    const bool last = i + 1 == columns_.size();
    if (!last && SameValue(row.values[i].value(), value.value())) continue;
    return Stale(table, key, table.columns[static_cast<size_t>(column)],
                 value.value(), row.values[i].value());
  }
  return absl::OkStatus();
}

}  // namespace modelservice
