#include "modelservice/base/url_options.h"

#include <algorithm>
#include <limits>
#include <set>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace modelservice {

UrlOptions& UrlOptions::Count(absl::string_view name, int* option, int least,
                              std::optional<int> most) {
  return Add(name, [=](absl::string_view value) -> std::string {
    int count = 0;
    if (absl::SimpleAtoi(value, &count) && count >= least &&
        count <= most.value_or(std::numeric_limits<int>::max())) {
      *option = count;
      return "";
    }
    return most.has_value()
               ? absl::StrCat("a whole number from ", least, " to ", *most)
               : absl::StrCat("a whole number from ", least, " up");
  });
}

UrlOptions& UrlOptions::Time(absl::string_view name, absl::Duration* option) {
  return Add(name, [=](absl::string_view value) -> std::string {
    const bool good =
        absl::ParseDuration(value, option) && *option >= absl::ZeroDuration();
    return good ? "" : "a duration like 2s or 500ms";
  });
}

UrlOptions& UrlOptions::TimeAboveZero(absl::string_view name,
                                      absl::Duration* option) {
  return Add(name, [=](absl::string_view value) -> std::string {
    const bool good =
        absl::ParseDuration(value, option) && *option > absl::ZeroDuration();
    return good ? "" : "a duration above zero, like 2s or 500ms";
  });
}

UrlOptions& UrlOptions::Switch(absl::string_view name, bool* option) {
  return Add(name, [=](absl::string_view value) -> std::string {
    if (value != "true" && value != "false") return "true or false";
    *option = value == "true";
    return "";
  });
}

absl::Status UrlOptions::Read(absl::Span<const UrlSetting> settings,
                              std::vector<UrlSetting>* others) const {
  std::set<absl::string_view> seen;
  for (const UrlSetting& setting : settings) {
    const auto option = std::find_if(
        options_.begin(), options_.end(),
        [&](const auto& named) { return named.first == setting.name; });
    if (option == options_.end()) {
      others->push_back(setting);
      continue;
    }
    if (!seen.insert(option->first).second) {
      return absl::InvalidArgumentError(
          absl::StrCat(setting.name, " is there twice"));
    }
    const std::string wanted = option->second(setting.value);
    if (!wanted.empty()) {
      return absl::InvalidArgumentError(absl::StrCat(
          setting.name, " must be ", wanted, ", not \"", setting.value, "\""));
    }
  }
  return absl::OkStatus();
}

std::string UrlOptions::names() const {
  return absl::StrJoin(options_, ", ", [](std::string* out, const auto& named) {
    absl::StrAppend(out, named.first);
  });
}

}  // namespace modelservice
