// The one thread that writes: what is queued is committed together.
#ifndef TESTS_BENCHMARK_HANDWRITTEN_SQLITE_WRITER_H_
#define TESTS_BENCHMARK_HANDWRITTEN_SQLITE_WRITER_H_

#include <array>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "handwritten/sqlite/connection.h"
#include "handwritten/user_messages.h"

namespace handwritten::sqlite {

// The write connection with its statements. Parameters of all writes of a row:
// ?1 to ?5 the columns in the table's order, ?6 the key.
struct WriteSession {
  static absl::StatusOr<std::unique_ptr<WriteSession>> Open(
      const std::string& path);

  // Prepared on first use.
  absl::StatusOr<Statement*> PartialUpdate(unsigned columns);

  Connection connection;
  Statement begin;
  Statement commit;
  Statement rollback;
  Statement create;
  Statement update;
  Statement destroy;   // ?1 id
  Statement retrieve;  // ?1 id
  std::array<Statement, kAllColumns + 1> partial_updates;
};

// One queued write.
class Write {
 public:
  virtual ~Write() = default;
  // Runs the write, in a transaction that others share. On failure nothing of
  // it may remain, which a single statement sees to by itself.
  virtual absl::Status Run(WriteSession& session) = 0;
  // Called once, last: OK means that it is durable. May delete the write.
  virtual void Finish(const absl::Status& status) = 0;

 private:
  friend class Writer;
  absl::Status status_;
};

// Thread-safe. The destructor finishes what is queued.
class Writer {
 public:
  static absl::StatusOr<std::unique_ptr<Writer>> Start(const std::string& path);
  ~Writer();

  void Submit(Write* write);

 private:
  explicit Writer(std::unique_ptr<WriteSession> session);

  void Loop();
  // Moves what is queued to the end of `batch_`.
  void TakeQueued();
  void RunBatch();
  void RunOne(size_t index);
  absl::Status Commit();

  const std::unique_ptr<WriteSession> session_;
  std::vector<Write*> batch_;  // the writer thread's own

  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<Write*> queue_;
  bool asleep_ = false;
  bool stopping_ = false;

  std::thread thread_;  // last: starts when the rest is there
};

// SQLite's error, as the status that a client sees.
absl::Status WriteError(const Connection& connection);

}  // namespace handwritten::sqlite

#endif  // TESTS_BENCHMARK_HANDWRITTEN_SQLITE_WRITER_H_
