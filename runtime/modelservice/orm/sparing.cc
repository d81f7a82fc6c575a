#include "modelservice/orm/sparing.h"

#include <google/protobuf/message.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "absl/algorithm/container.h"
#include "modelservice/orm/kept_values.h"
#include "modelservice/orm/rows.h"
#include "modelservice/sql/table_statements.h"

namespace modelservice {
namespace {

using ::google::protobuf::Message;

class FirstMessage final : public RowSink {
 public:
  FirstMessage(const Model& model, const RowCodec& codec)
      : model_(model), codec_(codec) {}
  absl::Status OnRow(Row row) override {
    message_.reset(model_.prototype().New());
    return codec_.Decode(row, message_.get());
  }
  void OnRestart() override { message_.reset(); }
  std::unique_ptr<Message> Take() { return std::move(message_); }

 private:
  const Model& model_;
  const RowCodec& codec_;
  std::unique_ptr<Message> message_;
};

// The row with the key of `values`, as it is; null where it is not there, or
// cannot be read: then all of it is written.
absl::StatusOr<std::unique_ptr<Message>> RowOf(const RowToSpare& row,
                                               const RowValues& values) {
  const Projection projection(row.model);
  Select select;
  select.columns = projection.columns();
  select.from = TableName(*row.model.table);
  select.where = KeyIs(*row.model.table, values.row()) && row.there;
  select.lock = RowLock::kUpdate;
  const std::optional<RowCodec> codec = LiveCodecOf(projection, row.live);
  FirstMessage first(row.model,
                     codec.has_value() ? *codec : projection.codec());
  const auto outcome =
      row.session.Run(Write(select, row.session.dialect()), first);
  if (outcome.ok()) return first.Take();
  if (!absl::IsDataLoss(outcome.status())) return outcome.status();
  return std::unique_ptr<Message>();
}

absl::Status Judge(const Validator* rules, const RowValues& values,
                   absl::Span<const int> columns, absl::string_view path) {
  return rules == nullptr ? absl::OkStatus()
                          : rules->CheckWritten(values.row(), columns, path);
}

}  // namespace

absl::StatusOr<std::vector<int>> StoreSparing(const RowToSpare& row,
                                              absl::Span<const int> columns,
                                              const Validator* rules,
                                              absl::string_view path,
                                              RowValues* values,
                                              TextArena& arena) {
  const std::vector<int> kept =
      KeptColumns(row.session.dialect(), row.model, row.live, columns, *values);
  std::vector<int> others(columns.begin(), columns.end());
  others.erase(std::remove_if(others.begin(), others.end(),
                              [&](int column) {
                                return absl::c_linear_search(kept, column);
                              }),
               others.end());
  if (auto status = Judge(rules, *values, others, path); !status.ok()) {
    // Refused anyway, it hears of all.
    return kept.empty() ? status : Judge(rules, *values, columns, path);
  }
  std::vector<Value> given;
  for (const int column : kept) {
    given.push_back((*values)[column]);
    values->Set(column, Value::Null());
  }
  if (auto status = StoreValues(row.model, row.live, values, path);
      !status.ok()) {
    return status;
  }
  if (kept.empty()) return kept;
  auto stored = RowOf(row, *values);
  if (!stored.ok()) return stored.status();
  RowValues before(row.model);
  if (*stored != nullptr) before.Read(**stored);
  std::vector<int> spared;
  std::vector<int> written;
  for (size_t i = 0; i < kept.size(); ++i) {
    // Two that have no form are not the same for that.
    if (*stored != nullptr && given[i].kind() != Value::Kind::kInvalid &&
        SameValue(before[kept[i]], given[i])) {
      spared.push_back(kept[i]);
      continue;
    }
    written.push_back(kept[i]);
    values->Set(kept[i], given[i]);
  }
  if (auto status = CheckValues(row.model, *values, path); !status.ok()) {
    return status;
  }
  if (auto status = Judge(rules, *values, written, path); !status.ok()) {
    return status;
  }
  for (const int column : written) {
    values->Set(column,
                WrittenIn(row.live.forms, column, (*values)[column], arena));
  }
  if (auto status = CheckValues(row.model, *values, path); !status.ok()) {
    return status;
  }
  return spared;
}

}  // namespace modelservice
