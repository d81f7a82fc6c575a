// A value that owns its text.
#ifndef MODELSERVICE_SQL_LITERAL_H_
#define MODELSERVICE_SQL_LITERAL_H_

#include <string>

#include "modelservice/value.h"

namespace modelservice {

class Literal {
 public:
  // NULL.
  Literal() = default;
  explicit Literal(Value value)
      : value_(value),
        text_(value.has_text() ? std::string(value.text()) : "") {}

  Value value() const {
    return value_.has_text() ? value_.WithText(text_) : value_;
  }

  // Equal kinds and contents: 1 and 1.0 differ.
  friend bool operator==(const Literal& a, const Literal& b) {
    return SameValue(a.value(), b.value());
  }
  friend bool operator!=(const Literal& a, const Literal& b) {
    return !(a == b);
  }

 private:
  Value value_;
  std::string text_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SQL_LITERAL_H_
