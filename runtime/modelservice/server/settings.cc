#include "modelservice/settings.h"

#include <tuple>

#include "absl/strings/str_cat.h"
#include "modelservice/base/settings_reader.h"
#include "modelservice/log.h"

namespace modelservice {
namespace {

constexpr size_t kLeastSecretKey = 16;

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

}  // namespace

absl::StatusOr<Settings> LoadSettings(absl::Span<const std::string> flags) {
  Settings settings;
  const absl::Status read = ReadSettings(flags, "MODELSERVICE_", &settings);
  if (!read.ok()) return read;
  if (settings.has_secret_key() &&
      settings.secret_key().size() < kLeastSecretKey) {
    return absl::InvalidArgumentError(
        "secret_key must have at least 16 characters");
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
  return settings;
}

void ApplyLogLevel(const Settings& settings) {
  if (settings.has_log_level()) SetLogLevel(SeverityOf(settings.log_level()));
}

}  // namespace modelservice
