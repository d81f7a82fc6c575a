#include "modelservice/base/flags.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

namespace modelservice {
namespace {

std::optional<FlagForm> Find(absl::Span<const Flag> known,
                             absl::string_view name) {
  const std::string spelt = absl::StrReplaceAll(name, {{"_", "-"}});
  for (const Flag& flag : known) {
    if (flag.name != spelt) continue;
    return FlagForm{std::string(flag.name), std::string(flag.value)};
  }
  return std::nullopt;
}

bool IsFlag(absl::string_view argument) {
  return absl::StartsWith(argument, "--");
}

}  // namespace

absl::StatusOr<std::vector<Argument>> ReadArguments(
    absl::Span<const std::string> arguments,
    absl::FunctionRef<std::optional<FlagForm>(absl::string_view name)> find) {
  std::vector<Argument> read;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const absl::string_view argument = arguments[i];
    const size_t equals = argument.find('=');
    const absl::string_view flag = argument.substr(0, equals);
    const std::optional<FlagForm> form =
        IsFlag(argument) ? find(flag.substr(2)) : std::nullopt;
    if (!form.has_value()) {
      read.push_back({"", "", std::string(argument)});
      continue;
    }
    const std::string next = i + 1 < arguments.size() ? arguments[i + 1] : "--";
    std::string value = "true";
    if (equals != absl::string_view::npos) {
      value = std::string(argument.substr(equals + 1));
    } else if (!form->value.empty()) {
      if (IsFlag(next)) {
        return absl::InvalidArgumentError(
            absl::StrCat(flag, " needs a value: ", flag, "=", form->value));
      }
      value = next;
      ++i;
    } else if (next == "true" || next == "false") {
      value = next;
      ++i;
    }
    read.push_back({form->name, std::move(value), std::string(flag)});
  }
  return read;
}

absl::StatusOr<Flags> Flags::Take(absl::Span<const Flag> known,
                                  std::vector<std::string>* arguments) {
  const auto find = [&](absl::string_view name) { return Find(known, name); };
  auto read = ReadArguments(*arguments, find);
  if (!read.ok()) return read.status();
  Flags flags;
  arguments->clear();
  for (Argument& argument : *read) {
    if (argument.name.empty()) {
      arguments->push_back(std::move(argument.text));
      continue;
    }
    bool on;
    if (Find(known, argument.name)->value.empty() &&
        !absl::SimpleAtob(argument.value, &on)) {
      return absl::InvalidArgumentError(
          absl::StrCat("--", argument.name, ": \"", argument.value,
                       "\" is not true or false"));
    }
    if (!flags.values_.emplace(argument.name, argument.value).second) {
      return absl::InvalidArgumentError(
          absl::StrCat("--", argument.name, " is given twice; give it once"));
    }
  }
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
