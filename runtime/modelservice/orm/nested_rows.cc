#include "modelservice/orm/nested_rows.h"

#include <memory>
#include <set>

#include "absl/strings/str_cat.h"
#include "modelservice/base/is_set.h"
#include "modelservice/base/status_details.h"
#include "modelservice/orm/links.h"
#include "modelservice/orm/loading.h"
#include "modelservice/orm/parents.h"
#include "modelservice/sql/table_statements.h"

namespace modelservice {

using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;

const FieldDescriptor& DescriptorOf(const Message& message, int number) {
  return *message.GetDescriptor()->FindFieldByNumber(number);
}

std::vector<const Message*> RowsIn(const Message& message,
                                   const FieldDescriptor& field) {
  const auto& reflection = *message.GetReflection();
  std::vector<const Message*> rows;
  if (!field.is_repeated()) {
    if (reflection.HasField(message, &field)) {
      rows.push_back(&reflection.GetMessage(message, &field));
    }
    return rows;
  }
  for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
    rows.push_back(&reflection.GetRepeatedMessage(message, &field, i));
  }
  return rows;
}

std::string PathOf(const FieldDescriptor& field, size_t i) {
  const absl::string_view name = field.name();
  return field.is_repeated() ? absl::StrCat(name, "[", i, "]")
                             : std::string(name);
}

absl::Status RefuseUnwritten(const Model& model, const Message& row,
                             absl::string_view verb, bool with_related) {
  using Kind = RelatedField::Kind;
  std::vector<Violation> violations;
  for (const RelatedField& field : model.related) {
    const FieldDescriptor& descriptor = DescriptorOf(row, field.number);
    if (!IsSet(row, descriptor)) continue;
    std::string reason;
    if (field.kind == Kind::kThrough) {
      reason =
          "Rows at the end of a way through others are not written with "
          "this one: write their keys, or use Links.";
    } else if (field.kind != Kind::kOne) {
      if (with_related) continue;
      reason = absl::StrCat(verb,
                            " writes no related rows: use Create, or With "
                            "and Update.");
    } else {
      TextArena arena;
      for (const int column : OwnColumns(model, field)) {
        if (!model.get(row, column, arena).is_null()) continue;
        reason = absl::StrCat(
            "The row that this one refers to is not written with it: save it "
            "first, and set ",
            model.table->columns[static_cast<size_t>(column)].field, ".");
      }
      if (reason.empty()) continue;
    }
    violations.push_back({std::string(field.field), std::move(reason)});
  }
  return violations.empty() ? absl::OkStatus() : InvalidArgument(violations);
}

std::vector<Literal> KeysIn(const Message& message,
                            const FieldDescriptor& field) {
  const auto& reflection = *message.GetReflection();
  std::vector<Literal> keys;
  for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_INT64:
        keys.emplace_back(
            Value::Integer(reflection.GetRepeatedInt64(message, &field, i)));
        break;
      case FieldDescriptor::CPPTYPE_INT32:
        keys.emplace_back(
            Value::Integer(reflection.GetRepeatedInt32(message, &field, i)));
        break;
      case FieldDescriptor::CPPTYPE_UINT64:
        keys.emplace_back(Value::Integer(static_cast<int64_t>(
            reflection.GetRepeatedUInt64(message, &field, i))));
        break;
      case FieldDescriptor::CPPTYPE_UINT32:
        keys.emplace_back(
            Value::Integer(reflection.GetRepeatedUInt32(message, &field, i)));
        break;
      default:
        keys.emplace_back(
            Value::Text(reflection.GetRepeatedString(message, &field, i)));
    }
  }
  return keys;
}

bool HasKey(const Model& model, const Message& row) {
  for (const int column : model.table->key) {
    const Literal key = KeyOf(model, row, column);
    const Value value = key.value();
    if (value.is_null()) return false;
    if (model.table->columns[static_cast<size_t>(column)].auto_increment &&
        value.integer() == 0) {
      return false;
    }
  }
  return true;
}

std::string KeyTextOf(const Model& model, const Message& row) {
  TextArena arena;
  std::vector<Value> key;
  for (const int column : model.table->key) {
    key.push_back(model.get(row, column, arena));
  }
  return Parents::TextOf(key);
}

bool HasAutoKey(const Model& model) {
  const Table& table = *model.table;
  return table.key.size() == 1 &&
         table.columns[static_cast<size_t>(table.key.front())].auto_increment;
}

void TakeUpdate(const Model& model, const Message& given, Message* row) {
  const std::unique_ptr<Message> taken(given.New());
  taken->CopyFrom(given);
  std::set<int> numbers;
  std::set<int> states;
  for (const Column& column : model.table->columns) {
    if (TellsStates(column.role)) states.insert(column.number);
  }
  for (const int column : UpdateColumns(*model.table)) {
    const Column& described = model.table->columns[static_cast<size_t>(column)];
    if (described.role != Role::kNone) continue;
    numbers.insert(described.number);
  }
  std::vector<const FieldDescriptor*> fields;
  taken->GetReflection()->ListFields(*taken, &fields);
  for (const FieldDescriptor* field : fields) {
    if (numbers.count(field->number()) + states.count(field->number()) == 0) {
      taken->GetReflection()->ClearField(taken.get(), field);
    }
  }
  for (const int number : numbers) {
    row->GetReflection()->ClearField(row, &DescriptorOf(*row, number));
  }
  row->MergeFrom(*taken);
}

void ClearServerFields(const Model& model, Message* row) {
  for (const Column& column : model.table->columns) {
    if (!column.output_only && !column.auto_increment) continue;
    row->GetReflection()->ClearField(row, &DescriptorOf(*row, column.number));
  }
}

}  // namespace modelservice
