#include "plugin/schema/list_request.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "plugin/schema/column_filter.h"
#include "plugin/schema/list_filter.h"
#include "plugin/schema/method_binder.h"
#include "plugin/schema/request_fault.h"
#include "plugin/schema/request_options.h"
#include "plugin/schema/type_families.h"

namespace modelservice::plugin {
namespace {

using RequestRole = RequestField::Role;

// A field that does not filter by a column of its name.
struct OwnName {
  const char* name;
  RequestRole role;
  const char* is_about;  // for a note: "is about pages"
};
constexpr OwnName kOwnNames[] = {
    {"page_size", RequestRole::kPageSize, "is about pages"},
    {"page_token", RequestRole::kPageToken, "is about pages"},
    {"skip", RequestRole::kSkip, "is about pages"},
    {"filter", RequestRole::kFilter, "is a filter of its own"},
    {"order_by", RequestRole::kOrderBy, "is the order of the rows"},
    {"ordering", RequestRole::kOrderBy, "is the order of the rows"},
    {"search", RequestRole::kSearch, "is what to look for"},
    {"show_deleted", RequestRole::kShowDeleted, "asks for deleted rows, too"},
    {"group_by", RequestRole::kGroupBy, "is about groups"},
};

bool IsNumber(RequestRole role) {
  return role == RequestRole::kPageSize || role == RequestRole::kSkip;
}

class ListBinder : private MethodBinder {
 public:
  ListBinder(const Model& model, const std::string& element, Method& method,
             Diagnostics& diagnostics)
      : MethodBinder(model, element, method, diagnostics),
        columns_(model, element, method, diagnostics) {}

  void Bind() {
    for (const MessageField& field : method_.request.fields) {
      if (field.filter.has_value()) {
        BindFilter(model_, element_, field, *field.filter, method_,
                   diagnostics_);
        continue;
      }
      const OwnName* const own = FindOwn(field);
      const int column = model_.FindColumn(field.name);
      if (own != nullptr && (column < 0 || CanBe(field, own->role))) {
        BindOwn(field, *own);
        if (column >= 0) NoteShadowed(field, own->is_about);
      } else if (column >= 0) {
        columns_.BindColumn(field, column);
      } else if (!columns_.BindLookup(field) &&
                 !BindOption(model_, element_, field, method_, diagnostics_)) {
        Refuse(field);
      }
    }
  }

 private:
  const OwnName* FindOwn(const MessageField& field) const {
    const bool groups = method_.kind == MethodKind::kAggregate;
    for (const OwnName& own : kOwnNames) {
      if (field.name == own.name && IsOf(own.role, groups)) return &own;
    }
    return nullptr;
  }

  // Of groups there are no pages.
  static bool IsOf(RequestRole role, bool groups) {
    if (role == RequestRole::kGroupBy) return groups;
    return !groups || role == RequestRole::kFilter ||
           role == RequestRole::kSearch;
  }

  // Whether the field can have the role that its name says. Where the model
  // has a field of the name, too, it has it if it can.
  bool CanBe(const MessageField& field, RequestRole role) const {
    if (!HasTypeOf(field, role)) return false;
    if (role == RequestRole::kPageToken) return RepliesToken();
    if (role == RequestRole::kShowDeleted) return HasDeleted();
    return role != RequestRole::kSearch || HasSearchable();
  }
  static bool HasTypeOf(const MessageField& field, RequestRole role) {
    if (role == RequestRole::kGroupBy) {
      return field.repeated && field.type == FieldType::kString;
    }
    if (field.repeated || field.wrapper) return false;
    if (role == RequestRole::kShowDeleted)
      return field.type == FieldType::kBool;
    return IsNumber(role) ? IsInteger(field.type)
                          : field.type == FieldType::kString;
  }

  bool RepliesToken() const {
    return std::any_of(method_.reply.fields.begin(), method_.reply.fields.end(),
                       [](const MessageField& field) {
                         return field.name == "next_page_token";
                       });
  }
  bool HasDeleted() const {
    return model_.FieldIn(modelservice::Role::kDeleteTime) != nullptr;
  }
  bool HasSearchable() const {
    return std::any_of(
        model_.columns.begin(), model_.columns.end(),
        [](const Field& field) { return field.settings.searchable(); });
  }

  void BindOwn(const MessageField& field, const OwnName& own) {
    if (own.role == RequestRole::kShowDeleted && !HasDeleted())
      return Refuse(field);
    if (own.role == RequestRole::kShowDeleted && !HasTypeOf(field, own.role)) {
      Report(field, "show_deleted is not a bool", "make it bool");
      return;
    }
    if (!HasTypeOf(field, own.role)) {
      const bool number = IsNumber(own.role);
      Report(field,
             absl::StrCat(field.name, " is not ",
                          own.role == RequestRole::kGroupBy ? "a list of names"
                          : number                          ? "an integer"
                                                            : "a string"),
             own.role == RequestRole::kGroupBy ? "make it repeated string"
             : number                          ? "make it int32"
                                               : "make it string");
      return;
    }
    if (own.role == RequestRole::kSearch && !HasSearchable()) {
      Report(field,
             absl::StrCat("search of ", method_.request.name,
                          " finds nothing, for no field of ", model_.short_name,
                          " is searchable"),
             "set searchable: true on one, or drop it");
      return;
    }
    const auto [first, is_first] = own_fields_.emplace(own.role, field.name);
    if (!is_first) {
      Report(field,
             absl::StrCat(field.name, " of ", method_.request.name,
                          " means what ", first->second, " means already"),
             "keep one of them");
      return;
    }
    method_.request_fields.push_back({field.number, own.role, -1, "", {}});
  }

  void NoteShadowed(const MessageField& field, absl::string_view meaning) {
    const RequestFault note = NoteOfShadowed(model_, method_, field, meaning);
    diagnostics_.Note(field.place, element_, note.fault, note.mend);
  }
  void Refuse(const MessageField& field) {
    std::vector<std::string> names;
    // One name for each that the model can do.
    std::vector<std::string> mends;
    const bool groups = method_.kind == MethodKind::kAggregate;
    for (const OwnName& own : kOwnNames) {
      if (!IsOf(own.role, groups)) continue;
      names.push_back(own.name);
      if ((own.role == RequestRole::kShowDeleted && !HasDeleted()) ||
          (own.role == RequestRole::kSearch && !HasSearchable()) ||
          field.name == own.name || absl::string_view(own.name) == "ordering") {
        continue;
      }
      mends.push_back(own.name);
    }
    const std::string last = mends.back();
    mends.pop_back();
    const RequestFault fault = FaultOfRequestField(
        model_, method_, field,
        absl::StrCat("name it after a field of ", model_.short_name,
                     mends.empty() ? "" : ", ", absl::StrJoin(mends, ", "),
                     " or ", last),
        std::move(names));
    Report(field, fault.fault, fault.mend);
  }

  ColumnFilterBinder columns_;
  // The first of each role.
  std::map<RequestRole, std::string> own_fields_;
};

}  // namespace

void BindListRequest(const Model& model, const std::string& element,
                     Method& method, Diagnostics& diagnostics) {
  ListBinder(model, element, method, diagnostics).Bind();
}

}  // namespace modelservice::plugin
