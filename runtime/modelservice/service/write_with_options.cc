// A write whose request says how it is to be done: validate_only,
// allow_missing (AIP-134, 135), request_id (AIP-155).
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/base/compat.h"
#include "modelservice/base/is_set.h"
#include "modelservice/db/error.h"
#include "modelservice/errors.h"
#include "modelservice/schema/utf8.h"
#include "modelservice/service/access.h"
#include "modelservice/service/fields.h"
#include "modelservice/service/kept_replies.h"
#include "modelservice/service/operation.h"

namespace modelservice {
namespace {

using ::google::protobuf::Message;
using FieldRole = RequestField::Role;

constexpr size_t kLongestId = 128;

// Of a row, and not what a hook says of something else.
bool IsRowMissing(const absl::Status& status) {
  return absl::IsNotFound(status) &&
         status.GetPayload("type.googleapis.com/google.rpc.ResourceInfo")
             .has_value();
}

class WriteWithOptions final : public Operation {
 public:
  WriteWithOptions(const ServicePlan& service, const MethodPlan& plan,
                   const CallContext& call, Statement& statement)
      : Operation(service, plan, call, statement),
        write_(std::make_unique<OperationBox>()) {
    MakePlainOperation(service, plan, call, statement, write_.get());
  }

  bool writes() const override { return true; }

  absl::Status Prepare(const Message& request) override {
    request_ = &request;
    validate_only_ = IsOn(FieldRole::kValidateOnly);
    allow_missing_ = IsOn(FieldRole::kAllowMissing);
    if (auto status = ReadId(); !status.ok()) return status;
    auto status = write()->Prepare(request);
    if (IsRowMissing(status) && allow_missing_ && !makes_missing()) {
      // What no row can have as its key.
      is_gone_ = needs_transaction_ = true;
      return absl::OkStatus();
    }
    needs_transaction_ =
        write()->needs_transaction() || validate_only_ || kept_.has_value() ||
        (allow_missing_ && (makes_missing() || AsksForState()));
    needs_latest_ = write()->needs_latest();
    return status;
  }

  bool MayExplain(const absl::Status& status) const override {
    return acting()->MayExplain(status);
  }
  absl::Status Explain(Transaction& transaction,
                       const absl::Status& status) override {
    return acting()->Explain(transaction, status);
  }

  // Of the write that is one statement and nothing else.
  absl::Status OnRow(Row row) override { return write()->OnRow(row); }
  void OnRestart() override {
    write()->OnRestart();
    reply_.clear();
  }
  absl::Status Finish(const Outcome& outcome) override {
    const absl::Status status = write()->Finish(outcome);
    if (allow_missing_ && IsRowMissing(status)) return absl::OkStatus();
    reply_ = std::move(write()->reply());
    return status;
  }

  absl::Status Run(Transaction& transaction) override {
    reply_.clear();
    if (validate_only_) return Validate(transaction);
    if (!kept_.has_value()) return WriteRow(transaction);
    const auto is_first =
        kept_->Claim(transaction, service_.bounds.request_id_lifetime, &reply_);
    if (!is_first.ok()) return is_first.status();
    if (!*is_first) return absl::OkStatus();
    if (auto status = WriteRow(transaction); !status.ok()) return status;
    return kept_->Keep(transaction, reply_);
  }

 private:
  OperationBox& write() const { return *write_; }
  // The one whose error it is.
  OperationBox& acting() const {
    return create_ != nullptr ? *create_ : *write_;
  }
  // Whether a row that is missing is made; else it need not be there.
  bool makes_missing() const { return plan_.create != nullptr; }

  // Whether a row that is not found may be there.
  bool AsksForState() const {
    return write()->MayExplain(absl::NotFoundError(""));
  }

  bool IsOn(FieldRole role) const {
    const MethodPlan::Field* const field = plan_.Find(role);
    return field != nullptr && IsSet(*request_, *field->descriptor) &&
           request_->GetReflection()->GetBool(*request_, field->descriptor);
  }

  absl::Status ReadId() {
    const MethodPlan::Field* const field = plan_.Find(FieldRole::kRequestId);
    if (field == nullptr) return absl::OkStatus();
    const std::string id =
        request_->GetReflection()->GetString(*request_, field->descriptor);
    if (id.empty()) return absl::OkStatus();
    if (!IsUtf8(id) || Utf8Length(id) > kLongestId) {
      return InvalidArgument(
          {{compat::Str(field->descriptor->name()),
            absl::StrCat("Ensure this field has no more than ", kLongestId,
                         " characters.")}});
    }
    kept_.emplace(call_, TenantOf(service_, call_), plan_.method->path, id,
                  *request_);
    return absl::OkStatus();
  }

  absl::Status WriteRow(Transaction& transaction) {
    reply_.clear();
    if (is_gone_) return absl::OkStatus();
    create_.reset();
    absl::Status status = write()->Run(transaction);
    if (allow_missing_ && IsRowMissing(status) && write()->MayExplain(status)) {
      // It is there, in another state.
      status = write()->Explain(transaction, status);
    }
    if (allow_missing_ && IsRowMissing(status)) {
      return makes_missing() ? MakeRow(transaction) : absl::OkStatus();
    }
    reply_ = std::move(write()->reply());
    return status;
  }

  absl::Status MakeRow(Transaction& transaction) {
    create_ = std::make_unique<OperationBox>();
    create_statement_ = std::make_unique<Statement>();
    MakeOperation(service_, *plan_.create, call_, *create_statement_,
                  create_.get());
    absl::Status status = (*create_)->Prepare(*request_);
    if (status.ok()) status = (*create_)->Run(transaction);
    if (HasKind(status, DatabaseError::Kind::kUnique) && !lost_race_ &&
        dialect().locks_rows()) {
      // Perhaps somebody made it meanwhile: once more from the start.
      lost_race_ = true;
      return MakeDatabaseError(DatabaseError::Kind::kSerialization,
                               status.message());
    }
    reply_ = std::move((*create_)->reply());
    return status;
  }

  // All of the write, and then none of it.
  absl::Status Validate(Transaction& transaction) {
    bool is_valid = false;
    const absl::Status status =
        transaction.Savepoint([&](Transaction& inner) -> absl::Status {
          absl::Status written = WriteRow(inner);
          is_valid = written.ok();
          return is_valid ? absl::CancelledError("is not to stay") : written;
        });
    if (!is_valid) return status;
    // What a database checks at the commit alone.
    return service_.may_collide
               ? acting()->Explain(transaction, absl::OkStatus())
               : absl::OkStatus();
  }

  const Message* request_ = nullptr;
  std::unique_ptr<OperationBox> write_;
  // Of the row that an update did not find.
  std::unique_ptr<Statement> create_statement_;
  std::unique_ptr<OperationBox> create_;
  std::optional<KeptReplies> kept_;
  bool validate_only_ = false;
  bool allow_missing_ = false;
  bool is_gone_ = false;
  bool lost_race_ = false;
};

}  // namespace

void MakeWriteWithOptions(const ServicePlan& service, const MethodPlan& plan,
                          const CallContext& call, Statement& statement,
                          OperationBox* box) {
  box->Make<WriteWithOptions>(service, plan, call, statement);
}

}  // namespace modelservice
