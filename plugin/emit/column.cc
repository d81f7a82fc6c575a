#include "plugin/emit/column.h"

#include <utility>

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

std::string RoleName(Role role) {
  switch (role) {
    case Role::kNone:
      return "kNone";
    case Role::kCreateTime:
      return "kCreateTime";
    case Role::kUpdateTime:
      return "kUpdateTime";
    case Role::kOwner:
      return "kOwner";
    case Role::kVersion:
      return "kVersion";
    case Role::kEtag:
      return "kEtag";
    case Role::kDeleteTime:
      return "kDeleteTime";
    case Role::kTenant:
      return "kTenant";
  }
  return "kNone";
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

void AddShape(const Column& column, Pieces* pieces) {
  pieces->Text(column.name != column.field, "Name", column.name);
  pieces->Text(!column.sql_type.empty(), "SqlType", column.sql_type);
  if (column.storage != Storage::kNative) {
    pieces->Call("StoredAs", absl::StrCat("::modelservice::Storage::",
                                          StorageName(column.storage)));
  }
  pieces->Flag(column.map, "Map");
  pieces->Flag(column.repeated && !column.map, "Repeated");
  pieces->Flag(column.wrapper, "Wrapper");
  pieces->Flag(column.group, "Group");
  pieces->Flag(column.packed, "Packed");
  pieces->Flag(column.presence, "Presence");
  pieces->Flag(column.nullable, "Nullable");
}

void AddRules(const Column& column, Pieces* pieces) {
  if (column.min_length >= 0) {
    pieces->Call("MinLength", absl::StrCat(column.min_length));
  }
  if (column.max_length >= 0) {
    pieces->Call("MaxLength", absl::StrCat(column.max_length));
  }
  if (column.max_digits >= 0) {
    pieces->Call("MaxDigits", absl::StrCat(column.max_digits));
  }
  if (column.decimal_places >= 0) {
    pieces->Call("DecimalPlaces", absl::StrCat(column.decimal_places));
  }
  pieces->Text(!column.min.empty(), "Min", column.min);
  pieces->Text(!column.max.empty(), "Max", column.max);
  pieces->Text(!column.pattern.empty(), "Pattern", column.pattern);
  if (column.format != Format::kNone) {
    pieces->Call("OfFormat", absl::StrCat("::modelservice::Format::",
                                          FormatName(column.format)));
  }
}

void AddBehavior(const Column& column, Pieces* pieces) {
  pieces->Flag(column.required, "Required");
  pieces->Flag(column.output_only, "OutputOnly");
  pieces->Flag(column.input_only, "InputOnly");
  pieces->Flag(column.immutable, "Immutable");
  pieces->Flag(!column.filterable, "NotFilterable");
  pieces->Flag(!column.sortable, "NotSortable");
  pieces->Flag(column.searchable, "Searchable");
  pieces->Flag(column.full_view, "FullView");
  pieces->Flag(column.sensitive, "Sensitive");
  pieces->Flag(column.trim, "Trim");
  pieces->Text(!column.verbose_name.empty(), "VerboseName",
               column.verbose_name);
  if (column.role != Role::kNone) {
    pieces->Call("InRole",
                 absl::StrCat("::modelservice::Role::", RoleName(column.role)));
  }
  if (column.made != MadeKey::kNone) {
    pieces->Call("Makes", column.made == MadeKey::kUuidV7
                              ? "::modelservice::MadeKey::kUuidV7"
                              : "::modelservice::MadeKey::kUuidV4");
  }
  pieces->Flag(column.database_default, "DatabaseDefault");
  pieces->Text(!column.read_requires.empty(), "ReadRequires",
               column.read_requires);
  pieces->Text(!column.write_requires.empty(), "WriteRequires",
               column.write_requires);
}

}  // namespace

std::vector<std::string> ColumnPieces(const Column& column,
                                      const std::string& allowed,
                                      const std::string& reference) {
  Pieces pieces(absl::StrCat(
      "::modelservice::Column(", StringLiteral(column.field), ", ",
      column.number,
      ", ::modelservice::FieldType::", FieldTypeName(column.type), ")"));
  AddShape(column, &pieces);
  pieces.Flag(column.primary_key, "PrimaryKey");
  pieces.Flag(column.auto_increment, "AutoIncrement");
  pieces.Flag(column.unique, "Unique");
  pieces.Text(column.has_default, "Default", column.default_value);
  AddRules(column, &pieces);
  if (!column.in.empty()) pieces.Call("In", allowed);
  if (column.reference != nullptr) {
    pieces.Call("References", absl::StrCat("&", reference));
  }
  AddBehavior(column, &pieces);
  return pieces.Take();
}

}  // namespace modelservice::plugin
