#include "modelservice/service/chain.h"

#include <atomic>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/log.h"
#include "modelservice/service/run_handler.h"

namespace modelservice {

void Chain::Add(Interceptor& interceptor, Parts parts) {
  auto* const async = dynamic_cast<AsyncInterceptor*>(&interceptor);
  if (async != nullptr) parts.before = true;
  sees_messages_ |= parts.messages;
  leaves_on_executor_ |= !parts.ours && (parts.after || parts.messages);
  links_.push_back({&interceptor, async, parts});
}

void Passage::Continue() {
  while (entered_ < chain_.links_.size()) {
    const Chain::Link& link = chain_.links_[entered_++];
    if (!link.parts.before) continue;
    if (link.async != nullptr) return StartAsync(link);
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
  }
  End(absl::OkStatus());
}

void Passage::StartAsync(const Chain::Link& link) {
  // The call may be over when it is answered again.
  const auto answered = std::make_shared<std::atomic<bool>>(false);
  const auto answer = [this, answered](const absl::Status& status) {
    if (!answered->exchange(true)) return Resume(status);
    Log(Severity::kError,
        absl::StrCat("an interceptor answered a call twice, the second time ",
                     status.ToString()));
  };
  const auto start = [&] {
    link.async->Start(call_, answer);
    return absl::OkStatus();
  };
  // What it throws, it throws in place of its answer.
  if (auto status = Guarded(start); !status.ok()) answer(status);
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
  Continue();
}

absl::Status Passage::OnMessage(Interceptor::Direction direction,
                                const google::protobuf::Message& message) {
  for (const Chain::Link& link : chain_.links_) {
    if (!link.parts.messages) continue;
    const auto on_message = [&] {
      return link.interceptor->OnMessage(call_, direction, message);
    };
    if (auto status = Guarded(on_message); !status.ok()) return status;
  }
  return absl::OkStatus();
}

void Passage::Leave(absl::Status& status) {
  while (entered_ > 0) {
    const Chain::Link& link = chain_.links_[--entered_];
    if (!link.parts.after) continue;
    const auto after = [&] {
      link.interceptor->After(call_, status);
      return absl::OkStatus();
    };
    if (auto thrown = Guarded(after); !thrown.ok()) status = thrown;
  }
}

}  // namespace modelservice
