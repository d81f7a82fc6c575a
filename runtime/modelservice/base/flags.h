// What stands behind a command: its arguments, as all commands write them.
//
//   constexpr Flag kFlags[] = {
//       {"table", "T[,T2...]", "the tables to read"},
//       {"update", "", "rewrite the file that is there"},
//   };
//   absl::StatusOr<Flags> flags = Flags::Take(kFlags, &arguments);
//   if (flags->IsOn("update")) ...
//
// `--name=value`, `--name value`; a switch is `--name`, `--name=false` or
// `--name false`. "-" and "_" in a name are the same. What was taken is owned
// by the Flags. Immutable after Take.
#ifndef MODELSERVICE_BASE_FLAGS_H_
#define MODELSERVICE_BASE_FLAGS_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace modelservice {

// What a reader of arguments must know of a flag.
struct FlagForm {
  std::string name;   // by which it goes, however it is spelt
  std::string value;  // what stands for its value; empty for a switch
};

// One argument, or two that are one flag.
struct Argument {
  std::string name;  // of the flag; empty for what is no known flag
  std::string value;
  // The flag as it was spelt, "--name"; all of what is no known flag.
  std::string text;
};

// `find` is given a name as it was spelt, and says whether there is such a
// flag. INVALID_ARGUMENT for one without its value.
absl::StatusOr<std::vector<Argument>> ReadArguments(
    absl::Span<const std::string> arguments,
    absl::FunctionRef<std::optional<FlagForm>(absl::string_view name)> find);

// A flag of a command, besides the settings.
struct Flag {
  absl::string_view name;
  // What stands for the value in the help; empty for a switch.
  absl::string_view value;
  absl::string_view summary;
};

class Flags {
 public:
  // Moves the flags in `known` out of `arguments`, which keeps the others.
  // INVALID_ARGUMENT for one without its value, or given twice where it takes
  // no list.
  static absl::StatusOr<Flags> Take(absl::Span<const Flag> known,
                                    std::vector<std::string>* arguments);

  // nullopt when the flag was not given.
  std::optional<std::string> Text(absl::string_view name) const;
  // The parts between commas; empty when the flag was not given.
  std::vector<std::string> List(absl::string_view name) const;
  bool IsOn(absl::string_view name, bool by_default = false) const;

 private:
  std::map<std::string, std::string, std::less<>> values_;
};

// A line for each flag, as the help of a command shows them.
std::string FlagsHelp(absl::Span<const Flag> flags);

}  // namespace modelservice

#endif  // MODELSERVICE_BASE_FLAGS_H_
