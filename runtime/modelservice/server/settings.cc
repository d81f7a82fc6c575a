#include "modelservice/settings.h"

#include <string>
#include <tuple>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "modelservice/base/regular_file.h"
#include "modelservice/base/settings_reader.h"
#include "modelservice/log.h"

namespace modelservice {
namespace {

constexpr size_t kLeastSecretKey = 16;
// Of a file that holds one setting.
constexpr size_t kMaxSecret = 64 << 10;

Severity SeverityOf(Settings::LogLevel level) {
  switch (level) {
    case Settings::INFO:
      return Severity::kInfo;
    case Settings::WARNING:
      return Severity::kWarning;
    case Settings::ERROR:
      return Severity::kError;
  }
  return Severity::kInfo;
}

// What the file holds in the place of the setting `name`.
absl::StatusOr<std::string> SecretIn(absl::string_view name,
                                     const std::string& path, bool is_set) {
  if (is_set) {
    return absl::InvalidArgumentError(absl::StrCat(
        name, " and ", name, "_file are both set; drop one of them"));
  }
  const absl::StatusOr<std::string> content = ReadRegularFile(path, kMaxSecret);
  if (!content.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat(name, "_file: ", path, " ", content.status().message()));
  }
  const absl::string_view secret = absl::StripAsciiWhitespace(*content);
  if (secret.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(name, "_file: ", path, " is empty"));
  }
  return std::string(secret);
}

}  // namespace

absl::StatusOr<Settings> LoadSettings(absl::Span<const std::string> flags) {
  Settings settings;
  const absl::Status read = ReadSettings(flags, "MODELSERVICE_", &settings);
  if (!read.ok()) return read;
  if (settings.has_secret_key_file()) {
    auto secret = SecretIn("secret_key", settings.secret_key_file(),
                           settings.has_secret_key());
    if (!secret.ok()) return secret.status();
    settings.set_secret_key(*secret);
  }
  if (settings.has_database_file()) {
    auto url =
        SecretIn("database", settings.database_file(), settings.has_database());
    if (!url.ok()) return url.status();
    settings.set_database(*url);
  }
  if (settings.has_secret_key() &&
      settings.secret_key().size() < kLeastSecretKey) {
    return absl::InvalidArgumentError(
        "secret_key must have at least 16 characters");
  }
  for (const std::string& former : settings.former_secret_key()) {
    if (former.size() < kLeastSecretKey) {
      return absl::InvalidArgumentError(
          "former_secret_key must have at least 16 characters");
    }
  }
  // What is deeper would be too deep for SQLite, too.
  for (const auto& [name, value, most] :
       {std::make_tuple("max_filter_bytes", settings.max_filter_bytes(),
                        1 << 20),
        std::make_tuple("max_filter_depth", settings.max_filter_depth(), 100),
        std::make_tuple("max_filter_terms", settings.max_filter_terms(),
                        500)}) {
    if (value >= 1 && value <= most) continue;
    return absl::InvalidArgumentError(
        absl::StrCat(name, " must be from 1 to ", most));
  }
  for (const auto& [name, share] :
       {std::pair("request_log_share", settings.request_log_share()),
        std::pair("trace_share", settings.trace_share())}) {
    if (share >= 0 && share <= 1) continue;
    return absl::InvalidArgumentError(
        absl::StrCat(name, " must be from 0, of none, to 1, of all"));
  }
  return settings;
}

void ApplyLogLevel(const Settings& settings) {
  if (settings.has_log_level()) SetLogLevel(SeverityOf(settings.log_level()));
  if (settings.has_log_format()) {
    SetLogFormat(settings.log_format() == Settings::JSON ? LogFormat::kJson
                                                         : LogFormat::kText);
  }
}

}  // namespace modelservice
