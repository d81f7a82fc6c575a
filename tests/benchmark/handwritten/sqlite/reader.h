// Read connections: taken for a call, used in its thread, given back.
#ifndef TESTS_BENCHMARK_HANDWRITTEN_SQLITE_READER_H_
#define TESTS_BENCHMARK_HANDWRITTEN_SQLITE_READER_H_

#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "handwritten/sqlite/connection.h"

namespace handwritten::sqlite {

// A connection with the read statements prepared on it.
struct Reader {
  static absl::StatusOr<std::unique_ptr<Reader>> Open(const std::string& path);

  // Declared first: statements must be finalized before it closes.
  Connection connection;
  Statement retrieve;  // ?1 id
  Statement list;      // ?1 after this id, ?2 the most rows (-1: all)
};

// Thread-safe. Opens as many readers as are ever in use at once, and keeps
// them. Outlives its leases.
class ReaderPool {
 public:
  struct Return {
    ReaderPool* pool;
    void operator()(Reader* reader) const { pool->Give(reader); }
  };
  using Lease = std::unique_ptr<Reader, Return>;

  explicit ReaderPool(std::string path) : path_(std::move(path)) {}

  absl::StatusOr<Lease> Take();

 private:
  void Give(Reader* reader);

  const std::string path_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Reader>> idle_;  // the last used on top, warm
};

}  // namespace handwritten::sqlite

#endif  // TESTS_BENCHMARK_HANDWRITTEN_SQLITE_READER_H_
