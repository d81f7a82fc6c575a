#include "modelservice/service/batch_items.h"

#include <algorithm>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "modelservice/base/compat.h"
#include "modelservice/db/error.h"
#include "modelservice/service/fault_path.h"
#include "modelservice/service/reply_size.h"
#include "modelservice/service/run_handler.h"
#include "modelservice/sql/most_parameters.h"

namespace modelservice {
namespace {

using ::google::protobuf::Message;

// Rows as messages in a field of the reply.
class RowsInField final : public RowSink {
 public:
  RowsInField(const RowCodec& codec, int field, WireBuffer* reply)
      : codec_(codec), field_(field), reply_(*reply), begin_(reply->size()) {}
  absl::Status OnRow(Row row) override {
    ++rows_;
    return codec_.EncodeAs(field_, row, Audience::kClient, reply_);
  }
  void OnRestart() override {
    rows_ = 0;
    reply_.Truncate(begin_);
  }
  size_t rows() const { return rows_; }

 private:
  const RowCodec& codec_;
  const int field_;
  WireBuffer& reply_;
  const size_t begin_;
  size_t rows_ = 0;
};

}  // namespace

std::string BatchItems::PathOf(const Item& item,
                               absl::string_view field) const {
  // A key in a list has no fields.
  if (field.empty() || item.path.empty()) {
    return item.path.empty() ? std::string(field) : item.path;
  }
  const MethodPlan::Field* const resource =
      plan_.Find(RequestField::Role::kResource);
  const absl::string_view first = field.substr(0, field.find_first_of(".["));
  const bool is_of_request =
      resource == nullptr ||
      plan_.request->FindFieldByName(std::string(first)) != nullptr;
  return absl::StrCat(
      item.path, ".",
      is_of_request
          ? ""
          : absl::StrCat(compat::Str(resource->descriptor->name()), "."),
      field);
}

void BatchItems::Add(const Message& message, std::string path) {
  Item& item = items_.emplace_back();
  item.path = std::move(path);
  MakeOperation(service_, plan_, call_, item.statement, &item.operation);
  const absl::Status status = item.operation->Prepare(message);
  if (status.ok()) return;
  const auto at = [&](absl::string_view field) { return PathOf(item, field); };
  std::vector<Violation> violations = ViolationsAt(at, status);
  if (violations.empty()) {
    if (other_fault_.ok()) other_fault_ = FaultAt(at, status);
    return;
  }
  for (Violation& violation : violations) {
    violations_.push_back(std::move(violation));
  }
}

void BatchItems::Clear() {
  items_.clear();
  violations_.clear();
  other_fault_ = absl::OkStatus();
}

absl::Status BatchItems::faults() const {
  return violations_.empty() ? other_fault_ : InvalidArgument(violations_);
}

bool BatchItems::needs_latest() const {
  return absl::c_any_of(
      items_, [](const Item& item) { return item.operation->needs_latest(); });
}

absl::Status BatchItems::Run(Transaction& transaction, int rows_field,
                             WireBuffer* reply) {
  if (IsPlain()) {
    absl::StatusOr<bool> done = false;
    if (plan_.method->kind == MethodKind::kCreate) {
      done = InsertTogether(transaction, rows_field, reply);
    } else if (plan_.method->kind == MethodKind::kDestroy && rows_field == 0) {
      done = DeleteTogether(transaction);
    }
    if (!done.ok()) return done.status();
    if (*done) return absl::OkStatus();
  }
  return RunEach(transaction, rows_field, reply);
}

bool BatchItems::IsPlain() const {
  return items_.size() > 1 &&
         std::all_of(items_.begin(), items_.end(), [&](const Item& item) {
           return !item.operation->needs_transaction() &&
                  item.statement.text.data() == plan_.sql.data();
         });
}

absl::Status BatchItems::RunEach(Transaction& transaction, int rows_field,
                                 WireBuffer* reply) {
  for (Item& item : items_) {
    auto status = item.operation->Run(transaction);
    if (!status.ok()) return At(item, transaction, std::move(status));
    if (rows_field == 0) continue;
    reply->LengthDelimited(rows_field, item.operation->reply().bytes());
    status = CheckReplySize(service_, reply->size());
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status BatchItems::At(Item& item, Transaction& transaction,
                            absl::Status status) const {
  if (GetDatabaseError(status).has_value()) {
    // A conflict is the whole transaction's.
    if (!IsOfOneRow(status)) return status;
    if (item.operation->MayExplain(status)) {
      status = item.operation->Explain(transaction, status);
    }
    status = Translated(status, service_, plan_);
  } else if (item.operation->MayExplain(status)) {
    status = item.operation->Explain(transaction, status);
  }
  return FaultAt([&](absl::string_view field) { return PathOf(item, field); },
                 status);
}

absl::StatusOr<bool> BatchItems::InsertTogether(Transaction& transaction,
                                                int rows_field,
                                                WireBuffer* reply) {
  // Where the database is another process: each statement is a round trip.
  const size_t width = plan_.columns.size();
  if (service_.database->dialect().reports_inserted_key() || width == 0) {
    return false;
  }
  const size_t begin = reply->size();
  const size_t most = std::max<size_t>(kMostParameters / width, 1);
  const auto status =
      transaction.Savepoint([&](Transaction& inner) -> absl::Status {
        for (size_t first = 0; first < items_.size(); first += most) {
          const size_t count = std::min(most, items_.size() - first);
          auto inserted = Insert(inner, first, count, rows_field, reply);
          if (!inserted.ok()) return inserted;
        }
        return absl::OkStatus();
      });
  if (status.ok()) return true;
  if (!IsOfOneRow(status)) return status;
  // One by one it turns out which row it is.
  reply->Truncate(begin);
  return false;
}

absl::Status BatchItems::Insert(Transaction& transaction, size_t first,
                                size_t count, int rows_field,
                                WireBuffer* reply) const {
  const size_t width = plan_.columns.size();
  modelservice::Insert insert =
      InsertInto(table(), plan_.columns,
                 rows_field == 0 ? Returning::kNothing : Returning::kRow);
  insert.rows.assign(count,
                     std::vector<Expression>(width, Expression::Parameter()));
  std::vector<Value> values;
  values.reserve(count * width);
  for (size_t i = first; i < first + count; ++i) {
    const auto& of = items_[i].statement.parameters;
    values.insert(values.end(), of.begin(), of.end());
  }
  Statement statement = Write(insert, service_.database->dialect(), values);
  RowsInField rows(service_.projection->codec(), rows_field, reply);
  const auto outcome = transaction.Execute(statement, rows);
  return outcome.ok() ? CheckReplySize(service_, reply->size())
                      : outcome.status();
}

absl::StatusOr<bool> BatchItems::DeleteTogether(Transaction& transaction) {
  if (table().key.size() != 1) return false;
  std::vector<Literal> keys;
  for (const Item& item : items_) {
    keys.emplace_back(item.statement.parameters[0]);
  }
  const Expression among = Expression::In(
      Expression::Column(table(), table().key[0]), std::move(keys));
  bool all = false;
  const absl::Status status =
      transaction.Savepoint([&](Transaction& inner) -> absl::Status {
        Statement statement =
            Write(DeleteFrom(table(), among, Returning::kNothing),
                  service_.database->dialect());
        NoRows rows;
        const auto outcome = inner.Execute(statement, rows);
        if (!outcome.ok()) return outcome.status();
        all = outcome->changes == static_cast<int64_t>(items_.size());
        return all ? absl::OkStatus() : absl::NotFoundError("");
      });
  if (status.ok()) return true;
  if (absl::IsNotFound(status) || IsOfOneRow(status)) return false;
  return status;
}

}  // namespace modelservice
