// What config.proto's comments say of the settings, in a sentence or two.
#ifndef MODELSERVICE_MANAGE_SETTINGS_TEXT_H_
#define MODELSERVICE_MANAGE_SETTINGS_TEXT_H_

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace modelservice {

struct SettingText {
  absl::string_view name;  // "TlsSettings.key_file"
  absl::string_view text;
};

// By name. Fields that share a comment have none but the first.
absl::Span<const SettingText> SettingTexts();

}  // namespace modelservice

#endif  // MODELSERVICE_MANAGE_SETTINGS_TEXT_H_
