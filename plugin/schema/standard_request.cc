#include "plugin/schema/standard_request.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "plugin/schema/batch_request.h"
#include "plugin/schema/list_request.h"
#include "plugin/schema/method_binder.h"
#include "plugin/schema/request_fault.h"
#include "plugin/schema/request_options.h"
#include "plugin/schema/type_families.h"

namespace modelservice::plugin {
namespace {

class RequestBinder : private MethodBinder {
 public:
  using MethodBinder::MethodBinder;

  void Bind() {
    if (method_.kind != MethodKind::kList &&
        method_.kind != MethodKind::kAggregate) {
      for (const MessageField& field : method_.request.fields) {
        if (!field.filter.has_value()) continue;
        Report(field, absl::StrCat("filter: ", field.name, " filters no List"),
               "drop the option");
      }
    }
    switch (method_.kind) {
      case MethodKind::kCustom:
        return;
      case MethodKind::kBatchGet:
      case MethodKind::kBatchCreate:
      case MethodKind::kBatchUpdate:
      case MethodKind::kBatchDelete:
        return BindBatchRequest(model_, element_, method_, diagnostics_);
      case MethodKind::kAggregate:
      case MethodKind::kList:
        return BindListRequest(model_, element_, method_, diagnostics_);
      case MethodKind::kRetrieve:
        return BindKey();
      case MethodKind::kUndelete:
        CheckHides();
        [[fallthrough]];
      case MethodKind::kDestroy:
        // A request that is the resource itself needs no more said of it.
        if (!RequestIsModel()) BindKey();
        return;
      case MethodKind::kCreate:
      case MethodKind::kBulkCreate:
      case MethodKind::kUpdate:
        if (RequestIsModel()) return;
        return HasResource() || !HasColumns() ? BindResource()
                                              : BindColumnsToWrite();
      case MethodKind::kPartialUpdate:
        if (RequestIsModel()) return;
        return HasResource() ? BindResource() : BindColumnsToWrite();
    }
  }

 private:
  bool RequestIsModel() const {
    return method_.request.full_name == model_.full_name;
  }

  bool IsResource(const MessageField& field) const {
    return !field.repeated && field.type_name == model_.full_name;
  }
  bool HasResource() const {
    return std::any_of(
        method_.request.fields.begin(), method_.request.fields.end(),
        [&](const MessageField& field) { return IsResource(field); });
  }

  // Whether any field of the request is named like one of the model's that is
  // not of its key.
  bool HasColumns() const {
    const std::vector<int> key = model_.KeyPositions();
    return std::any_of(
        method_.request.fields.begin(), method_.request.fields.end(),
        [&](const MessageField& field) {
          const int column = model_.FindColumn(field.name);
          return column >= 0 &&
                 std::find(key.begin(), key.end(), column) == key.end();
        });
  }

  void NoteShadowed(const MessageField& field, absl::string_view meaning) {
    const RequestFault note = NoteOfShadowed(model_, method_, field, meaning);
    diagnostics_.Note(field.place, element_, note.fault, note.mend);
  }

  // The key's fields, or one other unique column.
  void BindKey() {
    std::vector<int> columns;
    for (const MessageField& field : method_.request.fields) {
      if (method_.kind == MethodKind::kRetrieve ? BindShowDeleted(field)
                                                : BindState(field)) {
        continue;
      }
      const int column = model_.FindColumn(field.name);
      if (column < 0) {
        if (IsOption(field)) continue;
        Refuse(field, absl::StrCat("name it after a key of ", model_.short_name,
                                   ", drop it"));
        continue;
      }
      columns.push_back(column);
      BindComparable(field, column);
    }
    // Sorted, because the request may name the key's parts in another order.
    std::sort(columns.begin(), columns.end());
    std::vector<int> key = model_.KeyPositions();
    std::sort(key.begin(), key.end());
    if (columns == key && !key.empty()) return;
    if (columns.size() == 1 && model_.IsUnique(columns[0])) return;
    ReportMethod(
        absl::StrCat(method_.request.name, " does not name exactly one row"),
        model_.table.primary_key.empty()
            ? absl::StrCat("give it one unique field, or ", model_.short_name,
                           " a primary key")
            : MendOfMessage(method_.request,
                            absl::StrCat("exactly the key (", KeyNames(),
                                         ") or one other unique field")));
  }

  // A message with the model in it, and perhaps what to write of it.
  void BindResource() {
    if (!HasResource()) {
      ReportMethod(absl::StrCat(method_.request.name, " has no ",
                                model_.short_name, " to write"),
                   absl::StrCat("make the request ", model_.short_name,
                                ", or a message with one field of that type"));
      return;
    }
    bool found = false;
    for (const MessageField& field : method_.request.fields) {
      if (IsResource(field)) {
        if (found) {
          Report(field, absl::StrCat("a second ", model_.short_name),
                 "keep one");
          continue;
        }
        found = true;
        Add(field, RequestField::Role::kResource);
      } else if ((Creates() || (!BindMask(field) && !BindEtag(field))) &&
                 !IsOption(field)) {
        Refuse(field, "drop it");
      }
    }
  }

  // The fields to write, side by side, and the key of the row that is there.
  void BindColumnsToWrite() {
    const bool creates = Creates();
    std::set<int> columns;
    for (const MessageField& field : method_.request.fields) {
      const int column = model_.FindColumn(field.name);
      if (column < 0 || (IsMask(field) && !creates)) {
        if (column < 0 && IsOption(field)) continue;
        if (creates || !BindMask(field)) {
          Refuse(field, absl::StrCat("name it after a field of ",
                                     model_.short_name, ", drop it"));
        } else if (column >= 0) {
          NoteShadowed(field, "says which fields to write");
        }
        continue;
      }
      columns.insert(column);
      const Field& target = model_.columns[static_cast<size_t>(column)];
      if (!SameType(field, target)) {
        ReportType(field, target);
        continue;
      }
      Add(field, RequestField::Role::kColumn, column);
    }
    if (creates) return;
    const std::vector<int> key = model_.KeyPositions();
    const bool has_key = std::all_of(key.begin(), key.end(), [&](int column) {
      return columns.count(column) > 0;
    });
    if (has_key && !model_.table.primary_key.empty()) return;
    ReportMethod(
        absl::StrCat(method_.request.name, " does not name the row to write"),
        model_.table.primary_key.empty()
            ? absl::StrCat("give ", model_.short_name, " a primary key")
            : MendOfMessage(method_.request,
                            absl::StrCat("the key (", KeyNames(), ")")));
  }

  bool Creates() const {
    return SingleKind(method_.kind) == MethodKind::kCreate;
  }
  bool IsOption(const MessageField& field) {
    return BindOption(model_, element_, field, method_, diagnostics_);
  }

  static bool IsNames(const MessageField& field) {
    return field.repeated && field.type == FieldType::kString;
  }
  // Whether `field` can be one that says which fields to write.
  static bool IsMask(const MessageField& field) {
    return (field.name == "update_mask" && IsFieldMask(field)) ||
           (field.name == "_partial_update_fields" && IsNames(field));
  }

  // Whether `field` is named like one that says which fields to write.
  bool BindMask(const MessageField& field) {
    if (field.name == "update_mask") {
      if (!IsFieldMask(field)) {
        Report(field, "update_mask is not a google.protobuf.FieldMask",
               "give it that type");
      } else {
        Add(field, RequestField::Role::kUpdateMask);
      }
      return true;
    }
    if (field.name == "_partial_update_fields") {
      if (!IsNames(field)) {
        Report(field, "_partial_update_fields is not a list of names",
               "make it repeated string");
      } else {
        Add(field, RequestField::Role::kPartialUpdateFields);
      }
      return true;
    }
    return false;
  }

  void CheckHides() {
    if (model_.FieldIn(modelservice::Role::kDeleteTime) != nullptr) return;
    ReportMethod(
        absl::StrCat("what is deleted of ", model_.short_name,
                     " is gone, for it has no field of role DELETE_TIME"),
        "give it one, or set kind: CUSTOM and implement the method");
  }

  // What the row's ETAG has to be, beside the resource.
  bool BindEtag(const MessageField& field) {
    if (field.name != "etag" ||
        model_.FieldIn(modelservice::Role::kEtag) == nullptr) {
      return false;
    }
    if (field.repeated || field.wrapper || field.type != FieldType::kString) {
      Report(field, "etag is not a string", "make it string");
    } else {
      Add(field, RequestField::Role::kEtag);
    }
    return true;
  }

  // The state that the row has to be in, beside its key.
  bool BindState(const MessageField& field) {
    const int column = model_.FindColumn(field.name);
    if (column < 0) return BindEtag(field);
    const Field& target = model_.columns[static_cast<size_t>(column)];
    if (!TellsStates(target.spec().role)) return false;
    BindComparable(field, column);
    return true;
  }

  // Whether a row that is deleted is found, too.
  bool BindShowDeleted(const MessageField& field) {
    if (field.name != "show_deleted" || model_.FindColumn(field.name) >= 0 ||
        model_.FieldIn(modelservice::Role::kDeleteTime) == nullptr) {
      return false;
    }
    if (field.repeated || field.wrapper || field.type != FieldType::kBool) {
      Report(field, "show_deleted is not a bool", "make it bool");
    } else {
      Add(field, RequestField::Role::kShowDeleted);
    }
    return true;
  }

  // A key: one plain value, to compare the column with.
  void BindComparable(const MessageField& field, int column) {
    const Field& target = model_.columns[static_cast<size_t>(column)];
    if (!target.comparable()) {
      Report(field,
             absl::StrCat(model_.short_name, ".", target.name,
                          " holds no single value to compare with"),
             "drop it");
    } else if (!SameFamily(field, target)) {
      ReportType(field, target);
    } else {
      Add(field, RequestField::Role::kColumn, column);
    }
  }

  void Add(const MessageField& field, RequestField::Role role,
           int column = -1) {
    method_.request_fields.push_back({field.number, role, column, "", {}});
  }

  void ReportType(const MessageField& field, const Field& target) {
    const RequestFault fault = FaultOfType(model_, field, target);
    Report(field, fault.fault, fault.mend);
  }

  void Refuse(const MessageField& field, absl::string_view mend) {
    const RequestFault fault =
        FaultOfRequestField(model_, method_, field, mend, {});
    Report(field, fault.fault, fault.mend);
  }

  std::string KeyNames() const {
    return absl::StrJoin(model_.table.primary_key, ", ",
                         [&](std::string* out, const std::string& column) {
                           absl::StrAppend(out, model_.FieldOf(column).name);
                         });
  }
};

}  // namespace

void BindRequest(const Model& model, const std::string& element, Method& method,
                 Diagnostics& diagnostics) {
  RequestBinder(model, element, method, diagnostics).Bind();
}

}  // namespace modelservice::plugin
