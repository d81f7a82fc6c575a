// A line in the log for each call: method, how it ended, how long it took, who
// called from where.
#ifndef MODELSERVICE_GUARD_REQUEST_LOG_H_
#define MODELSERVICE_GUARD_REQUEST_LOG_H_

#include "modelservice/interceptor.h"

namespace modelservice {

class RequestLog final : public Interceptor {
 public:
  absl::Status Before(CallContext& call) override;
  void After(CallContext& call, absl::Status& status) override;
};

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_REQUEST_LOG_H_
