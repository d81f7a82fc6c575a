// Rows that are written by their keys, many at once.
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "modelservice/orm/kept_values.h"
#include "modelservice/orm/referred.h"
#include "modelservice/orm/row_state.h"
#include "modelservice/orm/row_values.h"
#include "modelservice/orm/rows.h"
#include "modelservice/orm/sparing.h"
#include "modelservice/orm/upsert.h"
#include "modelservice/orm/written_columns.h"
#include "modelservice/sql/hidden_rows.h"
#include "modelservice/sql/table_statements.h"

namespace modelservice {
namespace {

using ::google::protobuf::Message;

}  // namespace

absl::StatusOr<int64_t> UpdateManyRows(
    const Session& session, const Model& model, size_t count,
    absl::FunctionRef<const Message&(size_t)> get,
    absl::Span<const int> columns, const Validator* rules) {
  const Table& table = *model.table;
  for (const int column : columns) {
    if (!absl::c_linear_search(table.key, column)) continue;
    return absl::InvalidArgumentError(absl::StrCat(
        "BulkUpdate finds rows by their key, and cannot change ", table.message,
        ".", table.columns[static_cast<size_t>(column)].field, "."));
  }
  auto settable =
      CheckSettable(table, "BulkUpdate", {columns.begin(), columns.end()});
  if (!settable.ok()) return settable;
  if (columns.empty()) return 0;
  const auto there = RowsThere(session, table);
  if (!there.ok()) return there.status();
  // And what tells the rows' states.
  std::vector<int> written(columns.begin(), columns.end());
  for (size_t i = 0; i < table.columns.size(); ++i) {
    const int column = static_cast<int>(i);
    if (TellsStates(table.columns[i].role) &&
        !absl::c_linear_search(columns, column)) {
      written.push_back(column);
    }
  }
  int64_t changed = 0;
  auto status = session.Transact(
      [&](Transaction& transaction) -> absl::Status {
        changed = 0;
        const Session inside = session.In(transaction);
        const auto live = session.database().LiveTableOf(table);
        if (!live.ok()) return live.status();
        for (size_t i = 0; i < count; ++i) {
          RowValues values(model);
          values.ReadForUpdate(get(i), absl::Now());
          const RowState state(model, get(i));
          // What is not written may be what it likes.
          for (size_t c = 0; c < table.columns.size(); ++c) {
            const int column = static_cast<int>(c);
            if (!absl::c_linear_search(written, column) &&
                !absl::c_linear_search(table.key, column)) {
              values.Set(column, Value::Null());
            }
          }
          TextArena arena;
          const auto spared =
              StoreSparing({inside, model, **live, *there}, columns, rules,
                           absl::StrCat("[", i, "]."), &values, arena);
          if (!spared.ok()) return spared.status();
          auto referred = CheckReferred(inside, table, columns, values.row());
          if (!referred.ok()) return referred;
          const Expression key = KeyIs(table, values.row()) && *there;
          Update update = UpdateOf(
              table, written, key && state.Condition(table, (*live)->forms),
              Returning::kNothing);
          const std::vector<Value> parameters =
              SetColumns(session.dialect(), model, **live, written, values,
                         *spared, &update);
          Statement statement = Write(update, session.dialect(), parameters);
          NoRows ignored;
          auto outcome = transaction.Execute(statement, ignored);
          if (!outcome.ok()) return outcome.status();
          changed += outcome->changes;
          if (outcome->changes > 0 || state.is_any()) continue;
          const auto missed = state.Explain(inside, model, key, values.Key());
          if (!absl::IsNotFound(missed)) return missed;
        }
        return absl::OkStatus();
      },
      AsLongAsItTakes());
  if (!status.ok()) return status;
  return changed;
}

}  // namespace modelservice
