#include "modelservice/client/reader.h"

#include <grpcpp/support/byte_buffer.h>

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "modelservice/client/core.h"
#include "modelservice/client/retry.h"
#include "modelservice/client/stream_call.h"
#include "modelservice/client/wait.h"
#include "modelservice/client/wire.h"

namespace modelservice::client {
namespace {

// Whether the call that this is done for still waits.
bool Sleep(absl::Duration pause, const CallLimits* limits) {
  const SteadyTime end = After(pause);
  while (SteadyNow() < end) {
    if (limits != nullptr && limits->cancelled()) return false;
    absl::SleepFor(limits == nullptr ? Until(end)
                                     : std::min(kLook, Until(end)));
  }
  return true;
}

}  // namespace

struct MessageReader::Parts {
  Parts(std::shared_ptr<const Core> core_of, const char* path_of,
        bool may_repeat, CallOptions options_of)
      : core(std::move(core_of)),
        path(path_of),
        repeatable(may_repeat || options_of.idempotent),
        options(std::move(options_of)),
        end(core->EndOf(options)) {}

  const std::shared_ptr<const Core> core;
  const char* const path;
  const bool repeatable;
  const CallOptions options;
  const SteadyTime end;
  grpc::ByteBuffer request;
  std::shared_ptr<StreamCall> call;
  int attempts = 0;
  std::string refused;
  bool began = false;  // with a message
  bool ended = false;
};

MessageReader::MessageReader(std::shared_ptr<const Core> core, const char* path,
                             bool repeatable, CallOptions options,
                             const google::protobuf::MessageLite& request)
    : parts_(std::make_unique<Parts>(std::move(core), path, repeatable,
                                     std::move(options))) {
  status_ = ToBytes(request, &parts_->request);
  if (status_.ok()) {
    Start();
  } else {
    parts_->ended = true;
  }
}

MessageReader::~MessageReader() {
  if (parts_->call != nullptr) parts_->call->Abandon();
}

void MessageReader::Start() {
  ++parts_->attempts;
  CallOptions options = parts_->options;
  options.timeout = Until(parts_->end);
  parts_->call =
      StreamCall::Start(parts_->core, parts_->path, std::move(options),
                        &parts_->request, parts_->refused);
}

bool MessageReader::Next(google::protobuf::MessageLite* message) {
  while (!parts_->ended) {
    grpc::ByteBuffer bytes;
    if (parts_->call->Read(&bytes)) {
      parts_->began = true;
      const absl::Status fault = FromBytes(&bytes, message);
      if (fault.ok()) return true;
      parts_->call->Fail(fault);
    }
    const absl::Status status = parts_->call->Finish();
    if (!status.ok() && !parts_->began && TriesAgain(status)) {
      Start();
      continue;
    }
    if (status.ok() && parts_->core->status().ok()) {
      parts_->core->connection().budget.Succeeded();
    }
    status_ = status;
    parts_->ended = true;
  }
  return false;
}

bool MessageReader::TriesAgain(const absl::Status& status) {
  const std::string& token = parts_->call->token();
  if (absl::IsUnauthenticated(status) && !token.empty() &&
      parts_->refused.empty()) {
    parts_->refused = token;
    return true;
  }
  if (!parts_->repeatable || !IsTransient(status) ||
      !parts_->core->status().ok()) {
    return false;
  }
  const bool may = parts_->core->connection().budget.Failed();
  const auto pause = PauseBefore(status, parts_->attempts,
                                 parts_->core->options().retries, Chance());
  return may && pause.has_value() && After(*pause) < parts_->end &&
         Sleep(*pause, parts_->options.limits);
}

}  // namespace modelservice::client
