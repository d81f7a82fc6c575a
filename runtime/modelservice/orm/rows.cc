#include "modelservice/orm/rows.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "modelservice/db/number_sink.h"
#include "modelservice/db/row_signals.h"
#include "modelservice/orm/row_values.h"
#include "modelservice/orm/value_fault.h"
#include "modelservice/schema/utf8.h"
#include "modelservice/sql/stored_literals.h"

namespace modelservice {
namespace {

using ::google::protobuf::Message;

class MessageSink final : public RowSink {
 public:
  // What the target refers to outlives the sink.
  MessageSink(const Projection& projection, const LiveTable& live,
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

absl::Status NeedsWholeSet(absl::string_view verb) {
  return absl::FailedPreconditionError(absl::StrCat(
      verb, " takes no limit or offset; select the keys first and use In()"));
}

}  // namespace

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

absl::Status CheckValues(const Model& model, const RowValues& values) {
  for (size_t i = 0; i < model.table->columns.size(); ++i) {
    const Value value = values[static_cast<int>(i)];
    if (value.kind() != Value::Kind::kInvalid) continue;
    const ValueFault fault = FaultOf(value);
    return absl::InvalidArgumentError(
        absl::StrCat(model.table->message, ".", model.table->columns[i].field,
                     fault.path, ": ", fault.reason));
  }
  return absl::OkStatus();
}

absl::Status StoreValues(const Model& model, const LiveTable& live,
                         RowValues* values) {
  if (auto status = CheckValues(model, *values); !status.ok()) return status;
  values->Store(live.forms);
  return CheckValues(model, *values);
}

Select SelectMessages(const Projection& projection, const RowSet& rows) {
  std::vector<Expression> columns = projection.columns();
  for (const int column : rows.unread) {
    columns[static_cast<size_t>(column)] = Expression(Literal());
  }
  return SelectRows(*projection.model().table, rows, std::move(columns));
}

absl::Status ReadRows(const Session& session, const Projection& projection,
                      const RowSet& rows, const MessageTarget& target) {
  auto status = CheckRows(session, rows);
  if (!status.ok()) return status;
  const auto live = LiveRowsOf(session, *projection.model().table, rows);
  if (!live.ok()) return live.status();
  MessageSink sink(projection, *live->table, target);
  return session
      .Run(Write(SelectMessages(projection, live->rows), session.dialect()),
           sink)
      .status();
}

absl::StatusOr<int64_t> CountRows(const Session& session, const Model& model,
                                  const RowSet& rows) {
  if (!rows.fault.empty()) return absl::InvalidArgumentError(rows.fault);
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

absl::StatusOr<int64_t> DeletePlainly(const Session& session,
                                      const Model& model, const RowSet& rows) {
  const auto live = LiveRowsOf(session, *model.table, rows);
  if (!live.ok()) return live.status();
  NoRows sink;
  auto outcome = session.Run(
      Write(DeleteFrom(*model.table, live->rows.where, Returning::kNothing),
            session.dialect()),
      sink);
  if (!outcome.ok()) return outcome.status();
  return outcome->changes;
}

}  // namespace

namespace {

// What keeps a column from being set to a value. Rules are not asked, but a
// text that is none would end every read of its row.
std::string FaultOf(const Column& column, const Value& value) {
  if (value.kind() == Value::Kind::kInvalid) return std::string(value.text());
  if (value.kind() != Value::Kind::kText || column.type != FieldType::kString) {
    return "";
  }
  if (!IsUtf8(value.text())) return "Not a valid string.";
  return absl::StrContains(value.text(), '\0') ? std::string(kNoNul) : "";
}

}  // namespace

absl::StatusOr<int64_t> UpdateRows(const Session& session, const Model& model,
                                   const RowSet& rows,
                                   absl::Span<const ColumnChange> changes) {
  if (!rows.fault.empty()) return absl::InvalidArgumentError(rows.fault);
  if (!rows.is_whole()) return NeedsWholeSet("Update");
  if (changes.empty()) return CountRows(session, model, rows);
  const auto live = LiveRowsOf(session, *model.table, rows);
  if (!live.ok()) return live.status();
  Update update;
  update.table = TableName(*model.table);
  for (const ColumnChange& change : changes) {
    const Column& column =
        model.table->columns[static_cast<size_t>(change.column)];
    const Expression value =
        StoredValue(change.value, change.column, live->table->forms);
    const auto* const literal = value.As<Expression::LiteralNode>();
    const std::string fault =
        literal == nullptr ? "" : FaultOf(column, literal->literal.value());
    if (!fault.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat(model.table->message, ".", column.field, ": ", fault));
    }
    update.set.emplace_back(column.name, value);
  }
  update.where = live->rows.where;
  NoRows sink;
  auto outcome = session.Run(Write(update, session.dialect()), sink);
  if (!outcome.ok()) return outcome.status();
  return outcome->changes;
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
  const std::vector<int> columns = InsertColumns(table);
  if (rules != nullptr) {
    auto status = rules->CheckWritten(values.row(), columns);
    if (!status.ok()) return status;
  }
  if (auto status = StoreValues(model, **live, &values); !status.ok()) {
    return status;
  }
  std::vector<Value> parameters;
  for (const int column : columns) parameters.push_back(values[column]);
  Insert insert = InsertInto(table, columns, Returning::kNothing);
  insert.returning = projection.columns();
  Statement statement = Write(insert, session.dialect(), parameters);
  // The values view the message: it may change only once the statement is done.
  std::unique_ptr<Message> stored(message->New());
  const auto next = [&] { return stored.get(); };
  const auto restart = [&] { stored->Clear(); };
  MessageSink sink(projection, **live, {next, restart});
  auto outcome = session.Run(std::move(statement), sink);
  if (!outcome.ok()) return outcome.status();
  message->GetReflection()->Swap(message, stored.get());
  return absl::OkStatus();
}

absl::Status UpdatePlainly(const Session& session, const Projection& projection,
                           Message* message, const Validator* rules) {
  const Model& model = projection.model();
  const Table& table = *model.table;
  const auto live = session.database().LiveTableOf(table);
  if (!live.ok()) return live.status();
  RowValues values(model);
  values.ReadForUpdate(*message, absl::Now());
  std::vector<int> columns;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    if (!table.columns[i].primary_key) columns.push_back(static_cast<int>(i));
  }
  if (rules != nullptr) {
    auto status = rules->CheckWritten(values.row(), columns);
    if (!status.ok()) return status;
  }
  std::vector<Value> given_key;
  for (const int column : table.key) given_key.push_back(values[column]);
  if (auto status = StoreValues(model, **live, &values); !status.ok()) {
    return status;
  }
  std::vector<Value> parameters;
  for (const int column : columns) parameters.push_back(values[column]);
  const Expression key = KeyIs(table, values.row());
  Statement statement;
  if (columns.empty()) {
    Select select;
    select.columns = projection.columns();
    select.from = TableName(table);
    select.where = key;
    statement = Write(select, session.dialect());
  } else {
    Update update = UpdateOf(table, columns, key, Returning::kNothing);
    update.returning = projection.columns();
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
  MessageSink sink(projection, **live, {next, restart});
  auto outcome = session.Run(std::move(statement), sink);
  if (!outcome.ok()) return outcome.status();
  if (!found) return RowNotFound(table, given_key);
  message->GetReflection()->Swap(message, stored.get());
  return absl::OkStatus();
}

// Runs `write` in a transaction, between pre_save and post_save.
absl::Status SaveRow(const Session& session, const Projection& projection,
                     RowChange change, Message* message, const Validator* rules,
                     absl::Status (*write)(const Session&, const Projection&,
                                           Message*, const Validator*)) {
  const auto signals =
      SaveSignals(session.database(), *projection.model().table);
  if (signals == nullptr) return write(session, projection, message, rules);
  // The body may run again, with the message as it was.
  const std::unique_ptr<Message> row(message->New());
  auto status = session.Transact([&](Transaction& transaction) {
    row->CopyFrom(*message);
    signals->pre_save.Send(&transaction, row.get(), change);
    auto written = write(Session(transaction), projection, row.get(), rules);
    if (written.ok()) {
      RowSignals::SendDone(signals, transaction, *row, change);
    }
    return written;
  });
  if (status.ok()) message->GetReflection()->Swap(message, row.get());
  return status;
}

// Sends the signals of each row that is deleted.
absl::StatusOr<int64_t> DeleteEach(
    const Session& session, const Projection& projection, const RowSet& rows,
    const std::shared_ptr<const RowSignals>& signals) {
  const Model& model = projection.model();
  int64_t deleted = 0;
  auto status = session.Transact([&](Transaction& transaction) {
    const Session inside(transaction);
    std::vector<std::unique_ptr<Message>> messages;
    const auto next = [&] {
      messages.emplace_back(model.prototype().New());
      return messages.back().get();
    };
    const auto restart = [&] { messages.clear(); };
    // What is told of is what is deleted.
    RowSet locked = rows;
    locked.lock = RowLock::kDelete;
    auto read = ReadRows(inside, projection, locked, {next, restart});
    if (!read.ok()) return read;
    for (const auto& row : messages) {
      signals->pre_delete.Send(&transaction, row.get(), RowChange::kDeleted);
    }
    auto count = DeletePlainly(inside, model, rows);
    if (!count.ok()) return count.status();
    deleted = *count;
    for (const auto& row : messages) {
      RowSignals::SendDone(signals, transaction, *row, RowChange::kDeleted);
    }
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return deleted;
}

}  // namespace

absl::Status InsertRow(const Session& session, const Projection& projection,
                       Message* message, const Validator* rules) {
  return SaveRow(session, projection, RowChange::kCreated, message, rules,
                 &InsertPlainly);
}

absl::Status UpdateRow(const Session& session, const Projection& projection,
                       Message* message, const Validator* rules) {
  return SaveRow(session, projection, RowChange::kUpdated, message, rules,
                 &UpdatePlainly);
}

absl::StatusOr<int64_t> DeleteRows(const Session& session,
                                   const Projection& projection,
                                   const RowSet& rows) {
  if (!rows.fault.empty()) return absl::InvalidArgumentError(rows.fault);
  if (!rows.is_whole()) return NeedsWholeSet("Delete");
  const Model& model = projection.model();
  const auto signals = DeleteSignals(session.database(), *model.table);
  return signals == nullptr ? DeletePlainly(session, model, rows)
                            : DeleteEach(session, projection, rows, signals);
}

absl::Status DeleteRow(const Session& session, const Projection& projection,
                       const Message& message) {
  const Model& model = projection.model();
  RowValues values(model);
  values.Read(message);
  std::vector<Value> key;
  for (const int column : model.table->key) key.push_back(values[column]);
  RowSet row;
  row.where = KeyIs(*model.table, values.row());
  auto deleted = DeleteRows(session, projection, row);
  if (!deleted.ok()) return deleted.status();
  if (*deleted > 0) return absl::OkStatus();
  return RowNotFound(*model.table, key);
}

absl::Status RowNotFound(const Table& table, absl::Span<const Value> key) {
  std::string text(table.message);
  absl::string_view separator = ": ";
  for (const Value value : key) {
    absl::StrAppend(&text, separator, KeyText(value));
    separator = ", ";
  }
  return absl::NotFoundError(absl::StrCat(text, " not found!"));
}

}  // namespace modelservice
