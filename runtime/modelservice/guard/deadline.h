// How long a call may take: what its client says, within what the server and
// the method say. A call that comes too late does not begin.
#ifndef MODELSERVICE_GUARD_DEADLINE_H_
#define MODELSERVICE_GUARD_DEADLINE_H_

#include "absl/time/time.h"
#include "modelservice/interceptor.h"

namespace modelservice {

class Deadline final : public Interceptor {
 public:
  // `by_default` is for a call whose client gave none, `most` for every call;
  // infinite where there is no limit.
  Deadline(absl::Duration by_default, absl::Duration most)
      : by_default_(by_default), most_(most) {}

  absl::Status Before(CallContext& call) override;

 private:
  const absl::Duration by_default_;
  const absl::Duration most_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_DEADLINE_H_
