// The interceptors around one method, and one call's way through them.
#ifndef MODELSERVICE_SERVICE_CHAIN_H_
#define MODELSERVICE_SERVICE_CHAIN_H_

#include <google/protobuf/message.h>

#include <cstddef>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "modelservice/base/executor.h"
#include "modelservice/call_context.h"
#include "modelservice/handler.h"
#include "modelservice/interceptor.h"

namespace modelservice {

// Made once for each method of a server; what it points to outlives it.
// Immutable after building.
class Chain {
 public:
  // Which parts an interceptor has of its own: the others cost nothing.
  struct Parts {
    bool before = true;
    bool after = true;
    bool messages = true;
    // Code of this project, which never waits: its After may run anywhere.
    bool ours = false;

    // Those that class `T` overrides.
    template <class T>
    static Parts Of() {
      Parts parts;
      parts.before = MODELSERVICE_OVERRIDES(T, Interceptor, Before);
      parts.after = MODELSERVICE_OVERRIDES(T, Interceptor, After);
      parts.messages = MODELSERVICE_OVERRIDES(T, Interceptor, OnMessage);
      return parts;
    }
  };

  // Behind those that were added before.
  void Add(Interceptor& interceptor, Parts parts);

  bool empty() const { return links_.empty(); }
  bool sees_messages() const { return sees_messages_; }
  // Whether a call's way out is user code's, and so the executor's.
  bool leaves_on_executor() const { return leaves_on_executor_; }

 private:
  friend class Passage;
  struct Link {
    Interceptor* interceptor;
    AsyncInterceptor* async;  // null for one that is not
    Parts parts;
  };

  std::vector<Link> links_;
  bool sees_messages_ = false;
  bool leaves_on_executor_ = false;
};

// Lives as long as the call. One thread at a time.
class Passage {
 public:
  using Done = absl::AnyInvocable<void(absl::Status)>;

  // All outlive it.
  Passage(const Chain& chain, CallContext& call, Executor& executor)
      : chain_(chain), call_(call), executor_(executor) {}

  // Runs every Before, in order, until one refuses; then calls `done`, before
  // it returns or later on another thread.
  void Enter(Done done) {
    done_ = std::move(done);
    Continue();
  }
  // Every OnMessage until one refuses.
  absl::Status OnMessage(Interceptor::Direction direction,
                         const google::protobuf::Message& message);
  bool sees_messages() const { return chain_.sees_messages(); }
  // Runs the After of each whose Before ran, the last one first.
  void Leave(absl::Status& status);

 private:
  void Continue();
  void StartAsync(const Chain::Link& link);
  void Resume(const absl::Status& status);
  void End(absl::Status status);

  const Chain& chain_;
  CallContext& call_;
  Executor& executor_;
  Done done_;
  size_t entered_ = 0;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_CHAIN_H_
