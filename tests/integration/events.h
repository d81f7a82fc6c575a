#ifndef MODELSERVICE_TESTS_INTEGRATION_EVENTS_H_
#define MODELSERVICE_TESTS_INTEGRATION_EVENTS_H_

#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

#include "test_support.h"

namespace integration {

// What happened inside of the server, in order.
class Events {
 public:
  void Add(const std::string& event) {
    std::lock_guard<std::mutex> lock(mutex_);
    events_.push_back(event);
    changed_.notify_all();
  }
  std::vector<std::string> Take() {
    std::lock_guard<std::mutex> lock(mutex_);
    return std::move(events_);
  }
  // False when `event` does not come.
  bool Await(const std::string& event) {
    std::unique_lock<std::mutex> lock(mutex_);
    return changed_.wait_for(lock, kPatience, [&] {
      for (const std::string& seen : events_) {
        if (seen == event) return true;
      }
      return false;
    });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> events_;
};

}  // namespace integration

#endif  // MODELSERVICE_TESTS_INTEGRATION_EVENTS_H_
