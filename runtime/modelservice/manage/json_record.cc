#include "modelservice/manage/json_record.h"

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace modelservice {
namespace {

absl::Status NoRecord(absl::string_view fault) {
  return absl::InvalidArgumentError(absl::StrCat(
      fault, "; a record is a line like {\"model\":\"shop.Customer\",\"row\":",
      "{\"id\":\"1\"}}"));
}

class Splitter {
 public:
  explicit Splitter(absl::string_view line) : rest_(line) {}

  absl::StatusOr<JsonRecord> Split() {
    JsonRecord record;
    if (!Take('{')) return NoRecord("this is no JSON object");
    do {
      const absl::string_view key = Value();
      if (key.empty() || !Take(':')) return NoRecord("it has no name");
      const absl::string_view value = Value();
      if (value.empty()) {
        return NoRecord("the line ends inside of it, or is no JSON");
      }
      if (key == "\"model\"" && value.front() == '"') {
        record.model = std::string(value.substr(1, value.size() - 2));
      } else if (key == "\"row\"" && value.front() == '{') {
        record.row = value;
      } else {
        return NoRecord(absl::StrCat(key, " is none of \"model\" and \"row\""));
      }
    } while (Take(','));
    if (!Take('}') || !rest_.empty()) {
      return NoRecord("the line ends inside of it, or has more than one");
    }
    if (record.model.empty()) return NoRecord("it has no \"model\"");
    if (record.row.empty()) return NoRecord("it has no \"row\"");
    return record;
  }

 private:
  void SkipSpace() { rest_ = absl::StripLeadingAsciiWhitespace(rest_); }

  bool Take(char c) {
    SkipSpace();
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    SkipSpace();
    return true;
  }

  // A string or an object, with its quotes or braces; empty for anything else.
  absl::string_view Value() {
    SkipSpace();
    size_t depth = 0;
    bool text = false;
    for (size_t i = 0; i < rest_.size(); ++i) {
      const char c = rest_[i];
      if (text) {
        if (c == '\\') ++i;
        if (c == '"') text = false;
      } else if (c == '"') {
        text = true;
      } else if (c == '{' || c == '[') {
        ++depth;
      } else if (c == '}' || c == ']') {
        if (depth == 0) return "";
        --depth;
      } else if (depth == 0) {
        return "";
      }
      if (!text && depth == 0) {
        const absl::string_view value = rest_.substr(0, i + 1);
        rest_.remove_prefix(i + 1);
        return value;
      }
    }
    return "";
  }

  absl::string_view rest_;
};

}  // namespace

absl::StatusOr<JsonRecord> SplitJsonRecord(absl::string_view line) {
  return Splitter(line).Split();
}

}  // namespace modelservice
