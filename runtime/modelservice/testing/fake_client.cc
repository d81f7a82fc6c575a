#include "modelservice/fake_client.h"

#include <grpcpp/channel.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/slice.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <utility>

#include "modelservice/base/mutex.h"
#include "modelservice/base/status_details.h"

namespace modelservice {
namespace {

std::string Text(const grpc::ByteBuffer& bytes) {
  std::vector<grpc::Slice> slices;
  std::string text;
  if (!bytes.Dump(&slices).ok()) return text;
  for (const grpc::Slice& slice : slices) {
    text.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return text;
}

grpc::Status ToTrailers(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  SentStatus sent = ForTrailers(status);
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()),
                      std::move(sent.message), std::move(sent.details));
}

// Answers one call: takes all requests, asks, and sends all replies.
class Reactor : public grpc::ServerGenericBidiReactor {
 public:
  // Null: waits until the caller is gone. gRPC's context outlives it.
  Reactor(FakeServer::Answer answer, const grpc::CallbackServerContext* context)
      : answer_(std::move(answer)), context_(*context) {
    StartRead(&bytes_);
  }

 private:
  void OnReadDone(bool ok) override {
    if (ok) {
      requests_.push_back(Text(bytes_));
      return StartRead(&bytes_);
    }
    if (!answer_) return;  // until OnCancel
    // What is left off was not sent.
    if (context_.IsCancelled()) return Finish(grpc::Status::CANCELLED);
    status_ = answer_(requests_, &replies_);
    Next();
  }
  void OnWriteDone(bool ok) override {
    if (ok) return Next();
    Finish(grpc::Status::CANCELLED);
  }
  void OnCancel() override {
    if (!answer_) Finish(grpc::Status::CANCELLED);
  }
  void OnDone() override { delete this; }

  void Next() {
    if (sent_ == replies_.size()) return Finish(ToTrailers(status_));
    const std::string& reply = replies_[sent_++];
    const grpc::Slice slice(reply);
    bytes_ = grpc::ByteBuffer(&slice, 1);
    StartWrite(&bytes_);
  }

  const FakeServer::Answer answer_;
  const grpc::CallbackServerContext& context_;
  grpc::ByteBuffer bytes_;
  std::vector<std::string> requests_;
  std::vector<std::string> replies_;
  size_t sent_ = 0;
  absl::Status status_;
};

}  // namespace

struct FakeServer::Parts : grpc::CallbackGenericService {
  struct Method {
    Answer answer;
    bool hangs = false;
    int calls = 0;
    std::vector<std::pair<std::string, std::string>> metadata;
  };

  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override {
    Answer answer = [](const auto&, auto*) {
      return absl::UnimplementedError("The test says nothing of this method.");
    };
    const MutexLock lock(mutex);
    Method& method = methods[context->method()];
    ++method.calls;
    method.metadata.clear();
    for (const auto& [key, value] : context->client_metadata()) {
      method.metadata.emplace_back(std::string(key.data(), key.size()),
                                   std::string(value.data(), value.size()));
    }
    if (method.hangs) {
      answer = nullptr;
    } else if (method.answer) {
      answer = method.answer;
    }
    return new Reactor(std::move(answer), context);
  }

  Mutex mutex;
  std::map<std::string, Method> methods ABSL_GUARDED_BY(mutex);
  std::unique_ptr<grpc::Server> server;
};

FakeServer::FakeServer() : parts_(std::make_unique<Parts>()) {
  grpc::ServerBuilder builder;
  builder.RegisterCallbackGenericService(parts_.get());
  builder.SetMaxReceiveMessageSize(-1);
  parts_->server = builder.BuildAndStart();
}

FakeServer::~FakeServer() {
  // Calls that hang are over then.
  parts_->server->Shutdown(std::chrono::system_clock::now());
  parts_->server->Wait();
}

void FakeServer::Set(const char* path, Answer answer) {
  const MutexLock lock(parts_->mutex);
  Parts::Method& method = parts_->methods[path];
  method.answer = std::move(answer);
  method.hangs = false;
}

void FakeServer::Hang(const char* path) {
  const MutexLock lock(parts_->mutex);
  parts_->methods[path].hangs = true;
}

int FakeServer::calls(const char* path) const {
  const MutexLock lock(parts_->mutex);
  return parts_->methods[path].calls;
}

std::vector<std::pair<std::string, std::string>> FakeServer::metadata(
    const char* path) const {
  const MutexLock lock(parts_->mutex);
  return parts_->methods[path].metadata;
}

std::shared_ptr<grpc::Channel> FakeServer::channel() const {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(-1);
  return parts_->server->InProcessChannel(arguments);
}

}  // namespace modelservice
