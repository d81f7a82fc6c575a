// Gives memory back to the system after a flood: the C library keeps what was
// freed, which after a hundred thousand calls at once may be a gigabyte.
#ifndef MODELSERVICE_SERVER_MEMORY_RETURN_H_
#define MODELSERVICE_SERVER_MEMORY_RETURN_H_

#include <cstdint>

namespace modelservice {

// Bytes of this process that are in memory; 0 where the system does not say.
int64_t ResidentMemory();

// Not thread-safe.
class MemoryReturn {
 public:
  // Made before there is anything to give back.
  MemoryReturn() : last_(ResidentMemory()), least_(last_) {}

  // Called every second or so. Costs next to nothing unless the process has
  // become much larger, and does not grow any more.
  void Look();

  // By how many bytes the process has grown, at the last look.
  int64_t grown() const { return last_ - least_; }

 private:
  // Bytes, at the last look, and at the one where there were fewest.
  int64_t last_;
  int64_t least_;
  // Looks that memory is not given back at: after a time that brought little,
  // twice as many as before it.
  int pause_ = 0;
  int paused_ = 0;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVER_MEMORY_RETURN_H_
