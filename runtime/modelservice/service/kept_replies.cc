#include "modelservice/service/kept_replies.h"

#include <google/protobuf/struct.pb.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "modelservice/base/openssl.h"
#include "modelservice/base/status_details.h"
#include "modelservice/db/error.h"
#include "modelservice/service/same_bytes.h"
#include "modelservice/sql/table_statements.h"

namespace modelservice {
namespace {

enum : int { kKey, kHash, kReply, kCreateTime };

constexpr Column kColumns[] = {
    Column("key", 1, FieldType::kString).MaxLength(64).PrimaryKey(),
    Column("request_hash", 2, FieldType::kString).MaxLength(64),
    Column("reply", 3, FieldType::kBytes),
    Column("create_time", 4, FieldType::kTimestamp),
};
constexpr int kKeys[] = {kKey};
constexpr Ordering kOrdering[] = {{kKey}};
constexpr IndexColumn kByTime[] = {{kCreateTime}};
constexpr Index kIndexes[] = {
    {"modelservice_request_create_time_idx", kByTime, /*unique=*/false, ""},
};
constexpr Table kTable =
    Table("modelservice_request", "Request", kColumns, kKeys, kOrdering)
        .Indexes(kIndexes);

// Each new request takes so many that are too old with it, so that the table
// does not grow for ever.
constexpr int64_t kForgotten = 4;

const google::protobuf::Message& NoMessage() {
  return google::protobuf::Struct::default_instance();
}
Value NoValue(const google::protobuf::Message&, int, TextArena&) {
  return Value::Null();
}

Value TimeValue(absl::Time time) {
  return Value::Timestamp(absl::ToUnixSeconds(time), 0);
}

Expression KeyIsParameter() { return ColumnsAreParameters(kTable, kKeys); }

class KeptRow final : public RowSink {
 public:
  absl::Status OnRow(Row row) override {
    found = true;
    hash = std::string(row[0].text());
    reply = std::string(row[1].text());
    return absl::OkStatus();
  }
  void OnRestart() override { found = false; }
  bool found = false;
  std::string hash;
  std::string reply;
};

class Keys final : public RowSink {
 public:
  absl::Status OnRow(Row row) override {
    keys.emplace_back(row[0]);
    return absl::OkStatus();
  }
  void OnRestart() override { keys.clear(); }
  std::vector<Literal> keys;
};

Expression IsOlderThan(absl::Time time) {
  return Expression::Compare(Expression::Column(kTable, kCreateTime),
                             Comparison::kLess, Literal(TimeValue(time)));
}

absl::Status Forget(Transaction& transaction, const Expression& rows) {
  Statement statement = Write(DeleteFrom(kTable, rows, Returning::kNothing),
                              transaction.database().dialect());
  NoRows none;
  return transaction.Execute(statement, none).status();
}

absl::Status ForgetOld(Transaction& transaction, absl::Time before) {
  Select old;
  old.columns = {Expression::Column(kTable, kKey)};
  old.from = TableName(kTable);
  old.where = IsOlderThan(before);
  old.limit = kForgotten;
  // Several calls at once take different ones.
  if (transaction.database().dialect().locks_rows()) {
    old.lock = RowLock::kDelete;
    old.lock_wait = LockWait::kSkip;
  }
  Statement select = Write(old, transaction.database().dialect());
  Keys found;
  const auto outcome = transaction.Execute(select, found);
  if (!outcome.ok()) return outcome.status();
  if (found.keys.empty()) return absl::OkStatus();
  return Forget(transaction, Expression::In(Expression::Column(kTable, kKey),
                                            std::move(found.keys)));
}

// What tells the ids of one caller and method from all others.
std::string KeyOf(const CallContext& call,
                  const std::optional<std::string>& tenant,
                  absl::string_view method, absl::string_view id) {
  std::string parts;
  for (const absl::string_view part :
       {absl::string_view(call.principal().realm),
        absl::string_view(call.principal().subject), method, id}) {
    absl::StrAppend(&parts, part.size(), ":", part);
  }
  if (tenant.has_value()) {
    absl::StrAppend(&parts, tenant->size(), ":", *tenant);
  }
  return Sha256Hex(parts);
}

}  // namespace

const Model& RequestModel() {
  static constexpr Model kModel = {&kTable, &NoMessage, &NoValue};
  return kModel;
}

bool NeedsRequestTable(const Service& service) {
  return std::any_of(
      service.methods.begin(), service.methods.end(), [](const Method& method) {
        return std::any_of(
            method.request_fields.begin(), method.request_fields.end(),
            [](const RequestField& field) {
              return field.role == RequestField::Role::kRequestId;
            });
      });
}

KeptReplies::KeptReplies(const CallContext& call,
                         const std::optional<std::string>& tenant,
                         absl::string_view method, absl::string_view request_id,
                         const google::protobuf::Message& request)
    : key_(KeyOf(call, tenant, method, request_id)),
      hash_(Sha256Hex(SerializeTheSame(request))) {}

absl::StatusOr<bool> KeptReplies::Claim(Transaction& transaction,
                                        absl::Duration lifetime,
                                        WireBuffer* reply) const {
  const absl::Time now = absl::Now();
  auto inserted = Insert(transaction, now);
  if (!inserted.ok()) return inserted.status();
  if (*inserted) {
    auto status = ForgetOld(transaction, now - lifetime);
    if (!status.ok()) return status;
    return true;
  }
  Select kept;
  kept.columns = {Expression::Column(kTable, kHash),
                  Expression::Column(kTable, kReply)};
  kept.from = TableName(kTable);
  const Expression key_is = ColumnIs(kTable, kKey, Literal(Value::Text(key_)));
  kept.where = key_is && !IsOlderThan(now - lifetime);
  Statement select = Write(kept, transaction.database().dialect());
  KeptRow row;
  const auto outcome = transaction.Execute(select, row);
  if (!outcome.ok()) return outcome.status();
  if (!row.found) {
    auto status = Forget(transaction, key_is);
    if (!status.ok()) return status;
    inserted = Insert(transaction, now);
    if (!inserted.ok() || *inserted) return inserted;
    return MakeDatabaseError(DatabaseError::Kind::kSerialization,
                             "another request of this id came meanwhile");
  }
  if (row.hash != hash_) {
    return InvalidArgument(
        {{"request_id", "Another request had this id already."}});
  }
  reply->clear();
  reply->Raw(row.reply);
  return false;
}

absl::StatusOr<bool> KeptReplies::Insert(Transaction& transaction,
                                         absl::Time now) const {
  const std::vector<int> columns = InsertColumns(kTable);
  modelservice::Insert insert =
      InsertInto(kTable, columns, Returning::kNothing);
  insert.on_conflict.emplace();
  insert.on_conflict->columns = {kColumns[kKey].name};
  const Value values[] = {Value::Text(key_), Value::Text(hash_),
                          Value::Blob(""), TimeValue(now)};
  Statement statement = Write(insert, transaction.database().dialect(), values);
  NoRows none;
  const auto outcome = transaction.Execute(statement, none);
  if (!outcome.ok()) return outcome.status();
  return outcome->changes > 0;
}

absl::Status KeptReplies::Keep(Transaction& transaction,
                               const WireBuffer& reply) const {
  const int columns[] = {kReply};
  const Value values[] = {Value::Blob(reply.bytes()), Value::Text(key_)};
  Statement statement =
      Write(UpdateOf(kTable, columns, KeyIsParameter(), Returning::kNothing),
            transaction.database().dialect(), values);
  NoRows none;
  return transaction.Execute(statement, none).status();
}

}  // namespace modelservice
