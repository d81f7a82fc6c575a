#include "modelservice/server/memory_return.h"

#include <unistd.h>

#include <cstdlib>
#include <fstream>
#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace modelservice {
namespace {

// To give back less is not worth what it costs.
constexpr int64_t kWorthIt = 64 << 20;

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
  const bool grows = now > last_;
  last_ = now;
  if (least_ == 0 || now < least_) least_ = now;
  if (grows || now - least_ < kWorthIt) return;
#ifdef __GLIBC__
  malloc_trim(0);
#endif
  last_ = least_ = ResidentMemory();
}

}  // namespace modelservice
