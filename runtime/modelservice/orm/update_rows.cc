// Updating the rows of a query.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modelservice/orm/choice.h"
#include "modelservice/orm/codec.h"
#include "modelservice/orm/computed.h"
#include "modelservice/orm/made_values.h"
#include "modelservice/orm/one_tenant.h"
#include "modelservice/orm/referred.h"
#include "modelservice/orm/rows.h"
#include "modelservice/orm/to_value.h"
#include "modelservice/orm/value_fault.h"
#include "modelservice/orm/written_columns.h"
#include "modelservice/schema/utf8.h"
#include "modelservice/sql/stored_literals.h"

namespace modelservice {

namespace {

// What keeps a column from being set to a value that a program of C++ has: what
// the field cannot have is lost when its row is read. Rules are not asked.
std::string FaultOfField(const Model& model, const Column& column,
                         const Value& value) {
  if (column.type == FieldType::kTimestamp &&
      value.kind() == Value::Kind::kTimestamp) {
    google::protobuf::Timestamp time;
    time.set_seconds(value.seconds());
    time.set_nanos(value.nanos());
    const Value checked = ToValue(time);
    return checked.has_text() ? std::string(checked.text()) : "";
  }
  if (column.type == FieldType::kDuration &&
      value.kind() == Value::Kind::kInteger) {
    google::protobuf::Duration span;
    span.set_seconds(value.integer() / 1000000);
    return IsInRange(span) ? "" : std::string(kDurationRange);
  }
  if (column.type == FieldType::kEnum && !value.is_null() && !column.repeated) {
    const auto& choices = *model.prototype()
                               .GetDescriptor()
                               ->FindFieldByNumber(column.number)
                               ->enum_type();
    if (FindChoice(choices, value) == nullptr) return NoChoice(KeyText(value));
  }
  return "";
}

// The same of what its column is to hold. A text that is none would end every
// read of its row.
std::string FaultOf(const Column& column, const Value& value) {
  if (value.kind() == Value::Kind::kInvalid) return std::string(value.text());
  if (value.kind() != Value::Kind::kText || column.type != FieldType::kString) {
    return "";
  }
  if (!IsUtf8(value.text())) return "Not a valid string.";
  return absl::StrContains(value.text(), '\0') ? std::string(kNoNul) : "";
}

// What tells the rows' states changes with them, unless it is set itself.
void AddState(const Table& table, absl::Span<const ColumnChange> changes,
              Update* update) {
  for (size_t i = 0; i < table.columns.size(); ++i) {
    const Column& column = table.columns[i];
    const int position = static_cast<int>(i);
    if (!TellsStates(column.role) ||
        std::any_of(changes.begin(), changes.end(),
                    [&](const ColumnChange& change) {
                      return change.column == position;
                    })) {
      continue;
    }
    update->set.emplace_back(
        column.name,
        column.role == Role::kVersion
            ? Expression::Compute(Expression::Column(table, position),
                                  Arithmetic::kAdd, Literal(Value::Integer(1)))
            : Expression(Literal(Value::Text(NewEtag()))));
  }
}

// Whether what the column is set to refers to rows that are there.
absl::Status CheckSet(const Session& session, const Table& table, int column,
                      const Update& update, const Expression& where) {
  const absl::string_view name =
      table.columns[static_cast<size_t>(column)].name;
  for (const auto& [set, value] : update.set) {
    if (set != name) continue;
    const auto* const literal = value.As<Expression::LiteralNode>();
    if (literal != nullptr) {
      // It stays until the transaction ends.
      const auto there = AreThere(session, table, column, {literal->literal});
      if (!there.ok()) return there.status();
      if (!*there) return ReferredIsNotThere(table, column);
      if (literal->literal.value().is_null() || !session.tenant().is_all()) {
        continue;
      }
    }
    return CheckRefers(session, table, column, value, where);
  }
  return absl::OkStatus();
}

absl::StatusOr<int64_t> RunUpdate(const Session& session, const Update& update,
                                  const std::vector<std::string>& computed) {
  NoRows sink;
  auto outcome = session.Run(Write(update, session.dialect()), sink);
  if (!outcome.ok()) {
    return OfComputed(outcome.status(), computed, update.where,
                      session.dialect());
  }
  return outcome->changes;
}

}  // namespace

absl::StatusOr<int64_t> UpdateRows(const Session& session, const Model& model,
                                   const RowSet& rows,
                                   absl::Span<const ColumnChange> changes) {
  if (!rows.fault.empty()) return absl::InvalidArgumentError(rows.fault);
  if (!rows.is_whole()) return NeedsWholeSet("Update");
  if (changes.empty()) return CountRows(session, model, rows);
  std::vector<int> columns;
  for (const ColumnChange& change : changes) columns.push_back(change.column);
  auto settable = CheckSettable(*model.table, "Update", columns);
  if (!settable.ok()) return settable;
  const auto live = LiveRowsOf(session, *model.table, rows);
  if (!live.ok()) return live.status();
  Update update;
  update.table = TableName(*model.table);
  std::vector<std::string> computed;
  for (const ColumnChange& change : changes) {
    const Column& column =
        model.table->columns[static_cast<size_t>(change.column)];
    std::string fault;
    if (const auto* const given = change.value.As<Expression::LiteralNode>()) {
      fault = FaultOfField(model, column, given->literal.value());
    }
    Expression value =
        StoredValue(change.value, change.column, live->table->forms);
    const auto* const literal = value.As<Expression::LiteralNode>();
    if (literal != nullptr && fault.empty()) {
      fault = FaultOf(column, literal->literal.value());
    }
    if (!fault.empty()) {
      const ValueFault at = FaultOf(Value::Invalid(fault));
      return absl::InvalidArgumentError(absl::StrCat(
          model.table->message, ".", column.field, at.path, ": ", at.reason));
    }
    if (literal == nullptr) {
      computed.emplace_back(column.name);
      value = WithinRange(column, FindColumn(live->table->columns, column.name),
                          session.dialect(), std::move(value));
    }
    update.set.emplace_back(column.name, std::move(value));
  }
  AddState(*model.table, changes, &update);
  update.where = live->rows.where;
  const std::vector<int> refer = HidingReferences(*model.table, columns);
  if (refer.empty()) return RunUpdate(session, update, computed);
  int64_t changed = 0;
  auto status = session.Transact([&](Transaction& transaction) {
    const Session inside = session.In(transaction);
    for (const int column : refer) {
      auto referred =
          CheckSet(inside, *model.table, column, update, update.where);
      if (!referred.ok()) return referred;
    }
    auto owned = CheckOneTenant(inside, *model.table, &update, update.where);
    if (!owned.ok()) return owned;
    const auto done = RunUpdate(inside, update, computed);
    if (done.ok()) changed = *done;
    return done.status();
  });
  if (!status.ok()) return status;
  return changed;
}

}  // namespace modelservice
