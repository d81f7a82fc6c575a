// The row that a write reads first, or gets back.
#ifndef MODELSERVICE_SERVICE_STORED_ROW_H_
#define MODELSERVICE_SERVICE_STORED_ROW_H_

#include <google/protobuf/message.h>

#include <cstddef>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "modelservice/service/plan.h"

namespace modelservice {

// Keeps the one row of a SELECT as a message.
class StoredRow final : public RowSink {
 public:
  // `next` is given the row, too, unless it is null.
  explicit StoredRow(const ServicePlan& service, RowSink* next = nullptr)
      : codec_(service.projection->codec()),
        columns_(service.model->table->columns.size()),
        message_(service.model->prototype().New()),
        next_(next) {}
  absl::Status OnRow(Row row) override {
    found_ = true;
    seen_ = row.size() == columns_ || row[columns_].integer() == 1;
    auto status = codec_.Decode(row.subspan(0, columns_), message_.get());
    if (next_ == nullptr && absl::IsDataLoss(status)) {
      unreadable_ = std::move(status);
      return absl::OkStatus();
    }
    return status.ok() && next_ != nullptr ? next_->OnRow(row) : status;
  }
  void OnRestart() override {
    found_ = false;
    unreadable_ = absl::OkStatus();
    message_->Clear();
    if (next_ != nullptr) next_->OnRestart();
  }
  bool found() const { return found_; }
  // Of a checked write: whether the row is one that it was to be.
  bool seen() const { return seen_; }
  const google::protobuf::Message& message() const { return *message_; }
  // Why there is no message.
  const absl::Status& unreadable() const { return unreadable_; }

 private:
  const RowCodec& codec_;
  const size_t columns_;
  std::unique_ptr<google::protobuf::Message> message_;
  RowSink* const next_;
  absl::Status unreadable_;
  bool found_ = false;
  bool seen_ = false;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_STORED_ROW_H_
