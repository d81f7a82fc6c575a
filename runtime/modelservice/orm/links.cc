#include "modelservice/orm/links.h"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "modelservice/base/status_details.h"
#include "modelservice/db/number_sink.h"
#include "modelservice/orm/hide.h"
#include "modelservice/orm/link_keys.h"
#include "modelservice/orm/referred.h"
#include "modelservice/orm/row_set.h"
#include "modelservice/orm/row_values.h"
#include "modelservice/orm/rows.h"
#include "modelservice/orm/told_links.h"
#include "modelservice/sql/hidden_rows.h"
#include "modelservice/sql/stored_literals.h"
#include "modelservice/sql/table_statements.h"
#include "modelservice/sql/way.h"

namespace modelservice {
namespace {

using ::google::protobuf::Message;

// Whose is NULL is nobody's, also where this row's is.
Expression IsOwn(const LinkWay& way, const Literal& own) {
  if (own.value().is_null()) return Expression::False();
  return ColumnIs(*way.between->table, way.from, own);
}

// Each once.
std::vector<Literal> Unique(absl::Span<const Literal> keys) {
  std::set<std::string> seen;
  std::vector<Literal> unique;
  for (const Literal& key : keys) {
    if (seen.insert(TextOfKey(key)).second) unique.push_back(key);
  }
  return unique;
}

// The columns of a key that is both ends of a link; none: there may be two.
std::vector<absl::string_view> BothEnds(const LinkWay& way) {
  const Table& table = *way.between->table;
  const auto is_both = [&](int a, int b) {
    return (a == way.from && b == way.to) || (a == way.to && b == way.from);
  };
  const auto name = [&](int column) {
    return table.columns[static_cast<size_t>(column)].name;
  };
  bool unique = table.key.size() == 2 && is_both(table.key[0], table.key[1]);
  for (const Index& index : table.indexes) {
    unique =
        unique ||
        (index.unique && index.where.empty() && index.columns.size() == 2 &&
         is_both(index.columns[0].column, index.columns[1].column));
  }
  if (!unique) return {};
  return {name(way.from), name(way.to)};
}

// That neither end is hidden, or another tenant's, when the links are written.
absl::Status CheckEnds(const Session& session, const LinkWay& way,
                       const Literal& own, absl::Span<const Literal> keys) {
  const Table& table = *way.between->table;
  for (const int column : HidingReferences(table, {way.from, way.to})) {
    const auto there = AreThere(
        session, table, column,
        column == way.from ? std::vector<Literal>{own}
                           : std::vector<Literal>(keys.begin(), keys.end()));
    if (!there.ok()) return there.status();
    if (!*there) return ReferredIsNotThere(table, column);
  }
  return absl::OkStatus();
}

absl::StatusOr<int64_t> InsertLinks(const Session& session, const LinkWay& way,
                                    const Literal& own,
                                    absl::Span<const Literal> keys) {
  if (keys.empty()) return 0;
  const Model& model = *way.between;
  const auto live = session.database().LiveTableOf(*model.table);
  if (!live.ok()) return live.status();
  if (auto status = CheckEnds(session, way, own, keys); !status.ok()) {
    return status;
  }
  const auto tenant = session.tenant().ValueFor(*model.table);
  if (!tenant.ok()) return tenant.status();
  const std::vector<int> columns = InsertColumns(*model.table);
  Insert insert = InsertInto(*model.table, columns, Returning::kNothing);
  insert.rows.clear();
  // Own what the literals of the rows view until then.
  std::vector<std::unique_ptr<RowValues>> rows;
  for (const Literal& key : keys) {
    rows.push_back(std::make_unique<RowValues>(model));
    RowValues& values = *rows.back();
    values.ReadForCreate(model.prototype(), absl::Now(),
                         /*from_client=*/false);
    values.Set(way.from, own.value());
    values.Set(way.to, key.value());
    if (tenant->has_value()) {
      values.Set(ColumnIn(Role::kTenant, *model.table), (*tenant)->value());
    }
    if (auto status = CheckOwned(*model.table, values.row()); !status.ok()) {
      return status;
    }
    if (auto status = StoreValues(model, **live, &values); !status.ok()) {
      return status;
    }
    std::vector<Expression>& row = insert.rows.emplace_back();
    for (const int column : columns) {
      row.emplace_back(Literal(values[column]));
    }
  }
  // Another caller may have made the same link meanwhile.
  const std::vector<absl::string_view> both = BothEnds(way);
  if (!both.empty()) {
    OnConflict& conflict = insert.on_conflict.emplace();
    conflict.columns = both;
    // One that was removed and stays is there again.
    const int hidden_at = ColumnIn(Role::kDeleteTime, *model.table);
    if (hidden_at >= 0) {
      conflict.set.emplace_back(
          model.table->columns[static_cast<size_t>(hidden_at)].name,
          Expression(Literal()));
    }
  }
  NoRows sink;
  auto outcome = session.Run(Write(insert, session.dialect()), sink);
  if (!outcome.ok()) return outcome.status();
  return outcome->changes;
}

// Runs `change` in a transaction.
template <class Change>
absl::StatusOr<int64_t> Changed(const Session& session, const Change& change) {
  int64_t count = 0;
  auto status = session.Transact([&](Transaction& transaction) {
    auto done = change(session.In(transaction));
    if (done.ok()) count = *done;
    return done.status();
  });
  if (!status.ok()) return status;
  return count;
}

// The same, and who listens is told of what it did.
template <class Change>
absl::StatusOr<int64_t> ChangedLinks(const Session& session, const LinkWay& way,
                                     const Literal& own, const Change& change) {
  const bool are_told = AreTold(session.database(), way);
  return Changed(session,
                 [&](const Session& inside) -> absl::StatusOr<int64_t> {
                   ToldLinks told;
                   auto done = change(inside, are_told ? &told : nullptr);
                   if (!done.ok() || !are_told) return done;
                   auto status = TellOf(*inside.transaction(), way, own, told);
                   if (!status.ok()) return status;
                   return done;
                 });
}

// The links that are the session's tenant's, and both of whose ends are.
absl::StatusOr<Expression> OwnLinks(const Session& session, const LinkWay& way,
                                    const Expression& where) {
  const Table& table = *way.between->table;
  const auto live = session.database().LiveTableOf(table);
  if (!live.ok()) return live.status();
  const auto there = session.tenant().RowsOf(table);
  if (!there.ok()) return there.status();
  Expression mine = where && *there;
  std::vector<std::shared_ptr<const LiveTable>> ends;
  std::vector<TableForms> forms = {{&table, (*live)->forms}};
  for (const auto& [end, column] :
       {std::pair(way.model, way.from), std::pair(way.target, way.to)}) {
    const auto rows = session.tenant().RowsOf(*end->table);
    if (!rows.ok()) return rows.status();
    if (rows->is_true()) continue;
    auto of_end = session.database().LiveTableOf(*end->table);
    if (!of_end.ok()) return of_end.status();
    forms.push_back({end->table, (*of_end)->forms});
    ends.push_back(*std::move(of_end));
    mine = mine &&
           Expression::Exists(ReferredTo(table, column, *end->table, *rows));
  }
  return WithStored(mine, forms);
}

// Those that `told` is to know of are read first.
absl::StatusOr<int64_t> DeleteLinks(const Session& session, const LinkWay& way,
                                    const Expression& where, ToldLinks* told) {
  const Table& table = *way.between->table;
  const auto own = OwnLinks(session, way, where);
  if (!own.ok()) return own.status();
  const Expression& mine = *own;
  if (told != nullptr) {
    const auto live = session.database().LiveTableOf(table);
    if (!live.ok()) return live.status();
    auto keys = SelectKeys(session, table, **live, way.to,
                           MayHide(table) ? mine && NotHidden(table) : mine,
                           RowLock::kDelete);
    if (!keys.ok()) return keys.status();
    for (const auto& [text, key] : *keys) told->removed.push_back(key);
  }
  if (MayHide(table)) {
    return Changed(session, [&](const Session& inside) {
      return HideRows(inside, table, mine, absl::Now());
    });
  }
  NoRows sink;
  auto outcome = session.Run(
      Write(DeleteFrom(table, mine, Returning::kNothing), session.dialect()),
      sink);
  if (!outcome.ok()) return outcome.status();
  return outcome->changes;
}

absl::StatusOr<int64_t> DeleteAndTell(const Session& session,
                                      const LinkWay& way, const Literal& own,
                                      const Expression& where) {
  if (!AreTold(session.database(), way)) {
    return DeleteLinks(session, way, where, nullptr);
  }
  return ChangedLinks(session, way, own,
                      [&](const Session& inside, ToldLinks* told) {
                        return DeleteLinks(inside, way, where, told);
                      });
}

// Of all tenants' rows, those of the one whose this row is: no link leaves it.
absl::StatusOr<Session> OfTheRowsTenant(const Session& session,
                                        const LinkWay& way,
                                        const Literal& own) {
  const Table& table = *way.model->table;
  const int tenant = ColumnIn(Role::kTenant, table);
  if (!session.tenant().is_all() || tenant < 0) return session;
  const auto names = ReadKeys(session, *way.model, tenant,
                              ColumnIs(table, way.own_key(), own));
  if (!names.ok()) return names.status();
  if (names->size() != 1) return session;  // no row, which is told later
  return OfOwner(session, table, names->begin()->second.value());
}

absl::StatusOr<int64_t> AddMissing(const Session& of_all, const LinkWay& way,
                                   const Literal& own,
                                   absl::Span<const Literal> keys,
                                   ToldLinks* told) {
  const auto of_one = OfTheRowsTenant(of_all, way, own);
  if (!of_one.ok()) return of_one.status();
  const Session& session = *of_one;
  const std::vector<Literal> wanted = Unique(keys);
  auto status = CheckLinkKeys(session, way, wanted);
  if (!status.ok()) return status;
  if (wanted.empty()) return 0;
  if (own.value().is_null()) {
    return InvalidArgument(
        {{std::string(way.field),
          NothingToReferTo(*way.model->table, way.own_key())}});
  }
  const auto there =
      ReadKeys(session, *way.between, way.to,
               IsOwn(way, own) && IsAmong(*way.between, way.to, wanted));
  if (!there.ok()) return there.status();
  std::vector<Literal> missing;
  for (const Literal& key : wanted) {
    if (there->count(TextOfKey(key)) == 0) missing.push_back(key);
  }
  auto added = InsertLinks(session, way, own, missing);
  if (added.ok() && told != nullptr) told->added = std::move(missing);
  return added;
}

}  // namespace

int LinkWay::own_key() const {
  return KeyReferredTo(*between->table, from, *model->table);
}

int LinkWay::target_key() const {
  return KeyReferredTo(*between->table, to, *target->table);
}

Literal KeyOf(const Model& model, const Message& row, int column) {
  TextArena arena;
  return Literal(model.get(row, column, arena));
}

absl::StatusOr<int64_t> AddLinks(const Session& session, const LinkWay& way,
                                 const Literal& own,
                                 absl::Span<const Literal> keys) {
  return ChangedLinks(session, way, own,
                      [&](const Session& inside, ToldLinks* told) {
                        return AddMissing(inside, way, own, keys, told);
                      });
}

absl::StatusOr<int64_t> RemoveLinks(const Session& session, const LinkWay& way,
                                    const Literal& own,
                                    absl::Span<const Literal> keys) {
  if (keys.empty()) return 0;
  return DeleteAndTell(session, way, own,
                       IsOwn(way, own) && IsAmong(*way.between, way.to, keys));
}

absl::StatusOr<int64_t> ClearLinks(const Session& session, const LinkWay& way,
                                   const Literal& own) {
  return DeleteAndTell(session, way, own, IsOwn(way, own));
}

absl::Status SetLinks(const Session& session, const LinkWay& way,
                      const Literal& own, absl::Span<const Literal> keys) {
  Expression others = IsOwn(way, own);
  if (!keys.empty()) {
    others = others && !IsAmong(*way.between, way.to, keys);
  }
  return ChangedLinks(session, way, own,
                      [&](const Session& inside,
                          ToldLinks* told) -> absl::StatusOr<int64_t> {
                        auto removed = DeleteLinks(inside, way, others, told);
                        if (!removed.ok()) return removed;
                        return AddMissing(inside, way, own, keys, told);
                      })
      .status();
}

}  // namespace modelservice
