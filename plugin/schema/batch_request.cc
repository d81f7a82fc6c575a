#include "plugin/schema/batch_request.h"

#include "absl/strings/str_cat.h"
#include "plugin/schema/method_binder.h"
#include "plugin/schema/request_fault.h"
#include "plugin/schema/request_options.h"
#include "plugin/schema/standard_request.h"
#include "plugin/schema/type_families.h"
#include "plugin/schema/words.h"

namespace modelservice::plugin {
namespace {

class BatchBinder : private MethodBinder {
 public:
  using MethodBinder::MethodBinder;

  void Bind() {
    for (const MessageField& field : method_.request.fields) {
      const auto element = method_.request_elements.find(field.number);
      if (element != method_.request_elements.end() && !IsKeys(field)) {
        if (IsFirst(field)) BindItems(field, element->second);
      } else if (TakesKeys() && IsKeys(field)) {
        if (IsFirst(field)) BindKeys(field);
      } else if (!BindOption(model_, element_, field, method_, diagnostics_)) {
        const RequestFault fault =
            FaultOfRequestField(model_, method_, field, "drop it", {});
        Report(field, fault.fault, fault.mend);
      }
    }
    if (!rows_.empty()) return;
    ReportMethod(absl::StrCat(method_.request.name, " names no rows"),
                 absl::StrCat("give it one repeated field of ",
                              TakesKeys() ? "keys or of requests"
                                          : absl::StrCat(model_.short_name,
                                                         " or of requests")));
  }

 private:
  bool TakesKeys() const {
    return method_.kind == MethodKind::kBatchGet ||
           method_.kind == MethodKind::kBatchDelete;
  }

  // The unique column whose values the field has by its name; or -1.
  int KeyColumnOf(const MessageField& field) const {
    for (size_t i = 0; i < model_.columns.size(); ++i) {
      const std::string& name = model_.columns[i].name;
      const int column = static_cast<int>(i);
      const std::vector<int> key = model_.KeyPositions();
      const bool is_key = key.size() == 1 && key[0] == column;
      // A row is deleted by its key.
      if (!is_key && (method_.kind == MethodKind::kBatchDelete ||
                      !model_.IsUnique(column))) {
        continue;
      }
      if (field.name == name ||
          IsPluralOf(CamelCase(field.name), CamelCase(name))) {
        return column;
      }
    }
    return -1;
  }
  bool IsKeys(const MessageField& field) const {
    return field.repeats_scalars() && KeyColumnOf(field) >= 0;
  }

  bool IsFirst(const MessageField& field) {
    if (rows_.empty()) {
      rows_ = field.name;
      return true;
    }
    Report(field,
           absl::StrCat(field.name, " of ", method_.request.name,
                        " names rows, as ", rows_, " does already"),
           "keep one of them");
    return false;
  }

  // Each is what the method for one row would be asked.
  void BindItems(const MessageField& field, const Message& item) {
    Method single;
    single.name = method_.name;
    single.kind = SingleKind(method_.kind);
    single.places = method_.places;
    single.request = item;
    if (single.kind == MethodKind::kRetrieve &&
        item.full_name == model_.full_name) {
      Report(field, absl::StrCat(field.name, " has whole rows to ask for rows"),
             absl::StrCat("make it a list of keys, or of requests"));
      return;
    }
    BindRequest(model_, element_, single, diagnostics_);
    method_.item_fields = std::move(single.request_fields);
    Add(field, RequestField::Role::kItems, -1);
  }

  void BindKeys(const MessageField& field) {
    const int column = KeyColumnOf(field);
    const Field& target = model_.columns[static_cast<size_t>(column)];
    MessageField one = field;
    one.repeated = false;
    if (!target.comparable() || !SameType(one, target)) {
      Report(field,
             absl::StrCat(field.name, " is repeated ", field.type_name,
                          ", but ", model_.short_name, ".", target.name, " is ",
                          target.type_name),
             absl::StrCat("make it repeated ", target.type_name));
      return;
    }
    Add(field, RequestField::Role::kKeys, column);
  }

  void Add(const MessageField& field, RequestField::Role role, int column) {
    RequestField bound;
    bound.number = field.number;
    bound.role = role;
    bound.column = column;
    method_.request_fields.push_back(bound);
  }

  std::string rows_;  // the field that names them
};

}  // namespace

void BindBatchRequest(const Model& model, const std::string& element,
                      Method& method, Diagnostics& diagnostics) {
  BatchBinder(model, element, method, diagnostics).Bind();
}

}  // namespace modelservice::plugin
