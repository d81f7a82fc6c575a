#include "modelservice/db/callbacks.h"

#include "absl/status/status.h"
#include "modelservice/db/no_throw.h"

namespace modelservice {

void Callbacks::KeepFirst(size_t count) {
  callbacks_.erase(callbacks_.begin() + static_cast<std::ptrdiff_t>(count),
                   callbacks_.end());
}

void Callbacks::Run() {
  for (absl::AnyInvocable<void()>& callback : callbacks_) {
    NoThrow([&] {
      callback();
      return absl::OkStatus();
    }).IgnoreError();
  }
}

}  // namespace modelservice
