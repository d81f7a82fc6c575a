#include "modelservice/service/bulk_create.h"

#include <google/protobuf/message.h>

#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "modelservice/db/error.h"
#include "modelservice/service/access.h"
#include "modelservice/service/batch_items.h"
#include "modelservice/service/fault_path.h"
#include "modelservice/service/related.h"
#include "modelservice/service/run_handler.h"

namespace modelservice {
namespace {

using ::google::protobuf::Message;

constexpr size_t kBatchRows = 500;
constexpr size_t kBatchBytes = 1 << 20;

class Bulk {
 public:
  Bulk(const ServicePlan& service, const MethodPlan& plan,
       const CallContext& call, MessageStream& stream)
      : service_(service),
        plan_(plan),
        call_(call),
        stream_(stream),
        items_(service, *plan.item, call) {}

  absl::StatusOr<WireBuffer> Run() {
    if (auto status = CheckTenant(service_, call_); !status.ok()) return status;
    while (Receive()) {
      absl::Status status = Insert();
      if (status.ok()) continue;
      if (GetDatabaseError(status).has_value()) {
        status = Translated(status, service_, plan_);
      }
      // Of a transaction around all of it nothing stays.
      const bool is_whole =
          plan_.method->transaction == TransactionMode::kWrite;
      AddMetadata(&status, "created", absl::StrCat(is_whole ? 0 : created_));
      return status;
    }
    // What came before the end of a stream that broke off is not all of it.
    if (auto status = CheckCall(&call_); !status.ok()) return status;
    if (plan_.method->total_size_field != 0 && created_ != 0) {
      reply_.VarintField(plan_.method->total_size_field, created_);
    }
    return std::move(reply_);
  }

 private:
  // The next batch, in items_. False when nothing more comes.
  bool Receive() {
    items_.Clear();
    size_t bytes = 0;
    size_t count = 0;
    while (count < kBatchRows && bytes < kBatchBytes && !ended_) {
      if (count == messages_.size()) {
        messages_.emplace_back(plan_.method->request().New());
      }
      Message& message = *messages_[count];
      if (!stream_.Read(&message)) {
        ended_ = true;
        break;
      }
      bytes += message.ByteSizeLong();
      items_.Add(message, absl::StrCat("[", created_ + count, "]"));
      ++count;
    }
    return count > 0;
  }

  absl::Status Insert() {
    if (auto status = items_.faults(); !status.ok()) return status;
    const size_t before = reply_.size();
    auto status = service_.database->Transact(
        [&](Transaction& transaction) {
          reply_.Truncate(before);
          auto done =
              items_.Run(transaction, plan_.method->rows_field, &reply_);
          return done.ok() && HasRelated(service_) ? Fill(transaction, before)
                                                   : done;
        },
        &call_, OptionsOf(*plan_.method, TransactionMode::kWrite));
    if (status.ok()) created_ += items_.size();
    return status;
  }

  // The rows of the reply that begin at `before`.
  absl::Status Fill(Transaction& transaction, size_t before) {
    WireBuffer rows;
    rows.Raw(reply_.bytes().substr(before));
    auto status = FillReplies(service_, plan_, call_, ReadMask(),
                              Session(transaction), {&rows, 1});
    reply_.Truncate(before);
    reply_.Raw(rows.bytes());
    return status;
  }

  const ServicePlan& service_;
  const MethodPlan& plan_;
  const CallContext& call_;
  MessageStream& stream_;
  BatchItems items_;
  // Used again for each batch.
  std::vector<std::unique_ptr<Message>> messages_;
  WireBuffer reply_;
  uint64_t created_ = 0;
  bool ended_ = false;
};

}  // namespace

absl::StatusOr<WireBuffer> CreateInBulk(const ServicePlan& service,
                                        const MethodPlan& plan,
                                        const CallContext& call,
                                        MessageStream& stream) {
  return Bulk(service, plan, call, stream).Run();
}

}  // namespace modelservice
