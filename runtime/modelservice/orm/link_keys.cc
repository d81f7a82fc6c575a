#include "modelservice/orm/link_keys.h"

#include <utility>

#include "modelservice/orm/codec.h"
#include "modelservice/orm/row_set.h"
#include "modelservice/orm/rows.h"
#include "modelservice/sql/stored_literals.h"
#include "modelservice/sql/table_statements.h"

namespace modelservice {

std::string TextOfKey(const Literal& key) { return KeyText(key.value()); }

namespace {

// The values of one column, as its field has them.
class KeySink final : public RowSink {
 public:
  explicit KeySink(const ColumnForm& form) : form_(form) {}
  absl::Status OnRow(Row row) override {
    std::string text;
    const bool shown = form_.Show(row.front(), &text);
    const Literal key(shown ? Value::Text(text) : row.front());
    keys.try_emplace(TextOfKey(key), key);
    return absl::OkStatus();
  }
  void OnRestart() override { keys.clear(); }

  KeysByText keys;

 private:
  const ColumnForm form_;
};

}  // namespace

absl::StatusOr<KeysByText> SelectKeys(const Session& session,
                                      const Table& table, const LiveTable& live,
                                      int column, Expression where,
                                      RowLock lock) {
  Select select;
  select.columns = {Expression::Column(table, column)};
  select.from = TableName(table);
  select.where = std::move(where);
  select.lock = lock;
  KeySink sink(live.forms.empty() ? ColumnForm()
                                  : live.forms[static_cast<size_t>(column)]);
  auto outcome = session.Run(Write(select, session.dialect()), sink);
  if (!outcome.ok()) return outcome.status();
  return std::move(sink.keys);
}

absl::StatusOr<KeysByText> ReadKeys(const Session& session, const Model& model,
                                    int column, const Expression& where) {
  const Table& table = *model.table;
  const auto live = session.database().LiveTableOf(table);
  if (!live.ok()) return live.status();
  const auto there = RowsThere(session, table);
  if (!there.ok()) return there.status();
  return SelectKeys(session, table, **live, column,
                    WithStored(where && *there, table, (*live)->forms),
                    RowLock::kNone);
}

}  // namespace modelservice
