#include "modelservice/orm/saving.h"

#include <string>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "modelservice/db/error.h"
#include "modelservice/orm/nested_rows.h"
#include "modelservice/orm/reading.h"
#include "modelservice/orm/row_state.h"
#include "modelservice/orm/row_values.h"
#include "modelservice/orm/rows.h"
#include "modelservice/orm/written_columns.h"
#include "modelservice/sql/table_statements.h"

namespace modelservice {
namespace {

using ::google::protobuf::FieldMask;
using ::google::protobuf::Message;

// The key that the server makes of an absent one is none before that.
bool MayBeThere(const Model& model, const Message& message) {
  if (!HasKey(model, message)) return false;
  RowValues values(model);
  values.Read(message);
  return absl::c_none_of(model.table->key, [&](int column) {
    const Column& part = model.table->columns[static_cast<size_t>(column)];
    const Value value = values[column];
    const bool is_zero =
        value.kind() == Value::Kind::kText
            ? value.text().empty()
            : value.kind() == Value::Kind::kInteger && value.integer() == 0;
    return is_zero && (part.made != MadeKey::kNone || part.database_default);
  });
}

absl::StatusOr<bool> IsThere(const Session& session, const Model& model,
                             const Message& message) {
  RowValues values(model);
  values.Read(message);
  RowSet row;
  row.where = KeyIs(*model.table, values.row());
  return AnyRow(session, *model.table, std::move(row));
}

absl::StatusOr<std::vector<int>> ColumnsIn(const Table& table,
                                           const FieldMask& mask) {
  std::vector<int> columns;
  const auto refuse = [&](absl::string_view path, absl::string_view reason) {
    return absl::InvalidArgumentError(
        absl::StrCat("Update: ", table.message, ".", path, " ", reason));
  };
  for (const std::string& path : mask.paths()) {
    if (path == "*") return WrittenColumns(table);
    const auto named = absl::c_find_if(
        table.columns,
        [&](const Column& column) { return column.field == path; });
    if (named == table.columns.end()) {
      return refuse(path,
                    "is no field of a column; a mask names whole fields of "
                    "the model, and With(...) what its relations write");
    }
    const int column = static_cast<int>(named - table.columns.begin());
    if (absl::c_linear_search(table.key, column)) {
      return refuse(path, "is the key, by which the row is found");
    }
    if (!absl::c_linear_search(columns, column)) columns.push_back(column);
  }
  if (columns.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("Update: the mask names no field of ", table.message));
  }
  auto settable = CheckSettable(table, "Update", columns);
  if (!settable.ok()) return settable;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    const int column = static_cast<int>(i);
    if (IsStamped(table.columns[i].role) &&
        !absl::c_linear_search(columns, column)) {
      columns.push_back(column);
    }
  }
  return columns;
}

}  // namespace

absl::StatusOr<bool> SaveMessage(const Session& session,
                                 const Projection& projection, Message* message,
                                 absl::Span<const RelatedWrite> writes,
                                 const Validator* rules) {
  const Model& model = projection.model();
  bool there = MayBeThere(model, *message);
  // Where somebody else makes or removes the row meanwhile, once more.
  for (int attempt = 0;; ++attempt) {
    const bool may_be_new =
        RowState(model, *message).is_any() && !HasAutoKey(model);
    if (there && may_be_new) {
      const auto found = IsThere(session, model, *message);
      if (!found.ok()) return found.status();
      there = *found;
    }
    if (there) {
      auto updated = UpdateNested(session, projection, message, writes, rules);
      if (updated.ok()) return false;
      if (!absl::IsNotFound(updated) || !may_be_new || attempt > 0) {
        return updated;
      }
      continue;
    }
    auto inserted = InsertNested(session, projection, message, rules);
    if (inserted.ok()) return true;
    there = MayBeThere(model, *message);
    if (!HasKind(inserted, DatabaseError::Kind::kUnique) || !there ||
        attempt > 0) {
      return inserted;
    }
  }
}

absl::Status UpdateMasked(const Session& session, const Projection& projection,
                          Message* message, const FieldMask& mask,
                          const Validator* rules) {
  const auto columns = ColumnsIn(*projection.model().table, mask);
  if (!columns.ok()) return columns.status();
  return UpdateColumnsOf(session, projection, message, *columns, rules);
}

}  // namespace modelservice
