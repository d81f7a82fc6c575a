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
    bool before = false;
    bool start = false;  // in place of before
    bool reply = false;
    bool after = false;
    bool messages = false;
    // Code of this project: its After never waits and may run anywhere, and
    // what it asks, it asks of calls that an interceptor answered, too.
    bool ours = false;

    // Those that class `T` overrides.
    template <class T>
    static Parts Of() {
      Parts parts;
      parts.before = MODELSERVICE_OVERRIDES(T, Interceptor, Before);
      parts.start = MODELSERVICE_OVERRIDES(T, Interceptor, Start);
      parts.reply = MODELSERVICE_OVERRIDES(T, Interceptor, OnReply);
      parts.after = MODELSERVICE_OVERRIDES(T, Interceptor, After);
      parts.messages = MODELSERVICE_OVERRIDES(T, Interceptor, OnMessage);
      return parts;
    }
  };

  // Behind those that were added before.
  void Add(Interceptor& interceptor, Parts parts);

  bool empty() const { return links_.empty(); }
  bool sees_messages() const { return sees_messages_; }
  bool changes_replies() const { return changes_replies_; }
  // Whether a call's way out is user code's, and so the executor's.
  bool leaves_on_executor() const { return leaves_on_executor_; }

 private:
  friend class Passage;
  struct Link {
    Interceptor* interceptor;
    Parts parts;
  };

  std::vector<Link> links_;
  bool sees_messages_ = false;
  bool changes_replies_ = false;
  bool leaves_on_executor_ = false;
};

// Lives as long as the call. One thread at a time.
class Passage {
 public:
  using Done = Interceptor::Done;

  // All outlive it.
  Passage(const Chain& chain, CallContext& call, Executor& executor)
      : chain_(chain), call_(call), executor_(executor) {}

  // Runs every Before, in order, until one refuses; of a call that one has
  // answered only our own. Then calls `done`, before it returns or later on
  // another thread.
  void Enter(Done done) {
    done_ = std::move(done);
    Continue();
  }
  // Whether an interceptor has answered the call in the method's place.
  bool answered() const { return answered_by_ != kNobody; }
  // Every OnMessage until one refuses.
  absl::Status OnMessage(Interceptor::Direction direction,
                         const google::protobuf::Message& message);
  bool sees_messages() const { return chain_.sees_messages(); }
  // Every OnReply until one refuses, the last one first.
  absl::Status OnReply(AnyReply& reply);
  // Runs the After of each whose Before ran, the last one first.
  void Leave(absl::Status& status);

 private:
  class Decision;
  static constexpr size_t kNobody = static_cast<size_t>(-1);

  void Continue();
  void Start(const Chain::Link& link);
  // Whether link `i` has a part in this call, or would have.
  bool TakesPart(size_t i) const {
    return i <= answered_by_ || chain_.links_[i].parts.ours;
  }
  // After a Before that let the call go on.
  void NoteAnswer();
  void Resume(const absl::Status& status);
  void End(absl::Status status);

  const Chain& chain_;
  CallContext& call_;
  Executor& executor_;
  Done done_;
  size_t entered_ = 0;
  // The link that answered; no position is larger.
  size_t answered_by_ = kNobody;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_CHAIN_H_
