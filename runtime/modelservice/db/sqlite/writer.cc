#include "modelservice/db/sqlite/writer.h"

#include <utility>

#include "modelservice/db/sqlite/errors.h"

namespace modelservice::sqlite {

Writer::Writer(Database& database, ConnectionPool& pool,
               const SqliteOptions& options)
    : pool_(pool),
      batch_(database, queue_, options),
      thread_([this] { Loop(); }) {}

void Writer::Submit(Execution& execution) {
  if (!queue_.Push(&execution)) execution.OnDone(ClosedError(), Outcome());
}

void Writer::Submit(Database::Body body, const CallLimits* limits,
                    Database::Done done) {
  auto call =
      std::make_unique<BodyCall>(std::move(body), limits, std::move(done));
  if (!queue_.Push(call.get())) {
    call->done(ClosedError());
    return;
  }
  call.release();  // Batch::Answer deletes it
}

void Writer::Close() {
  queue_.Close();
  if (thread_.joinable()) thread_.join();
}

void Writer::Loop() {
  while (queue_.Wait()) {
    {
      const WaitingLimits limits(queue_);
      const absl::StatusOr<ConnectionPool::Lease> connection =
          pool_.Take(&limits);
      if (connection.ok()) {
        batch_.Run(**connection);
      } else {
        batch_.Refuse(connection.status());
      }
    }
    // With the connection given back, for who is answered may want it.
    batch_.Answer();
  }
}

}  // namespace modelservice::sqlite
