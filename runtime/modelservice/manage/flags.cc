#include "modelservice/manage/flags.h"

#include <algorithm>
#include <functional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace modelservice {
namespace {

const Flag* FindFlag(absl::Span<const Flag> known, absl::string_view name) {
  const std::string spelt = absl::StrReplaceAll(name, {{"_", "-"}});
  for (const Flag& flag : known) {
    if (flag.name == spelt) return &flag;
  }
  return nullptr;
}

}  // namespace

absl::StatusOr<Flags> Flags::Take(absl::Span<const Flag> known,
                                  std::vector<std::string>* arguments) {
  Flags flags;
  std::vector<std::string> others;
  for (size_t i = 0; i < arguments->size(); ++i) {
    const std::string& argument = (*arguments)[i];
    absl::string_view name = argument;
    const bool is_flag = absl::ConsumePrefix(&name, "--");
    const size_t equals = name.find('=');
    const Flag* flag =
        is_flag ? FindFlag(known, name.substr(0, equals)) : nullptr;
    if (flag == nullptr) {
      others.push_back(argument);
      continue;
    }
    std::string value = "true";
    if (equals != absl::string_view::npos) {
      value = std::string(name.substr(equals + 1));
    } else if (!flag->value.empty()) {
      if (i + 1 == arguments->size() ||
          absl::StartsWith((*arguments)[i + 1], "--")) {
        return absl::InvalidArgumentError(
            absl::StrCat("--", flag->name, " needs a value: --", flag->name,
                         "=", flag->value));
      }
      value = (*arguments)[++i];
    }
    bool on;
    if (flag->value.empty() && !absl::SimpleAtob(value, &on)) {
      return absl::InvalidArgumentError(absl::StrCat(
          "--", flag->name, ": \"", value, "\" is not true or false"));
    }
    if (!flags.values_.emplace(std::string(flag->name), value).second) {
      return absl::InvalidArgumentError(
          absl::StrCat("--", flag->name, " is given twice; give it once"));
    }
  }
  *arguments = std::move(others);
  return flags;
}

std::optional<std::string> Flags::Text(absl::string_view name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) return std::nullopt;
  return found->second;
}

std::vector<std::string> Flags::List(absl::string_view name) const {
  std::vector<std::string> parts;
  const auto found = values_.find(name);
  if (found == values_.end()) return parts;
  for (const absl::string_view part : absl::StrSplit(found->second, ',')) {
    const absl::string_view text = absl::StripAsciiWhitespace(part);
    if (!text.empty()) parts.emplace_back(text);
  }
  return parts;
}

bool Flags::IsOn(absl::string_view name, bool by_default) const {
  const auto found = values_.find(name);
  bool on = by_default;
  if (found != values_.end()) {
    static_cast<void>(absl::SimpleAtob(found->second, &on));
  }
  return on;
}

std::string FlagsHelp(absl::Span<const Flag> flags) {
  size_t width = 0;
  const auto form = [](const Flag& flag) {
    return flag.value.empty() ? absl::StrCat("--", flag.name)
                              : absl::StrCat("--", flag.name, "=", flag.value);
  };
  for (const Flag& flag : flags) width = std::max(width, form(flag).size());
  std::string help;
  for (const Flag& flag : flags) {
    const std::string text = form(flag);
    absl::StrAppend(&help, "  ", text,
                    std::string(width + 2 - text.size(), ' '), flag.summary,
                    "\n");
  }
  return help;
}

}  // namespace modelservice
