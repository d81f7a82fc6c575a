// PostgresTransaction::CountDeleted.
#include <algorithm>
#include <string>

#include "modelservice/db/postgres/transaction.h"

namespace modelservice::postgres {
namespace {

// What the server counts of this transaction (its setting track_counts).
constexpr absl::string_view kDeletedSoFar =
    "SELECT CASE WHEN pg_table_is_visible(relid) THEN relname::text ELSE "
    "schemaname || '.' || relname END, n_tup_del FROM "
    "pg_stat_xact_user_tables WHERE n_tup_del > 0";

class Counts final : public RowSink {
 public:
  absl::Status OnRow(Row row) override {
    rows[std::string(row[0].text())] = row[1].integer();
    return absl::OkStatus();
  }
  void OnRestart() override { rows.clear(); }

  RowsByTable rows;
};

}  // namespace

absl::StatusOr<RowsByTable> PostgresTransaction::CountDeleted(
    const Table& table, Statement& statement) {
  const auto so_far = [this]() -> absl::StatusOr<RowsByTable> {
    Statement select;
    select.text = kDeletedSoFar;
    Counts counts;
    const auto outcome = Execute(select, counts);
    if (!outcome.ok()) return outcome.status();
    return std::move(counts.rows);
  };
  const auto before = so_far();
  if (!before.ok()) return before.status();
  NoRows ignored;
  const auto outcome = Execute(statement, ignored);
  if (!outcome.ok()) return outcome.status();
  auto deleted = so_far();
  if (!deleted.ok()) return deleted.status();
  for (const auto& [name, count] : *before) {
    auto& now = (*deleted)[name];
    now -= count;
    if (now == 0) deleted->erase(name);
  }
  // Where the server does not count, it is known of the table itself.
  const bool counted =
      std::any_of(deleted->begin(), deleted->end(),
                  [](const auto& one) { return one.second > 0; });
  if (!counted && outcome->changes > 0) {
    (*deleted)[std::string(table.name)] = outcome->changes;
  }
  return deleted;
}

}  // namespace modelservice::postgres
