// The one thread that writes.
#ifndef MODELSERVICE_DB_SQLITE_WRITER_H_
#define MODELSERVICE_DB_SQLITE_WRITER_H_

#include <memory>
#include <thread>

#include "modelservice/db/database.h"
#include "modelservice/db/sqlite/batch.h"
#include "modelservice/db/sqlite/connection_pool.h"
#include "modelservice/db/sqlite/write_queue.h"

namespace modelservice::sqlite {

// Thread-safe.
class Writer {
 public:
  // `database` and `pool`, which the connection is leased from for each batch,
  // outlive the writer.
  Writer(Database& database, ConnectionPool& pool,
         const SqliteOptions& options);
  ~Writer() { Close(); }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  void Submit(Execution& execution);
  void Submit(Database::Body body, const CallLimits* limits,
              Database::Done done);

  // Runs what was submitted and ends the thread. Once, or again.
  void Close();

 private:
  void Loop();

  ConnectionPool& pool_;
  WriteQueue queue_;
  Batch batch_;  // of the thread
  std::thread thread_;
};

}  // namespace modelservice::sqlite

#endif  // MODELSERVICE_DB_SQLITE_WRITER_H_
