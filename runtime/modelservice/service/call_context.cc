#include "modelservice/call_context.h"

#include "absl/time/clock.h"

namespace modelservice {

const Principal& CallContext::principal() const {
  static const auto* const anonymous = new Principal();
  return principal_ == nullptr ? *anonymous : *principal_;
}

const std::string& CallContext::request_id() const {
  std::call_once(request_id_made_, [this] {
    const auto given = metadata("x-request-id");
    request_id_ = std::make_unique<const std::string>(
        given.has_value() && IsSaneId(*given) ? std::string(*given)
                                              : NewHexId(32));
    AddTrailer("x-request-id", *request_id_);
  });
  return *request_id_;
}

const Trace& CallContext::trace() const {
  std::call_once(trace_made_, [this] {
    if (trace_ != nullptr) return;  // the runtime's
    trace_ = std::make_unique<const Trace>(
        Trace::Continue(metadata("traceparent"), metadata("tracestate")));
  });
  return *trace_;
}

void CallContext::Answer(const google::protobuf::Message& reply) {
  std::unique_ptr<google::protobuf::Message> copy(reply.New());
  copy->CopyFrom(reply);
  answer_ = std::move(copy);
}

absl::Time CallContext::deadline() const {
  return ends_at() == kNever ? absl::InfiniteFuture()
                             : absl::Now() + Until(ends_at());
}

}  // namespace modelservice
