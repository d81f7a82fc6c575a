#include "modelservice/settings.h"

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
  return settings;
}

void ApplyLogLevel(const Settings& settings) {
  if (settings.has_log_level()) SetLogLevel(SeverityOf(settings.log_level()));
}

}  // namespace modelservice
