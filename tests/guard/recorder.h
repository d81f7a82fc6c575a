// Interceptors that write down what they see.
#ifndef MODELSERVICE_TESTS_GUARD_RECORDER_H_
#define MODELSERVICE_TESTS_GUARD_RECORDER_H_

#include <stdexcept>
#include <string>
#include <utility>

#include "fixture.h"

namespace guarded {

using ::modelservice::Interceptor;

// Refuses in Before where "x-refuse" names it, throws where "x-throw" does.
class Recorder : public Interceptor {
 public:
  Recorder(Events* events, std::string name)
      : events_(*events), name_(std::move(name)) {}

  absl::Status Before(CallContext& call) override {
    events_.Add(name_ + " before");
    if (call.metadata("x-throw") == name_ + " before") {
      throw std::runtime_error("secret");
    }
    if (call.metadata("x-refuse") == name_) {
      return absl::FailedPreconditionError(name_ + " refuses");
    }
    return absl::OkStatus();
  }
  void After(CallContext& call, absl::Status& status) override {
    events_.Add(absl::StrCat(name_, " after ",
                             absl::StatusCodeToString(status.code())));
    if (call.metadata("x-throw") == name_ + " after") {
      throw std::runtime_error("secret");
    }
    if (call.metadata("x-change") == name_) {
      status = absl::DataLossError("changed");
    }
    if (call.metadata("x-forgive") == name_) {
      status = absl::AlreadyExistsError("forgiven");
    }
    if (call.metadata("x-forget") == name_) status = absl::OkStatus();
  }

 private:
  Events& events_;
  const std::string name_;
};

class Watch : public Interceptor {
 public:
  explicit Watch(Events* events) : events_(*events) {}

  absl::Status OnMessage(CallContext&, Direction direction,
                         const google::protobuf::Message& message) override {
    const std::string text = static_cast<const Text&>(message).text();
    events_.Add(
        absl::StrCat(direction == Direction::kSent ? "sent " : "got ", text));
    if (text == "in" && direction == Direction::kReceived) {
      return absl::OutOfRangeError("not in");
    }
    if (text == "out" && direction == Direction::kSent) {
      return absl::OutOfRangeError("not out");
    }
    return absl::OkStatus();
  }

 private:
  Events& events_;
};

}  // namespace guarded

#endif  // MODELSERVICE_TESTS_GUARD_RECORDER_H_
