#include "modelservice/orm/link_keys.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "modelservice/base/status_details.h"
#include "modelservice/orm/codec.h"
#include "modelservice/orm/links.h"
#include "modelservice/orm/row_set.h"
#include "modelservice/orm/rows.h"
#include "modelservice/sql/stored_literals.h"
#include "modelservice/sql/table_statements.h"

namespace modelservice {

std::string TextOfKey(const Literal& key) { return KeyText(key.value()); }

Expression IsAmong(const Model& model, int column,
                   absl::Span<const Literal> keys) {
  return Expression::In(Expression::Column(*model.table, column),
                        std::vector<Literal>(keys.begin(), keys.end()));
}

namespace {

// Whether values of the column can be of this kind.
bool CanBe(const Column& column, const Literal& key) {
  const Value::Kind kind = key.value().kind();
  const bool is_text = column.type == FieldType::kString;
  return kind == (is_text ? Value::Kind::kText : Value::Kind::kInteger) ||
         column.type == FieldType::kBytes;
}

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

absl::Status CheckLinkKeys(const Session& session, const LinkWay& way,
                           absl::Span<const Literal> keys) {
  const int column = way.target_key();
  const Column& described =
      way.target->table->columns[static_cast<size_t>(column)];
  for (const Literal& key : keys) {
    if (CanBe(described, key)) continue;
    return InvalidArgument(
        {{std::string(way.field),
          absl::StrCat("Incorrect type. Expected pk value, received \"",
                       TextOfKey(key), "\".")}});
  }
  if (keys.empty()) return absl::OkStatus();
  const auto known = ReadKeys(session, *way.target, column,
                              IsAmong(*way.target, column, keys));
  if (!known.ok()) return known.status();
  std::vector<Violation> violations;
  for (const Literal& key : keys) {
    const std::string text = TextOfKey(key);
    if (known->count(text) > 0) continue;
    violations.push_back(
        {std::string(way.field),
         absl::StrCat("Invalid pk \"", text, "\" - object does not exist.")});
  }
  return violations.empty() ? absl::OkStatus() : InvalidArgument(violations);
}

}  // namespace modelservice
