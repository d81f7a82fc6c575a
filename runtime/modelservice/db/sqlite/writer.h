// The one thread that writes.
#ifndef MODELSERVICE_DB_SQLITE_WRITER_H_
#define MODELSERVICE_DB_SQLITE_WRITER_H_

#include "modelservice/base/measures.h"
#include "modelservice/base/thread.h"
#include "modelservice/database.h"
#include "modelservice/db/sqlite/batch.h"
#include "modelservice/db/sqlite/connection_pool.h"
#include "modelservice/db/sqlite/loan.h"
#include "modelservice/db/sqlite/write_queue.h"
#include "modelservice/sqlite.h"

namespace modelservice::sqlite {

// Runs statements in batches, and lends its connection, between them, to
// transactions. No code but ours runs on its thread. Thread-safe.
class Writer {
 public:
  // `pool`, which the connection is leased from for each batch and loan,
  // outlives the writer.
  Writer(ConnectionPool& pool, const SqliteOptions& options);
  ~Writer() { Close(); }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  // Whether there was a thread to be had.
  const absl::Status& started() const { return thread_.status(); }

  // RESOURCE_EXHAUSTED, and kConnection after Close, are given to OnDone.
  void Submit(Execution& execution);

  // Its numbers of this moment.
  void Report(Measures& to) const;

  // Runs what was submitted and ends the thread. Once, or again.
  void Close();

 private:
  void Loop();
  void RunBatch();
  void Lend(Loan& loan);

  ConnectionPool& pool_;
  const int max_queue_;
  WriteQueue queue_;
  Batch batch_;  // of the thread
  Counter refused_;
  Histogram batch_times_{Histogram::kSeconds};
  Histogram loan_times_{Histogram::kSeconds};
  Thread thread_;
};

}  // namespace modelservice::sqlite

#endif  // MODELSERVICE_DB_SQLITE_WRITER_H_
