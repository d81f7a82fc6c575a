#include "plugin/schema/list_request.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "modelservice/schema/text_column.h"
#include "plugin/schema/list_filter.h"
#include "plugin/schema/lookups.h"
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

class ListBinder {
 public:
  ListBinder(const Model& model, const std::string& element, Method& method,
             Diagnostics& diagnostics)
      : model_(model),
        element_(element),
        method_(method),
        diagnostics_(diagnostics) {}

  void Bind() {
    for (const MessageField& field : method_.request.fields) {
      if (field.filter.has_value()) {
        BindFilter(field, *field.filter);
        continue;
      }
      const OwnName* const own = FindOwn(field);
      const int column = model_.FindColumn(field.name);
      if (own != nullptr && (column < 0 || CanBe(field, own->role))) {
        BindOwn(field, *own);
        if (column >= 0) NoteShadowed(field, own->is_about);
      } else if (column >= 0) {
        BindColumn(field, column);
      } else if (!BindLookup(field) &&
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
    Add(field, own.role);
  }

  // By its option.
  void BindFilter(const MessageField& field, const FilterSettings& filter) {
    if (filter.custom()) {
      if (filter.field_size() > 0 || filter.has_op()) {
        Report(field,
               absl::StrCat("filter: what ", field.name,
                            " asks is left to FilterList (custom)"),
               "drop field and op, or custom");
        return;
      }
      return Add(field, RequestRole::kCustomFilter);
    }
    if (filter.field_size() == 0) {
      Report(field, absl::StrCat("filter: ", field.name, " names no field"),
             "name one with field, or set custom: true");
      return;
    }
    const LookupKind* const lookup = FindLookup(
        filter.has_op() && filter.op() != FilterSettings::OP_UNSPECIFIED
            ? absl::AsciiStrToLower(FilterSettings::Op_Name(filter.op()))
        : field.repeated && !field.map ? "in"
                                       : "exact");
    RequestField bound;
    bound.number = field.number;
    bound.role = RequestRole::kFilterOf;
    bound.lookup = std::string(lookup->constant);
    for (const std::string& path : filter.field()) {
      if (!BindPath(field, path, *lookup, &bound)) return;
    }
    method_.request_fields.push_back(std::move(bound));
  }

  bool BindPath(const MessageField& field, const std::string& path,
                const LookupKind& lookup, RequestField* bound) {
    FilterPath found;
    std::string fault;
    if (!FindFilterPath(model_, path, &found, &fault)) {
      Report(field, absl::StrCat("filter: field: \"", path, "\": ", fault),
             "name a field of the model, or one behind its references");
      return false;
    }
    const auto is_closed = [](const Field& column) {
      return column.settings.has_read_requires() &&
             column.settings.read_requires() != "any";
    };
    const auto* from = &model_;
    for (const auto& step : found.path.steps) {
      const Field& key = from->columns[static_cast<size_t>(step.column)];
      if (is_closed(key)) {
        Report(field,
               absl::StrCat("filter: ", from->short_name, ".", key.name,
                            " is not for everybody to read"),
               "drop it");
        return false;
      }
      from = step.model;
    }
    const Field& target =
        found.model->columns[static_cast<size_t>(found.path.column)];
    const bool is_hidden = is_closed(target);
    if ((target.settings.has_filterable() && !target.settings.filterable()) ||
        (is_hidden && !found.path.steps.empty())) {
      Report(field,
             absl::StrCat("filter: ", found.model->short_name, ".", target.name,
                          is_hidden ? " is not for everybody to read"
                                    : " is not filterable"),
             "drop it");
      return false;
    }
    // What is told of a column's own filter holds here.
    Method scratch;
    scratch.request = method_.request;
    ListBinder(*found.model, element_, scratch, diagnostics_)
        .BindLookupOf(field, found.path.column, lookup);
    if (scratch.request_fields.empty()) return false;
    bound->any_of.push_back(std::move(found.path));
    return true;
  }

  // A column's value, or a list of values that it may have.
  void BindColumn(const MessageField& field, int column) {
    if (field.repeated && !field.map) {
      BindLookupOf(field, column, *FindLookup("in"));
      return;
    }
    if (CheckComparable(field, column) && CheckFamily(field, field, column)) {
      Add(field, RequestRole::kColumn, column);
    }
  }

  // Whether the field's name says how to compare a column.
  bool BindLookup(const MessageField& field) {
    const size_t end = field.name.rfind("__");
    if (end == std::string::npos) return false;
    const int column = model_.FindColumn(field.name.substr(0, end));
    if (column < 0) return false;
    const std::string name = field.name.substr(end + 2);
    const LookupKind* const lookup = FindLookup(name);
    if (lookup != nullptr) {
      BindLookupOf(field, column, *lookup);
      return true;
    }
    // What later versions have: parts of times, and fields of a relation.
    if (IsDjangosLookup(name) || HasReference(column)) {
      return false;
    }
    Report(field,
           absl::StrCat(field.name, " of ", method_.request.name,
                        " has no meaning, for there is no lookup ", name),
           absl::StrCat("use one of ", LookupNames()));
    return true;
  }

  void BindLookupOf(const MessageField& field, int column,
                    const LookupKind& lookup) {
    const Field& target = ColumnOf(column);
    if (target.spec().input_only) {
      Report(field,
             absl::StrCat("no reply has ", model_.short_name, ".", target.name,
                          " (INPUT_ONLY), but which rows come would tell its "
                          "values"),
             "drop it");
      return;
    }
    switch (lookup.takes) {
      case LookupKind::Takes::kBool:
        if (!CheckIsNull(field, target)) return;
        break;
      case LookupKind::Takes::kText:
        if (!CheckText(field, target, lookup)) return;
        break;
      case LookupKind::Takes::kList:
        if (!CheckComparable(field, column) ||
            !CheckList(field, column, lookup)) {
          return;
        }
        break;
      case LookupKind::Takes::kValue:
        if (!CheckComparable(field, column) ||
            !CheckFamily(field, field, column)) {
          return;
        }
        break;
    }
    Add(field, RequestRole::kColumn, column,
        lookup.name == "exact" ? "" : std::string(lookup.constant));
  }

  bool CheckComparable(const MessageField& field, int column) {
    const Field& target = ColumnOf(column);
    if (target.comparable()) return true;
    Report(field,
           absl::StrCat(model_.short_name, ".", target.name,
                        " holds no single value to compare with"),
           "drop it");
    return false;
  }

  // `value` is `field`, or what it has several of.
  bool CheckFamily(const MessageField& field, const MessageField& value,
                   int column) {
    const Field& target = ColumnOf(column);
    if (SameFamily(value, target)) return true;
    const RequestFault fault = FaultOfType(model_, field, target);
    Report(field, fault.fault, fault.mend);
    return false;
  }

  bool CheckList(const MessageField& field, int column,
                 const LookupKind& lookup) {
    if (!field.repeated || field.map) {
      Report(field,
             absl::StrCat(field.name, " is one value, but ", lookup.name,
                          " takes several"),
             absl::StrCat("make it repeated ", ColumnOf(column).type_name));
      return false;
    }
    MessageField one = field;
    one.repeated = false;
    if (SameFamily(one, ColumnOf(column))) return true;
    Report(field,
           absl::StrCat(field.name, " is repeated ", field.type_name, ", but ",
                        model_.short_name, ".", ColumnOf(column).name, " is ",
                        ColumnOf(column).type_name),
           absl::StrCat("make it repeated ", ColumnOf(column).type_name));
    return false;
  }

  bool CheckText(const MessageField& field, const Field& target,
                 const LookupKind& lookup) {
    if (target.spec().storage != Storage::kNative ||
        !HoldsText(target.type, target.repeated, target.spec().format,
                   target.settings.type())) {
      Report(field,
             absl::StrCat(lookup.name, " looks into texts, and ",
                          model_.short_name, ".", target.name, " is none"),
             "drop it");
      return false;
    }
    if (!field.repeated && field.type == FieldType::kString) return true;
    Report(field, absl::StrCat(field.name, " is not a string"),
           "make it string");
    return false;
  }

  bool CheckIsNull(const MessageField& field, const Field& target) {
    if (!target.column->nullable) {
      Report(
          field,
          absl::StrCat(model_.short_name, ".", target.name, " is never null"),
          "drop it");
      return false;
    }
    if (!field.repeated && field.type == FieldType::kBool) return true;
    Report(field, absl::StrCat(field.name, " is not a bool"),
           "make it optional bool");
    return false;
  }

  const Field& ColumnOf(int column) const {
    return model_.columns[static_cast<size_t>(column)];
  }

  bool HasReference(int column) const {
    return model_.table.ReferenceOf(ColumnOf(column).column->name) != nullptr;
  }

  void Add(const MessageField& field, RequestRole role, int column = -1,
           std::string lookup = "") {
    method_.request_fields.push_back(
        {field.number, role, column, std::move(lookup), {}});
  }

  void NoteShadowed(const MessageField& field, absl::string_view meaning) {
    const RequestFault note = NoteOfShadowed(model_, method_, field, meaning);
    diagnostics_.Note(field.place, element_, note.fault, note.mend);
  }
  void Refuse(const MessageField& field) {
    std::vector<std::string> names;
    const bool groups = method_.kind == MethodKind::kAggregate;
    for (const OwnName& own : kOwnNames) {
      if (IsOf(own.role, groups)) names.push_back(own.name);
    }
    const RequestFault fault = FaultOfRequestField(
        model_, method_, field,
        absl::StrCat("name it after a field of ", model_.short_name,
                     ", page_size or page_token"),
        std::move(names));
    Report(field, fault.fault, fault.mend);
  }
  void Report(const MessageField& field, absl::string_view fault,
              absl::string_view mend) {
    diagnostics_.Report(field.place, element_, fault, mend);
  }

  const Model& model_;
  const std::string& element_;
  Method& method_;
  Diagnostics& diagnostics_;
  // The first of each role.
  std::map<RequestRole, std::string> own_fields_;
};

}  // namespace

void BindListRequest(const Model& model, const std::string& element,
                     Method& method, Diagnostics& diagnostics) {
  ListBinder(model, element, method, diagnostics).Bind();
}

}  // namespace modelservice::plugin
