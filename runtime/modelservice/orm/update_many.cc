// Rows that are written by their keys, many at once.
#include <memory>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "modelservice/orm/row_state.h"
#include "modelservice/orm/row_values.h"
#include "modelservice/orm/rows.h"
#include "modelservice/orm/sparing.h"
#include "modelservice/orm/update_batch.h"
#include "modelservice/orm/upsert.h"
#include "modelservice/orm/written_columns.h"

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
        const Session inside = session.In(transaction);
        const auto live = session.database().LiveTableOf(table);
        if (!live.ok()) return live.status();
        UpdateBatch batch(
            {transaction, inside, model, **live, *there, columns, written});
        for (size_t i = 0; i < count; ++i) {
          auto row = std::make_unique<RowToWrite>(model, i);
          RowValues& values = row->values;
          values.ReadForUpdate(get(i), absl::Now());
          row->state = RowState(model, get(i));
          const std::vector<Value> key = values.Key();
          // What is not written may be what it likes.
          for (size_t c = 0; c < table.columns.size(); ++c) {
            const int column = static_cast<int>(c);
            if (!absl::c_linear_search(written, column) &&
                !absl::c_linear_search(table.key, column)) {
              values.Set(column, Value::Null());
            }
          }
          if (batch.Has(key)) {
            if (auto done = batch.Flush(); !done.ok()) return done;
          }
          auto spared =
              StoreSparing({inside, model, **live, *there}, columns, rules,
                           absl::StrCat("[", i, "]."), &values, row->arena);
          if (!spared.ok()) return spared.status();
          row->spared = *std::move(spared);
          if (auto done = batch.Add(std::move(row), key); !done.ok()) {
            return done;
          }
        }
        auto done = batch.Flush();
        changed = batch.changed();
        return done;
      },
      AsLongAsItTakes());
  if (!status.ok()) return status;
  return changed;
}

}  // namespace modelservice
