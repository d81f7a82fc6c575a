// Counts of durations in buckets of about 1% width.
#ifndef TESTS_BENCHMARK_LOAD_HISTOGRAM_H_
#define TESTS_BENCHMARK_LOAD_HISTOGRAM_H_

#include <cstdint>
#include <vector>

namespace load {

class Histogram {
 public:
  Histogram();

  void Add(uint64_t nanoseconds);
  void Clear();
  uint64_t count() const { return count_; }
  // The duration that `fraction` (0 to 1) of all are not above; 0 when empty.
  uint64_t Quantile(double fraction) const;

 private:
  std::vector<uint64_t> buckets_;
  uint64_t count_ = 0;
};

}  // namespace load

#endif  // TESTS_BENCHMARK_LOAD_HISTOGRAM_H_
