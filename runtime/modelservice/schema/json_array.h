// The elements of an array of JSON.
#ifndef MODELSERVICE_SCHEMA_JSON_ARRAY_H_
#define MODELSERVICE_SCHEMA_JSON_ARRAY_H_

#include <string>

#include "absl/strings/string_view.h"

namespace modelservice {

// Walks through the elements of a JSON array:
//
//   JsonArray elements(json);
//   while (elements.Next()) Use(elements.kind(), elements.raw());
//   if (!elements.ok()) ...
class JsonArray {
 public:
  enum class Kind { kNull, kString, kOther };

  explicit JsonArray(absl::string_view json);

  // Moves to the next element; false after the last, or at a fault.
  bool Next();
  // Whether all that was read was JSON.
  bool ok() const { return ok_; }

  Kind kind() const { return kind_; }
  // The element as it is written.
  absl::string_view raw() const { return raw_; }
  // The characters of a string.
  const std::string& text() const { return text_; }

 private:
  bool Fail();
  void SkipSpace();
  // A number, a word, or a nested array or object, which is only measured.
  bool TakeOther();

  absl::string_view rest_;
  bool ok_ = true;
  bool first_ = true;
  Kind kind_ = Kind::kNull;
  absl::string_view raw_;
  std::string text_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SCHEMA_JSON_ARRAY_H_
