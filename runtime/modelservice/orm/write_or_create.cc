#include "modelservice/orm/write_or_create.h"

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "modelservice/db/error.h"
#include "modelservice/orm/nested_rows.h"
#include "modelservice/orm/row_state.h"
#include "modelservice/orm/row_values.h"
#include "modelservice/orm/rows.h"
#include "modelservice/sql/table_statements.h"

namespace modelservice {
namespace {

using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;

// The rows that are as `message` in `columns`.
RowSet RowsLike(const Model& model, const Message& message,
                absl::Span<const int> columns) {
  RowValues values(model);
  values.Read(message);
  RowSet rows;
  for (const int column : columns) {
    rows.where =
        rows.where && ColumnIs(*model.table, column, Literal(values[column]));
  }
  rows.limit = 2;
  if (columns.empty()) rows.fault = "Which columns make a row the same?";
  return rows;
}

// The only one of the rows; null when there is none.
absl::StatusOr<std::unique_ptr<Message>> ReadOnly(const Session& session,
                                                  const Projection& projection,
                                                  const RowSet& rows) {
  std::unique_ptr<Message> found;
  int count = 0;
  auto status = ReadRows(session, projection, rows,
                         {[&] {
                            ++count;
                            found.reset(projection.model().prototype().New());
                            return found.get();
                          },
                          [&] {
                            count = 0;
                            found.reset();
                          }});
  if (!status.ok()) return status;
  if (count <= 1) return found;
  return absl::FailedPreconditionError(absl::StrCat(
      "There is more than one such ", projection.model().table->message, "."));
}

// Somebody else was faster, but what this transaction sees is older: it has to
// run again. Not where another column was not unique, or the row is a hidden
// one.
absl::Status LostTo(const Session& session, const Projection& projection,
                    const Message& message, absl::Span<const int> columns,
                    absl::Status unique) {
  const Model& model = projection.model();
  const auto error = GetDatabaseError(unique);
  if (session.transaction() == nullptr ||
      !session.database().dialect().locks_rows() ||
      error->columns.size() != columns.size()) {
    return unique;
  }
  for (const int column : columns) {
    const absl::string_view name =
        model.table->columns[static_cast<size_t>(column)].name;
    if (!absl::c_linear_search(error->columns, name)) return unique;
  }
  RowSet like = RowsLike(model, message, columns);
  like.deleted = Deleted::kShown;
  const auto hidden = ReadOnly(session, projection, like);
  if (!hidden.ok() || *hidden != nullptr) return unique;
  return MakeDatabaseError(DatabaseError::Kind::kSerialization,
                           "another transaction has made this row meanwhile");
}

// What `from` has set becomes what `to` has.
void Overwrite(const Message& from, Message* to) {
  std::vector<const FieldDescriptor*> set;
  from.GetReflection()->ListFields(from, &set);
  for (const FieldDescriptor* field : set) {
    to->GetReflection()->ClearField(to, field);
  }
  to->MergeFrom(from);
}

// The key and CREATE_TIME of `stored` become those of `message`, and its state.
void KeepFixed(const Table& table, const Message& stored, Message* message) {
  for (size_t i = 0; i < table.columns.size(); ++i) {
    const Column& column = table.columns[i];
    const bool fixed = absl::c_linear_search(table.key, static_cast<int>(i)) ||
                       column.immutable || column.role == Role::kCreateTime ||
                       TellsStates(column.role);
    if (!fixed) continue;
    const FieldDescriptor* const field =
        message->GetDescriptor()->FindFieldByNumber(column.number);
    message->GetReflection()->ClearField(message, field);
    // Alone in a message, so that it is all that is merged.
    const std::unique_ptr<Message> alone(stored.New());
    alone->CopyFrom(stored);
    std::vector<const FieldDescriptor*> others;
    alone->GetReflection()->ListFields(*alone, &others);
    for (const FieldDescriptor* other : others) {
      if (other != field)
        alone->GetReflection()->ClearField(alone.get(), other);
    }
    message->MergeFrom(*alone);
  }
}

}  // namespace

absl::StatusOr<bool> WriteOrCreate(const Session& session,
                                   const Projection& projection,
                                   Message* message,
                                   absl::Span<const int> columns,
                                   const Validator* rules, Writing writing) {
  const Model& model = projection.model();
  bool created = false;
  const std::unique_ptr<Message> row(message->New());
  auto status = session.Transact([&](Transaction& transaction) {
    const Session inside = session.In(transaction);
    RowSet like = RowsLike(model, *message, columns);
    like.lock = RowLock::kUpdate;
    for (int attempt = 0;; ++attempt) {
      auto found = ReadOnly(inside, projection, like);
      if (!found.ok()) return found.status();
      row->CopyFrom(*message);
      created = *found == nullptr;
      if (!created) {
        if (writing == Writing::kWhatIsSet) {
          KeepFixed(*model.table, **found, row.get());
          Overwrite(*row, found->get());
          row->GetReflection()->Swap(row.get(), found->get());
        } else {
          KeepFixed(*model.table, **found, row.get());
        }
        return UpdateRow(inside, projection, row.get(), rules);
      }
      absl::Status inserted = InsertRow(inside, projection, row.get(), rules);
      if (!HasKind(inserted, DatabaseError::Kind::kUnique)) return inserted;
      if (attempt > 0) {
        return LostTo(inside, projection, *message, columns,
                      std::move(inserted));
      }
    }
  });
  if (!status.ok()) return status;
  message->GetReflection()->Swap(message, row.get());
  return created;
}

absl::StatusOr<bool> GetOrCreateRow(const Session& session,
                                    const Projection& projection,
                                    Message* message,
                                    absl::Span<const int> columns,
                                    const Validator* rules) {
  const Model& model = projection.model();
  auto written = RefuseUnwritten(model, *message, "GetOrCreate",
                                 /*with_related=*/false);
  if (!written.ok()) return written;
  for (int attempt = 0;; ++attempt) {
    auto found =
        ReadOnly(session, projection, RowsLike(model, *message, columns));
    if (!found.ok()) return found.status();
    if (*found != nullptr) {
      message->GetReflection()->Swap(message, found->get());
      return false;
    }
    absl::Status inserted = InsertRow(session, projection, message, rules);
    if (inserted.ok()) return true;
    if (!HasKind(inserted, DatabaseError::Kind::kUnique)) return inserted;
    if (attempt > 0) {
      return LostTo(session, projection, *message, columns,
                    std::move(inserted));
    }
  }
}

absl::StatusOr<bool> UpdateOrCreateRow(const Session& session,
                                       const Projection& projection,
                                       Message* message,
                                       absl::Span<const int> columns,
                                       const Validator* rules) {
  auto written = RefuseUnwritten(projection.model(), *message, "UpdateOrCreate",
                                 /*with_related=*/false);
  if (!written.ok()) return written;
  return WriteOrCreate(session, projection, message, columns, rules,
                       Writing::kWhatIsSet);
}

}  // namespace modelservice
