// Many rows at once.
#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "modelservice/db/error.h"
#include "modelservice/orm/codec.h"
#include "modelservice/orm/nested_rows.h"
#include "modelservice/orm/one_tenant.h"
#include "modelservice/orm/referred.h"
#include "modelservice/orm/row_values.h"
#include "modelservice/orm/rows.h"
#include "modelservice/sql/most_parameters.h"
#include "modelservice/sql/table_statements.h"

namespace modelservice {
namespace {

using ::google::protobuf::Message;

// The values of one message after the other.
class MessageSource final : public RowSource {
 public:
  MessageSource(const Model& model, const LiveTable& live,
                const Validator* rules, absl::Span<const int> columns,
                size_t begin, size_t end, const std::optional<Literal>& tenant,
                absl::FunctionRef<const Message&(size_t)> get)
      : model_(model),
        live_(live),
        rules_(rules),
        columns_(columns),
        end_(end),
        tenant_(tenant),
        get_(get),
        now_(absl::Now()),
        next_(begin),
        row_(columns.size()) {}

  absl::StatusOr<std::optional<Row>> Next() override {
    if (next_ == end_) return std::nullopt;
    values_.emplace(model_);
    values_->ReadForCreate(get_(next_), now_, /*from_client=*/false);
    if (tenant_.has_value()) {
      values_->Set(ColumnIn(Role::kTenant, *model_.table), tenant_->value());
    }
    const std::string path = absl::StrCat("[", next_, "].");
    auto status = CheckOwned(*model_.table, values_->row(), path);
    if (!status.ok()) return status;
    if (rules_ != nullptr) {
      status = rules_->CheckWritten(values_->row(), columns_, path);
      if (!status.ok()) return status;
    }
    status = StoreValues(model_, live_, &*values_, path);
    if (!status.ok()) return status;
    for (size_t i = 0; i < columns_.size(); ++i) {
      row_[i] = (*values_)[columns_[i]];
    }
    ++next_;
    return Row(row_);
  }
  // The number of the message whose values were given last.
  size_t last() const { return next_ - 1; }

 private:
  const Model& model_;
  const LiveTable& live_;
  const Validator* const rules_;
  const absl::Span<const int> columns_;
  const size_t end_;
  const std::optional<Literal>& tenant_;
  const absl::FunctionRef<const Message&(size_t)> get_;
  const absl::Time now_;
  size_t next_;
  std::optional<RowValues> values_;
  std::vector<Value> row_;
};

// The columns that the message gives values for.
std::vector<int> ColumnsOf(const Model& model, const Message& message) {
  RowValues values(model);
  values.ReadForCreate(message, absl::Now(), /*from_client=*/false);
  return GivenColumns(*model.table, values.row());
}

// Keys that rows refer to, and the rows' numbers.
struct Referred {
  Literal owner;
  std::vector<Literal> values;
  std::vector<size_t> rows;
};

// The number of the first row that refers to nothing, where one does.
absl::StatusOr<size_t> FirstAstray(const Session& session, const Table& table,
                                   int column, const Referred& referred) {
  // All before `good` refer to something, one before `bad` does not.
  size_t good = 0;
  size_t bad = referred.values.size();
  while (bad - good > 1) {
    const size_t middle = good + (bad - good) / 2;
    const auto begin = referred.values.begin();
    const auto there = AreThere(session, table, column,
                                {begin + static_cast<ptrdiff_t>(good),
                                 begin + static_cast<ptrdiff_t>(middle)});
    if (!there.ok()) return there.status();
    (*there ? good : bad) = middle;
  }
  return referred.rows[good];
}

// Whether what the messages refer to is there, a statement for each key.
absl::Status CheckAllReferred(const Session& session, const Model& model,
                              const LiveTable& live, size_t count,
                              absl::FunctionRef<const Message&(size_t)> get) {
  const Table& table = *model.table;
  const int tenant = ColumnIn(Role::kTenant, table);
  for (const int column : HidingReferences(table, InsertColumns(table))) {
    // By whose the rows are, which matters where they are of all tenants.
    std::map<std::string, Referred> by_owner;
    for (size_t i = 0; i < count; ++i) {
      TextArena arena;
      const Literal owner(tenant < 0 ? Value()
                                     : model.get(get(i), tenant, arena));
      Referred& referred = by_owner[KeyText(owner.value())];
      referred.owner = owner;
      referred.values.emplace_back(StoredIn(
          live.forms, column, model.get(get(i), column, arena), arena));
      referred.rows.push_back(i);
    }
    for (const auto& [text, referred] : by_owner) {
      const Session of_owner = OfOwner(session, table, referred.owner.value());
      const auto there = AreThere(of_owner, table, column, referred.values);
      if (!there.ok()) return there.status();
      if (*there) continue;
      const auto row = FirstAstray(of_owner, table, column, referred);
      if (!row.ok()) return row.status();
      return OfRow(ReferredIsNotThere(table, column), *row);
    }
  }
  const auto other =
      FindOfTwoTenants(session, table, count, [&](size_t row, int column) {
        TextArena arena;
        return Literal(StoredIn(live.forms, column,
                                model.get(get(row), column, arena), arena));
      });
  if (!other.ok()) return other.status();
  if (!other->has_value()) return absl::OkStatus();
  return OfRow(ReferredIsNotThere(table, (*other)->column), (*other)->row);
}

// Messages that give values for the same columns, `begin` to `end` of all.
struct Run {
  Transaction& transaction;
  const LiveTable& live;
  const std::optional<Literal>& tenant;
  absl::Span<const int> columns;
  size_t begin;
  size_t end;
};

// By the fastest way. Where that meets a constraint, one by one up to the row
// that breaks it: the database does not say which of many it is.
absl::Status InsertOrName(const Run& run, const Model& model,
                          const Validator* rules,
                          absl::FunctionRef<const Message&(size_t)> get,
                          int64_t* inserted) {
  const Table& table = *model.table;
  const auto make_source = [&] {
    return MessageSource(model, run.live, rules, run.columns, run.begin,
                         run.end, run.tenant, get);
  };
  MessageSource source = make_source();
  auto done = run.transaction.InsertRows(table, run.columns, source);
  if (!done.ok() && IsOfOneRow(done.status())) {
    MessageSource again = make_source();
    done = run.transaction.Transaction::InsertRows(table, run.columns, again);
    if (!done.ok()) return OfRow(done.status(), again.last());
  }
  if (done.ok()) *inserted += *done;
  return done.status();
}

// By statements that give back what they stored.
class ReadingInserts {
 public:
  ReadingInserts(const Session& session, const Projection& projection,
                 const Validator* rules,
                 absl::FunctionRef<const Message&(size_t)> get)
      : session_(session), projection_(projection), rules_(rules), get_(get) {}

  // As InsertOrName.
  absl::Status Insert(const Run& run) {
    if (run.begin == 0) stored_.clear();  // after a conflict
    constexpr size_t kMostRows = 500;
    const size_t most = run.columns.empty()
                            ? 1  // of defaults, which are no list
                            : std::clamp(kMostParameters / run.columns.size(),
                                         size_t{1}, kMostRows);
    for (size_t begin = run.begin; begin < run.end;) {
      const size_t end = std::min(begin + most, run.end);
      auto status = InsertSome(run, begin, end);
      if (IsOfOneRow(status)) status = InsertEach(run, begin, end);
      if (!status.ok()) return status;
      begin = end;
    }
    return absl::OkStatus();
  }

  // In their order.
  std::vector<std::unique_ptr<Message>>& stored() { return stored_; }

 private:
  absl::Status InsertEach(const Run& run, size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      auto status = InsertSome(run, i, i + 1);
      if (IsOfOneRow(status)) return OfRow(status, i);
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }
  absl::Status InsertSome(const Run& run, size_t begin, size_t end) {
    const Model& model = projection_.model();
    MessageSource source(model, run.live, rules_, run.columns, begin, end,
                         run.tenant, get_);
    TextArena arena;
    std::vector<Value> parameters;
    while (true) {
      const auto row = source.Next();
      if (!row.ok()) return row.status();
      if (!row->has_value()) break;
      for (const Value value : **row) {
        parameters.push_back(arena.OwnTextOf(value));
      }
    }
    modelservice::Insert insert =
        InsertInto(*model.table, run.columns, Returning::kNothing);
    insert.rows.resize(end - begin, insert.rows.front());
    insert.returning = projection_.columns();
    const auto next = [&] {
      return stored_.emplace_back(model.prototype().New()).get();
    };
    const auto restart = [&] { stored_.resize(begin); };
    auto status = RunReading(
        session_.In(run.transaction), projection_, run.live,
        Write(insert, session_.dialect(), parameters), {next, restart});
    if (!status.ok()) stored_.resize(begin);
    return status;
  }

  const Session& session_;
  const Projection& projection_;
  const Validator* const rules_;
  const absl::FunctionRef<const Message&(size_t)> get_;
  std::vector<std::unique_ptr<Message>> stored_;
};

// All or none: `insert` as many messages at a time as give the same columns.
absl::Status InsertRuns(const Session& session, const Model& model,
                        size_t count,
                        absl::FunctionRef<const Message&(size_t)> get,
                        absl::FunctionRef<absl::Status(const Run&)> insert) {
  const Table& table = *model.table;
  for (size_t i = 0; i < count && !model.related.empty(); ++i) {
    auto written = RefuseUnwritten(model, get(i), "BulkCreate",
                                   /*with_related=*/false);
    if (!written.ok()) return written;
  }
  const auto tenant = session.tenant().ValueFor(table);
  if (!tenant.ok()) return tenant.status();
  const bool leaves_out =
      std::any_of(table.columns.begin(), table.columns.end(),
                  [](const Column& column) { return column.database_default; });
  return session.Transact(
      [&](Transaction& transaction) -> absl::Status {
        const auto live = session.database().LiveTableOf(table);
        if (!live.ok()) return live.status();
        auto status = CheckAllReferred(session.In(transaction), model, **live,
                                       count, get);
        for (size_t begin = 0; begin < count && status.ok();) {
          const std::vector<int> columns =
              leaves_out ? ColumnsOf(model, get(begin)) : InsertColumns(table);
          size_t end = leaves_out ? begin + 1 : count;
          while (end < count && ColumnsOf(model, get(end)) == columns) ++end;
          status = insert({transaction, **live, *tenant, columns, begin, end});
          begin = end;
        }
        return status;
      },
      AsLongAsItTakes());
}

}  // namespace

absl::StatusOr<int64_t> InsertManyRows(
    const Session& session, const Model& model, size_t count,
    absl::FunctionRef<const Message&(size_t)> get, const Validator* rules) {
  int64_t inserted = 0;
  const absl::Status status =
      InsertRuns(session, model, count, get, [&](const Run& run) {
        if (run.begin == 0) inserted = 0;  // after a conflict
        return InsertOrName(run, model, rules, get, &inserted);
      });
  if (!status.ok()) return status;
  return inserted;
}

absl::StatusOr<int64_t> InsertAndReadRows(
    const Session& session, const Projection& projection, size_t count,
    absl::FunctionRef<Message&(size_t)> get, const Validator* rules) {
  const auto read = [&](size_t i) -> const Message& { return get(i); };
  ReadingInserts inserts(session, projection, rules, read);
  const absl::Status status =
      InsertRuns(session, projection.model(), count, read,
                 [&](const Run& run) { return inserts.Insert(run); });
  if (!status.ok()) return status;
  for (size_t i = 0; i < count; ++i) {
    Message& message = get(i);
    message.GetReflection()->Swap(&message, inserts.stored()[i].get());
  }
  return static_cast<int64_t>(count);
}

}  // namespace modelservice
