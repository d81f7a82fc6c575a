#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "modelservice/schema/access.h"
#include "plugin/schema/field_rules.h"
#include "plugin/schema/guard_rules.h"

namespace modelservice::plugin {
namespace {

constexpr absl::string_view kNoOwner = " has no field that says whose a row is";
constexpr absl::string_view kMendNoOwner =
    "give one the role OWNER, or drop owner";

// The expression of an element's setting `number`, if it has a right one.
template <class Settings>
std::optional<AccessExpression> CheckAccess(const Settings& settings,
                                            const GuardedElement& element) {
  if (!settings.has_access()) return std::nullopt;
  const std::vector<int> path = {Settings::kAccessFieldNumber,
                                 AccessSettings::kRequireFieldNumber};
  if (!settings.access().has_require()) {
    element.Report(path, "access without require",
                   "name a permission in require, like \"any\"");
    return std::nullopt;
  }
  AccessFault fault;
  std::optional<AccessExpression> access =
      AccessExpression::Parse(settings.access().require(), &fault);
  if (!access.has_value()) {
    element.Report(path,
                   absl::StrCat("access.require, column ", fault.column, ": ",
                                fault.fault),
                   fault.mend);
  }
  return access;
}

template <class Settings>
void CheckInterceptors(const Settings& settings,
                       const GuardedElement& element) {
  std::set<std::string> seen;
  for (int i = 0; i < settings.interceptor_size(); ++i) {
    const std::string& name = settings.interceptor(i);
    const std::vector<int> path = {Settings::kInterceptorFieldNumber, i};
    if (name.empty()) {
      element.Report(path, "interceptor: the name is empty",
                     "name one that the server registers, or drop it");
    } else if (!seen.insert(name).second) {
      element.Report(path,
                     absl::StrCat("interceptor: ", name, " is named twice"),
                     "name it once");
    }
  }
}

void CheckMethod(const Service& service, const Method& method,
                 Diagnostics& diagnostics) {
  const std::string name = absl::StrCat(service.name, ".", method.name);
  const GuardedElement element{method.places, name, diagnostics};
  CheckLimits(method.settings.rate_limit(),
              MethodSettings::kRateLimitFieldNumber, element);
  CheckAccess(method.settings, element);
  CheckInterceptors(method.settings, element);
  if (!method.settings.has_timeout()) return;
  const std::string fault = DurationFault(method.settings.timeout());
  if (!fault.empty()) {
    element.Report({MethodSettings::kTimeoutFieldNumber},
                   absl::StrCat("timeout ", fault), "drop it for the server's");
  }
}

// read_requires or write_requires.
void CheckExpression(FieldUnderTest& test, int setting, absl::string_view name,
                     const std::string& text) {
  AccessFault fault;
  const auto access = AccessExpression::Parse(text, &fault);
  if (!access.has_value()) {
    test.Report(
        setting,
        absl::StrCat(name, ", column ", fault.column, ": ", fault.fault),
        fault.mend);
  } else if (access->Has(AccessExpression::Kind::kOwner) &&
             !test.model().has_owner()) {
    test.Report(
        setting,
        absl::StrCat(name, ": owner: ", test.model().short_name, kNoOwner),
        kMendNoOwner);
  }
}

void CheckReadRequires(FieldUnderTest& test) {
  const Field& field = test.field();
  constexpr int kSetting = FieldSettings::kReadRequiresFieldNumber;
  if (!field.settings.has_read_requires()) return;
  CheckExpression(test, kSetting, "read_requires",
                  field.settings.read_requires());
  if (test.model().IsKey(field)) {
    test.Report(kSetting, "read_requires: every reply has the primary key",
                "drop it");
  } else if (field.label_required) {
    test.Report(kSetting,
                "read_requires: the field is required in proto2, so it cannot "
                "be absent",
                "make it optional");
  } else if (field.spec().input_only) {
    test.Report(kSetting, "read_requires: no reply has an INPUT_ONLY field",
                "drop it");
  }
}

void CheckWriteRequires(FieldUnderTest& test) {
  const Field& field = test.field();
  constexpr int kSetting = FieldSettings::kWriteRequiresFieldNumber;
  if (!field.settings.has_write_requires()) return;
  CheckExpression(test, kSetting, "write_requires",
                  field.settings.write_requires());
  if (field.spec().output_only || field.settings.auto_increment()) {
    test.Report(kSetting,
                "write_requires: what a client sends for the field is ignored",
                "drop it");
  }
}

// Only one field can say whose a row is.
void CheckOneOwner(FieldUnderTest& test) {
  if (test.field().spec().role != Role::kOwner) return;
  for (const Field& other : test.model().columns) {
    if (&other == &test.field()) return;
    if (other.spec().role != Role::kOwner) continue;
    test.Report(FieldSettings::kRoleFieldNumber,
                absl::StrCat("role OWNER is that of ", test.model().name, ".",
                             other.name, ", too"),
                "keep one of them");
    return;
  }
}

}  // namespace

void CheckFileGuards(const File& file, Diagnostics& diagnostics) {
  const std::string name = "file";
  const GuardedElement element{file.places, name, diagnostics};
  CheckLimits(file.settings.rate_limit(), FileSettings::kRateLimitFieldNumber,
              element);
  CheckAccess(file.settings, element);
}

void CheckModelGuards(const Model& model, Diagnostics& diagnostics) {
  const GuardedElement element{model.places, model.name, diagnostics};
  CheckLimits(model.settings.rate_limit(), ModelSettings::kRateLimitFieldNumber,
              element);
  const auto access = CheckAccess(model.settings, element);
  if (access.has_value() && access->Has(AccessExpression::Kind::kOwner) &&
      !model.has_owner()) {
    element.Report(
        {ModelSettings::kAccessFieldNumber,
         AccessSettings::kRequireFieldNumber},
        absl::StrCat("access.require: owner: ", model.short_name, kNoOwner),
        kMendNoOwner);
  }
}

void CheckServiceGuards(const Service& service, Diagnostics& diagnostics) {
  const GuardedElement element{service.places, service.name, diagnostics};
  CheckLimits(service.settings.rate_limit(),
              ServiceSettings::kRateLimitFieldNumber, element);
  CheckAccess(service.settings, element);
  CheckInterceptors(service.settings, element);
  for (const Method& method : service.methods) {
    CheckMethod(service, method, diagnostics);
  }
}

void CheckFieldAccess(FieldUnderTest test) {
  CheckReadRequires(test);
  CheckWriteRequires(test);
  CheckOneOwner(test);
}

}  // namespace modelservice::plugin
