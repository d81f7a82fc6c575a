// The signals that a server sent, in their order, as words.
//
//   modelservice::RecordedSignals signals;
//   auto server = modelservice::TestServer::Start(
//       [&](modelservice::Registry& registry) {
//         Register(registry);
//         signals.Record(registry);
//         signals.RecordRows<Book>(registry);
//       });
//   ...
//   EXPECT_THAT(signals.Take(),
//               ElementsAre("started /shelf.Books/Create", "created Book",
//                           "finished /shelf.Books/Create OK"));
#ifndef MODELSERVICE_TESTING_RECORDED_SIGNALS_H_
#define MODELSERVICE_TESTING_RECORDED_SIGNALS_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "modelservice/base/compat.h"
#include "modelservice/base/mutex.h"
#include "modelservice/registry.h"

namespace modelservice {

// Outlives the servers whose signals it records. Thread-safe.
class RecordedSignals {
 public:
  RecordedSignals() = default;
  RecordedSignals(const RecordedSignals&) = delete;
  RecordedSignals& operator=(const RecordedSignals&) = delete;

  // "started METHOD", "failed METHOD CODE", "finished METHOD CODE", "shutdown".
  void Record(Registry& registry) {
    RpcSignals& signals = registry.signals();
    Keep(signals.request_started.Connect([this](const CallContext& call) {
      Add(absl::StrCat("started ", call.method()));
    }));
    Keep(signals.got_request_exception.Connect(
        [this](const CallContext& call, const absl::Status& status) {
          Add(TextOf("failed ", call, status));
        }));
    Keep(signals.request_finished.Connect(
        [this](const CallContext& call, const absl::Status& status) {
          Add(TextOf("finished ", call, status));
        }));
    Keep(signals.shutdown.Connect([this] { Add("shutdown"); }));
  }

  // "created Book", "updated Book", "deleted Book", once that is committed.
  template <class Message>
  void RecordRows(Registry& registry) {
    const std::string name = compat::Str(Message::descriptor()->name());
    Keep(registry.ModelSignalsOf<Message>().OnCommitted(
        [this, name](const Message&, RowChange change) {
          Add(absl::StrCat(change == RowChange::kCreated   ? "created "
                           : change == RowChange::kUpdated ? "updated "
                                                           : "deleted ",
                           name));
        }));
  }

  // Everything since it was made, or since the last call.
  std::vector<std::string> Take() {
    const MutexLock lock(mutex_);
    return std::exchange(signals_, {});
  }

 private:
  static std::string TextOf(absl::string_view what, const CallContext& call,
                            const absl::Status& status) {
    return absl::StrCat(what, call.method(), " ",
                        absl::StatusCodeToString(status.code()));
  }
  void Add(std::string signal) {
    const MutexLock lock(mutex_);
    signals_.push_back(std::move(signal));
  }
  void Keep(Connection connection) {
    connections_.push_back(std::move(connection));
  }

  Mutex mutex_;
  std::vector<std::string> signals_ ABSL_GUARDED_BY(mutex_);
  std::vector<Connection> connections_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_TESTING_RECORDED_SIGNALS_H_
