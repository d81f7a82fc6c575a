// Whether a value that an option writes keeps the other rules of its field.
#ifndef MODELSERVICE_PLUGIN_SCHEMA_KEPT_RULES_H_
#define MODELSERVICE_PLUGIN_SCHEMA_KEPT_RULES_H_

#include <re2/re2.h>

#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

// How long a text of a format is, in characters; 0 is no limit.
struct FormatLengths {
  int least = 1;
  int most = 0;
};
FormatLengths LengthsOf(Format format);
// As options write it: "UUID".
std::string NameOf(Format format);

// How a text of the format is read back, which a database may spell in its own
// way; the text itself where it is none.
std::string SpelledAs(Format format, absl::string_view text);

// Of what the runtime gives a field of role ETAG (orm/made_values.h).
constexpr int kEtagLength = 32;

// The rules of one field, as the runtime asks them of what a client sends. A
// rule that is wrong itself, which has a diagnostic of its own, is none.
class KeptRules {
 public:
  KeptRules(const Model& model, const Field& field);

  // What speaks against `text`, a value of the field's type, like `"ab" is
  // shorter than min_length`; empty for nothing. Does not ask `in`.
  std::string FaultOf(absl::string_view text) const;
  // Whether `in` has it, or there is no `in`.
  bool IsAmong(absl::string_view text) const;

 private:
  std::string TextFault(absl::string_view text) const;
  std::string LengthFault(absl::string_view text) const;

  const Field& field_;
  const bool is_key_;
  std::unique_ptr<RE2> pattern_;
  bool bounded_ = false;  // min and max are sound
};

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_KEPT_RULES_H_
