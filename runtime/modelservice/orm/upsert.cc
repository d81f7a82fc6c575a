#include "modelservice/orm/upsert.h"

#include <algorithm>
#include <memory>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "modelservice/db/error.h"
#include "modelservice/db/row_signals.h"
#include "modelservice/orm/kept_values.h"
#include "modelservice/orm/nested_rows.h"
#include "modelservice/orm/referred.h"
#include "modelservice/orm/row_values.h"
#include "modelservice/orm/rows.h"
#include "modelservice/orm/sparing.h"
#include "modelservice/orm/write_or_create.h"
#include "modelservice/sql/hidden_rows.h"
#include "modelservice/sql/table_statements.h"

namespace modelservice {
namespace {

using ::google::protobuf::Message;

bool AreUnique(const Table& table, absl::Span<const int> columns) {
  const bool is_key = table.key.size() == columns.size() &&
                      std::all_of(columns.begin(), columns.end(), [&](int c) {
                        return absl::c_linear_search(table.key, c);
                      });
  return is_key || IsUniqueSet(table, columns) ||
         (columns.size() == 1 &&
          table.columns[static_cast<size_t>(columns.front())].unique);
}

// Those by which the database finds the row that is in the way: where they are
// unique within a tenant, with that.
std::vector<int> ConflictColumns(const Table& table,
                                 absl::Span<const int> columns) {
  std::vector<int> all(columns.begin(), columns.end());
  const int tenant = ColumnIn(Role::kTenant, table);
  if (tenant < 0 || absl::c_linear_search(columns, tenant)) return all;
  all.insert(all.begin(), tenant);
  if (AreUnique(table, all)) return all;
  all.erase(all.begin());
  return all;
}

// The database found nothing by which the columns are unique; it may have what
// the model does not tell of.
absl::Status NotUnique(const Table& table, absl::Span<const int> columns) {
  std::vector<absl::string_view> fields;
  for (const int column : columns) {
    fields.push_back(table.columns[static_cast<size_t>(column)].field);
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "Upsert: ", table.message, ".", absl::StrJoin(fields, " and "),
      " does not tell one row from the others; make it unique, or use "
      "UpdateOrCreate"));
}

// Somebody's row that is not there for this one is in the way.
absl::Status TakenByHidden(const Table& table, absl::Span<const int> columns) {
  DatabaseError error;
  error.kind = DatabaseError::Kind::kUnique;
  error.table = std::string(table.name);
  for (const int column : columns) {
    error.columns.emplace_back(table.columns[static_cast<size_t>(column)].name);
  }
  return MakeDatabaseError(error, "a row that is hidden has the same values");
}

// Whether the row, if there is one, may hold more than the message.
bool MayLose(const Session& session, const Model& model, const LiveTable& live,
             const RowValues& values) {
  std::vector<int> all(model.table->columns.size());
  std::iota(all.begin(), all.end(), 0);
  return !KeptColumns(session.dialect(), model, live, all, values).empty();
}

}  // namespace

absl::Status UpsertRow(const Session& session, const Projection& projection,
                       Message* message, absl::Span<const int> columns,
                       const Validator* rules) {
  const Model& model = projection.model();
  const Table& table = *model.table;
  if (columns.empty()) {
    return absl::InvalidArgumentError("Which columns make a row the same?");
  }
  auto fits = RefuseUnwritten(model, *message, "Upsert",
                              /*with_related=*/false);
  if (!fits.ok()) return fits;
  if (!HidingReferences(table, InsertColumns(table)).empty() &&
      session.transaction() == nullptr) {
    // With its references, which are looked for first.
    return session.Transact([&](Transaction& transaction) {
      return UpsertRow(session.In(transaction), projection, message, columns,
                       rules);
    });
  }
  const auto live = session.database().LiveTableOf(table);
  if (!live.ok()) return live.status();
  RowValues values(model);
  values.ReadForCreate(*message, absl::Now(), /*from_client=*/false);
  if (SaveSignals(session.database(), table) != nullptr ||
      MayLose(session, model, **live, values)) {
    return WriteOrCreate(session, projection, message, columns, rules,
                         Writing::kAll)
        .status();
  }
  const auto there = RowsThere(session, table);
  if (!there.ok()) return there.status();
  const auto tenant = session.tenant().ValueFor(table);
  if (!tenant.ok()) return tenant.status();
  if (tenant->has_value()) {
    values.Set(ColumnIn(Role::kTenant, table), (*tenant)->value());
  }
  if (auto status = CheckOwned(table, values.row()); !status.ok()) {
    return status;
  }
  std::vector<int> inserted = GivenColumns(table, values.row());
  TextArena arena;
  for (const int column : columns) {
    if (table.columns[static_cast<size_t>(column)].auto_increment) {
      // A key of the database's choice is written where the row is found by it;
      // without one there is no such row.
      values.Set(column, model.get(*message, column, arena));
      if (values[column].is_null() || values[column].integer() == 0) continue;
    } else if (table.columns[static_cast<size_t>(column)].database_default &&
               values[column].is_null()) {
      continue;
    }
    if (!absl::c_linear_search(inserted, column)) inserted.push_back(column);
  }
  if (rules != nullptr) {
    auto status = rules->CheckWritten(values.row(), inserted);
    if (!status.ok()) return status;
  }
  if (auto status = StoreValues(model, **live, &values); !status.ok()) {
    return status;
  }
  if (auto status = CheckReferred(session, table, inserted, values.row());
      !status.ok()) {
    return status;
  }
  std::vector<Value> parameters;
  for (const int column : inserted) parameters.push_back(values[column]);
  Insert insert = InsertInto(table, inserted, Returning::kNothing);
  insert.returning = projection.columns();
  OnConflict& conflict = insert.on_conflict.emplace();
  const std::vector<int> by = ConflictColumns(table, columns);
  for (const int column : by) {
    conflict.columns.push_back(table.columns[static_cast<size_t>(column)].name);
  }
  conflict.where = UniqueWhere(table, by);
  conflict.only = *there;
  for (const int column : inserted) {
    const Column& described = table.columns[static_cast<size_t>(column)];
    // Something has to be set for the row to come back.
    const bool first = column == columns.front();
    const bool fixed =
        absl::c_linear_search(columns, column) ||
        absl::c_linear_search(table.key, column) || described.immutable ||
        described.role == Role::kCreateTime ||
        described.role == Role::kDeleteTime || described.role == Role::kTenant;
    if (fixed && !first) continue;
    if (described.role == Role::kVersion) {
      conflict.set.emplace_back(
          described.name,
          Expression::Compute(Expression::Column(table, column),
                              Arithmetic::kAdd,
                              Expression::Named(described.name, "excluded")));
      continue;
    }
    Expression value = Expression::Named(described.name, "excluded");
    if (const auto same =
            ShowsAs(session.dialect(), model, **live, column, values[column])) {
      value = Expression::Case({{*same, Expression::Column(table, column)}},
                               std::move(value));
    }
    conflict.set.emplace_back(described.name, std::move(value));
  }
  const std::unique_ptr<Message> stored(message->New());
  struct Sink final : RowSink {
    absl::Status OnRow(Row row) override {
      found = true;
      return codec->Decode(row, message);
    }
    void OnRestart() override {
      found = false;
      message->Clear();
    }
    bool found = false;
    const RowCodec* codec;
    Message* message;
  } sink;
  const std::optional<RowCodec> live_codec = LiveCodecOf(projection, **live);
  sink.codec = live_codec.has_value() ? &*live_codec : &projection.codec();
  sink.message = stored.get();
  auto outcome =
      session.Run(Write(insert, session.dialect(), parameters), sink);
  if (!outcome.ok()) {
    return HasKind(outcome.status(), DatabaseError::Kind::kSyntax) &&
                   !AreUnique(table, by)
               ? NotUnique(table, columns)
               : outcome.status();
  }
  if (!sink.found) return TakenByHidden(table, by);
  message->GetReflection()->Swap(message, stored.get());
  return absl::OkStatus();
}

}  // namespace modelservice
