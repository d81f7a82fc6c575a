#include "modelservice/manage/start_line.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "modelservice/base/secrets.h"
#include "modelservice/base/version.h"
#include "modelservice/server/exposure.h"

namespace modelservice {
namespace {

// Of names in one list.
constexpr size_t kMostNames = 10;

std::string ListOf(const std::vector<std::string>& names) {
  const size_t shown = std::min(names.size(), kMostNames);
  std::string list = absl::StrJoin(
      names.begin(), names.begin() + static_cast<std::ptrdiff_t>(shown), ",");
  if (shown < names.size()) {
    absl::StrAppend(&list, " and ", names.size() - shown, " more");
  }
  return list.empty() ? "none" : list;
}

std::string NameOf(const AuthenticatorSettings& authenticator) {
  switch (authenticator.kind_case()) {
    case AuthenticatorSettings::kJwt:
      return "jwt";
    case AuthenticatorSettings::kToken:
      return "token";
    case AuthenticatorSettings::kBasic:
      return "basic";
    case AuthenticatorSettings::kMtls:
      return "mtls";
    case AuthenticatorSettings::kCustom:
      return authenticator.custom();
    case AuthenticatorSettings::KIND_NOT_SET:
      break;
  }
  return "none";
}

}  // namespace

LogFields StartFields(Registry& registry, const Settings& settings) {
  std::vector<std::string> services, open, tables, authenticators;
  int64_t methods = 0;
  int64_t limits = 0;
  for (const Registry::Entry& entry : registry.entries()) {
    services.emplace_back(entry.service->name);
    for (const Method& method : entry.service->methods) {
      ++methods;
      if (method.guard != nullptr) {
        limits += static_cast<int64_t>(method.guard->limits.size());
      }
      if (IsOpen(method, settings.default_access())) {
        open.emplace_back(method.path);
      }
    }
  }
  for (const Model* const model : registry.models()) {
    tables.emplace_back(model->table->name);
  }
  for (const AuthenticatorSettings& one : settings.authenticator()) {
    authenticators.push_back(NameOf(one));
  }
  LogFields fields;
  fields.Text("version", kVersion)
      .Text("services", ListOf(services))
      .Number("methods", methods)
      .Text("open", ListOf(open))
      .Text("database", registry.models().empty() && !settings.has_database()
                            ? "none"
                            : MaskUrl(settings.database()))
      .Text("tables", ListOf(tables))
      .Text("tls", !settings.has_tls()                           ? "no"
                   : settings.tls().require_client_certificate() ? "mutual"
                                                                 : "yes")
      .Text("authenticators", ListOf(authenticators))
      .Number("limits", limits)
      .Text("limit_store", MaskUrl(settings.rate_limits().store()))
      .Number("workers", int64_t{settings.workers()});
  return fields;
}

}  // namespace modelservice
