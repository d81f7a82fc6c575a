// Numbers that a running server counts, and what it shows of them.
//
//   Counter refused_;
//   Histogram waits_{Histogram::kSeconds};
//   ...
//   refused_.Add();
//   waits_.Add(Since(start));
//   ...
//   void Report(Measures& to) const {
//     to.AddCounter("modelservice_things_refused_total", "Things refused.", {},
//                   refused_.value());
//     to.AddHistogram("modelservice_thing_wait_seconds", "Waits.", {}, waits_);
//   }
//
// Who counts keeps its numbers itself and tells them when it is asked; nobody
// else has to know of them. Names are Prometheus's: snake_case, `_total` of
// what only grows, the unit before it.
#ifndef MODELSERVICE_BASE_MEASURES_H_
#define MODELSERVICE_BASE_MEASURES_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace modelservice {

// Only grows. Thread-safe, and without a lock.
class Counter {
 public:
  void Add(int64_t more = 1) {
    value_.fetch_add(more, std::memory_order_relaxed);
  }
  int64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<int64_t> value_{0};
};

// How often a cache had what it was asked for. Thread-safe, and without a lock.
struct CacheCounts {
  void Note(bool hit) { (hit ? hits : misses).Add(); }

  Counter hits;
  Counter misses;
};

// How often a number was how large. Thread-safe, and without a lock: what is
// read while it grows may be a number behind in one bucket.
class Histogram {
 public:
  static constexpr size_t kMaxBounds = 14;
  struct Bounds {
    // The largest number of each bucket but the last, which has the rest. Those
    // of times are nanoseconds.
    std::array<int64_t, kMaxBounds> most;
    // What the numbers are divided by where they are shown.
    double unit;
  };
  // From a tenth of a millisecond to ten seconds.
  static const Bounds kSeconds;
  // 1, 2, 4 and so on.
  static const Bounds kCounts;

  explicit Histogram(const Bounds& bounds) : bounds_(bounds) {}

  void Add(int64_t number) {
    buckets_[BucketOf(number)].fetch_add(1, std::memory_order_relaxed);
    sum_.fetch_add(number, std::memory_order_relaxed);
  }
  void Add(absl::Duration time) { Add(absl::ToInt64Nanoseconds(time)); }
  // Where a number counts.
  size_t BucketOf(int64_t number) const {
    size_t i = 0;
    while (i < kMaxBounds && number > bounds_.most[i]) ++i;
    return i;
  }

  int64_t count() const;

 private:
  friend class Measures;
  const Bounds& bounds_;
  std::array<std::atomic<int64_t>, kMaxBounds + 1> buckets_{};
  std::atomic<int64_t> sum_{0};
};

// The numbers of one moment, by name. Not thread-safe.
class Measures {
 public:
  using Labels = std::vector<std::pair<std::string, std::string>>;
  enum class Kind { kCounter, kGauge, kHistogram };
  // One of the numbers in a bucket, and the trace of what it was.
  struct Exemplar {
    std::string trace_id;
    std::string span_id;
    double value = 0;
    absl::Time time;
  };
  struct Bucket {
    double most;    // infinity of the last
    int64_t count;  // of this and all before
    std::optional<Exemplar> exemplar = std::nullopt;
  };
  struct Sample {
    Labels labels;
    double value = 0;  // of a histogram the sum
    std::vector<Bucket> buckets;
  };
  struct Family {
    Kind kind;
    std::string help;
    std::vector<Sample> samples;
  };

  void AddCounter(absl::string_view name, absl::string_view help, Labels labels,
                  int64_t value);
  // Seconds that only grow.
  void AddSeconds(absl::string_view name, absl::string_view help,
                  double seconds);
  void AddGauge(absl::string_view name, absl::string_view help, Labels labels,
                double value);
  // The sample that it became, until the next one is added.
  Sample& AddHistogram(absl::string_view name, absl::string_view help,
                       Labels labels, const Histogram& histogram);
  // What waits somewhere, how much may (0: any number), and what was refused
  // for want of room, as modelservice_queue_length and the like.
  void AddQueue(absl::string_view queue, size_t length, size_t most,
                int64_t refused);
  // How often a cache had what it was asked for, as
  // modelservice_cache_hits_total and the like. Caches of one name are one.
  void AddCache(absl::string_view cache, int64_t hits, int64_t misses);
  void AddCache(absl::string_view cache, const CacheCounts& counts) {
    AddCache(cache, counts.hits.value(), counts.misses.value());
  }
  // Connections to a database: how many are open, wait for work, and may be, as
  // modelservice_connections.
  void AddPool(absl::string_view pool, int open, int idle, int most);

  const std::map<std::string, Family>& families() const { return families_; }
  // The one sample of these labels; 0 when there is none.
  double ValueOf(const std::string& name, const Labels& labels = {}) const;

 private:
  Sample& Add(Kind kind, absl::string_view name, absl::string_view help,
              Labels labels);

  std::map<std::string, Family> families_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_BASE_MEASURES_H_
