// UpdateCall's part about rows that are read before they are written.
#include <google/protobuf/util/message_differencer.h>

#include <cmath>
#include <iterator>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/time/clock.h"
#include "modelservice/errors.h"
#include "modelservice/service/access.h"
#include "modelservice/service/field_names.h"
#include "modelservice/service/fields.h"
#include "modelservice/service/mask_path.h"
#include "modelservice/service/resource.h"
#include "modelservice/service/run_handler.h"
#include "modelservice/service/update_call.h"

namespace modelservice {
namespace {

using ::google::protobuf::Message;

// Whether nothing is to be written: -0.0 is another value than 0.0 here.
bool IsUnchanged(Value before, Value after) {
  return SameValue(before, after) &&
         (before.kind() != Value::Kind::kReal ||
          std::signbit(before.real()) == std::signbit(after.real()));
}

// Of what has no form that could be compared, like JSON with -0.0.
bool HaveSame(const google::protobuf::FieldDescriptor& field, const Message& a,
              const Message& b) {
  using google::protobuf::util::MessageDifferencer;
  return !field.is_repeated() && field.message_type() != nullptr &&
         MessageDifferencer::Equals(a.GetReflection()->GetMessage(a, &field),
                                    b.GetReflection()->GetMessage(b, &field));
}

}  // namespace

absl::Status UpdateCall::Run(Transaction& transaction) {
  if (!reads_row_) return Execute(transaction);
  OnRestart();
  StoredRow stored(service_);
  // Locked, so that what is decided about is what is written.
  Select locked = SelectWhere(Mine(), /*unmasked=*/true);
  locked.lock = RowLock::kUpdate;
  Statement select = Write(locked, dialect());
  auto outcome = transaction.Execute(select, stored);
  if (!outcome.ok()) return outcome.status();
  if (!stored.found()) {
    auto status = JudgeRest();
    return status.ok() ? NotFound(table(), given_) : status;
  }
  if (stored.unreadable().ok()) return Rewrite(transaction, stored.message());
  // What cannot be read can be mended: all of it is written.
  if (!spares_equal_) return stored.unreadable();
  if (auto status = JudgeRest(); !status.ok()) return status;
  statement_ = Statement();
  if (auto status = MakeStatement(); !status.ok()) return status;
  return Execute(transaction);
}

absl::Status UpdateCall::Rewrite(Transaction& transaction,
                                 const Message& stored) {
  RowValues before(model());
  before.Read(stored);
  auto current = state_.Check(table(), given_, before.row());
  if (!current.ok()) return current;
  judged_immutable_ = true;
  std::vector<Violation> immutable = ImmutableFaults(stored, before);
  if (!immutable.empty()) {
    // Refused anyway, it hears of all.
    std::vector<Violation> faults = FaultsOfRest();
    absl::c_move(immutable, std::back_inserter(faults));
    return RefuseValues(std::move(faults));
  }
  std::unique_ptr<Message> updated(stored.New());
  if (auto status = Merge(transaction, stored, updated.get()); !status.ok()) {
    return status;
  }
  const SavedRow saved = {RowChange::kUpdated, &stored};
  if (signals_ != nullptr) {
    auto status =
        signals_->pre_save.TrySend(&transaction, updated.get(), saved);
    if (!status.ok()) return status;
  }
  if (auto status = WriteRow(transaction, stored, *updated); !status.ok()) {
    return status;
  }
  if (signals_ != nullptr) {
    auto status = RowSignals::SendSaved(signals_, transaction, *updated, saved);
    if (!status.ok()) return status;
  }
  if (!HasHooks(Overrides::kAfterUpdate)) return absl::OkStatus();
  return RunHook("AfterUpdate", [&] {
    return service_.handler->RunAfterUpdate(call_, transaction, *updated);
  });
}

void UpdateCall::Copy(absl::Span<const int> columns,
                      absl::Span<const std::string> paths, Message* row) const {
  CopyColumns(model(), columns, *change_.resource, row);
  CleanFields(model(), columns, row);
  MergePaths(*change_.resource, paths, row);
}

bool UpdateCall::IsHidden(int column, Row row) const {
  if (table().columns[static_cast<size_t>(column)].input_only) return true;
  return absl::c_any_of(
      ColumnRulesOf(call_), [&](const RowAccess::ColumnRule& rule) {
        return rule.column == column && !MayRead(rule, table(), row);
      });
}

std::vector<Violation> UpdateCall::ImmutableFaults(Transaction& transaction) {
  const bool has_key = absl::c_all_of(table().key, [&](int column) {
    return !values_[column].is_null() &&
           values_[column].kind() != Value::Kind::kInvalid;
  });
  if (change_.immutable_paths.empty() || !has_key) return {};
  StoredRow stored(service_);
  Statement select = Write(SelectWhere(Mine(), /*unmasked=*/true), dialect());
  const auto outcome = transaction.Execute(select, stored);
  if (!outcome.ok() || !stored.found() || !stored.unreadable().ok()) return {};
  RowValues before(model());
  before.Read(stored.message());
  return ImmutableFaults(stored.message(), before);
}

std::vector<Violation> UpdateCall::ImmutableFaults(
    const Message& stored, const RowValues& before) const {
  if (change_.immutable_paths.empty()) return {};
  std::vector<int> columns;
  std::vector<std::string> nested;
  for (const std::string& path : change_.immutable_paths) {
    const int column = FindColumn(table(), path);
    column < 0 ? nested.push_back(path) : columns.push_back(column);
  }
  const std::unique_ptr<Message> asked(stored.New());
  asked->CopyFrom(stored);
  Copy(columns, nested, asked.get());
  RowValues after(model());
  after.Read(*asked);
  std::vector<Violation> violations;
  for (size_t i = 0; i < table().columns.size(); ++i) {
    const int column = static_cast<int>(i);
    if (!table().columns[i].immutable) continue;
    const bool is_same = SameValue(before[column], after[column]) &&
                         (after[column].kind() != Value::Kind::kInvalid ||
                          HaveSame(FieldOf(model(), column), stored, *asked));
    // To compare it would tell those what it is who may not read it.
    const bool is_secret = absl::c_linear_search(columns, column) &&
                           IsHidden(column, before.row());
    if (is_same && !is_secret) continue;
    violations.push_back({std::string(table().columns[i].field),
                          "This field cannot be changed."});
  }
  return violations;
}

absl::Status UpdateCall::Merge(Transaction& transaction, const Message& stored,
                               Message* updated) {
  updated->CopyFrom(stored);
  Copy(change_.columns, change_.nested_paths, updated);
  if (auto status = rights_.Apply(stored, updated); !status.ok()) {
    return status;
  }
  if (!HasHooks(Overrides::kBeforeUpdate)) return absl::OkStatus();
  return RunHook("BeforeUpdate", [&] {
    return service_.handler->RunBeforeUpdate(call_, transaction, stored,
                                             *updated);
  });
}

absl::Status UpdateCall::WriteRow(Transaction& transaction,
                                  const Message& stored, Message& updated) {
  RowValues before(model());
  before.Read(stored);
  RowValues after(model());
  after.ReadForUpdate(updated, absl::Now());
  std::vector<int> columns;
  std::vector<Value> values;
  for (size_t i = 0; i < table().columns.size(); ++i) {
    const int column = static_cast<int>(i);
    const Column& described = table().columns[i];
    if (described.primary_key || described.role == Role::kDeleteTime ||
        described.role == Role::kTenant ||
        (!IsStamped(described.role) &&
         IsUnchanged(before[column], after[column]) &&
         (after[column].kind() != Value::Kind::kInvalid ||
          HaveSame(FieldOf(model(), column), stored, updated)))) {
      continue;
    }
    columns.push_back(column);
  }
  std::vector<Violation> violations =
      service_.validator->Check(after.row(), columns);
  if (!violations.empty()) return RefuseValues(std::move(violations));
  before.Store(service_.forms);
  after.Store(service_.forms);
  for (const int column : columns) values.push_back(after[column]);
  // Hooks and signals have run since the row was read, and may have moved it
  // out of the caller's reach.
  const Expression scope = Scope();
  const Expression mine = scope && KeyIs(table(), before.row()) && InState();
  if (HasScope() && !MaySee(scope, service_, after.row(), columns)) {
    return RowRefused(call_);
  }
  if (auto status = CheckReferences(transaction, after.row(), columns);
      !status.ok()) {
    return status;
  }
  Statement write;
  if (columns.empty()) {
    write = Write(SelectWhere(mine, /*unmasked=*/true), dialect());
  } else {
    Update update = UpdateOf(table(), columns, mine, Returning::kNothing);
    update.returning = Yielded(/*unmasked=*/true);
    if (HasScope()) update.returning.push_back(CheckOf(scope));
    write = Write(update, dialect(), values);
  }
  StoredRow written(service_, this);
  auto outcome = transaction.Execute(write, written);
  if (!outcome.ok()) return outcome.status();
  if (!written.found()) return NotFound(table(), given_);
  if (!written.seen()) return RowRefused(call_);
  RowValues now(model());
  now.Read(written.message());
  if (auto status = rights_.CheckWritten(now.row()); !status.ok()) {
    return status;
  }
  updated.CopyFrom(written.message());
  return absl::OkStatus();
}

}  // namespace modelservice
