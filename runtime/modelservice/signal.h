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
// called all the same. Where a sender asks by TrySend, the error of one that
// was connected with Receiver::kMustSucceed is what it is told instead.
// Receivers run on the sender's thread, in the order in which they were
// connected. Thread-safe; a receiver may connect and disconnect.
#ifndef MODELSERVICE_SIGNAL_H_
#define MODELSERVICE_SIGNAL_H_

#include <algorithm>
#include <atomic>
#include <exception>
#include <functional>
#include <memory>
#include <string>
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

// What an error of a receiver, or an exception, does: it is logged, or it ends
// what the signal tells of, and is its error.
enum class Receiver { kMayFail, kMustSucceed };

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

  // `function` takes the arguments and returns nothing or an absl::Status.
  template <class Function>
  [[nodiscard]] Connection Connect(Function function,
                                   Receiver receiver = Receiver::kMayFail) {
    auto slot =
        std::make_shared<const Slot>(Slot{Wrap(std::move(function)), receiver});
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
      NoteFailure(Call(*slot, arguments...));
    }
  }

  // The same, for what has not happened yet, or can be undone: the error of the
  // first receiver that must succeed and does not. Those after it are not told.
  absl::Status TrySend(const Arguments&... arguments) const {
    if (!connected()) return absl::OkStatus();
    for (const auto& slot : state_->Snapshot()) {
      absl::Status status = Call(*slot, arguments...);
      if (status.ok()) continue;
      if (slot->receiver == Receiver::kMustSucceed) return status;
      NoteFailure(status);
    }
    return absl::OkStatus();
  }

 private:
  using Function = std::function<absl::Status(const Arguments&...)>;

  struct Slot {
    Function function;
    Receiver receiver;
  };

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

  template <class Given>
  static Function Wrap(Given function) {
    using Result = std::invoke_result_t<Given&, const Arguments&...>;
    if constexpr (std::is_same_v<Result, absl::Status>) {
      return function;
    } else {
      return [function =
                  std::move(function)](const Arguments&... arguments) mutable {
        function(arguments...);
        return absl::OkStatus();
      };
    }
  }

  static absl::Status Call(const Slot& slot, const Arguments&... arguments) {
    try {
      return slot.function(arguments...);
    } catch (const std::exception& e) {
      return absl::InternalError(absl::StrCat("exception: ", e.what()));
    } catch (...) {
      return absl::InternalError("exception of an unknown type");
    }
  }

  void NoteFailure(const absl::Status& status) const {
    if (status.ok()) return;
    Log(Severity::kError, absl::StrCat("a receiver of ", state_->name,
                                       " failed: ", status.ToString()));
  }

  std::shared_ptr<State> state_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SIGNAL_H_
