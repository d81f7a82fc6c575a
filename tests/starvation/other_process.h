// Another process that writes to a server's database.
#ifndef MODELSERVICE_TESTS_STARVATION_OTHER_PROCESS_H_
#define MODELSERVICE_TESTS_STARVATION_OTHER_PROCESS_H_

#include <cstdint>
#include <string>
#include <thread>

namespace starvation {

class OtherProcess {
 public:
  // Begins to run `update` so many times, each in a transaction of its own.
  OtherProcess(const std::string& url, const std::string& update, int times);
  OtherProcess(const OtherProcess&) = delete;
  OtherProcess& operator=(const OtherProcess&) = delete;

  // Waits for the end; how many rows were changed, -1 when it failed.
  int64_t Join();

 private:
  int64_t changed_ = -1;
  std::thread thread_;
};

}  // namespace starvation

#endif  // MODELSERVICE_TESTS_STARVATION_OTHER_PROCESS_H_
