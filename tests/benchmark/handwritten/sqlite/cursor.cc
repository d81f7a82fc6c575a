#include "handwritten/sqlite/cursor.h"

#include <utility>

#include "handwritten/user_messages.h"

namespace handwritten::sqlite {
absl::StatusOr<Cursor> Cursor::Open(ReaderPool& readers, int64_t after_id,
                                    int64_t max_rows) {
  auto reader = readers.Take();
  if (!reader.ok()) return reader.status();
  Statement& list = (*reader)->list;
  list.Bind(1, after_id);
  list.Bind(2, max_rows);
  return Cursor(*std::move(reader));
}

const UserRow* Cursor::Next() {
  if (reader_ == nullptr) return nullptr;
  const int code = reader_->list.Step();
  if (code == SQLITE_ROW) {
    row_ = reader_->list.Row();
    if (HasValidText(row_)) return &row_;
    status_ = TextIsNotUtf8();
  } else if (code != SQLITE_DONE) {
    status_ = absl::UnavailableError(reader_->connection.ErrorText());
  }
  Close();
  return nullptr;
}

void Cursor::Close() {
  if (reader_ == nullptr) return;
  reader_->list.Reset();
  reader_.reset();
}

}  // namespace handwritten::sqlite
