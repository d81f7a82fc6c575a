#include "modelservice/service/chain.h"

#include <utility>

#include "modelservice/service/run_handler.h"

namespace modelservice {

void Chain::Add(Interceptor& interceptor, Parts parts) {
  auto* const async = dynamic_cast<AsyncInterceptor*>(&interceptor);
  if (async != nullptr) parts.before = true;
  sees_messages_ |= parts.messages;
  links_.push_back({&interceptor, async, parts});
}

void Passage::Continue() {
  while (entered_ < chain_.links_.size()) {
    const Chain::Link& link = chain_.links_[entered_++];
    if (!link.parts.before) continue;
    if (link.async != nullptr) {
      const auto start = [&] {
        link.async->Start(call_, [this](absl::Status s) { Resume(s); });
        return absl::OkStatus();
      };
      // What it throws, it throws in place of its answer.
      if (auto status = Guarded(start); !status.ok()) Resume(status);
      return;
    }
    const auto before = [this, &link] {
      return link.interceptor->Before(call_);
    };
    if (link.interceptor->blocking()) {
      workers_.Post([this, before] { Resume(Guarded(before)); });
      return;
    }
    if (auto status = Guarded(before); !status.ok()) {
      return End(std::move(status));
    }
  }
  End(absl::OkStatus());
}

void Passage::End(absl::Status status) {
  // The call may be over, and with it this, before `done` returns.
  Done done = std::move(done_);
  done(std::move(status));
}

void Passage::Resume(const absl::Status& status) {
  if (status.ok()) {
    Continue();
  } else {
    End(status);
  }
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
