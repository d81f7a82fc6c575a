#include "modelservice/service/chain.h"

#include <atomic>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/log.h"
#include "modelservice/service/call_access.h"
#include "modelservice/service/run_handler.h"

namespace modelservice {

// The answer that a Start gives: the first one, or that there is none.
class Passage::Decision {
 public:
  explicit Decision(Passage& passage) : passage_(passage) {}
  Decision(const Decision&) = delete;
  Decision& operator=(const Decision&) = delete;
  ~Decision() {
    if (decided_.exchange(true)) return;
    passage_.Resume(absl::InternalError(
        "an interceptor let go of `done` without calling it"));
  }

  void Make(const absl::Status& status) {
    // Else the call may be over.
    if (!decided_.exchange(true)) return passage_.Resume(status);
    Log(Severity::kError,
        absl::StrCat("an interceptor answered a call twice, the second time ",
                     status.ToString()));
  }

 private:
  Passage& passage_;
  std::atomic<bool> decided_{false};
};

void Chain::Add(Interceptor& interceptor, Parts parts) {
  sees_messages_ |= parts.messages;
  changes_replies_ |= parts.reply;
  leaves_on_executor_ |=
      !parts.ours && (parts.after || parts.messages || parts.reply);
  links_.push_back({&interceptor, parts});
}

void Passage::Continue() {
  while (entered_ < chain_.links_.size()) {
    const Chain::Link& link = chain_.links_[entered_++];
    if (!TakesPart(entered_ - 1)) continue;
    if (link.parts.start) return Start(link);
    if (!link.parts.before) continue;
    const auto before = [this, &link] {
      return link.interceptor->Before(call_);
    };
    if (link.interceptor->blocking()) {
      executor_.Post("interceptor", &call_,
                     [this, before](const absl::Status& admitted) {
                       Resume(admitted.ok() ? Guarded(before) : admitted);
                     });
      return;
    }
    if (auto status = Guarded(before); !status.ok()) {
      return End(std::move(status));
    }
    NoteAnswer();
  }
  End(absl::OkStatus());
}

void Passage::Start(const Chain::Link& link) {
  const auto decision = std::make_shared<Decision>(*this);
  const auto start = [&] {
    link.interceptor->Start(call_, [decision](const absl::Status& status) {
      decision->Make(status);
    });
    return absl::OkStatus();
  };
  // What it throws, it throws in place of its answer.
  if (auto status = Guarded(start); !status.ok()) decision->Make(status);
}

void Passage::NoteAnswer() {
  if (!answered() && CallAccess::answer(call_) != nullptr) {
    answered_by_ = entered_ - 1;
  }
}

void Passage::End(absl::Status status) {
  // The call may be over, and with it this, before `done` returns.
  Done done = std::move(done_);
  done(std::move(status));
}

void Passage::Resume(const absl::Status& status) {
  // The client may have gone while somebody else decided.
  absl::Status still = status.ok() ? CheckCall(&call_) : status;
  if (!still.ok()) return End(std::move(still));
  NoteAnswer();
  Continue();
}

absl::Status Passage::OnMessage(Interceptor::Direction direction,
                                const google::protobuf::Message& message) {
  for (size_t i = 0; i < entered_; ++i) {
    const Chain::Link& link = chain_.links_[i];
    if (!link.parts.messages || !TakesPart(i)) continue;
    const auto on_message = [&] {
      return link.interceptor->OnMessage(call_, direction, message);
    };
    if (auto status = Guarded(on_message); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status Passage::OnReply(AnyReply& reply) {
  for (size_t i = entered_; i-- > 0;) {
    const Chain::Link& link = chain_.links_[i];
    if (!link.parts.reply || !TakesPart(i) || i == answered_by_) continue;
    const auto on_reply = [&] {
      return link.interceptor->OnReply(call_, reply);
    };
    if (auto status = Guarded(on_reply); !status.ok()) return status;
  }
  return absl::OkStatus();
}

void Passage::Leave(absl::Status& status) {
  while (entered_ > 0) {
    const Chain::Link& link = chain_.links_[--entered_];
    if (!link.parts.after || !TakesPart(entered_)) continue;
    const auto after = [&] {
      link.interceptor->After(call_, status);
      return absl::OkStatus();
    };
    if (auto thrown = Guarded(after); !thrown.ok()) status = thrown;
  }
}

}  // namespace modelservice
