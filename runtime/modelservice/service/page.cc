// LIST as a page: one message with the rows and, where it has fields for them,
// the token of the next page and the number of rows on all pages.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "modelservice/service/listing.h"
#include "modelservice/service/operation.h"
#include "modelservice/service/reply_size.h"

namespace modelservice {
namespace {

// From this part of its largest size on, a page notes where each row ended:
// small pages, which most are, are spared that.
constexpr size_t kNoted = 64;
constexpr size_t kMostReserved = 64 << 10;

class Page final : public Operation {
 public:
  Page(const ServicePlan& service, const MethodPlan& plan,
       const CallContext& call, Statement& statement)
      : Operation(service, plan, call, statement), listing_(service, plan) {}

  absl::Status Prepare(const google::protobuf::Message& request) override {
    if (auto status = listing_.Read(request, call_); !status.ok()) {
      return status;
    }
    size_ = listing_.requested_size();
    if (size_ == 0) size_ = table().default_page_size;
    size_ = std::min<int64_t>(size_, table().max_page_size);
    asked_size_ = size_;
    // One row more says whether there is a next page.
    statement_ = listing_.SelectFirst(size_ + 1);
    needs_transaction_ = plan_.method->total_size_field != 0;
    return absl::OkStatus();
  }

  absl::Status OnRow(Row row) override {
    if (++rows_ > size_) return absl::OkStatus();
    const size_t before = reply_.size();
    auto status = listing_.Encode(plan_.method->rows_field, row, reply_);
    if (!status.ok()) {
      if (!absl::IsDataLoss(status)) return status;
      // The others are of use without it.
      LogLeftOut(status);
    }
    if (reply_.size() > service_.bounds.reply_bytes / kNoted) {
      return OnLargePage(row, before);
    }
    if (rows_ == 1) ReserveRest();
    if (rows_ == size_ && has_tokens()) token_ = listing_.TokenAfter(row);
    return absl::OkStatus();
  }

  void OnRestart() override {
    Operation::OnRestart();
    size_ = asked_size_;
    token_.clear();
    last_.clear();
  }

  absl::Status Finish(const Outcome&) override {
    if (rows_ > size_ && !token_.empty()) {
      reply_.LengthDelimited(plan_.method->next_page_token_field, token_);
    }
    return listing_.CheckPage(rows_);
  }

  absl::Status Run(Transaction& transaction) override {
    if (plan_.method->total_size_field == 0) return Execute(transaction);
    CountSink counted;
    Statement count = listing_.Count(service_.bounds.total_size);
    auto outcome = transaction.Execute(count, counted);
    if (!outcome.ok()) return outcome.status();
    if (auto status = Execute(transaction); !status.ok()) return status;
    if (counted.count != 0) {
      reply_.Tag(plan_.method->total_size_field, WireBuffer::kVarint);
      reply_.Varint(static_cast<uint64_t>(counted.count));
    }
    return absl::OkStatus();
  }

 private:
  bool has_tokens() const { return plan_.method->next_page_token_field != 0; }

  // The page has become so large that the row, which begins at `before`, or the
  // next one may have no room on it.
  absl::Status OnLargePage(Row row, size_t before) {
    const size_t most = service_.bounds.reply_bytes;
    if (before > 0 && !has_tokens()) {
      return CheckReplySize(service_, reply_.size());
    }
    if (reply_.size() > most - most / kNoted && !last_.empty()) {
      // The page ends before this row (AIP-158).
      reply_.Truncate(before);
      size_ = rows_ - 1;
      token_ = listing_.TokenAt(last_);
      return absl::OkStatus();
    }
    if (rows_ == 1) ReserveRest();
    if (!has_tokens()) return absl::OkStatus();
    if (rows_ == size_) {
      token_ = listing_.TokenAfter(row);
    } else {
      last_ = listing_.PlaceOf(row);
    }
    return absl::OkStatus();
  }

  // Rows are about as long as the first: space is made for all of them at once.
  void ReserveRest() {
    reply_.Reserve(
        std::min(reply_.size() * static_cast<size_t>(size_), kMostReserved));
  }

  Listing listing_;
  int64_t asked_size_ = 0;
  int64_t size_ = 0;
  std::string token_;
  // The place of the row before, once a page comes near to its largest size.
  std::vector<Literal> last_;
};

}  // namespace

void MakePage(const ServicePlan& service, const MethodPlan& plan,
              const CallContext& call, Statement& statement,
              OperationBox* box) {
  box->Make<Page>(service, plan, call, statement);
}

}  // namespace modelservice
