#include "plugin/schema/request_options.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "plugin/schema/request_fault.h"

namespace modelservice::plugin {
namespace {

using RequestRole = RequestField::Role;

bool IsOne(const MessageField& field, FieldType type) {
  return !field.repeated && !field.wrapper && field.type == type;
}
bool IsBool(const MessageField& field) {
  return IsOne(field, FieldType::kBool);
}
bool IsString(const MessageField& field) {
  return IsOne(field, FieldType::kString);
}

bool Writes(MethodKind kind) {
  switch (SingleKind(kind)) {
    case MethodKind::kCreate:
    case MethodKind::kUpdate:
    case MethodKind::kPartialUpdate:
    case MethodKind::kDestroy:
    case MethodKind::kUndelete:
      return kind != MethodKind::kBulkCreate;
    default:
      return false;
  }
}

// A row that is not there can be made, or need not be deleted.
bool MayLackRow(MethodKind kind) {
  return kind == MethodKind::kUpdate || kind == MethodKind::kDestroy;
}

bool Reads(MethodKind kind) {
  return kind == MethodKind::kRetrieve || kind == MethodKind::kBatchGet ||
         kind == MethodKind::kList;
}

bool IsEnum(const MessageField& field) {
  return IsOne(field, FieldType::kEnum);
}

// What a view's value is called behind the enum's own name.
bool Ends(absl::string_view value, absl::string_view name) {
  return value == name || absl::EndsWith(value, absl::StrCat("_", name));
}

// Why the enum names no views (AIP-157); or "".
std::string WhyNoView(const MessageField& field) {
  bool has_basic = false;
  bool has_full = false;
  for (const auto& [name, number] : field.enum_values) {
    const bool is_basic = Ends(name, "BASIC");
    const bool is_full = Ends(name, "FULL");
    has_basic |= is_basic;
    has_full |= is_full;
    if (!is_basic && !is_full && number != 0) {
      return absl::StrCat(name, " is neither BASIC nor FULL");
    }
  }
  return has_basic && has_full ? ""
                               : absl::StrCat(field.type_name, " has no ",
                                              has_basic ? "FULL" : "BASIC");
}

struct Option {
  const char* name;
  RequestRole role;
  bool (*is_of)(MethodKind);
  bool (*has_type)(const MessageField&);
  const char* type;
};
constexpr Option kOptions[] = {
    {"validate_only", RequestRole::kValidateOnly, &Writes, &IsBool, "bool"},
    {"allow_missing", RequestRole::kAllowMissing, &MayLackRow, &IsBool, "bool"},
    {"request_id", RequestRole::kRequestId, &Writes, &IsString, "string"},
    {"read_mask", RequestRole::kReadMask, &Reads, &IsFieldMask,
     "google.protobuf.FieldMask"},
    {"view", RequestRole::kView, &Reads, &IsEnum,
     "value of an enum with BASIC and FULL"},
};

// The field of the key that a row would be made with another value in than the
// request has; null for none. The caller's tenant is in every request.
const Field* GivenKey(const Model& model) {
  for (const int column : model.KeyPositions()) {
    const Field& field = model.columns[static_cast<size_t>(column)];
    const bool ignored = field.spec().output_only &&
                         field.spec().role == modelservice::Role::kNone;
    if (field.settings.auto_increment() || ignored) return &field;
  }
  return nullptr;
}

}  // namespace

bool BindOption(const Model& model, const std::string& element,
                const MessageField& field, Method& method,
                Diagnostics& diagnostics) {
  const auto* const option = std::find_if(
      std::begin(kOptions), std::end(kOptions), [&](const Option& each) {
        return field.name == each.name && each.is_of(method.kind);
      });
  if (option == std::end(kOptions)) return false;
  if (!option->has_type(field)) {
    diagnostics.Report(field.place, element,
                       absl::StrCat(field.name, " is not a ", option->type),
                       "give it that type");
    return true;
  }
  const Field* const given = option->role == RequestRole::kAllowMissing &&
                                     method.kind == MethodKind::kUpdate
                                 ? GivenKey(model)
                                 : nullptr;
  if (given != nullptr) {
    const bool counts = given->settings.auto_increment();
    diagnostics.Report(
        field.place, element,
        absl::StrCat("allow_missing of ", method.request.name,
                     " makes rows, but the ", counts ? "database" : "server",
                     " gives ", model.short_name, " its key"),
        counts ? "drop it, or auto_increment"
               : absl::StrCat("drop it, or OUTPUT_ONLY of ", given->name));
    return true;
  }
  if (const std::string fault =
          option->role == RequestRole::kView ? WhyNoView(field) : "";
      !fault.empty()) {
    diagnostics.Report(field.place, element, absl::StrCat("view: ", fault),
                       "name its values ..._UNSPECIFIED, ..._BASIC and "
                       "..._FULL");
    return true;
  }
  RequestField bound;
  bound.number = field.number;
  bound.role = option->role;
  method.request_fields.push_back(bound);
  return true;
}

}  // namespace modelservice::plugin
