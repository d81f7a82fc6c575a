// A model with a field of every kind, for what filters and orders ask of it,
// and texts of what was made of them.
#ifndef MODELSERVICE_SERVICE_FILTER_TEST_SUPPORT_H_
#define MODELSERVICE_SERVICE_FILTER_TEST_SUPPORT_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "modelservice/schema/table.h"
#include "modelservice/service/filter_condition.h"
#include "modelservice/service/filter_syntax.h"

namespace modelservice {

constexpr Column kFilterColumns[] = {
    Column("id", 1, FieldType::kInt64).PrimaryKey().AutoIncrement(),
    Column("title", 2, FieldType::kString).Searchable(),
    Column("body", 3, FieldType::kString).Presence().Nullable().Searchable(),
    Column("pages", 4, FieldType::kInt32),
    Column("rank", 5, FieldType::kUint32).Presence().Nullable(),
    Column("price", 6, FieldType::kString).OfFormat(Format::kDecimal),
    Column("ratio", 7, FieldType::kDouble),
    Column("half", 8, FieldType::kFloat),
    Column("done", 9, FieldType::kBool),
    Column("color", 10, FieldType::kEnum),
    Column("shade", 11, FieldType::kEnum).StoredAs(Storage::kName),
    Column("due", 12, FieldType::kTimestamp).Presence().Nullable(),
    Column("span", 13, FieldType::kDuration).Presence().Nullable(),
    Column("tags", 14, FieldType::kString).Repeated().StoredAs(Storage::kArray),
    Column("shelf", 15, FieldType::kMessage)
        .Presence()
        .Nullable()
        .StoredAs(Storage::kJson),
    Column("data", 16, FieldType::kBytes),
    Column("password", 17, FieldType::kString).InputOnly(),
    Column("salary", 18, FieldType::kInt64).ReadRequires("role:boss"),
    Column("secret", 19, FieldType::kInt64).NotFilterable().NotSortable(),
    Column("uuid", 20, FieldType::kString).OfFormat(Format::kUuid).Nullable(),
};
constexpr int kFilterKey[] = {0};
constexpr Ordering kFilterOrdering[] = {{3, true}, {0, false}};
constexpr Table kFilterTable("book", "Book", kFilterColumns, kFilterKey,
                             kFilterOrdering);

// The fields of the columns: of all of them, the types of enums and texts
// alone.
inline const std::vector<const google::protobuf::FieldDescriptor*>&
FilterFields() {
  static const auto* const fields = [] {
    google::protobuf::FileDescriptorProto file;
    file.set_name("filter_test.proto");
    file.set_syntax("proto3");
    auto* const type = file.add_enum_type();
    type->set_name("Color");
    int number = 0;
    for (const char* name : {"NONE", "RED", "BLUE"}) {
      auto* const value = type->add_value();
      value->set_name(name);
      value->set_number(number++);
    }
    auto* const message = file.add_message_type();
    message->set_name("Book");
    for (const Column& column : kFilterColumns) {
      auto* const field = message->add_field();
      field->set_name(std::string(column.field));
      field->set_number(column.number);
      field->set_label(
          column.repeated
              ? google::protobuf::FieldDescriptorProto::LABEL_REPEATED
              : google::protobuf::FieldDescriptorProto::LABEL_OPTIONAL);
      const bool is_enum = column.type == FieldType::kEnum;
      field->set_type(is_enum
                          ? google::protobuf::FieldDescriptorProto::TYPE_ENUM
                      : column.type == FieldType::kString
                          ? google::protobuf::FieldDescriptorProto::TYPE_STRING
                          : google::protobuf::FieldDescriptorProto::TYPE_INT32);
      if (is_enum) field->set_type_name("Color");
    }
    static auto* const pool = new google::protobuf::DescriptorPool();
    const auto* const built = pool->BuildFile(file)->message_type(0);
    auto* const list =
        new std::vector<const google::protobuf::FieldDescriptor*>();
    for (int i = 0; i < built->field_count(); ++i) {
      list->push_back(built->field(i));
    }
    return list;
  }();
  return *fields;
}

inline FilterTarget TestTarget() { return {kFilterTable, FilterFields()}; }

// Text with its stars as they are, and other stars behind a backslash.
inline std::string Shown(const FilterText& text) {
  std::string shown = text.quoted ? "\"" : "";
  size_t star = 0;
  for (size_t i = 0; i < text.text.size(); ++i) {
    const bool is_star = star < text.stars.size() && text.stars[star] == i;
    if (is_star) ++star;
    if (text.text[i] == '*' && !is_star) shown.push_back('\\');
    shown.push_back(text.text[i]);
  }
  if (text.quoted) shown.push_back('"');
  return shown;
}

// A filter as a tree: "(AND (= a 1) (NOT b))".
inline std::string Shown(const FilterNode& node) {
  std::string shown;
  switch (node.kind) {
    case FilterNode::Kind::kAnd:
      shown = "(AND";
      break;
    case FilterNode::Kind::kOr:
      shown = "(OR";
      break;
    case FilterNode::Kind::kNot:
      shown = "(NOT";
      break;
    case FilterNode::Kind::kWord:
      return Shown(node.value);
    case FilterNode::Kind::kCompare: {
      shown = absl::StrCat("(", TextOf(node.op), " ");
      for (size_t i = 0; i < node.path.size(); ++i) {
        absl::StrAppend(&shown, i == 0 ? "" : ".", Shown(node.path[i]));
      }
      if (node.parts.empty()) absl::StrAppend(&shown, " ", Shown(node.value));
      break;
    }
  }
  for (const FilterNode& part : node.parts) {
    absl::StrAppend(&shown, " ", Shown(part));
  }
  return shown + ")";
}

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_FILTER_TEST_SUPPORT_H_
