#include "modelservice/base/measures.h"

#include <limits>

namespace modelservice {
namespace {

constexpr int64_t kMicrosecond = 1000;
constexpr int64_t kMillisecond = 1000 * kMicrosecond;
constexpr int64_t kSecond = 1000 * kMillisecond;

}  // namespace

const Histogram::Bounds Histogram::kSeconds = {
    {100 * kMicrosecond, 250 * kMicrosecond, 500 * kMicrosecond,
     1 * kMillisecond, 2500 * kMicrosecond, 5 * kMillisecond, 10 * kMillisecond,
     25 * kMillisecond, 50 * kMillisecond, 100 * kMillisecond,
     250 * kMillisecond, 1 * kSecond, 2500 * kMillisecond, 10 * kSecond},
    1e9};

const Histogram::Bounds Histogram::kCounts = {
    {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192}, 1};

int64_t Histogram::count() const {
  int64_t count = 0;
  for (const auto& bucket : buckets_) {
    count += bucket.load(std::memory_order_relaxed);
  }
  return count;
}

Measures::Sample& Measures::Add(Kind kind, absl::string_view name,
                                absl::string_view help, Labels labels) {
  Family& family =
      families_
          .try_emplace(std::string(name), Family{kind, std::string(help), {}})
          .first->second;
  family.samples.push_back({std::move(labels), 0, {}});
  return family.samples.back();
}

void Measures::AddCounter(absl::string_view name, absl::string_view help,
                          Labels labels, int64_t value) {
  Add(Kind::kCounter, name, help, std::move(labels)).value =
      static_cast<double>(value);
}

void Measures::AddSeconds(absl::string_view name, absl::string_view help,
                          double seconds) {
  Add(Kind::kCounter, name, help, {}).value = seconds;
}

void Measures::AddGauge(absl::string_view name, absl::string_view help,
                        Labels labels, double value) {
  Add(Kind::kGauge, name, help, std::move(labels)).value = value;
}

Measures::Sample& Measures::AddHistogram(absl::string_view name,
                                         absl::string_view help, Labels labels,
                                         const Histogram& histogram) {
  Sample& sample = Add(Kind::kHistogram, name, help, std::move(labels));
  const double unit = histogram.bounds_.unit;
  int64_t count = 0;
  for (size_t i = 0; i <= Histogram::kMaxBounds; ++i) {
    count += histogram.buckets_[i].load(std::memory_order_relaxed);
    const double most =
        i == Histogram::kMaxBounds
            ? std::numeric_limits<double>::infinity()
            : static_cast<double>(histogram.bounds_.most[i]) / unit;
    sample.buckets.push_back({most, count});
  }
  sample.value =
      static_cast<double>(histogram.sum_.load(std::memory_order_relaxed)) /
      unit;
  return sample;
}

void Measures::AddQueue(absl::string_view queue, size_t length, size_t most,
                        int64_t refused) {
  const Labels labels = {{"queue", std::string(queue)}};
  AddGauge("modelservice_queue_length", "What waits in a queue.", labels,
           static_cast<double>(length));
  if (most > 0) {
    AddGauge("modelservice_queue_limit", "What may wait in a queue.", labels,
             static_cast<double>(most));
  }
  AddCounter("modelservice_queue_refused_total",
             "What was refused because a queue was full.", labels, refused);
}

void Measures::AddCache(absl::string_view cache, int64_t hits, int64_t misses) {
  const Labels labels = {{"cache", std::string(cache)}};
  const auto add = [&](const char* name, absl::string_view help,
                       int64_t value) {
    const auto family = families_.find(name);
    if (family != families_.end()) {
      for (Sample& sample : family->second.samples) {
        if (sample.labels != labels) continue;
        sample.value += static_cast<double>(value);
        return;
      }
    }
    AddCounter(name, help, labels, value);
  };
  add("modelservice_cache_hits_total", "What was found in a cache.", hits);
  add("modelservice_cache_misses_total",
      "What a cache was asked for and had not.", misses);
}

void Measures::AddPool(absl::string_view pool, int open, int idle, int most) {
  const auto add = [&](absl::string_view state, int value) {
    AddGauge("modelservice_connections",
             "Connections to the database: in use, idle, and how many there "
             "may be.",
             {{"pool", std::string(pool)}, {"state", std::string(state)}},
             value);
  };
  add("used", open - idle);
  add("idle", idle);
  add("most", most);
}

double Measures::ValueOf(const std::string& name, const Labels& labels) const {
  const auto found = families_.find(name);
  if (found == families_.end()) return 0;
  for (const Sample& sample : found->second.samples) {
    if (sample.labels == labels) return sample.value;
  }
  return 0;
}

}  // namespace modelservice
