#include "modelservice/protogen/secret_columns.h"

#include <string>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "modelservice/protogen/proto_names.h"

namespace modelservice::proto {
namespace {

// What a name ends with.
constexpr absl::string_view kWords[] = {
    "password", "passwd", "pwd",        "passphrase",  "passcode", "secret",
    "token",    "apikey", "credential", "credentials", "otp",
};
constexpr absl::string_view kPairs[] = {
    "api_key",        "access_key",  "auth_key",
    "private_key",    "secret_key",  "signing_key",
    "encryption_key", "session_key", "session_data",
};
// What may follow those.
constexpr absl::string_view kForms[] = {
    "hash", "hashed", "digest", "salt", "encrypted", "cipher",
};
// Tables whose `key` is one.
constexpr absl::string_view kKeyed[] = {"token", "tokens", "apikey"};

std::vector<std::string> WordsOf(absl::string_view name) {
  return absl::StrSplit(SnakeCase(std::string(name)), '_', absl::SkipEmpty());
}

}  // namespace

bool IsSecretColumn(absl::string_view table, absl::string_view column) {
  std::vector<std::string> words = WordsOf(column);
  const std::vector<std::string> of_table = WordsOf(table);
  if (words.size() == 1 && words[0] == "key" && !of_table.empty()) {
    return absl::c_linear_search(kKeyed, of_table.back());
  }
  while (words.size() > 1 && absl::c_linear_search(kForms, words.back())) {
    words.pop_back();
  }
  if (words.empty()) return false;
  if (absl::c_linear_search(kWords, words.back())) return true;
  return words.size() > 1 &&
         absl::c_linear_search(
             kPairs, absl::StrCat(words[words.size() - 2], "_", words.back()));
}

bool MarkSecret(Field* field) {
  if ((field->type != "string" && field->type != "bytes") ||
      field->label == "repeated" || field->settings.has_references() ||
      field->settings.in_size() > 0) {
    return false;
  }
  field->settings.add_behavior(FieldSettings::INPUT_ONLY);
  field->settings.add_behavior(FieldSettings::IMMUTABLE);
  absl::StrAppend(&field->comment, field->comment.empty() ? "" : "\n",
                  "A secret by its name: only Create writes it, and no reply "
                  "has it.");
  return true;
}

}  // namespace modelservice::proto
