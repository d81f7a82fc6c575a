#include <set>
#include <string>
#include <type_traits>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "modelservice/schema/access.h"
#include "plugin/schema/access_text.h"
#include "plugin/schema/field_rules.h"
#include "plugin/schema/guard_rules.h"

namespace modelservice::plugin {
namespace {

constexpr absl::string_view kNoOwner = " has no field that says whose a row is";
constexpr absl::string_view kMendNoOwner =
    "give one the role OWNER, or drop owner";

// Checks `text`, which an element's `access` has, also whether `model` has what
// it is about, unless that is null.
void CheckText(int access, const AccessText& text, const Model* model,
               const GuardedElement& element) {
  const std::vector<int> path = {access, text.number};
  AccessFault fault;
  const auto expression = AccessExpression::Parse(text.text, &fault);
  if (!expression.has_value()) {
    element.Report(path,
                   absl::StrCat("access.", text.setting, ", column ",
                                fault.column, ": ", fault.fault),
                   fault.mend);
  } else if (model != nullptr && !model->has_owner() &&
             expression->Has(AccessExpression::Kind::kOwner)) {
    element.Report(path,
                   absl::StrCat("access.", text.setting,
                                ": owner: ", model->short_name, kNoOwner),
                   kMendNoOwner);
  }
}

// What is not said would come from farther away, or be open.
template <class Settings>
void CheckAccess(const Settings& settings, const GuardedElement& element,
                 const Model* model = nullptr) {
  if (!settings.has_access()) return;
  const AccessSettings& access = settings.access();
  constexpr int kAccess = Settings::kAccessFieldNumber;
  if (!access.has_require() && !access.has_read() && !access.has_write()) {
    element.Report({kAccess, AccessSettings::kRequireFieldNumber},
                   "access without require",
                   std::is_same_v<Settings, MethodSettings>
                       ? "name a permission in require, like \"any\""
                       : "name a permission in require, like \"any\", or one "
                         "in read and one in write");
    return;
  }
  if (!access.has_require() && !access.has_write()) {
    element.Report({kAccess, AccessSettings::kReadFieldNumber},
                   "access.read: it is not said who may write",
                   "name a permission in write, too");
  } else if (!access.has_require() && !access.has_read()) {
    element.Report({kAccess, AccessSettings::kWriteFieldNumber},
                   "access.write: it is not said who may read",
                   "name a permission in read, too, like \"any\"");
  } else if (access.has_require() && access.has_read() && access.has_write()) {
    element.Report({kAccess, AccessSettings::kRequireFieldNumber},
                   "access.require: read and write say it of every method",
                   "drop require");
  }
  if (access.has_require()) {
    CheckText(
        kAccess,
        {"require", AccessSettings::kRequireFieldNumber, access.require()},
        model, element);
  }
  if (access.has_read()) {
    CheckText(kAccess, AccessFor(access, /*reads=*/true), model, element);
  }
  if (access.has_write()) {
    CheckText(kAccess, AccessFor(access, /*reads=*/false), model, element);
  }
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

// Hooks may give a standard method that writes a transaction of its own.
void CheckIsolation(const Service& service, const Method& method,
                    const GuardedElement& element) {
  // What it does is not known where its model is not.
  if (service.settings.has_model() && service.model == nullptr) return;
  const bool writes = method.standard()
                          ? !OnlyReads(method)
                          : method.transaction == Transaction::kWrite;
  if (!method.settings.has_isolation() || writes) return;
  element.Report(
      {MethodSettings::kIsolationFieldNumber},
      "isolation is of a transaction that writes, and this method "
      "has none",
      method.standard() ? "drop it" : "set transaction: WRITE, or drop it");
}

void CheckMethod(const Service& service, const Method& method,
                 Diagnostics& diagnostics) {
  const std::string name = absl::StrCat(service.name, ".", method.name);
  const GuardedElement element{method.places, name, diagnostics};
  CheckLimits(method.settings.rate_limit(),
              MethodSettings::kRateLimitFieldNumber, element);
  const AccessSettings& access = method.settings.access();
  if (access.has_read() || access.has_write()) {
    element.Report({MethodSettings::kAccessFieldNumber,
                    access.has_read() ? AccessSettings::kReadFieldNumber
                                      : AccessSettings::kWriteFieldNumber},
                   absl::StrCat("access.", access.has_read() ? "read" : "write",
                                ": a method either reads or writes"),
                   "name the permission in require");
  } else {
    CheckAccess(method.settings, element);
  }
  CheckInterceptors(method.settings, element);
  CheckIsolation(service, method, element);
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

void CheckTenantSource(const File& file, const GuardedElement& element) {
  if (!file.settings.has_tenant()) return;
  const std::vector<int> path = {FileSettings::kTenantFieldNumber};
  absl::string_view name = file.settings.tenant();
  const bool known = absl::ConsumePrefix(&name, "claim:") ||
                     absl::ConsumePrefix(&name, "metadata:");
  if (!known || name.empty()) {
    element.Report(path,
                   absl::StrCat("tenant: \"", file.settings.tenant(),
                                "\" is no place where a call's tenant is"),
                   "write \"claim:NAME\" or \"metadata:NAME\"");
    return;
  }
  for (const auto& model : file.models) {
    if (model->FieldIn(Role::kTenant) != nullptr) return;
  }
  element.Report(path,
                 "tenant: no model of the file has a field of role TENANT",
                 "give one that role, or drop tenant");
}

}  // namespace

void CheckFileGuards(const File& file, Diagnostics& diagnostics) {
  const std::string name = "file";
  const GuardedElement element{file.places, name, diagnostics};
  CheckLimits(file.settings.rate_limit(), FileSettings::kRateLimitFieldNumber,
              element);
  CheckAccess(file.settings, element);
  CheckTenantSource(file, element);
}

void CheckModelGuards(const Model& model, Diagnostics& diagnostics) {
  const GuardedElement element{model.places, model.name, diagnostics};
  CheckLimits(model.settings.rate_limit(), ModelSettings::kRateLimitFieldNumber,
              element);
  CheckAccess(model.settings, element, &model);
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
}

}  // namespace modelservice::plugin
