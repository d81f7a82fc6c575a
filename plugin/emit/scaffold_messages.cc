#include "plugin/emit/scaffold_messages.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "modelservice/schema/words.h"
#include "plugin/schema/words.h"

namespace modelservice::plugin {
namespace {

constexpr char kMaskType[] = "google.protobuf.FieldMask";

absl::string_view ScalarName(FieldType type) {
  switch (type) {
    case FieldType::kBool:
      return "bool";
    case FieldType::kInt32:
      return "int32";
    case FieldType::kSint32:
      return "sint32";
    case FieldType::kSfixed32:
      return "sfixed32";
    case FieldType::kInt64:
      return "int64";
    case FieldType::kSint64:
      return "sint64";
    case FieldType::kSfixed64:
      return "sfixed64";
    case FieldType::kUint32:
      return "uint32";
    case FieldType::kFixed32:
      return "fixed32";
    case FieldType::kUint64:
      return "uint64";
    case FieldType::kFixed64:
      return "fixed64";
    case FieldType::kFloat:
      return "float";
    case FieldType::kDouble:
      return "double";
    case FieldType::kString:
      return "string";
    case FieldType::kBytes:
      return "bytes";
    case FieldType::kEnum:
    case FieldType::kMessage:
    case FieldType::kTimestamp:
    case FieldType::kDuration:
      break;
  }
  return "";
}

bool IsMessage(const MessageField& field) {
  return field.wrapper || field.type == FieldType::kMessage ||
         field.type == FieldType::kTimestamp ||
         field.type == FieldType::kDuration;
}

// As protoc names a field in JSON, where no two of a message may be equal.
std::string JsonName(absl::string_view name) {
  std::string json = CamelCase(name);
  if (!json.empty()) {
    json[0] = absl::ascii_tolower(static_cast<unsigned char>(json[0]));
  }
  return json;
}

// The least number, from `from` on, that no column's field has and that protoc
// does not keep for itself.
int FreeNumber(const Model& model, int from) {
  const auto taken = [&](int number) {
    return (number >= 19000 && number <= 19999) ||
           std::any_of(
               model.columns.begin(), model.columns.end(),
               [&](const Field& field) { return field.number == number; });
  };
  while (taken(from)) ++from;
  return from;
}

}  // namespace

std::string PluralOf(const Model& model) {
  if (!model.resource_plural.empty()) return CamelCase(model.resource_plural);
  const std::string plural = Plural(model.short_name);
  // Any other name would be that of a method of the user's own.
  return IsPluralOf(plural, model.short_name) ? plural : model.short_name;
}

ScaffoldMessages::ScaffoldMessages(const Model& model, const File& file,
                                   const std::set<std::string>& hiding,
                                   std::set<std::string>* imports)
    : model_(model), file_(file), hiding_(hiding), imports_(imports) {}

std::string ScaffoldMessages::TypeName(absl::string_view full_name) const {
  const std::string package = absl::StrJoin(file_.namespaces, ".");
  absl::string_view local = full_name;
  if (package.empty() ||
      absl::ConsumePrefix(&local, absl::StrCat(package, "."))) {
    // A package below this one is not local.
    if (file_.HasCppName(std::string(local.substr(0, local.find('.'))))) {
      return std::string(local);
    }
  }
  // The scopes around are searched for the first part, innermost first.
  const bool hidden =
      hiding_.count(std::string(full_name.substr(0, full_name.find('.')))) > 0;
  return absl::StrCat(hidden ? "." : "", full_name);
}

std::string ScaffoldMessages::ModelType(
    const std::vector<absl::string_view>& methods) const {
  const std::string name = TypeName(model_.full_name);
  const absl::string_view first =
      absl::string_view(name).substr(0, name.find('.'));
  return std::find(methods.begin(), methods.end(), first) == methods.end()
             ? name
             : absl::StrCat(".", model_.full_name);
}

std::string ScaffoldMessages::TypeOf(const MessageField& field) const {
  if (!field.type_file.empty()) imports_->insert(field.type_file);
  if (!field.map) {
    const absl::string_view scalar =
        IsMessage(field) ? "" : ScalarName(field.type);
    return scalar.empty() ? TypeName(field.type_name) : std::string(scalar);
  }
  // "map<string, shop.Price>"
  const size_t value = field.type_name.find(' ') + 1;
  std::string type = field.type_name.substr(value);
  type.pop_back();
  if (!field.type_file.empty()) type = TypeName(type);
  return absl::StrCat(field.type_name.substr(0, value), type, ">");
}

// Of a key: a scalar, always there.
ScaffoldField ScaffoldMessages::OneOf(const MessageField& field) const {
  return {"", "", TypeOf(field), field.name, field.number};
}

std::vector<ScaffoldField> ScaffoldMessages::Key() const {
  std::vector<ScaffoldField> fields;
  for (const int column : model_.KeyPositions()) {
    fields.push_back(OneOf(model_.columns[static_cast<size_t>(column)]));
    fields.back().number = static_cast<int>(fields.size());
  }
  return fields;
}

std::vector<ScaffoldField> ScaffoldMessages::Get() const {
  std::vector<ScaffoldField> fields = Key();
  AddReadMask(&fields);
  AddShowDeleted(&fields);
  return fields;
}

std::vector<ScaffoldField> ScaffoldMessages::Change() const {
  std::vector<ScaffoldField> fields = Key();
  for (const auto& [role, any] :
       {std::pair(Role::kEtag, "empty"), std::pair(Role::kVersion, "0")}) {
    const Field* const state = model_.FieldIn(role);
    if (state == nullptr) continue;
    fields.push_back(OneOf(*state));
    fields.back().comment = absl::StrCat("That of the row; ", any, " for any.");
    fields.back().number = static_cast<int>(fields.size());
  }
  return fields;
}

void ScaffoldMessages::AddReadMask(std::vector<ScaffoldField>* fields) const {
  const size_t before = fields->size();
  AddUnlessColumn(TypeName(kMaskType), "read_mask",
                  "What to answer with; all of it where it is empty.", fields);
  if (fields->size() > before) {
    imports_->insert("google/protobuf/field_mask.proto");
  }
}

void ScaffoldMessages::AddShowDeleted(
    std::vector<ScaffoldField>* fields) const {
  if (model_.FieldIn(Role::kDeleteTime) == nullptr) return;
  AddUnlessColumn("bool", "show_deleted", "Rows that are deleted, too.",
                  fields);
}

void ScaffoldMessages::AddUnlessColumn(
    absl::string_view type, absl::string_view name, absl::string_view comment,
    std::vector<ScaffoldField>* fields) const {
  // A field that is named like a column is about that column.
  if (model_.FindColumn(std::string(name)) >= 0) return;
  fields->push_back({std::string(comment), "", std::string(type),
                     std::string(name), static_cast<int>(fields->size()) + 1});
}

std::vector<ScaffoldField> ScaffoldMessages::List(bool aip) const {
  std::vector<ScaffoldField> fields;
  if (aip && pages()) {
    AddUnlessColumn(
        "int32", "page_size",
        absl::StrCat("Rows on a page: ", model_.table.default_page_size,
                     " where it is 0, ", model_.table.max_page_size,
                     " at most."),
        &fields);
    AddUnlessColumn("string", "page_token",
                    "The next_page_token of the page before; empty for the "
                    "first page.",
                    &fields);
  }
  AddUnlessColumn("string", "filter",
                  "A condition, as https://google.aip.dev/160 writes it.",
                  &fields);
  AddUnlessColumn(
      "string", aip ? "order_by" : "ordering",
      aip ? "Fields, each with \" desc\" behind it or not: \"a desc, b\"."
          : "Fields, each with \"-\" in front or not: \"-a,b\".",
      &fields);
  const bool searchable = std::any_of(
      model_.columns.begin(), model_.columns.end(),
      [](const Field& field) { return field.settings.searchable(); });
  if (searchable) {
    AddUnlessColumn("string", "search", "Words to look for.", &fields);
  }
  if (aip) {
    AddReadMask(&fields);
    AddShowDeleted(&fields);
  }
  return fields;
}

std::vector<ScaffoldField> ScaffoldMessages::Page() const {
  return {{"", "repeated", TypeName(model_.full_name), FieldName(true), 1},
          {"Empty on the last page.", "", "string", "next_page_token", 2},
          {"Of all pages.", "", "int64", "total_size", 3}};
}

std::vector<ScaffoldField> ScaffoldMessages::Resource(bool mask) const {
  std::vector<ScaffoldField> fields = {
      {"", "", TypeName(model_.full_name), FieldName(false), 1}};
  if (mask) {
    fields.push_back(Mask(2, "What to write; all of it where it is empty."));
  }
  return fields;
}

std::vector<ScaffoldField> ScaffoldMessages::Columns() const {
  std::vector<ScaffoldField> fields;
  bool mask = true;
  for (const Field& field : model_.columns) {
    mask = mask && JsonName(field.name) != "updateMask" &&
           !absl::EndsWith(field.name, "_update_mask");
    if (model_.IsKey(field)) {
      fields.push_back(OneOf(field));
      continue;
    }
    const FieldSpec& spec = field.spec();
    // A field of the model's own type would be the row to write.
    if (spec.output_only || spec.immutable || field.group ||
        (field.type_name == model_.full_name && !field.repeated)) {
      continue;
    }
    ScaffoldField written = {"", "", TypeOf(field), field.name, field.number};
    // The C++ of a field with presence has a function of this name.
    const bool has_taken =
        model_.FindColumn(absl::StrCat("has_", field.name)) >= 0;
    if (field.repeated && !field.map) {
      written.label = "repeated";
    } else if (!field.map && !IsMessage(field) && !has_taken) {
      written.label = "optional";
    }
    fields.push_back(std::move(written));
  }
  if (mask) {
    int last = 0;
    for (const ScaffoldField& field : fields) {
      last = std::max(last, field.number);
    }
    constexpr int kMost = 536'870'911;
    fields.push_back(Mask(FreeNumber(model_, last < kMost ? last + 1 : 1),
                          "What to write; what is set where it is empty."));
  }
  return fields;
}

ScaffoldField ScaffoldMessages::Mask(int number,
                                     absl::string_view comment) const {
  imports_->insert("google/protobuf/field_mask.proto");
  return {std::string(comment), "", TypeName(kMaskType), "update_mask", number};
}

std::string ScaffoldMessages::FieldName(bool plural) const {
  std::string name = SnakeCase(model_.short_name);
  if (plural) {
    name = model_.resource_plural.empty() ? Plural(name)
                                          : SnakeCase(PluralOf(model_));
  }
  const bool taken = name == "update_mask" || name == "next_page_token" ||
                     name == "total_size" || IsCMacro(name) ||
                     IsMessageMember(name);
  return taken ? absl::StrCat(name, plural ? "_rows" : "_row") : name;
}

}  // namespace modelservice::plugin
