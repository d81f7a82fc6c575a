#include "modelservice/testing/test_database.h"

#include <google/protobuf/text_format.h>

#include "absl/strings/str_cat.h"
#include "modelservice/base/compat.h"
#include "modelservice/testing.h"

namespace modelservice {

std::vector<std::string> TestDatabases() { return {"sqlite", "postgres"}; }

absl::StatusOr<std::string> NewTestDatabase(absl::string_view kind) {
  if (kind == "postgres") return NewPostgresDatabase();
  if (kind == "sqlite") return std::string();
  return absl::InvalidArgumentError(absl::StrCat(
      "there is no database \"", kind, "\"; write sqlite or postgres"));
}

absl::Status ParseTextproto(absl::string_view text,
                            google::protobuf::Message* message) {
  compat::FirstError error;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&error);
  if (parser.ParseFromString(std::string(text), message)) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat(
      error.text, " in a ", compat::Str(message->GetDescriptor()->full_name()),
      ": ", text));
}

}  // namespace modelservice
