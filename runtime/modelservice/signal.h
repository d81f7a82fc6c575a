// Tells whoever asked that something happened, as Django's signals do.
//
//   Signal<const Customer&> moved("moved");
//   {
//     Connection connection = moved.Connect([](const Customer& customer) {
//       Log(Severity::kInfo, customer.email());
//     });
//     moved.Send(customer);
//   }  // Nobody is told any more.
//
// A receiver that throws, or returns an error, is logged, and the others are
// called all the same. Receivers run on the sender's thread, in the order in
// which they were connected. Thread-safe; a receiver may connect and
// disconnect.
#ifndef MODELSERVICE_SIGNAL_H_
#define MODELSERVICE_SIGNAL_H_

#include <algorithm>
#include <atomic>
#include <exception>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "modelservice/base/mutex.h"
#include "modelservice/log.h"

namespace modelservice {

// Disconnects when it goes, be it before or after the signal. A call of the
// receiver that another thread has begun may still be running then.
class Connection {
 public:
  Connection() = default;
  explicit Connection(std::function<void()> disconnect)
      : disconnect_(std::move(disconnect)) {}
  ~Connection() { Disconnect(); }
  Connection(Connection&& other) noexcept
      : disconnect_(std::exchange(other.disconnect_, nullptr)) {}
  Connection& operator=(Connection&& other) noexcept {
    if (this != &other) {
      Disconnect();
      disconnect_ = std::exchange(other.disconnect_, nullptr);
    }
    return *this;
  }

  void Disconnect() {
    if (disconnect_ != nullptr) std::exchange(disconnect_, nullptr)();
  }
  // Stays connected as long as the signal lives.
  void Release() { disconnect_ = nullptr; }

 private:
  std::function<void()> disconnect_;
};

template <class... Arguments>
class Signal {
 public:
  // `name` is for the log.
  explicit Signal(absl::string_view name)
      : state_(std::make_shared<State>(std::string(name))) {}

  // `receiver` takes the arguments and returns nothing or an absl::Status.
  template <class Receiver>
  [[nodiscard]] Connection Connect(Receiver receiver) {
    auto slot = std::make_shared<const Slot>(Wrap(std::move(receiver)));
    state_->Add(slot);
    return Connection([state = std::weak_ptr<State>(state_), slot] {
      if (const auto alive = state.lock()) alive->Remove(slot);
    });
  }

  // Cheap: what nobody listens to need not be made.
  bool connected() const {
    return state_->connected.load(std::memory_order_relaxed);
  }

  void Send(const Arguments&... arguments) const {
    if (!connected()) return;
    for (const auto& slot : state_->Snapshot()) {
      Call(*slot, state_->name, arguments...);
    }
  }

 private:
  using Slot = std::function<absl::Status(const Arguments&...)>;

  struct State {
    explicit State(std::string name) : name(std::move(name)) {}

    void Add(std::shared_ptr<const Slot> slot) {
      const MutexLock lock(mutex);
      slots.push_back(std::move(slot));
      connected = true;
    }
    void Remove(const std::shared_ptr<const Slot>& slot) {
      const MutexLock lock(mutex);
      slots.erase(std::remove(slots.begin(), slots.end(), slot), slots.end());
      connected = !slots.empty();
    }
    std::vector<std::shared_ptr<const Slot>> Snapshot() {
      const MutexLock lock(mutex);
      return slots;
    }

    const std::string name;
    std::atomic<bool> connected = false;
    Mutex mutex;
    std::vector<std::shared_ptr<const Slot>> slots ABSL_GUARDED_BY(mutex);
  };

  template <class Receiver>
  static Slot Wrap(Receiver receiver) {
    using Result = std::invoke_result_t<Receiver&, const Arguments&...>;
    if constexpr (std::is_same_v<Result, absl::Status>) {
      return receiver;
    } else {
      return [receiver =
                  std::move(receiver)](const Arguments&... arguments) mutable {
        receiver(arguments...);
        return absl::OkStatus();
      };
    }
  }

  static void Call(const Slot& slot, const std::string& name,
                   const Arguments&... arguments) {
    absl::Status status;
    try {
      status = slot(arguments...);
    } catch (const std::exception& e) {
      status = absl::InternalError(absl::StrCat("exception: ", e.what()));
    } catch (...) {
      status = absl::InternalError("exception of an unknown type");
    }
    if (status.ok()) return;
    Log(Severity::kError,
        absl::StrCat("a receiver of ", name, " failed: ", status.ToString()));
  }

  std::shared_ptr<State> state_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SIGNAL_H_
