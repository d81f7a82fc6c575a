// LIST as a page: one message with the rows and, where it has fields for them,
// the token of the next page and the number of rows on all pages.
#include <algorithm>

#include "modelservice/service/listing.h"
#include "modelservice/service/operation.h"

namespace modelservice {
namespace {

class CountSink final : public RowSink {
 public:
  absl::Status OnRow(Row row) override {
    count = row[0].integer();
    return absl::OkStatus();
  }
  int64_t count = 0;
};

class Page final : public Operation {
 public:
  Page(const ServicePlan& service, const MethodPlan& plan, CallContext& call,
       Statement& statement)
      : Operation(service, plan, call, statement), listing_(service, plan) {}

  absl::Status Prepare(const google::protobuf::Message& request) override {
    if (auto status = listing_.Read(request, call_); !status.ok()) {
      return status;
    }
    size_ = listing_.requested_size();
    if (size_ == 0) size_ = table().default_page_size;
    size_ = std::min<int64_t>(size_, table().max_page_size);
    // One row more says whether there is a next page.
    statement_ = listing_.Select(size_ + 1);
    needs_transaction_ = plan_.method->total_size_field != 0;
    return absl::OkStatus();
  }

  absl::Status OnRow(Row row) override {
    if (++rows_ > size_) return absl::OkStatus();
    auto status = service_.codec->EncodeAs(
        plan_.method->rows_field, mask_.Apply(row), Audience::kClient, reply_);
    if (!status.ok()) return status;
    if (rows_ == size_ && plan_.method->next_page_token_field != 0) {
      token_ = listing_.TokenAfter(row);
    }
    return absl::OkStatus();
  }

  absl::Status Finish(const Outcome&) override {
    if (rows_ > size_ && !token_.empty()) {
      reply_.LengthDelimited(plan_.method->next_page_token_field, token_);
    }
    return absl::OkStatus();
  }

  absl::Status Run(Transaction& transaction) override {
    CountSink counted;
    Statement count = listing_.Count();
    auto outcome = transaction.Execute(count, counted);
    if (!outcome.ok()) return outcome.status();
    if (auto status = Execute(transaction); !status.ok()) return status;
    if (plan_.method->total_size_field != 0 && counted.count != 0) {
      reply_.Tag(plan_.method->total_size_field, WireBuffer::kVarint);
      reply_.Varint(static_cast<uint64_t>(counted.count));
    }
    return absl::OkStatus();
  }

 private:
  Listing listing_;
  int64_t size_ = 0;
  std::string token_;
};

}  // namespace

void MakePage(const ServicePlan& service, const MethodPlan& plan,
              CallContext& call, Statement& statement, OperationBox* box) {
  box->Make<Page>(service, plan, call, statement);
}

}  // namespace modelservice
