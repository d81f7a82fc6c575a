#include "modelservice/orm/row_before.h"

#include "modelservice/orm/row_set.h"
#include "modelservice/orm/row_values.h"
#include "modelservice/orm/rows.h"
#include "modelservice/sql/table_statements.h"

namespace modelservice {

using ::google::protobuf::Message;

absl::StatusOr<std::unique_ptr<Message>> ReadBefore(
    const Session& session, const Projection& projection,
    const Message& message) {
  RowValues values(projection.model());
  values.Read(message);
  RowSet row;
  row.where = KeyIs(*projection.model().table, values.row());
  row.lock = RowLock::kUpdate;
  std::unique_ptr<Message> before;
  const auto next = [&] {
    before.reset(message.New());
    return before.get();
  };
  const auto restart = [&] { before.reset(); };
  auto status = ReadRows(session, projection, row, {next, restart});
  if (!status.ok()) return status;
  return before;
}

}  // namespace modelservice
