#include "handwritten/sqlite/reader.h"

#include <utility>

namespace handwritten::sqlite {
namespace {

constexpr char kList[] =
    "SELECT id, username, email, created_at, is_active, score"
    " FROM perf_user WHERE id > ?1 ORDER BY id LIMIT ?2";

}  // namespace

absl::StatusOr<std::unique_ptr<Reader>> Reader::Open(const std::string& path) {
  auto connection = Connection::Open(path, Connection::Mode::kRead);
  if (!connection.ok()) return connection.status();
  auto retrieve = connection->Prepare(kRetrieve);
  if (!retrieve.ok()) return retrieve.status();
  auto list = connection->Prepare(kList);
  if (!list.ok()) return list.status();
  auto reader = std::make_unique<Reader>();
  reader->connection = *std::move(connection);
  reader->retrieve = *std::move(retrieve);
  reader->list = *std::move(list);
  return reader;
}

absl::StatusOr<ReaderPool::Lease> ReaderPool::Take() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (!idle_.empty()) {
      Lease lease(idle_.back().release(), Return{this});
      idle_.pop_back();
      return lease;
    }
  }
  auto reader = Reader::Open(path_);
  if (!reader.ok()) return reader.status();
  return Lease(reader->release(), Return{this});
}

void ReaderPool::Give(Reader* reader) {
  std::lock_guard<std::mutex> lock(mutex_);
  idle_.emplace_back(reader);
}

}  // namespace handwritten::sqlite
