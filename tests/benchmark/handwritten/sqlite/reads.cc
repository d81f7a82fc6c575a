#include "handwritten/sqlite/reads.h"

#include "absl/strings/str_cat.h"
#include "handwritten/list_request.h"
#include "handwritten/request.h"
#include "handwritten/sqlite/cursor.h"
#include "handwritten/user_messages.h"
#include "perf.pb.h"

namespace handwritten::sqlite {
absl::Status RetrieveUser(ReaderPool& readers, const grpc::ByteBuffer& request,
                          grpc::ByteBuffer* reply) {
  perf::RetrieveUserRequest message;
  if (!ParseRequest(request, &message)) return MalformedRequest();
  auto reader = readers.Take();
  if (!reader.ok()) return reader.status();
  Statement& statement = (*reader)->retrieve;
  statement.Bind(1, int64_t{message.id()});
  absl::Status status;
  switch (statement.Step()) {
    case SQLITE_ROW: {
      const UserRow row = statement.Row();
      if (HasValidText(row)) {
        *reply = EncodeUser(row);
      } else {
        status = TextIsNotUtf8();
      }
      break;
    }
    case SQLITE_DONE:
      status = NotFound(message.id());
      break;
    default:
      status = absl::UnavailableError((*reader)->connection.ErrorText());
  }
  statement.Reset();
  return status;
}

absl::Status ListUsers(ReaderPool& readers, const grpc::ByteBuffer& request,
                       grpc::ByteBuffer* reply) {
  auto list = ListRequest::Parse(request);
  if (!list.ok()) return list.status();
  const int page_size = list->RowsOnPage();
  // One row more than the page tells whether there is a next one.
  auto cursor = Cursor::Open(readers, list->after_id, int64_t{page_size} + 1);
  if (!cursor.ok()) return cursor.status();
  static thread_local PageEncoder page;
  int rows = 0;
  int64_t last_id = 0;
  while (const UserRow* row = cursor->Next()) {
    if (rows == page_size) {
      page.SetNextPageToken(absl::StrCat(last_id));
      break;
    }
    page.Add(*row);
    last_id = row->id;
    ++rows;
  }
  *reply = page.Take();
  return cursor->status();
}

}  // namespace handwritten::sqlite
