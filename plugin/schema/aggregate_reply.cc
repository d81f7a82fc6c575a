#include "plugin/schema/aggregate_reply.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "plugin/schema/method_binder.h"
#include "plugin/schema/type_families.h"

namespace modelservice::plugin {
namespace {

// Django's names of what is computed: pages__sum.
constexpr std::pair<absl::string_view, absl::string_view> kFunctions[] = {
    {"count", "kCount"}, {"sum", "kSum"}, {"avg", "kAverage"},
    {"min", "kMin"},     {"max", "kMax"},
};

class AggregateBinder : private MethodBinder {
 public:
  using MethodBinder::MethodBinder;

  void Bind() {
    for (const MessageField& field : method_.reply.fields) {
      const auto element = method_.reply_elements.find(field.number);
      if (element == method_.reply_elements.end() || method_.rows_field != 0) {
        Report(field,
               absl::StrCat(field.name, " of ", method_.reply.name,
                            " has no meaning"),
               "keep one repeated message, of groups");
        continue;
      }
      method_.rows_field = field.number;
      for (const MessageField& part : element->second.fields) {
        BindPart(part, element->second.name);
      }
    }
    if (method_.rows_field == 0) {
      ReportMethod(
          absl::StrCat(method_.reply.name, " has no groups"),
          "give it one repeated message, with fields like count, pages__sum");
    }
  }

 private:
  void BindPart(const MessageField& part, const std::string& group) {
    const int column = model_.FindColumn(part.name);
    if (column >= 0) return BindKey(part, column);
    if (part.name == "count") return BindCount(part, -1);
    const size_t end = part.name.rfind("__");
    const int of = end == std::string::npos
                       ? -1
                       : model_.FindColumn(part.name.substr(0, end));
    const auto* const function = std::find_if(
        std::begin(kFunctions), std::end(kFunctions), [&](const auto& each) {
          return of >= 0 && part.name.substr(end + 2) == each.first;
        });
    if (function == std::end(kFunctions)) {
      return Report(part,
                    absl::StrCat(part.name, " of ", group, " has no meaning"),
                    absl::StrCat("name it after a field of ", model_.short_name,
                                 " to group by, count, or field__sum, avg, "
                                 "min, max or count"));
    }
    if (!CheckReadable(part, of)) return;
    if (function->second == "kCount") return BindCount(part, of);
    const Field& target = model_.columns[static_cast<size_t>(of)];
    if (function->second == "kMin" || function->second == "kMax") {
      if (!HasOrder(target)) {
        return Report(
            part,
            absl::StrCat(model_.short_name, ".", target.name, " has no order"),
            "drop it");
      }
      return BindOf(part, target, of, function->second);
    }
    if (!IsNumber(target)) {
      return Report(
          part,
          absl::StrCat(model_.short_name, ".", target.name, " is no number"),
          "drop it");
    }
    if (function->second == "kAverage") {
      return BindWith(part, of, function->second, FieldType::kDouble, "double");
    }
    if (IsInteger(target.type)) {
      return BindWith(part, of, function->second, FieldType::kInt64, "int64");
    }
    if (target.type == FieldType::kString) {
      return BindWith(part, of, function->second, FieldType::kString, "string");
    }
    BindWith(part, of, function->second, FieldType::kDouble, "double");
  }

  void BindKey(const MessageField& part, int column) {
    const Field& target = model_.columns[static_cast<size_t>(column)];
    if (!CheckReadable(part, column)) return;
    if (!target.comparable()) {
      return Report(part,
                    absl::StrCat(model_.short_name, ".", target.name,
                                 " holds no single value to group by"),
                    "drop it");
    }
    if (target.settings.has_filterable() && !target.settings.filterable()) {
      return Report(part,
                    absl::StrCat(model_.short_name, ".", target.name,
                                 " is not filterable"),
                    "drop it");
    }
    BindOf(part, target, column, "kKey");
  }

  // What a caller may not read is told by no sum either.
  bool CheckReadable(const MessageField& part, int column) {
    const Field& target = model_.columns[static_cast<size_t>(column)];
    if (!target.spec().input_only) return true;
    Report(part,
           absl::StrCat("no reply has ", model_.short_name, ".", target.name,
                        " (INPUT_ONLY)"),
           "drop it");
    return false;
  }

  static bool IsNumber(const Field& field) {
    if (field.repeated || field.spec().storage != Storage::kNative) {
      return false;
    }
    return IsInteger(field.type) || IsFloating(field.type) ||
           (field.type == FieldType::kString &&
            field.spec().format == Format::kDecimal);
  }
  static bool HasOrder(const Field& field) {
    return field.comparable() && field.type != FieldType::kBool &&
           field.type != FieldType::kEnum && field.type != FieldType::kBytes;
  }

  void BindCount(const MessageField& part, int column) {
    BindWith(part, column, "kCount", FieldType::kInt64, "int64");
  }
  void BindWith(const MessageField& part, int column, absl::string_view role,
                FieldType type, absl::string_view name) {
    if (part.repeated || part.type != type) {
      return Report(part, absl::StrCat(part.name, " is not ", name),
                    absl::StrCat("make it ", name));
    }
    Add(part, column, role);
  }
  // With the column's own type.
  void BindOf(const MessageField& part, const Field& target, int column,
              absl::string_view role) {
    if (!SameType(part, target)) {
      return Report(part,
                    absl::StrCat(part.name, " is ", part.type_name, ", but ",
                                 model_.short_name, ".", target.name, " is ",
                                 target.type_name),
                    absl::StrCat("make it ", target.type_name));
    }
    Add(part, column, role);
  }

  void Add(const MessageField& part, int column, absl::string_view role) {
    method_.group_fields.push_back({part.number, std::string(role), column});
  }
};

}  // namespace

void BindAggregateReply(const Model& model, const std::string& element,
                        Method& method, Diagnostics& diagnostics) {
  AggregateBinder(model, element, method, diagnostics).Bind();
}

}  // namespace modelservice::plugin
