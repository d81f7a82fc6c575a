// What a line of the log says by name, beside its text.
//
//   LogFields fields;
//   fields.Number("ms", 1.5).Text("peer", call.peer());
//   Log(Severity::kInfo, "slow", fields);
//
// As text that is `slow ms=1.5 peer=ipv4:10.0.0.1:5`, and as JSON
// `"ms":1.5,"peer":"ipv4:10.0.0.1:5"`. Values that are empty are left out.
#ifndef MODELSERVICE_BASE_LOG_FIELDS_H_
#define MODELSERVICE_BASE_LOG_FIELDS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace modelservice {

class LogFields {
 public:
  // A name is a literal, of small letters and "_".
  LogFields& Text(absl::string_view name, absl::string_view value);
  LogFields& Number(absl::string_view name, int64_t value);
  // With three digits behind the point.
  LogFields& Number(absl::string_view name, double value);
  // The line's text says the fields so far already: they are JSON's alone.
  LogFields& AreInText() {
    in_text_ = fields_.size();
    return *this;
  }

  bool empty() const { return fields_.empty(); }
  size_t bytes() const { return bytes_; }

  // ` ms=1.5 peer="a b"`: what follows a line's text. Values with blanks and
  // the like are in quotes.
  void AppendText(std::string* out) const;
  // `,"ms":1.5,"peer":"a b"`: what follows another member.
  void AppendJson(std::string* out) const;

 private:
  struct Field {
    absl::string_view name;
    std::string value;
    bool is_number;
  };

  LogFields& Add(absl::string_view name, std::string value, bool is_number);

  std::vector<Field> fields_;
  size_t in_text_ = 0;
  size_t bytes_ = 0;
};

// `text` as a string of JSON, with its quotes: always a valid one, whatever is
// in it; what is not UTF-8 becomes U+FFFD.
void AppendJsonString(absl::string_view text, std::string* out);

}  // namespace modelservice

#endif  // MODELSERVICE_BASE_LOG_FIELDS_H_
