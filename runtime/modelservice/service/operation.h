// One call of a standard method, in two halves: Prepare makes the request a
// statement, Finish makes the statement's rows the reply. With no hook and one
// statement they run around Database::Execute; else Run runs both, with the
// hooks between them, inside of a transaction.
//
//   Statement statement;
//   OperationBox operation;
//   MakeOperation(plan, method, call, statement, &operation);
//   absl::Status status = operation->Prepare(request);
//   if (status.ok() && operation->needs_transaction()) ... Run(tx) ...
//   else ... database.Execute(statement, *operation) ... Finish()
//
// Lives as long as the call; used by one thread at a time.
#ifndef MODELSERVICE_SERVICE_OPERATION_H_
#define MODELSERVICE_SERVICE_OPERATION_H_

#include <google/protobuf/message.h>

#include <cstddef>
#include <new>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "modelservice/call_context.h"
#include "modelservice/database.h"
#include "modelservice/model_signals.h"
#include "modelservice/orm/row_state.h"
#include "modelservice/orm/row_values.h"
#include "modelservice/orm/wire.h"
#include "modelservice/schema/utf8.h"
#include "modelservice/service/access.h"
#include "modelservice/service/collisions.h"
#include "modelservice/service/plan.h"
#include "modelservice/service/read_mask.h"
#include "modelservice/service/style_words.h"

namespace modelservice {

class Operation : public RowSink {
 public:
  // All of them outlive the operation; `statement` is Prepare's to make.
  Operation(const ServicePlan& service, const MethodPlan& plan,
            const CallContext& call, Statement& statement)
      : service_(service), plan_(plan), call_(call), statement_(statement) {}

  // Reads and checks `request`, which outlives the operation.
  virtual absl::Status Prepare(const google::protobuf::Message& request) = 0;

  // Whether Run must be called, in a transaction, in place of the two halves.
  bool needs_transaction() const { return needs_transaction_; }
  // Whether that has to see what others commit while it waits for them.
  bool needs_latest() const { return needs_latest_; }
  virtual bool writes() const { return false; }
  // After Prepare: something else that belongs to the row is written, too, so
  // that it is locked, and stamped, whatever of it is written.
  virtual absl::Status Touch() { return absl::OkStatus(); }

  absl::Status OnRow(Row row) override;
  void OnRestart() override;
  // After the last row: the reply, or the error that the outcome means.
  virtual absl::Status Finish(const Outcome& outcome) = 0;

  // The whole operation. May be called again after a conflict.
  virtual absl::Status Run(Transaction& transaction);

  // Whether the database knows more faults of what `status` refuses; Prepare,
  // the statement or Run has ended with it.
  virtual bool MayExplain(const absl::Status&) const { return false; }
  // `status` with these. Once, instead of anything else.
  virtual absl::Status Explain(Transaction&, const absl::Status& status) {
    return status;
  }

  WireBuffer& reply() { return reply_; }

 protected:
  const Table& table() const { return *service_.model->table; }
  const Model& model() const { return *service_.model; }
  const Dialect& dialect() const { return service_.database->dialect(); }
  // SELECT of what is Yielded, where a condition is met.
  Select SelectWhere(const Expression& where, bool unmasked);
  bool HasHooks(uint32_t hooks) const {
    return service_.overrides.HasAny(hooks);
  }
  // The rows this caller may see, if there may be others.
  bool HasScope() const { return modelservice::HasScope(service_, call_); }
  Expression Scope() const { return ScopeOf(service_, call_, deleted_); }
  // What `etag` says of the state that the row has to be in.
  void ReadEtag(const google::protobuf::Message& request);
  Expression InState() const {
    return state_.Condition(table(), service_.forms);
  }
  // Of the row of a checked write: its columns, or a refusal of what the caller
  // would not see.
  absl::StatusOr<Row> Seen(Row row) const {
    const size_t columns = table().columns.size();
    if (row.size() == columns || row[columns].integer() == 1) {
      return row.subspan(0, columns);
    }
    return RowRefused(call_);
  }
  const RowCodec& codec() const { return service_.projection->codec(); }
  // What column `column` is to hold, or is compared with, for a value of its
  // field.
  Value Stored(int column, Value value) {
    return StoredIn(service_.forms, column, value, arena_);
  }
  // Whether no row can have this key, which is all that Django says of one that
  // is malformed; of a number others are told more.
  bool IsNoKey(const Column& column, Value given, Value stored) const {
    if (stored.kind() == Value::Kind::kText && HasNul(stored.text())) {
      return true;
    }
    return stored.kind() == Value::Kind::kInvalid &&
           given.kind() != Value::Kind::kInvalid &&
           (column.format != Format::kDecimal ||
            table().style != ClientStyle::kNone);
  }
  // Whether it is a text that is all of the key, and empty.
  bool IsBlankKey(Value key) const {
    return table().key.size() == 1 && key.kind() == Value::Kind::kText &&
           key.text().empty();
  }
  // Whether a request's key is none, as that of a field that is not set. To
  // Django a blank one is one that no row has.
  bool IsUnset(Value key) const {
    return table().style == ClientStyle::kNone && IsBlankKey(key);
  }
  // What is wrong with a key that a client gave, which `values` has as it is
  // stored: INVALID_ARGUMENT, or NOT_FOUND where it can be no row's.
  absl::Status CheckGivenKey(const RowValues& values,
                             absl::Span<const Value> given) const;
  // Whether `status` may be of a key that is malformed to a type that only the
  // database knows, as an address is.
  static bool MayBeNoKey(const absl::Status& status);
  // NOT_FOUND of `given`, the key as the client wrote it, where it is that to
  // `key`, a condition of it alone; else `status`.
  absl::Status OfKey(Transaction& transaction, const absl::Status& status,
                     const Expression& key,
                     absl::Span<const Value> given) const;
  // What a statement yields whose row is the reply, or a hook's when it is
  // `unmasked`: then the reply hides what the caller may not read.
  std::vector<Expression> Yielded(bool unmasked);
  // The row as this caller may see it, behind what is there of the reply.
  absl::Status Encode(Row row) {
    const Row seen = masked_by_database_ ? row : mask_.Apply(row);
    return read_mask_.is_whole()
               ? codec().Encode(seen, Audience::kClient, reply_)
               : read_mask_.Encode(codec(), 0, seen, reply_);
  }
  // Whether any of `columns` refers to what has to be there for the caller.
  bool HasVisibleReference(absl::Span<const int> columns) const;
  // INVALID_ARGUMENT where it is not, of those of `columns`.
  absl::Status CheckReferences(Transaction& transaction, Row row,
                               absl::Span<const int> columns);
  // Runs the statement and Finish in `transaction`.
  absl::Status Execute(Transaction& transaction);
  // Whether `status` is a refusal of values, or of the database, that may have
  // company.
  bool HasCompany(const absl::Status& status) const {
    return service_.may_collide &&
           (faults_.empty() ? IsCollision(status)
                            : absl::IsInvalidArgument(status));
  }
  // Adds what a request's message gives for fields that nothing here writes.
  void AddUnserved(const google::protobuf::Message& given,
                   std::vector<Violation>* faults) const;
  // Refuses values for `faults`.
  absl::Status RefuseValues(std::vector<Violation> faults) {
    faults_ = std::move(faults);
    SayInStyle(service_, &faults_);
    return InvalidArgument(faults_);
  }
  // The statement from a fixed text.
  void UseFixed(absl::string_view text, bool writes);

  const ServicePlan& service_;
  const MethodPlan& plan_;
  const CallContext& call_;
  Statement& statement_;
  // Of texts read from the request; a statement may be made anew.
  TextArena arena_;
  RowMask mask_{call_, *service_.model->table};
  ReadMask read_mask_;
  WireBuffer reply_;
  // What RefuseValues refused them for.
  std::vector<Violation> faults_;
  int64_t rows_ = 0;
  // Of a model that keeps deleted rows, those that are meant.
  Deleted deleted_ = Deleted::kHidden;
  // The one that the request wants the row to be in.
  RowState state_;
  bool needs_transaction_ = false;
  bool needs_latest_ = false;
  // Whether rows come without what the caller may not read.
  bool masked_by_database_ = false;
};

// Holds one operation of any kind, without an allocation of its own.
class OperationBox {
 public:
  OperationBox() = default;
  ~OperationBox() {
    if (operation_ != nullptr) operation_->~Operation();
  }
  OperationBox(const OperationBox&) = delete;
  OperationBox& operator=(const OperationBox&) = delete;

  // Once.
  template <class Kind>
  void Make(const ServicePlan& service, const MethodPlan& plan,
            const CallContext& call, Statement& statement) {
    static_assert(sizeof(Kind) <= sizeof(memory_), "make room for it");
    operation_ = new (memory_) Kind(service, plan, call, statement);
  }
  Operation* operator->() const { return operation_; }
  Operation& operator*() const { return *operation_; }

 private:
  Operation* operation_ = nullptr;
  alignas(std::max_align_t) unsigned char memory_[960];
};

// `plan` is of a standard method; LIST only when it is unary, and no
// BULK_CREATE.
void MakeOperation(const ServicePlan& service, const MethodPlan& plan,
                   const CallContext& call, Statement& statement,
                   OperationBox* box);

// The same whatever the request says of how it is to be done.
void MakePlainOperation(const ServicePlan& service, const MethodPlan& plan,
                        const CallContext& call, Statement& statement,
                        OperationBox* box);

// Without what fields without a column need.
void MakeRowOperation(const ServicePlan& service, const MethodPlan& plan,
                      const CallContext& call, Statement& statement,
                      OperationBox* box);

// The parts, one file each.
void MakeRelated(const ServicePlan&, const MethodPlan&, const CallContext&,
                 Statement&, OperationBox*);
void MakeWriteWithOptions(const ServicePlan&, const MethodPlan&,
                          const CallContext&, Statement&, OperationBox*);
void MakeBatch(const ServicePlan&, const MethodPlan&, const CallContext&,
               Statement&, OperationBox*);
void MakeAggregate(const ServicePlan&, const MethodPlan&, const CallContext&,
                   Statement&, OperationBox*);
void MakeRetrieve(const ServicePlan&, const MethodPlan&, const CallContext&,
                  Statement&, OperationBox*);
void MakeCreate(const ServicePlan&, const MethodPlan&, const CallContext&,
                Statement&, OperationBox*);
void MakeUpdate(const ServicePlan&, const MethodPlan&, const CallContext&,
                Statement&, OperationBox*);
void MakeDestroy(const ServicePlan&, const MethodPlan&, const CallContext&,
                 Statement&, OperationBox*);
void MakeUndelete(const ServicePlan&, const MethodPlan&, const CallContext&,
                  Statement&, OperationBox*);
void MakePage(const ServicePlan&, const MethodPlan&, const CallContext&,
              Statement&, OperationBox*);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_OPERATION_H_
