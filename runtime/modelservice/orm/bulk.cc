// Many rows at once.
#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "modelservice/orm/codec.h"
#include "modelservice/orm/nested_rows.h"
#include "modelservice/orm/referred.h"
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
                size_t begin, size_t end, const std::optional<Literal>& tenant,
                absl::FunctionRef<const Message&(size_t)> get)
      : model_(model),
        live_(live),
        rules_(rules),
        columns_(columns),
        end_(end),
        tenant_(tenant),
        get_(get),
        now_(absl::Now()),
        next_(begin),
        row_(columns.size()) {}

  absl::StatusOr<std::optional<Row>> Next() override {
    if (next_ == end_) return std::nullopt;
    values_.emplace(model_);
    values_->ReadForCreate(get_(next_), now_, /*from_client=*/false);
    if (tenant_.has_value()) {
      values_->Set(ColumnIn(Role::kTenant, *model_.table), tenant_->value());
    }
    auto owned = CheckOwned(*model_.table, values_->row());
    if (!owned.ok()) return owned;
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
  const size_t end_;
  const std::optional<Literal>& tenant_;
  const absl::FunctionRef<const Message&(size_t)> get_;
  const absl::Time now_;
  size_t next_;
  std::optional<RowValues> values_;
  std::vector<Value> row_;
};

// The columns that the message gives values for.
std::vector<int> ColumnsOf(const Model& model, const Message& message) {
  RowValues values(model);
  values.ReadForCreate(message, absl::Now(), /*from_client=*/false);
  return GivenColumns(*model.table, values.row());
}

// Whether what the messages refer to is there, a statement for each key.
absl::Status CheckAllReferred(const Session& session, const Model& model,
                              const LiveTable& live, size_t count,
                              absl::FunctionRef<const Message&(size_t)> get) {
  const Table& table = *model.table;
  const int tenant = ColumnIn(Role::kTenant, table);
  for (const int column : HidingReferences(table, InsertColumns(table))) {
    // By whose the rows are, which matters where they are of all tenants.
    std::map<std::string, std::pair<Literal, std::vector<Literal>>> values;
    for (size_t i = 0; i < count; ++i) {
      TextArena arena;
      const Literal owner(tenant < 0 ? Value()
                                     : model.get(get(i), tenant, arena));
      auto& [of, referred] = values[KeyText(owner.value())];
      of = owner;
      referred.emplace_back(StoredIn(live.forms, column,
                                     model.get(get(i), column, arena), arena));
    }
    for (auto& [text, of_one] : values) {
      const auto there = AreThere(OfOwner(session, table, of_one.first.value()),
                                  table, column, std::move(of_one.second));
      if (!there.ok()) return there.status();
      if (!*there) return ReferredIsNotThere(table, column);
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<int64_t> InsertManyRows(
    const Session& session, const Model& model, size_t count,
    absl::FunctionRef<const Message&(size_t)> get, const Validator* rules) {
  const Table& table = *model.table;
  for (size_t i = 0; i < count && !model.related.empty(); ++i) {
    auto written = RefuseUnwritten(model, get(i), "BulkCreate",
                                   /*with_related=*/false);
    if (!written.ok()) return written;
  }
  const auto tenant = session.tenant().ValueFor(table);
  if (!tenant.ok()) return tenant.status();
  const bool leaves_out =
      std::any_of(table.columns.begin(), table.columns.end(),
                  [](const Column& column) { return column.database_default; });
  int64_t inserted = 0;
  const absl::Status status = session.Transact(
      [&](Transaction& transaction) -> absl::Status {
        const auto live = session.database().LiveTableOf(table);
        if (!live.ok()) return live.status();
        auto referred = CheckAllReferred(session.In(transaction), model, **live,
                                         count, get);
        if (!referred.ok()) return referred;
        inserted = 0;
        // As many at a time as give the same columns.
        for (size_t begin = 0; begin < count;) {
          const std::vector<int> columns =
              leaves_out ? ColumnsOf(model, get(begin)) : InsertColumns(table);
          size_t end = leaves_out ? begin + 1 : count;
          while (end < count && ColumnsOf(model, get(end)) == columns) ++end;
          MessageSource source(model, **live, rules, columns, begin, end,
                               *tenant, get);
          auto done = transaction.InsertRows(table, columns, source);
          if (!done.ok()) return done.status();
          inserted += *done;
          begin = end;
        }
        return absl::OkStatus();
      },
      AsLongAsItTakes());
  if (!status.ok()) return status;
  return inserted;
}

}  // namespace modelservice
