// A call that came over gRPC, and what the runtime alone does to it.
#ifndef MODELSERVICE_SERVICE_GRPC_CALL_CONTEXT_H_
#define MODELSERVICE_SERVICE_GRPC_CALL_CONTEXT_H_

#include <google/protobuf/message.h>

#include <atomic>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "modelservice/base/mutex.h"
#include "modelservice/call_context.h"

namespace grpc {
class ServerContextBase;
}

namespace modelservice {

// Decodes the request of a call when it is first asked for.
class RequestSource {
 public:
  virtual ~RequestSource() = default;
  // Null when the bytes are no such message.
  virtual const google::protobuf::Message* Decode() = 0;
};

// As CallContext; gRPC's context, which is asked for everything, outlives it.
class GrpcCallContext final : public CallContext {
 public:
  // `method` outlives the call.
  GrpcCallContext(absl::string_view method, grpc::ServerContextBase& grpc);

  std::string peer() const override;
  // Several headers `tracestate` are one list, several `traceparent` none.
  std::optional<absl::string_view> metadata(
      absl::string_view key) const override;
  std::vector<std::string> certificate_names(
      const std::string& kind) const override;
  const google::protobuf::Message* request() const override {
    return request_ == nullptr ? nullptr : request_->Decode();
  }
  bool cancelled() const override;
  void AddTrailer(const std::string& key,
                  const std::string& value) const override;

  // Headers that came in another way: a client's own go before them. Before
  // anybody asks for one.
  void set_more_headers(
      std::map<std::string, std::string, std::less<>> headers) {
    more_headers_ = std::move(headers);
  }
  // `source` outlives the call.
  void set_request_source(RequestSource* source) { request_ = source; }
  using CallContext::time_limit;
  // Ends the call for the client, as if it had gone away.
  void Cancel();
  // The client is being answered: no more trailers.
  void Answered();
  // The same while the method still runs: cancelled() from here on.
  void EndEarly();

 private:
  // The values of the headers of the name, with commas between them.
  absl::string_view All(absl::string_view key) const;

  grpc::ServerContextBase& grpc_;
  RequestSource* request_ = nullptr;
  std::map<std::string, std::string, std::less<>> more_headers_;
  // By their names; what is in it stays where it is.
  mutable Mutex joined_mutex_;
  mutable std::map<std::string, std::string> joined_
      ABSL_GUARDED_BY(joined_mutex_);
  // Of the trailers, which another thread may be sending.
  mutable Mutex answer_mutex_;
  bool answered_ ABSL_GUARDED_BY(answer_mutex_) = false;
  std::atomic<bool> ended_early_{false};
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_GRPC_CALL_CONTEXT_H_
