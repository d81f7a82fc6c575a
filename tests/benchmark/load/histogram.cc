#include "load/histogram.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace load {
namespace {

// Every power of two is cut into 2^kPrecision buckets, as in HdrHistogram.
constexpr unsigned kPrecision = 7;
constexpr size_t kBuckets = (64 - kPrecision + 1) << kPrecision;

unsigned Shift(uint64_t value) {
  unsigned bits = 0;
  for (uint64_t rest = value >> kPrecision; rest > 1; rest >>= 1) ++bits;
  return bits;
}

size_t BucketOf(uint64_t value) {
  const unsigned shift = Shift(value);
  return (size_t{shift} << kPrecision) + static_cast<size_t>(value >> shift);
}

// The largest value of the bucket.
uint64_t UpperBound(size_t bucket) {
  if (bucket < size_t{2} << kPrecision) return bucket;
  const size_t shift = (bucket >> kPrecision) - 1;
  const uint64_t mantissa = bucket - (shift << kPrecision);
  return ((mantissa + 1) << shift) - 1;
}

}  // namespace

Histogram::Histogram() : buckets_(kBuckets) {}

void Histogram::Add(uint64_t nanoseconds) {
  ++buckets_[BucketOf(nanoseconds)];
  ++count_;
}

void Histogram::Clear() {
  std::fill(buckets_.begin(), buckets_.end(), 0);
  count_ = 0;
}

uint64_t Histogram::Quantile(double fraction) const {
  const auto rank =
      static_cast<uint64_t>(std::ceil(fraction * static_cast<double>(count_)));
  uint64_t seen = 0;
  for (size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
    seen += buckets_[bucket];
    if (seen != 0 && seen >= rank) return UpperBound(bucket);
  }
  return 0;
}

}  // namespace load
