#include "modelservice/server/memory_return.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace modelservice {
namespace {

// To give back less is not worth what it costs.
constexpr int64_t kWorthIt = 64 << 20;
// A process that has come to rest still grows by so much now and then.
constexpr int64_t kNoise = 1 << 20;
constexpr int kLongestPause = 63;

}  // namespace

int64_t ResidentMemory() {
  std::ifstream statm("/proc/self/statm");
  int64_t all = 0;
  int64_t resident = 0;
  statm >> all >> resident;
  return statm ? resident * sysconf(_SC_PAGESIZE) : 0;
}

void MemoryReturn::Look() {
  const int64_t now = ResidentMemory();
  const bool grows = now > last_ + kNoise;
  last_ = now;
  least_ = std::min(least_, now);
  if (now - least_ < kWorthIt) {
    pause_ = 0;
    return;
  }
  if (grows || ++paused_ <= pause_) return;
  paused_ = 0;
#ifdef __GLIBC__
  malloc_trim(0);
#endif
  last_ = ResidentMemory();
  // What is in use now may be freed later.
  pause_ = now - last_ < kWorthIt ? std::min(2 * pause_ + 1, kLongestPause) : 0;
}

}  // namespace modelservice
