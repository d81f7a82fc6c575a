#include "modelservice/orm/nested.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "modelservice/base/is_set.h"
#include "modelservice/base/mutex.h"
#include "modelservice/orm/codec.h"
#include "modelservice/orm/column_encoder.h"
#include "modelservice/orm/link_keys.h"
#include "modelservice/orm/links.h"
#include "modelservice/orm/loading.h"
#include "modelservice/orm/nested_rows.h"
#include "modelservice/orm/referred.h"
#include "modelservice/orm/row_values.h"
#include "modelservice/orm/rows.h"
#include "modelservice/sql/table_statements.h"
#include "modelservice/sql/way.h"

namespace modelservice {
namespace {

using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using Kind = RelatedField::Kind;

// The rules of any model, made once and never destroyed.
const Validator& RulesOf(const Model& model) {
  static auto* const mutex = new Mutex();
  static auto* const all =
      new absl::flat_hash_map<const Model*, std::unique_ptr<Validator>>();
  const MutexLock lock(*mutex);
  std::unique_ptr<Validator>& rules = (*all)[&model];
  if (rules == nullptr) rules = std::make_unique<Validator>(model);
  return *rules;
}

bool IsWritten(const RelatedField& field) {
  return field.kind == Kind::kBack || field.kind == Kind::kKeys;
}

// The columns of a related row that a message of its own gives.
std::vector<int> Without(absl::Span<const int> key, std::vector<int> columns) {
  for (const int column : key) {
    columns.erase(std::remove(columns.begin(), columns.end(), column),
                  columns.end());
  }
  return columns;
}

// Of each field that is written with rows of `model` that a client sent, what
// its option says; of others all that are set.
std::vector<RelatedWrite> WritesOf(const Model& model, const Message& message,
                                   bool from_client) {
  std::vector<RelatedWrite> writes;
  for (const RelatedWrite& write : SetIn(model, message)) {
    if (!from_client || write.field->kind == Kind::kKeys ||
        write.field->write != RelatedField::Write::kNone) {
      writes.push_back(write);
    }
  }
  return writes;
}

// Writes one field of one row.
class NestedWriter {
 public:
  NestedWriter(const Session& session, const Model& model,
               const RelatedWrite& write, const NestedRules& rules,
               Message* stored)
      : session_(session),
        model_(model),
        write_(write),
        child_(write.field->target()),
        key_(KeyParts(*child_.table, write.field->key, *model.table)),
        projection_(child_),
        rules_(rules),
        checks_(rules.check ? &RulesOf(child_) : nullptr),
        field_(DescriptorOf(*stored, write.field->number)),
        stored_(*stored) {}

  absl::Status Write(const Message& given, bool is_new) {
    for (const KeyPart& part : key_) {
      values_.push_back(KeyOf(model_, stored_, part.referred));
      if (values_.back().value().is_null()) {
        return RefuseAll(given, part.referred);
      }
    }
    if (!is_new) {
      if (auto status = ReadStored(); !status.ok()) return status;
    }
    // With what refers to this row, which may be a part of their keys.
    std::vector<std::unique_ptr<Message>> rows;
    for (const Message* row : RowsIn(given, field_)) {
      rows.emplace_back(row->New())->CopyFrom(*row);
      if (auto status = SetKey(rows.back().get()); !status.ok()) return status;
    }
    std::vector<Violation> violations;
    std::set<std::string> sent;
    for (size_t i = 0; i < rows.size(); ++i) {
      const std::string key = KeyTextOf(child_, *rows[i]);
      const bool has_key = HasKey(child_, *rows[i]);
      const bool known = stored_rows_.count(key) > 0;
      if (has_key && !known && !is_new && HasAutoKey(child_)) {
        violations.push_back({absl::StrCat(PathOf(field_, i), ".", KeyField()),
                              absl::StrCat("Invalid pk \"", key,
                                           "\" - object does not exist.")});
      } else if (has_key && known && !sent.insert(key).second) {
        violations.push_back({absl::StrCat(PathOf(field_, i), ".", KeyField()),
                              "This key is there twice."});
      }
    }
    if (!violations.empty()) return InvalidArgument(violations);
    // First, so that others may be what these were.
    if (write_.missing == Missing::kRemove) {
      for (const auto& [key, row] : stored_rows_) {
        if (sent.count(key) > 0) continue;
        auto status = DeleteRow(session_, projection_, *row);
        if (!status.ok()) return status;
      }
    }
    stored_.GetReflection()->ClearField(&stored_, &field_);
    for (size_t i = 0; i < rows.size(); ++i) {
      auto status = WriteRow(*rows[i]);
      if (!status.ok()) {
        return rules_.explain == nullptr
                   ? status
                   : rules_.explain(child_, PathOf(field_, i),
                                    /*has_fields=*/true, status);
      }
    }
    return absl::OkStatus();
  }

 private:
  std::string KeyField() const {
    const Table& table = *child_.table;
    return std::string(
        table.columns[static_cast<size_t>(table.key.front())].field);
  }

  // Where what rows refer to this one by, is NULL in `column`: none does, and
  // whose is NULL, too, is nobody's.
  absl::Status RefuseAll(const Message& given, int column) const {
    std::vector<Violation> violations;
    const size_t count = RowsIn(given, field_).size();
    for (size_t i = 0; i < count; ++i) {
      violations.push_back(
          {PathOf(field_, i), NothingToReferTo(*model_.table, column)});
    }
    if (!violations.empty()) return InvalidArgument(violations);
    stored_.GetReflection()->ClearField(&stored_, &field_);
    return absl::OkStatus();
  }

  // Has the row of the other model refer to this one.
  absl::Status SetKey(Message* row) const {
    absl::Status status;
    for (size_t i = 0; i < key_.size() && status.ok(); ++i) {
      status = SetColumn(child_, key_[i].column, values_[i].value(), row);
    }
    return status;
  }

  // Locked, so that what is decided about is what is written.
  absl::Status ReadStored() {
    RowSet rows;
    for (size_t i = 0; i < key_.size(); ++i) {
      rows.where =
          rows.where && ColumnIs(*child_.table, key_[i].column, values_[i]);
    }
    rows.lock = RowLock::kUpdate;
    std::vector<std::unique_ptr<Message>> messages;
    const auto next = [&] {
      messages.emplace_back(child_.prototype().New());
      return messages.back().get();
    };
    const auto restart = [&] { messages.clear(); };
    auto status = ReadRows(session_, projection_, rows, {next, restart});
    if (!status.ok()) return status;
    for (auto& message : messages) {
      std::string key = KeyTextOf(child_, *message);
      stored_rows_[std::move(key)] = std::move(message);
    }
    return absl::OkStatus();
  }

  absl::Status WriteRow(const Message& given) {
    const auto& reflection = *stored_.GetReflection();
    Message* const row = field_.is_repeated()
                             ? reflection.AddMessage(&stored_, &field_)
                             : reflection.MutableMessage(&stored_, &field_);
    const auto found = stored_rows_.find(KeyTextOf(child_, given));
    const bool exists = HasKey(child_, given) && found != stored_rows_.end();
    row->CopyFrom(exists ? *found->second : given);
    if (exists) {
      TakeUpdate(child_, given, row);
    } else if (rules_.from_client) {
      ClearServerFields(child_, row);
    }
    auto status = SetKey(row);
    if (status.ok() && rules_.prepare != nullptr) {
      status = rules_.prepare(child_, row);
    }
    if (!status.ok()) return status;
    const std::vector<RelatedWrite> deeper =
        WritesOf(child_, given, rules_.from_client);
    status = exists ? UpdateRow(session_, projection_, row, checks_)
                    : InsertRow(session_, projection_, row, checks_);
    if (!status.ok() || deeper.empty()) return status;
    return WriteNested(session_, child_, given, deeper, !exists, rules_, row);
  }

  const Session& session_;
  const Model& model_;
  const RelatedWrite& write_;
  const Model& child_;
  const std::vector<KeyPart> key_;
  const Projection projection_;
  const NestedRules& rules_;
  const Validator* const checks_;
  const FieldDescriptor& field_;
  Message& stored_;
  std::vector<Literal> values_;  // of `key_`
  std::map<std::string, std::unique_ptr<Message>> stored_rows_;
};

LinkWay WayOf(const Model& model, const RelatedField& field) {
  return {&model,    &field.target(), &field.through(),
          field.key, field.to,        field.field};
}

absl::Status WriteKeys(const Session& session, const Model& model,
                       const RelatedField& field, const Message& given,
                       const NestedRules& rules, Message* stored) {
  const LinkWay way = WayOf(model, field);
  const FieldDescriptor& descriptor = DescriptorOf(given, field.number);
  const Literal own = KeyOf(model, *stored, way.own_key());
  auto status = SetLinks(session, way, own, KeysIn(given, descriptor));
  if (!status.ok()) {
    return rules.explain == nullptr
               ? status
               : rules.explain(*way.between, field.field,
                               /*has_fields=*/false, status);
  }
  RelatedLoad load;
  load.field = &field;
  return FillRelated(session, model, {&load, 1}, {&stored, 1});
}

}  // namespace

absl::Status SetColumn(const Model& model, int column, Value value,
                       Message* row) {
  const Column& described = model.table->columns[static_cast<size_t>(column)];
  row->GetReflection()->ClearField(row, &DescriptorOf(*row, described.number));
  WireBuffer wire;
  const Fault fault = EncodeColumn(model, described, ColumnForm(), value, wire);
  const std::unique_ptr<Message> alone(row->New());
  if (fault || !alone->ParsePartialFromString(std::string(wire.bytes()))) {
    return absl::InternalError(
        absl::StrCat("a key that ", described.field, " cannot have"));
  }
  row->MergeFrom(*alone);
  return absl::OkStatus();
}

std::vector<RelatedWrite> SetIn(const Model& model, const Message& message) {
  std::vector<RelatedWrite> writes;
  for (const RelatedField& field : model.related) {
    if (!IsWritten(field)) continue;
    if (IsSet(message, DescriptorOf(message, field.number))) {
      writes.push_back({&field, field.write == RelatedField::Write::kMerge
                                    ? Missing::kKeep
                                    : Missing::kRemove});
    }
  }
  return writes;
}

std::vector<Violation> CheckNested(const Message& message,
                                   absl::Span<const RelatedWrite> writes,
                                   bool from_client) {
  std::vector<Violation> violations;
  for (const RelatedWrite& write : writes) {
    if (write.field->kind != Kind::kBack) continue;
    const Model& child = write.field->target();
    const FieldDescriptor& field = DescriptorOf(message, write.field->number);
    const std::vector<const Message*> rows = RowsIn(message, field);
    for (size_t i = 0; i < rows.size(); ++i) {
      RowValues values(child);
      values.ReadForCreate(*rows[i], absl::Now(), from_client);
      if (from_client) values.Clean(/*with_key=*/true);
      const bool updates = HasAutoKey(child) && HasKey(child, *rows[i]);
      const std::vector<int> columns = Without(
          KeyColumns(*child.table, write.field->key),
          updates ? UpdateColumns(*child.table) : InsertColumns(*child.table));
      std::vector<Violation> faults =
          RulesOf(child).Check(values.row(), columns);
      std::vector<Violation> deeper = CheckNested(
          *rows[i], WritesOf(child, *rows[i], from_client), from_client);
      std::move(deeper.begin(), deeper.end(), std::back_inserter(faults));
      for (Violation& fault : faults) {
        violations.push_back({absl::StrCat(PathOf(field, i), ".", fault.field),
                              std::move(fault.description)});
      }
    }
  }
  return violations;
}

std::vector<Violation> CheckLinks(const Session& session, const Model& model,
                                  const Message& message,
                                  absl::Span<const RelatedWrite> writes) {
  std::vector<Violation> violations;
  for (const RelatedWrite& write : writes) {
    if (write.field->kind != Kind::kKeys) continue;
    const auto status = CheckLinkKeys(
        session, WayOf(model, *write.field),
        KeysIn(message, DescriptorOf(message, write.field->number)));
    std::vector<Violation> faults = ViolationsOf(status);
    std::move(faults.begin(), faults.end(), std::back_inserter(violations));
  }
  return violations;
}

absl::Status WriteNested(const Session& session, const Model& model,
                         const Message& given,
                         absl::Span<const RelatedWrite> writes, bool is_new,
                         const NestedRules& rules, Message* stored) {
  for (const RelatedWrite& write : writes) {
    auto status =
        write.field->kind == Kind::kKeys
            ? WriteKeys(session, model, *write.field, given, rules, stored)
            : NestedWriter(session, model, write, rules, stored)
                  .Write(given, is_new);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

namespace {

using WriteOne = absl::Status (*)(const Session&, const Projection&, Message*,
                                  const Validator*);

absl::Status WriteWith(const Session& session, const Projection& projection,
                       Message* message, absl::Span<const RelatedWrite> writes,
                       const Validator* rules, WriteOne write, bool is_new) {
  const Model& model = projection.model();
  NestedRules nested;
  nested.check = rules != nullptr;
  if (nested.check) {
    const std::vector<Violation> faults =
        CheckNested(*message, writes, /*from_client=*/false);
    if (!faults.empty()) return InvalidArgument(faults);
  }
  const std::unique_ptr<Message> row(message->New());
  auto status = session.Transact([&](Transaction& transaction) {
    const Session inside = session.In(transaction);
    row->CopyFrom(*message);
    auto written = write(inside, projection, row.get(), rules);
    if (!written.ok()) return written;
    return WriteNested(inside, model, *message, writes, is_new, nested,
                       row.get());
  });
  if (status.ok()) message->GetReflection()->Swap(message, row.get());
  return status;
}

}  // namespace

absl::Status InsertNested(const Session& session, const Projection& projection,
                          Message* message, const Validator* rules) {
  auto written = RefuseUnwritten(projection.model(), *message, "Create",
                                 /*with_related=*/true);
  if (!written.ok()) return written;
  const std::vector<RelatedWrite> writes = SetIn(projection.model(), *message);
  if (writes.empty()) return InsertRow(session, projection, message, rules);
  return WriteWith(session, projection, message, writes, rules, &InsertRow,
                   /*is_new=*/true);
}

absl::Status UpdateNested(const Session& session, const Projection& projection,
                          Message* message,
                          absl::Span<const RelatedWrite> writes,
                          const Validator* rules) {
  if (writes.empty()) return UpdateRow(session, projection, message, rules);
  return WriteWith(session, projection, message, writes, rules, &UpdateRow,
                   /*is_new=*/false);
}

}  // namespace modelservice
