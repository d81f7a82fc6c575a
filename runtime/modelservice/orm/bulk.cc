// Many rows at once.
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "modelservice/orm/row_values.h"
#include "modelservice/orm/rows.h"
#include "modelservice/sql/table_statements.h"

namespace modelservice {
namespace {

using ::google::protobuf::Message;

// The values of one message after the other.
class MessageSource final : public RowSource {
 public:
  MessageSource(const Model& model, const LiveTable& live,
                const Validator* rules, absl::Span<const int> columns,
                size_t count, absl::FunctionRef<const Message&(size_t)> get)
      : model_(model),
        live_(live),
        rules_(rules),
        columns_(columns),
        count_(count),
        get_(get),
        now_(absl::Now()),
        row_(columns.size()) {}

  absl::StatusOr<std::optional<Row>> Next() override {
    if (next_ == count_) return std::nullopt;
    values_.emplace(model_);
    values_->ReadForCreate(get_(next_), now_, /*from_client=*/false);
    if (rules_ != nullptr) {
      auto status = rules_->CheckWritten(values_->row(), columns_,
                                         absl::StrCat("[", next_, "]."));
      if (!status.ok()) return status;
    }
    if (auto status = StoreValues(model_, live_, &*values_); !status.ok()) {
      return status;
    }
    for (size_t i = 0; i < columns_.size(); ++i) {
      row_[i] = (*values_)[columns_[i]];
    }
    ++next_;
    return Row(row_);
  }

 private:
  const Model& model_;
  const LiveTable& live_;
  const Validator* const rules_;
  const absl::Span<const int> columns_;
  const size_t count_;
  const absl::FunctionRef<const Message&(size_t)> get_;
  const absl::Time now_;
  size_t next_ = 0;
  std::optional<RowValues> values_;
  std::vector<Value> row_;
};

}  // namespace

absl::StatusOr<int64_t> InsertManyRows(
    const Session& session, const Model& model, size_t count,
    absl::FunctionRef<const Message&(size_t)> get, const Validator* rules) {
  const std::vector<int> columns = InsertColumns(*model.table);
  int64_t inserted = 0;
  const absl::Status status =
      session.Transact([&](Transaction& transaction) -> absl::Status {
        const auto live = session.database().LiveTableOf(*model.table);
        if (!live.ok()) return live.status();
        MessageSource source(model, **live, rules, columns, count, get);
        auto done = transaction.InsertRows(*model.table, columns, source);
        if (!done.ok()) return done.status();
        inserted = *done;
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  return inserted;
}

}  // namespace modelservice
