// The most calls that a server runs at a time, streams among them.
#ifndef MODELSERVICE_GUARD_CONCURRENCY_H_
#define MODELSERVICE_GUARD_CONCURRENCY_H_

#include <atomic>
#include <cstdint>

#include "modelservice/service/interceptor.h"

namespace modelservice {

// Refuses one more with RESOURCE_EXHAUSTED, as gRPC's maximum_concurrent_rpcs.
class Concurrency final : public Interceptor {
 public:
  explicit Concurrency(int32_t most) : most_(most) {}

  absl::Status Before(CallContext& call) override;
  // Of a refused call too: its Before ran.
  void After(CallContext& call, absl::Status& status) override;

 private:
  const int32_t most_;
  std::atomic<int32_t> running_ = 0;
};

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_CONCURRENCY_H_
