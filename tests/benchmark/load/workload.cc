#include "load/workload.h"

#include <google/protobuf/message_lite.h>

#include <algorithm>
#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "echo.pb.h"
#include "perf.pb.h"

namespace load {
namespace {

constexpr int kMixedReads = 90;  // of 100

struct OperationName {
  absl::string_view name;
  Operation operation;
  absl::string_view path;
};

constexpr OperationName kOperations[] = {
    {"retrieve", Operation::kRetrieve, "/perf.UserService/Retrieve"},
    {"page", Operation::kPage, "/perf.UserService/List"},
    {"chunks", Operation::kChunks, "/perf.UserService/ListChunks"},
    {"rows", Operation::kRows, "/perf.UserService/ListRows"},
    {"create", Operation::kCreate, "/perf.UserService/Create"},
    {"update", Operation::kUpdate, "/perf.UserService/Update"},
    {"partial_update", Operation::kPartialUpdate,
     "/perf.UserService/PartialUpdate"},
    {"destroy", Operation::kDestroy, "/perf.UserService/Destroy"},
    {"mixed", Operation::kMixed, ""},
    {"echo", Operation::kEcho, "/perf.EchoService/Echo"},
    {"echo_in_chain", Operation::kEchoInChain, "/perf.EchoService/EchoInChain"},
    {"echo_limited", Operation::kEchoLimited, "/perf.EchoService/EchoLimited"},
};

// `message` behind its prefix, not compressed.
void SetBody(const google::protobuf::MessageLite& message, std::string* body) {
  body->assign(kMessagePrefix, '\0');
  (void)message.AppendToString(body);  // fails past 2 GiB
  const size_t size = body->size() - kMessagePrefix;
  for (size_t i = 0; i < 4; ++i) {
    (*body)[1 + i] = static_cast<char>(size >> (24 - 8 * i));
  }
}

// As seed.py writes it.
std::string SeededUsername(int64_t key) { return absl::StrCat("user", key); }

perf::User NewValues(int64_t n) {
  perf::User user;
  user.set_email(absl::StrCat("new", n, "@example.org"));
  user.set_created_at(1700000000000000 + n);
  user.set_is_active(n % 2 == 0);
  user.set_score(0.25 * static_cast<double>(n));
  return user;
}

}  // namespace

absl::StatusOr<Operation> ParseOperation(absl::string_view name) {
  for (const OperationName& entry : kOperations) {
    if (entry.name == name) return entry.operation;
  }
  return absl::InvalidArgumentError(absl::StrCat("no operation ", name));
}

absl::string_view PathOf(Operation operation) {
  return kOperations[static_cast<size_t>(operation)].path;
}

bool Workload::Next(const PagePosition& position, Request* request) {
  request->operation = Choose();
  request->key = 0;
  request->rows = 1;
  request->username.clear();
  request->more_pages = false;
  switch (request->operation) {
    case Operation::kRetrieve: {
      perf::RetrieveUserRequest message;
      message.set_id(request->key = RandomKey());
      SetBody(message, &request->body);
      return true;
    }
    case Operation::kPage: {
      perf::ListUsersRequest message;
      message.set_page_size(options_.page_size);
      message.set_page_token(position.token);
      SetBody(message, &request->body);
      request->key = position.rows_before + 1;
      request->rows = std::min<int64_t>(options_.page_size,
                                        options_.rows - position.rows_before);
      request->more_pages =
          position.rows_before + request->rows < options_.rows;
      return true;
    }
    case Operation::kChunks: {
      perf::ListUsersRequest message;
      message.set_page_size(options_.chunk_size);
      SetBody(message, &request->body);
      request->key = 1;
      request->rows = options_.rows;
      return true;
    }
    case Operation::kRows:
      SetBody(perf::ListUserRowsRequest(), &request->body);
      request->key = 1;
      request->rows = options_.rows;
      return true;
    case Operation::kCreate: {
      perf::User message = NewValues(++created_);
      request->username = absl::StrCat("created", created_);
      message.set_username(request->username);
      SetBody(message, &request->body);
      return true;
    }
    case Operation::kUpdate: {
      request->key = RandomKey();
      perf::User message = NewValues(request->key);
      message.set_id(request->key);
      request->username = SeededUsername(request->key);
      message.set_username(request->username);
      SetBody(message, &request->body);
      return true;
    }
    case Operation::kPartialUpdate: {
      perf::PartialUpdateUserRequest message;
      message.set_id(request->key = RandomKey());
      message.set_score(0.5 * static_cast<double>(request->key));
      SetBody(message, &request->body);
      request->username = SeededUsername(request->key);
      return true;
    }
    case Operation::kDestroy: {
      if (destroyed_ == options_.rows) return false;
      perf::DestroyUserRequest message;
      message.set_id(++destroyed_);
      SetBody(message, &request->body);
      request->rows = 0;
      return true;
    }
    case Operation::kEcho:
    case Operation::kEchoInChain:
    case Operation::kEchoLimited: {
      perf::EchoRequest message;
      message.set_text(absl::StrCat("message ", ++echoed_));
      SetBody(message, &request->body);
      return true;
    }
    case Operation::kMixed:
      break;
  }
  return false;
}

Operation Workload::Choose() {
  if (options_.operation != Operation::kMixed) return options_.operation;
  return static_cast<int>(random_() % 100) < kMixedReads ? Operation::kRetrieve
                                                         : Operation::kCreate;
}

int64_t Workload::RandomKey() {
  return 1 + static_cast<int64_t>(random_()) % options_.rows;
}

}  // namespace load
