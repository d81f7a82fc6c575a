// FillRelated: one statement for each field.
#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "modelservice/orm/loading.h"
#include "modelservice/orm/parents.h"
#include "modelservice/orm/projection.h"
#include "modelservice/orm/rows.h"
#include "modelservice/sql/hidden_rows.h"
#include "modelservice/sql/stored_literals.h"
#include "modelservice/sql/table_statements.h"
#include "modelservice/sql/way.h"

namespace modelservice {
namespace {

using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using Kind = RelatedField::Kind;

// Those of the target's; none where a table is in between.
std::vector<int> OtherColumns(const Model& model, const RelatedField& field) {
  const Table& target = *field.target().table;
  if (field.kind == Kind::kBack) return KeyColumns(target, field.key);
  std::vector<int> columns;
  if (field.kind == Kind::kOne) {
    for (const KeyPart& part : KeyParts(*model.table, field.key, target)) {
      columns.push_back(part.referred);
    }
  }
  return columns;
}

// Related rows, and by which key each of them was found.
struct Related {
  std::vector<std::unique_ptr<Message>> messages;
  // Where a table is in between.
  std::vector<std::string> texts;
  std::vector<Literal> keys;
};

class RelatedSink final : public RowSink {
 public:
  // Without a form, the key is not in the row.
  RelatedSink(const Model& target, const RowCodec& codec,
              const ColumnForm* key_form, Related* related)
      : target_(target),
        codec_(codec),
        key_form_(key_form),
        related_(*related) {}
  absl::Status OnRow(Row row) override {
    related_.messages.emplace_back(target_.prototype().New());
    auto status = codec_.Decode(row.first(codec_.width()),
                                related_.messages.back().get());
    if (key_form_ == nullptr || !status.ok()) return status;
    std::string text;
    const bool shown = key_form_->Show(row.back(), &text);
    related_.keys.emplace_back(shown ? Value::Text(text) : row.back());
    return status;
  }
  void OnRestart() override { related_ = {}; }

 private:
  const Model& target_;
  const RowCodec& codec_;
  const ColumnForm* const key_form_;
  Related& related_;
};

// Pairs of keys, of rows in between.
class PairSink final : public RowSink {
 public:
  PairSink(const ColumnForm& from, const ColumnForm& to)
      : from_(from), to_(to) {}
  absl::Status OnRow(Row row) override {
    pairs.emplace_back(Shown(from_, row[0]), Shown(to_, row[1]));
    return absl::OkStatus();
  }
  void OnRestart() override { pairs.clear(); }

  std::vector<std::pair<Literal, Literal>> pairs;

 private:
  static Literal Shown(const ColumnForm& form, Value value) {
    std::string text;
    return Literal(form.Show(value, &text) ? Value::Text(text) : value);
  }

  const ColumnForm from_;
  const ColumnForm to_;
};

absl::Status AddKey(Value key, const FieldDescriptor& field, Message* message) {
  const auto& reflection = *message->GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT64:
      reflection.AddInt64(message, &field, key.integer());
      return absl::OkStatus();
    case FieldDescriptor::CPPTYPE_INT32:
      reflection.AddInt32(message, &field, static_cast<int32_t>(key.integer()));
      return absl::OkStatus();
    case FieldDescriptor::CPPTYPE_UINT64:
      reflection.AddUInt64(message, &field,
                           static_cast<uint64_t>(key.integer()));
      return absl::OkStatus();
    case FieldDescriptor::CPPTYPE_UINT32:
      reflection.AddUInt32(message, &field,
                           static_cast<uint32_t>(key.integer()));
      return absl::OkStatus();
    case FieldDescriptor::CPPTYPE_STRING:
      reflection.AddString(message, &field, std::string(key.text()));
      return absl::OkStatus();
    default:
      return absl::InternalError("a key of this type has no list");
  }
}

const ColumnForm& FormAt(const LiveTable& live, int column) {
  static const ColumnForm* const plain = new ColumnForm();
  return live.forms.empty() ? *plain : live.forms[static_cast<size_t>(column)];
}

// Fills one field of many rows.
class Filler {
 public:
  Filler(const Session& session, const Model& model, const RelatedLoad& load,
         absl::Span<Message* const> messages)
      : session_(session),
        load_(load),
        field_(*load.field),
        target_(field_.target()),
        descriptor_(*messages.front()->GetDescriptor()->FindFieldByNumber(
            field_.number)),
        others_(OtherColumns(model, field_)),
        parents_(model, OwnColumns(model, field_), messages) {
    for (Message* message : messages) {
      message->GetReflection()->ClearField(message, &descriptor_);
    }
  }

  absl::Status Fill() {
    if (parents_.empty()) return absl::OkStatus();
    if (field_.kind == Kind::kKeys) return FillKeys();
    Related related;
    auto status = Read(&related);
    if (!status.ok()) return status;
    if (others_.size() > 1) DropStrangers(&related);
    std::vector<Message*> messages;
    for (const auto& message : related.messages) {
      messages.push_back(message.get());
    }
    status = FillRelated(session_, target_, load_.rows.loads, messages);
    if (status.ok()) Give(&related);
    return status;
  }

 private:
  absl::Status FillKeys() {
    const Table& between = *field_.through().table;
    const auto live = session_.database().LiveTableOf(between);
    if (!live.ok()) return live.status();
    const Expression to = Expression::Column(between, field_.to);
    Select select;
    select.columns = {Expression::Column(between, field_.key), to};
    select.from = TableName(between);
    select.where = AreParents({select.columns.front()}, between, **live) &&
                   NotHidden(between);
    select.order = {{to, false, false}};
    PairSink sink(FormAt(**live, field_.key), FormAt(**live, field_.to));
    auto outcome = session_.Run(Write(select, session_.dialect()), sink);
    if (!outcome.ok()) return outcome.status();
    absl::Status status;
    for (const auto& [from, key] : sink.pairs) {
      parents_.ForEach(Parents::TextOf({from.value()}),
                       [&, of = key.value()](Message* parent, bool) {
                         status.Update(AddKey(of, descriptor_, parent));
                       });
    }
    return status;
  }

  // Those that refer to one of the parents, in the order of the model where the
  // query has none.
  absl::Status Read(Related* related) {
    const Table& table = *target_.table;
    RowSet rows = load_.rows;
    if (rows.order.empty()) rows.order = OrderOf(table, table.ordering);
    for (const int column : others_) {
      rows.unread.erase(
          std::remove(rows.unread.begin(), rows.unread.end(), column),
          rows.unread.end());
    }
    const Projection projection(target_);
    Select select = SelectMessages(projection, rows);
    auto live = LiveRowsOf(session_, table, rows, select.columns);
    if (!live.ok()) return live.status();
    RowCodec codec(target_, FormsOf(table, live->forms));
    AddJoined(rows.loads, live->forms, &codec);
    select.where = live->rows.where;
    const ColumnForm* key_form = nullptr;
    std::shared_ptr<const LiveTable> live_between;
    if (field_.kind == Kind::kThrough) {
      const Table& between = *field_.through().table;
      auto found = session_.database().LiveTableOf(between);
      if (!found.ok()) return found.status();
      live_between = *std::move(found);
      key_form = &FormAt(*live_between, field_.key);
      Select through = SelectThrough(table, between, field_.to);
      select.related = through.related;
      select.joins = std::move(through.joins);
      const Expression key = Expression::Column(between, field_.key, kBetween);
      select.columns.push_back(key);
      select.where = select.where &&
                     AreParents({key}, between, *live_between) &&
                     NotHidden(between, kBetween);
    } else {
      std::vector<Expression> key;
      for (const int column : others_) {
        key.push_back(Expression::Column(table, column));
      }
      select.where = select.where && AreParents(key, table, *live->table);
    }
    RelatedSink sink(target_, codec, key_form, related);
    return session_.Run(Write(select, session_.dialect()), sink).status();
  }

  Expression AreParents(absl::Span<const Expression> key, const Table& table,
                        const LiveTable& live) const {
    return WithStored(parents_.Are(key), table, live.forms);
  }

  // Of a row that was read.
  std::string KeyOf(const Related& related, size_t row) const {
    if (field_.kind == Kind::kThrough) {
      return Parents::TextOf({related.keys[row].value()});
    }
    TextArena arena;
    absl::InlinedVector<Value, 2> key;
    for (const int column : others_) {
      key.push_back(target_.get(*related.messages[row], column, arena));
    }
    return Parents::TextOf(key);
  }

  void DropStrangers(Related* related) const {
    size_t kept = 0;
    for (size_t i = 0; i < related->messages.size(); ++i) {
      if (!parents_.Has(KeyOf(*related, i))) continue;
      if (kept != i) related->messages[kept] = std::move(related->messages[i]);
      ++kept;
    }
    related->messages.resize(kept);
  }

  void Give(Related* related) {
    for (size_t i = 0; i < related->messages.size(); ++i) {
      std::unique_ptr<Message>& message = related->messages[i];
      // The last one gets the message itself, which is not looked at then.
      parents_.ForEach(KeyOf(*related, i), [&](Message* parent, bool last) {
        std::unique_ptr<Message> given;
        if (last) {
          given = std::move(message);
        } else {
          given.reset(message->New());
          given->CopyFrom(*message);
        }
        const auto& reflection = *parent->GetReflection();
        if (descriptor_.is_repeated()) {
          reflection.AddAllocatedMessage(parent, &descriptor_, given.release());
        } else {
          reflection.SetAllocatedMessage(parent, given.release(), &descriptor_);
        }
      });
    }
  }

  const Session& session_;
  const RelatedLoad& load_;
  const RelatedField& field_;
  const Model& target_;
  const FieldDescriptor& descriptor_;
  const std::vector<int> others_;
  const Parents parents_;
};

}  // namespace

absl::Status FillRelated(const Session& session, const Model& model,
                         absl::Span<const RelatedLoad> loads,
                         absl::Span<Message* const> messages) {
  for (const RelatedLoad& load : loads) {
    if (auto status = CheckRows(session, load.rows); !status.ok()) {
      return status;
    }
    if (messages.empty()) continue;
    if (!load.joined) {
      auto status = Filler(session, model, load, messages).Fill();
      if (!status.ok()) return status;
      continue;
    }
    if (!HasPrefetched(load.rows.loads)) continue;
    const FieldDescriptor& field =
        *messages.front()->GetDescriptor()->FindFieldByNumber(
            load.field->number);
    std::vector<Message*> inside;
    for (Message* message : messages) {
      const auto& reflection = *message->GetReflection();
      if (reflection.HasField(*message, &field)) {
        inside.push_back(reflection.MutableMessage(message, &field));
      }
    }
    auto status =
        FillRelated(session, load.field->target(), load.rows.loads, inside);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace modelservice
