#include "plugin/schema/column_filter.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/schema/text_column.h"
#include "plugin/schema/request_fault.h"
#include "plugin/schema/type_families.h"

namespace modelservice::plugin {

void ColumnFilterBinder::BindColumn(const MessageField& field, int column) {
  if (field.repeated && !field.map) {
    BindLookupOf(field, column, *FindLookup("in"));
    return;
  }
  if (CheckComparable(field, column) && CheckFamily(field, column)) {
    Add(field, column);
  }
}

bool ColumnFilterBinder::BindLookup(const MessageField& field) {
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

void ColumnFilterBinder::BindLookupOf(const MessageField& field, int column,
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
      if (!CheckComparable(field, column) || !CheckFamily(field, column)) {
        return;
      }
      break;
  }
  Add(field, column,
      lookup.name == "exact" ? "" : std::string(lookup.constant));
}

bool ColumnFilterBinder::CheckComparable(const MessageField& field,
                                         int column) {
  const Field& target = ColumnOf(column);
  if (target.comparable()) return true;
  Report(field,
         absl::StrCat(model_.short_name, ".", target.name,
                      " holds no single value to compare with"),
         "drop it");
  return false;
}

bool ColumnFilterBinder::CheckFamily(const MessageField& field, int column) {
  const Field& target = ColumnOf(column);
  if (SameFamily(field, target)) return true;
  const RequestFault fault = FaultOfType(model_, field, target);
  Report(field, fault.fault, fault.mend);
  return false;
}

bool ColumnFilterBinder::CheckList(const MessageField& field, int column,
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

bool ColumnFilterBinder::CheckText(const MessageField& field,
                                   const Field& target,
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
  Report(field, absl::StrCat(field.name, " is not a string"), "make it string");
  return false;
}

bool ColumnFilterBinder::CheckIsNull(const MessageField& field,
                                     const Field& target) {
  if (!target.column->nullable) {
    Report(field,
           absl::StrCat(model_.short_name, ".", target.name, " is never null"),
           "drop it");
    return false;
  }
  if (!field.repeated && field.type == FieldType::kBool) return true;
  Report(field, absl::StrCat(field.name, " is not a bool"),
         "make it optional bool");
  return false;
}

const Field& ColumnFilterBinder::ColumnOf(int column) const {
  return model_.columns[static_cast<size_t>(column)];
}

bool ColumnFilterBinder::HasReference(int column) const {
  return model_.table.ReferenceOf(ColumnOf(column).column->name) != nullptr;
}

void ColumnFilterBinder::Add(const MessageField& field, int column,
                             std::string lookup) {
  method_.request_fields.push_back({field.number,
                                    RequestField::Role::kColumn,
                                    column,
                                    std::move(lookup),
                                    {}});
}

}  // namespace modelservice::plugin
