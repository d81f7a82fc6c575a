#include "modelservice/server/health_service.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>
// For the handlers of callback methods, whose own header moves between versions
// of gRPC.
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/impl/rpc_method.h>
#include <grpcpp/impl/rpc_service_method.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/proto_buffer_reader.h>
#include <grpcpp/support/slice.h>

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "modelservice/base/status_details.h"
#include "modelservice/base/waiting.h"
#include "modelservice/errors.h"
#include "modelservice/service/guarded_call.h"

namespace modelservice {
namespace {

using ::google::protobuf::internal::WireFormatLite;
using ::google::protobuf::io::CodedInputStream;
using ::grpc::internal::CallbackBidiHandler;
using ::grpc::internal::RpcMethod;
using ::grpc::internal::RpcServiceMethod;

constexpr char kCheck[] = "/grpc.health.v1.Health/Check";
constexpr char kWatch[] = "/grpc.health.v1.Health/Watch";

// HealthCheckRequest, whose one field is a string `service` = 1; none when the
// bytes are no such message.
std::optional<std::string> ServiceOf(grpc::ByteBuffer request) {
  grpc::ProtoBufferReader bytes(&request);
  CodedInputStream in(&bytes);
  std::string service;
  while (const uint32_t tag = in.ReadTag()) {
    uint32_t size = 0;
    const bool read = tag == WireFormatLite::MakeTag(
                                 1, WireFormatLite::WIRETYPE_LENGTH_DELIMITED)
                          ? in.ReadVarint32(&size) &&
                                in.ReadString(&service, static_cast<int>(size))
                          : WireFormatLite::SkipField(&in, tag);
    if (!read) return std::nullopt;
  }
  if (!in.ConsumedEntireMessage()) return std::nullopt;
  return service;
}

// HealthCheckResponse, whose one field is an enum `status` = 1.
grpc::ByteBuffer Response(HealthService::Health health) {
  const char wire[] = {8, static_cast<char>(health)};
  const grpc::Slice slice(wire, sizeof(wire));
  return grpc::ByteBuffer(&slice, 1);
}

// A call with one request, which has to come in time.
class Call : public Reactor, private Arrivals::Call {
 public:
  Call(Arrivals& arrivals, absl::string_view method)
      : arrivals_(arrivals), method_(method) {}

  void Begin() {
    arrivals_.Add(*this);
    StartRead(&request_);
  }
  void OnReadDone(bool ok) override {
    const NoWaiting on_grpcs_thread;
    if (!arrivals_.Remove(*this)) return;
    if (!ok)
      return Refuse(absl::InvalidArgumentError("The request is missing."));
    std::optional<std::string> service = ServiceOf(request_);
    if (!service.has_value()) {
      return Refuse(absl::InvalidArgumentError(
          "The request is no valid grpc.health.v1.HealthCheckRequest."));
    }
    OnRequest(*std::move(service));
  }

 protected:
  virtual void OnRequest(std::string service) = 0;
  // Once.
  virtual void End(grpc::Status status) { Finish(std::move(status)); }

  void Refuse(const absl::Status& status) {
    End(ToGrpc(ForClient(status, method_)));
  }

 private:
  void RequestIsLate() override {
    Refuse(absl::DeadlineExceededError(
        "The request did not come in time (request_timeout)."));
  }

  Arrivals& arrivals_;
  const absl::string_view method_;
  grpc::ByteBuffer request_;
};

}  // namespace

class HealthService::Check final : public Call {
 public:
  explicit Check(HealthService& health)
      : Call(health.arrivals_, kCheck), health_(health) {}

  void OnDone() override { delete this; }

 private:
  void OnRequest(std::string service) override {
    const Health health = health_.Of(service);
    if (health == Health::kUnknown) {
      return Refuse(absl::NotFoundError("There is no such service."));
    }
    response_ = Response(health);
    StartWriteAndFinish(&response_, grpc::WriteOptions(), grpc::Status::OK);
  }

  HealthService& health_;
  grpc::ByteBuffer response_;
};

// Lives until gRPC is done with it and the service, too. gRPC is never called
// with the lock, for it may call back at once.
class HealthService::Watch final : public Call {
 public:
  static Reactor* Start(HealthService& health) {
    const auto watch = std::make_shared<Watch>(health);
    watch->self_ = watch;
    watch->Begin();
    return watch.get();
  }
  explicit Watch(HealthService& health)
      : Call(health.arrivals_, kWatch), health_(health) {}

  const std::string& service() const { return service_; }

  // Sends what has changed. From any thread.
  void Tell(Health health) {
    {
      const MutexLock lock(mutex_);
      wanted_ = health;
    }
    Send();
  }
  void End(grpc::Status status) override {
    {
      const MutexLock lock(mutex_);
      if (ended_) return;
      ended_ = true;
    }
    Finish(std::move(status));
  }

  void OnWriteDone(bool ok) override {
    {
      const MutexLock lock(mutex_);
      writing_ = false;
    }
    if (!ok) return End(grpc::Status::CANCELLED);
    Send();
  }
  void OnCancel() override { End(grpc::Status::CANCELLED); }
  void OnDone() override {
    health_.Remove(self_);
    // Nothing of this is used afterwards.
    const std::shared_ptr<Watch> last = std::move(self_);
  }

 private:
  void OnRequest(std::string service) override {
    service_ = std::move(service);
    if (auto status = health_.Add(self_); !status.ok()) Refuse(status);
  }

  void Send() {
    {
      const MutexLock lock(mutex_);
      if (ended_ || writing_ || wanted_ == sent_) return;
      writing_ = true;
      sent_ = wanted_;
      response_ = Response(*sent_);
    }
    StartWrite(&response_);
  }

  HealthService& health_;
  std::shared_ptr<Watch> self_;
  std::string service_;
  Mutex mutex_;
  std::optional<Health> wanted_ ABSL_GUARDED_BY(mutex_);
  std::optional<Health> sent_ ABSL_GUARDED_BY(mutex_);
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  grpc::ByteBuffer response_;
};

HealthService::HealthService(Arrivals& arrivals, int most_watches)
    : arrivals_(arrivals), most_watches_(static_cast<size_t>(most_watches)) {
  const auto add = [this](int position, const char* path, auto make) {
    AddMethod(new RpcServiceMethod(path, RpcMethod::BIDI_STREAMING, nullptr));
    MarkMethodRawCallback(
        position, new CallbackBidiHandler<grpc::ByteBuffer, grpc::ByteBuffer>(
                      [make](grpc::CallbackServerContext*) -> Reactor* {
                        return make();
                      }));
  };
  add(0, kCheck, [this] {
    auto* const check = new Check(*this);
    check->Begin();
    return check;
  });
  add(1, kWatch, [this] { return Watch::Start(*this); });
}

HealthService::~HealthService() = default;

HealthService::Health HealthService::Of(const std::string& service) {
  const MutexLock lock(mutex_);
  const auto found = services_.find(service);
  return found == services_.end() ? Health::kUnknown : found->second;
}

void HealthService::Set(const std::string& service, bool serving) {
  const Health health = serving ? Health::kServing : Health::kNotServing;
  std::vector<std::shared_ptr<Watch>> told;
  {
    const MutexLock lock(mutex_);
    if (shut_down_) return;
    services_[service] = health;
    for (const auto& watch : watches_) {
      if (watch->service() == service) told.push_back(watch);
    }
  }
  for (const auto& watch : told) watch->Tell(health);
}

void HealthService::Shutdown() {
  std::set<std::shared_ptr<Watch>> told;
  {
    const MutexLock lock(mutex_);
    shut_down_ = true;
    for (auto& [service, health] : services_) health = Health::kNotServing;
    told = watches_;
  }
  const absl::Status stopping = ServerStopping();
  for (const auto& watch : told) {
    watch->End(ToGrpc(ForClient(stopping, kWatch)));
  }
}

absl::Status HealthService::Add(const std::shared_ptr<Watch>& watch) {
  Health health = Health::kUnknown;
  {
    const MutexLock lock(mutex_);
    if (shut_down_) return ServerStopping();
    if (watches_.size() >= most_watches_) {
      return BoundReached(
          absl::StrCat("There are ", most_watches_,
                       " watches of the server's health, as many as may "
                       "(max_health_watches); ask with Check."),
          "TOO_MANY_WATCHES");
    }
    watches_.insert(watch);
    const auto found = services_.find(watch->service());
    if (found != services_.end()) health = found->second;
  }
  watch->Tell(health);
  return absl::OkStatus();
}

void HealthService::Remove(const std::shared_ptr<Watch>& watch) {
  const MutexLock lock(mutex_);
  watches_.erase(watch);
}

}  // namespace modelservice
