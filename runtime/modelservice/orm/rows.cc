#include "modelservice/orm/rows.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "modelservice/db/number_sink.h"
#include "modelservice/db/row_signals.h"
#include "modelservice/orm/kept_values.h"
#include "modelservice/orm/known_select.h"
#include "modelservice/orm/loading.h"
#include "modelservice/orm/referred.h"
#include "modelservice/orm/row_before.h"
#include "modelservice/orm/row_state.h"
#include "modelservice/orm/row_values.h"
#include "modelservice/orm/sparing.h"
#include "modelservice/orm/value_fault.h"
#include "modelservice/orm/written_columns.h"
#include "modelservice/schema/utf8.h"
#include "modelservice/sql/stored_literals.h"

namespace modelservice {
namespace {

using ::google::protobuf::Message;

class MessageSink final : public RowSink {
 public:
  // What the target refers to outlives the sink.
  template <class Live>
  MessageSink(const Projection& projection, const Live& live,
              const MessageTarget& target)
      : codec_(projection.codec()),
        live_codec_(LiveCodecOf(projection, live)),
        target_(target) {}
  absl::Status OnRow(Row row) override {
    const RowCodec& codec = live_codec_.has_value() ? *live_codec_ : codec_;
    return codec.Decode(row, target_.next());
  }
  void OnRestart() override { target_.restart(); }

 private:
  const RowCodec& codec_;
  const std::optional<RowCodec> live_codec_;
  const MessageTarget target_;
};

}  // namespace

absl::Status RunReading(const Session& session, const Projection& projection,
                        const LiveTable& live, Statement statement,
                        const MessageTarget& target) {
  MessageSink sink(projection, live, target);
  return session.Run(std::move(statement), sink).status();
}

std::optional<RowCodec> LiveCodecOf(const Projection& projection,
                                    const LiveTable& live) {
  const bool shows_as_is =
      std::all_of(live.forms.begin(), live.forms.end(),
                  [](const ColumnForm& form) { return form.shows_as_is(); });
  if (shows_as_is || projection.codec().width() != live.forms.size()) {
    return std::nullopt;
  }
  return RowCodec(projection.model(), live.forms);
}

std::optional<RowCodec> LiveCodecOf(const Projection& projection,
                                    const LiveRows& live) {
  if (!HasJoined(live.rows.loads)) return LiveCodecOf(projection, *live.table);
  RowCodec codec(projection.model(), live.table->forms);
  AddJoined(live.rows.loads, live.forms, &codec);
  return codec;
}

absl::Status CheckValues(const Model& model, const RowValues& values,
                         absl::string_view path) {
  for (size_t i = 0; i < model.table->columns.size(); ++i) {
    const Value value = values[static_cast<int>(i)];
    if (value.kind() != Value::Kind::kInvalid) continue;
    const ValueFault fault = FaultOf(value);
    const std::string place = path.empty()
                                  ? absl::StrCat(model.table->message, ".")
                                  : std::string(path);
    return absl::InvalidArgumentError(absl::StrCat(
        place, model.table->columns[i].field, fault.path, ": ", fault.reason));
  }
  return absl::OkStatus();
}

absl::Status StoreValues(const Model& model, const LiveTable& live,
                         RowValues* values, absl::string_view path) {
  auto status = CheckValues(model, *values, path);
  if (!status.ok()) return status;
  values->Store(live.forms);
  return CheckValues(model, *values, path);
}

Select SelectMessages(const Projection& projection, const RowSet& rows) {
  const Model& model = projection.model();
  const std::vector<int> unread = UnreadOf(model, rows);
  if (unread.empty() && !HasJoined(rows.loads)) {
    Select select = SelectWhole(*model.table, rows, {});
    select.column_list = &projection.column_list();
    return select;
  }
  std::vector<Expression> columns = projection.columns();
  for (const int column : unread) {
    columns[static_cast<size_t>(column)] = Expression(Literal());
  }
  AddJoinedColumns(model, rows.loads, &columns);
  return SelectWhole(*model.table, rows, std::move(columns));
}

absl::StatusOr<LiveRows> LiveMessagesOf(const Session& session,
                                        const Projection& projection,
                                        const RowSet& rows) {
  const Model& model = projection.model();
  std::vector<Expression> joined;
  AddJoinedColumns(model, rows.loads, &joined);
  return LiveRowsOf(session, *model.table, rows, joined);
}

absl::Status ReadRows(const Session& session, const Projection& projection,
                      const RowSet& rows, const MessageTarget& target) {
  auto status = CheckRows(session, rows);
  if (!status.ok()) return status;
  const auto table = session.database().LiveTableOf(*projection.model().table);
  if (!table.ok()) return table.status();
  KnownSelect known(projection, rows, **table, session.database().selects());
  if (known.Find()) {
    return RunReading(session, projection, **table, known.TakeStatement(),
                      target);
  }
  const auto live = LiveMessagesOf(session, projection, rows);
  if (!live.ok()) return live.status();
  MessageSink sink(projection, *live, target);
  Statement statement =
      Write(SelectMessages(projection, live->rows), session.dialect());
  known.Keep(statement);
  return session.Run(std::move(statement), sink).status();
}

absl::StatusOr<int64_t> CountRows(const Session& session, const Model& model,
                                  const RowSet& rows) {
  auto status = CheckRows(session, rows);
  if (!status.ok()) return status;
  const auto live = LiveRowsOf(session, *model.table, rows);
  if (!live.ok()) return live.status();
  NumberSink sink;
  auto outcome = session.Run(
      Write(SelectCount(*model.table, live->rows.where), session.dialect()),
      sink);
  if (!outcome.ok()) return outcome.status();
  int64_t count = sink.number;
  if (rows.offset.has_value())
    count = std::max<int64_t>(0, count - *rows.offset);
  if (rows.limit.has_value()) count = std::min(count, *rows.limit);
  return count;
}

namespace {

absl::Status InsertPlainly(const Session& session, const Projection& projection,
                           Message* message, const Validator* rules) {
  const Model& model = projection.model();
  const Table& table = *model.table;
  const auto live = session.database().LiveTableOf(table);
  if (!live.ok()) return live.status();
  RowValues values(model);
  values.ReadForCreate(*message, absl::Now(), /*from_client=*/false);
  const auto tenant = session.tenant().ValueFor(table);
  if (!tenant.ok()) return tenant.status();
  if (tenant->has_value()) {
    values.Set(ColumnIn(Role::kTenant, table), (*tenant)->value());
  }
  const std::vector<int> columns = GivenColumns(table, values.row());
  auto status = CheckOwned(table, values.row());
  if (status.ok() && rules != nullptr) {
    status = rules->CheckWritten(values.row(), columns);
  }
  if (status.ok()) status = StoreValues(model, **live, &values);
  if (status.ok()) {
    status = CheckReferred(session, table, columns, values.row());
  }
  if (!status.ok()) return status;
  std::vector<Value> parameters;
  for (const int column : columns) parameters.push_back(values[column]);
  Insert insert = InsertInto(table, columns, Returning::kNothing);
  insert.returning = projection.columns();
  Statement statement = Write(insert, session.dialect(), parameters);
  // The values view the message: it may change only once the statement is done.
  std::unique_ptr<Message> stored(message->New());
  const auto next = [&] { return stored.get(); };
  const auto restart = [&] { stored->Clear(); };
  status = RunReading(session, projection, **live, std::move(statement),
                      {next, restart});
  if (!status.ok()) return status;
  message->GetReflection()->Swap(message, stored.get());
  return absl::OkStatus();
}

// The values of other columns may be what they like.
void LeaveOnly(const Table& table, absl::Span<const int> columns,
               RowValues* values) {
  for (size_t i = 0; i < table.columns.size(); ++i) {
    const int column = static_cast<int>(i);
    if (!absl::c_linear_search(columns, column) &&
        !absl::c_linear_search(table.key, column)) {
      values->Set(column, Value::Null());
    }
  }
}

absl::Status UpdatePlainly(const Session& session, const Projection& projection,
                           absl::Span<const int> columns, Message* message,
                           const Validator* rules) {
  const Model& model = projection.model();
  const Table& table = *model.table;
  const auto live = session.database().LiveTableOf(table);
  if (!live.ok()) return live.status();
  RowValues values(model);
  values.ReadForUpdate(*message, absl::Now());
  const auto there = RowsThere(session, table);
  if (!there.ok()) return there.status();
  const RowState state(model, *message);
  LeaveOnly(table, columns, &values);
  const std::vector<Value> given_key = values.Key();
  TextArena arena;
  const auto spared = StoreSparing({session, model, **live, *there}, columns,
                                   rules, /*path=*/"", &values, arena);
  if (!spared.ok()) return spared.status();
  if (auto status = CheckReferred(session, table, columns, values.row());
      !status.ok()) {
    return status;
  }
  const Expression key = KeyIs(table, values.row()) && *there;
  Statement statement;
  if (columns.empty()) {
    Select select;
    select.columns = projection.columns();
    select.from = TableName(table);
    select.where = key;
    statement = Write(select, session.dialect());
  } else {
    Update update =
        UpdateOf(table, columns, key && state.Condition(table, (*live)->forms),
                 Returning::kNothing);
    update.returning = projection.columns();
    const std::vector<Value> parameters = SetColumns(
        session.dialect(), model, **live, columns, values, *spared, &update);
    statement = Write(update, session.dialect(), parameters);
  }
  bool found = false;
  std::unique_ptr<Message> stored(message->New());
  const auto next = [&] {
    found = true;
    return stored.get();
  };
  const auto restart = [&] {
    found = false;
    stored->Clear();
  };
  auto status = RunReading(session, projection, **live, std::move(statement),
                           {next, restart});
  if (!status.ok()) return status;
  if (!found) return state.Explain(session, model, key, given_key);
  status = CheckOwners(session, table, columns, key);
  if (!status.ok()) return status;
  message->GetReflection()->Swap(message, stored.get());
  return absl::OkStatus();
}

// Whether an update of the row begins with a look at it.
bool ReadsFirst(const Session& session, const Model& model,
                absl::Span<const int> columns, const Message& message) {
  const auto live = session.database().LiveTableOf(*model.table);
  if (!live.ok()) return false;
  RowValues values(model);
  values.ReadForUpdate(message, absl::Now());
  return !KeptColumns(session.dialect(), model, **live, columns, values)
              .empty();
}

// What `from` has in the columns, and where they tell its state, becomes what
// `to` has.
void TakeColumns(const Table& table, absl::Span<const int> columns,
                 const Message& from, Message* to) {
  const std::unique_ptr<Message> taken(from.New());
  taken->CopyFrom(from);
  for (size_t i = 0; i < table.columns.size(); ++i) {
    const Column& column = table.columns[i];
    const auto* const field =
        to->GetDescriptor()->FindFieldByNumber(column.number);
    const bool takes = absl::c_linear_search(columns, static_cast<int>(i)) ||
                       TellsStates(column.role);
    Message* const loses = takes ? to : taken.get();
    loses->GetReflection()->ClearField(loses, field);
  }
  to->MergeFrom(*taken);
}

using WriteRow = absl::FunctionRef<absl::Status(const Session&, Message*)>;

// Runs `write` in a transaction, between pre_save and post_save. Of an update,
// `columns` are written: null means that all are.
absl::Status SaveRow(const Session& session, const Projection& projection,
                     RowChange change, const std::vector<int>* columns,
                     Message* message, bool reads, WriteRow write) {
  const auto signals =
      SaveSignals(session.database(), *projection.model().table);
  const Table& table = *projection.model().table;
  const bool refers = !HidingReferences(table, InsertColumns(table)).empty();
  if (signals == nullptr && !refers && !reads) return write(session, message);
  // The body may run again, with the message as it was.
  const std::unique_ptr<Message> row(message->New());
  auto status = session.Transact([&](Transaction& transaction) {
    row->CopyFrom(*message);
    const Session inside = session.In(transaction);
    if (signals == nullptr) return write(inside, row.get());
    std::unique_ptr<Message> before;
    if (change == RowChange::kUpdated &&
        (columns != nullptr || signals->WantsBefore())) {
      auto read = ReadBefore(inside, projection, *row);
      if (!read.ok()) return read.status();
      before = *std::move(read);
      // It says what is not there.
      if (before == nullptr) return write(inside, row.get());
      if (columns != nullptr) {
        row->CopyFrom(*before);
        TakeColumns(table, *columns, *message, row.get());
      }
    }
    const SavedRow saved = {change, before.get()};
    auto told = signals->pre_save.TrySend(&transaction, row.get(), saved);
    if (!told.ok()) return told;
    auto written = write(inside, row.get());
    if (!written.ok()) return written;
    return RowSignals::SendSaved(signals, transaction, *row, saved);
  });
  if (status.ok()) message->GetReflection()->Swap(message, row.get());
  return status;
}

absl::Status UpdateSome(const Session& session, const Projection& projection,
                        const std::vector<int>& columns, bool are_all,
                        Message* message, const Validator* rules) {
  return SaveRow(session, projection, RowChange::kUpdated,
                 are_all ? nullptr : &columns, message,
                 ReadsFirst(session, projection.model(), columns, *message),
                 [&](const Session& where, Message* row) {
                   return UpdatePlainly(where, projection, columns, row, rules);
                 });
}

}  // namespace

absl::Status InsertRow(const Session& session, const Projection& projection,
                       Message* message, const Validator* rules) {
  return SaveRow(session, projection, RowChange::kCreated, nullptr, message,
                 /*reads=*/false, [&](const Session& where, Message* row) {
                   return InsertPlainly(where, projection, row, rules);
                 });
}

absl::Status UpdateRow(const Session& session, const Projection& projection,
                       Message* message, const Validator* rules) {
  return UpdateSome(session, projection,
                    WrittenColumns(*projection.model().table),
                    /*are_all=*/true, message, rules);
}

absl::Status UpdateColumnsOf(const Session& session,
                             const Projection& projection, Message* message,
                             absl::Span<const int> columns,
                             const Validator* rules) {
  return UpdateSome(session, projection, {columns.begin(), columns.end()},
                    /*are_all=*/false, message, rules);
}

absl::Status RowNotFound(const Table& table, absl::Span<const Value> key) {
  std::string text(table.message);
  absl::string_view separator = ": ";
  for (size_t i = 0; i < key.size(); ++i) {
    absl::StrAppend(&text, separator, ShownKey(table, i, key[i]));
    separator = ", ";
  }
  return absl::NotFoundError(absl::StrCat(text, " not found!"));
}

}  // namespace modelservice
