#include "load/reply.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "load/wire_reader.h"
#include "perf.pb.h"

namespace load {

void Reply::Start(const Request* request) {
  request_ = request;
  messages_.Clear();
  grpc_status_.clear();
  grpc_message_.clear();
  next_page_token_.clear();
  error_.clear();
  rows_ = 0;
  message_count_ = 0;
}

void Reply::OnHeader(absl::string_view name, absl::string_view value) {
  if (name == "grpc-status") grpc_status_ = std::string(value);
  if (name == "grpc-message") grpc_message_ = std::string(value);
}

void Reply::OnData(absl::string_view data) {
  if (!messages_.Read(data, [this](absl::string_view m) { OnMessage(m); })) {
    Fail("a message is compressed");
  }
}

std::string Reply::Finish(uint32_t http2_error) {
  if (grpc_status_ != "0") {
    Fail(absl::StrCat("grpc-status '", grpc_status_, "' ", grpc_message_,
                      ", HTTP/2 error ", http2_error));
  } else if (!messages_.at_boundary()) {
    Fail("the last message is cut short");
  } else if (rows_ != request_->rows) {
    Fail(absl::StrCat(rows_, " rows instead of ", request_->rows));
  } else if (message_count_ == 0) {
    Fail("no message");
  } else if (request_->operation == Operation::kPage &&
             next_page_token_.empty() == request_->more_pages) {
    Fail(request_->more_pages ? "no next_page_token"
                              : "a next_page_token after the last page");
  }
  if (error_.empty()) return "";
  return absl::StrCat(PathOf(request_->operation), " (key ", request_->key,
                      "): ", error_);
}

void Reply::OnMessage(absl::string_view message) {
  ++message_count_;
  switch (request_->operation) {
    case Operation::kPage:
    case Operation::kChunks:
      return OnPage(message);
    case Operation::kDestroy:
      if (!message.empty()) Fail("the message is not empty");
      return;
    case Operation::kEcho:
    case Operation::kEchoInChain:
    case Operation::kEchoLimited:
      ++rows_;
      if (message != request_->message()) Fail("another message");
      return;
    default:
      return OnUser(message);
  }
}

void Reply::OnPage(absl::string_view message) {
  WireReader reader(message);
  while (reader.Next()) {
    if (reader.field() == perf::ListUsersResponse::kResultsFieldNumber) {
      OnUser(reader.bytes());
    } else {
      next_page_token_ = std::string(reader.bytes());
    }
  }
  if (!reader.ok()) Fail("a page is malformed");
}

void Reply::OnUser(absl::string_view message) {
  // Rows come in the order of their keys, which have no gaps.
  const int64_t expected = request_->key == 0 ? 0 : request_->key + rows_;
  ++rows_;
  WireReader reader(message);
  if (!reader.Next() || reader.field() != perf::User::kIdFieldNumber) {
    return Fail("a row has no key");
  }
  const auto key = static_cast<int64_t>(reader.number());
  if (key <= 0 || (expected != 0 && key != expected)) {
    return Fail(absl::StrCat("key ", key, " instead of ", expected));
  }
  if (request_->username.empty()) return;
  if (!reader.Next() || reader.field() != perf::User::kUsernameFieldNumber ||
      reader.bytes() != request_->username) {
    Fail("another username");
  }
}

void Reply::Fail(std::string error) {
  if (error_.empty()) error_ = std::move(error);
}

}  // namespace load
