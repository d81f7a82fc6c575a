#include "plugin/emit/column.h"

#include "absl/strings/str_cat.h"
#include "plugin/emit/text.h"
#include "plugin/emit/types.h"

namespace modelservice::plugin {
namespace {

std::string FormatName(Format format) {
  switch (format) {
    case Format::kNone:
      return "kNone";
    case Format::kEmail:
      return "kEmail";
    case Format::kUuid:
      return "kUuid";
    case Format::kUri:
      return "kUri";
    case Format::kIp:
      return "kIp";
    case Format::kIpv4:
      return "kIpv4";
    case Format::kIpv6:
      return "kIpv6";
    case Format::kHostname:
      return "kHostname";
    case Format::kDecimal:
      return "kDecimal";
    case Format::kDate:
      return "kDate";
    case Format::kTime:
      return "kTime";
    case Format::kSlug:
      return "kSlug";
  }
  return "kNone";
}

std::string StorageName(Storage storage) {
  switch (storage) {
    case Storage::kNative:
      return "kNative";
    case Storage::kName:
      return "kName";
    case Storage::kJson:
      return "kJson";
    case Storage::kArray:
      return "kArray";
    case Storage::kBytes:
      return "kBytes";
  }
  return "kNative";
}

// Collects the setters that a column needs.
class Pieces {
 public:
  explicit Pieces(std::string constructor) {
    pieces_.push_back(std::move(constructor));
  }

  void Flag(bool value, absl::string_view setter) {
    if (value) Call(setter, "");
  }
  void Text(bool given, absl::string_view setter, absl::string_view text) {
    if (given) Call(setter, StringLiteral(text));
  }
  void Call(absl::string_view setter, absl::string_view argument) {
    pieces_.push_back(absl::StrCat(".", setter, "(", argument, ")"));
  }

  std::vector<std::string> Take() { return std::move(pieces_); }

 private:
  std::vector<std::string> pieces_;
};

void AddShape(const Field& field, Pieces* pieces) {
  pieces->Text(field.column != field.name, "Name", field.column);
  pieces->Text(field.settings.has_type(), "SqlType", field.settings.type());
  if (field.storage != Storage::kNative) {
    pieces->Call("StoredAs", absl::StrCat("::modelservice::Storage::",
                                          StorageName(field.storage)));
  }
  pieces->Flag(field.map, "Map");
  pieces->Flag(field.repeated && !field.map, "Repeated");
  pieces->Flag(field.wrapper, "Wrapper");
  pieces->Flag(field.group, "Group");
  pieces->Flag(field.packed, "Packed");
  pieces->Flag(field.presence, "Presence");
  pieces->Flag(field.nullable, "Nullable");
}

void AddRules(const Field& field, Pieces* pieces) {
  const FieldSettings& settings = field.settings;
  if (settings.has_min_length()) {
    pieces->Call("MinLength", absl::StrCat(settings.min_length()));
  }
  if (settings.has_max_length()) {
    pieces->Call("MaxLength", absl::StrCat(settings.max_length()));
  }
  pieces->Text(settings.has_min(), "Min", settings.min());
  pieces->Text(settings.has_max(), "Max", settings.max());
  pieces->Text(settings.has_pattern(), "Pattern", settings.pattern());
  if (field.format != Format::kNone) {
    pieces->Call("OfFormat", absl::StrCat("::modelservice::Format::",
                                          FormatName(field.format)));
  }
}

void AddBehavior(const Field& field, Pieces* pieces) {
  pieces->Flag(field.required, "Required");
  pieces->Flag(field.output_only, "OutputOnly");
  pieces->Flag(field.input_only, "InputOnly");
  pieces->Flag(field.immutable, "Immutable");
  const FieldSettings& settings = field.settings;
  pieces->Flag(settings.has_filterable() && !settings.filterable(),
               "NotFilterable");
  pieces->Flag(settings.has_sortable() && !settings.sortable(), "NotSortable");
  pieces->Flag(settings.searchable(), "Searchable");
  if (field.role == Role::kCreateTime) {
    pieces->Call("InRole", "::modelservice::Role::kCreateTime");
  } else if (field.role == Role::kUpdateTime) {
    pieces->Call("InRole", "::modelservice::Role::kUpdateTime");
  } else if (field.role == Role::kOwner) {
    pieces->Call("InRole", "::modelservice::Role::kOwner");
  }
  pieces->Text(settings.has_read_requires(), "ReadRequires",
               settings.read_requires());
  pieces->Text(settings.has_write_requires(), "WriteRequires",
               settings.write_requires());
}

}  // namespace

std::vector<std::string> ColumnPieces(const Field& field,
                                      const std::string& allowed,
                                      const std::string& reference) {
  Pieces pieces(absl::StrCat(
      "::modelservice::Column(", StringLiteral(field.name), ", ", field.number,
      ", ::modelservice::FieldType::", FieldTypeName(field.type), ")"));
  AddShape(field, &pieces);
  pieces.Flag(field.key, "PrimaryKey");
  pieces.Flag(field.settings.auto_increment(), "AutoIncrement");
  pieces.Flag(field.settings.unique(), "Unique");
  pieces.Text(field.default_value.has_value(), "Default",
              field.default_value.value_or(""));
  AddRules(field, &pieces);
  if (!field.allowed.empty()) pieces.Call("In", allowed);
  if (field.reference.has_value()) {
    pieces.Call("References", absl::StrCat("&", reference));
  }
  AddBehavior(field, &pieces);
  return pieces.Take();
}

}  // namespace modelservice::plugin
