#include "modelservice/db/postgres/array_text.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "modelservice/db/postgres/big_endian.h"
#include "modelservice/db/postgres/oids.h"
#include "modelservice/db/postgres/plain_text.h"
#include "modelservice/db/postgres/text_form.h"
#include "modelservice/db/postgres/values.h"
#include "modelservice/schema/interval_text.h"
#include "modelservice/schema/json_array.h"
#include "modelservice/schema/json_syntax.h"
#include "modelservice/schema/timestamp_text.h"
#include "modelservice/sql/array_literal.h"

namespace modelservice::postgres {
namespace {

// PostgreSQL's limit of dimensions.
constexpr int kMaxDimensions = 6;

// JSON has no number for NaN and infinity, and readers take -0 for 0.
template <class Float>
void AppendJsonReal(Float real, std::string* json) {
  const bool plain = std::isfinite(real) && (real != 0 || !std::signbit(real));
  const absl::string_view quote = plain ? "" : "\"";
  absl::StrAppend(json, quote);
  AppendShortest(real, json);
  absl::StrAppend(json, quote);
}

void AppendJsonInteger(int64_t integer, Oid type, std::string* json) {
  switch (type) {
    case kBool:
      absl::StrAppend(json, integer != 0 ? "true" : "false");
      break;
    case kInt8:  // more than a JSON number holds
      absl::StrAppend(json, "\"", integer, "\"");
      break;
    default:
      absl::StrAppend(json, integer);
      break;
  }
}

// As ProtoJSON writes a Duration; as PostgreSQL does where its days and months
// would be lost.
void AppendSpan(absl::string_view text, std::string* json) {
  Interval interval;
  if (!ParseInterval(text, &interval) || interval.days != 0 ||
      interval.months != 0) {
    QuoteJson(text, json);
    return;
  }
  absl::StrAppend(json, "\"", DurationText(interval.micros), "\"");
}

// An element as ProtoJSON writes a field of its type.
void AppendElement(const Value& value, Oid type, std::string* json) {
  switch (value.kind()) {
    case Value::Kind::kInteger:
      AppendJsonInteger(value.integer(), type, json);
      break;
    case Value::Kind::kReal:
      if (type == kFloat4) {
        AppendJsonReal(static_cast<float>(value.real()), json);
      } else {
        AppendJsonReal(value.real(), json);
      }
      break;
    case Value::Kind::kBlob:
      absl::StrAppend(json, "\"", absl::Base64Escape(value.text()), "\"");
      break;
    case Value::Kind::kTimestamp: {
      std::string text = FormatTimestamp(value.seconds(), value.nanos());
      if (text.size() > 10) text[10] = 'T';
      absl::StrAppend(json, "\"", text, "Z\"");
      break;
    }
    case Value::Kind::kText:
      if (type == kJson || type == kJsonb) {
        absl::StrAppend(json, value.text());
      } else if (type == kInterval) {
        AppendSpan(value.text(), json);
      } else if (type == kBpchar) {
        // Its blanks are none of the value.
        QuoteJson(
            value.text().substr(0, value.text().find_last_not_of(' ') + 1),
            json);
      } else {
        QuoteJson(value.text(), json);
      }
      break;
    case Value::Kind::kNull:
    case Value::Kind::kInvalid:
    case Value::Kind::kList:
      absl::StrAppend(json, "null");
      break;
  }
}

// A time as ProtoJSON has it, without what PostgreSQL would round up: what is
// behind its microseconds.
absl::string_view WithoutNanos(absl::string_view time, std::string* cut) {
  constexpr size_t kDigits = 6;
  const size_t point = time.find('.');
  if (point == absl::string_view::npos) return time;
  const size_t end =
      std::min(time.find_first_not_of("0123456789", point + 1), time.size());
  if (end - point - 1 <= kDigits) return time;
  *cut = absl::StrCat(time.substr(0, point + 1 + kDigits), time.substr(end));
  return *cut;
}

// The elements of a binary array, each a length and that many bytes.
class BinaryElements {
 public:
  BinaryElements(absl::string_view bytes, Oid type)
      : rest_(bytes), type_(type), decode_(BinaryDecoder(type)) {}

  // All of the dimensions from `sizes` on, `count` of them.
  bool Append(const int32_t* sizes, int count, std::string* json) {
    json->push_back('[');
    for (int32_t i = 0; i < *sizes; ++i) {
      if (i > 0) json->push_back(',');
      if (!(count > 1 ? Append(sizes + 1, count - 1, json) : AppendOne(json))) {
        return false;
      }
    }
    json->push_back(']');
    return true;
  }

 private:
  bool AppendOne(std::string* json) {
    if (rest_.size() < 4) return false;
    const int32_t size = LoadBig<int32_t>(rest_.data());
    rest_.remove_prefix(4);
    Value value;
    if (size >= 0) {
      const auto length = static_cast<size_t>(size);
      if (rest_.size() < length) return false;
      if (!decode_(type_, rest_.substr(0, length), &space_, &value)) {
        return false;
      }
      rest_.remove_prefix(length);
    }
    AppendElement(value, type_, json);
    return true;
  }

  absl::string_view rest_;
  const Oid type_;
  const Decode decode_;
  std::string space_;
};

}  // namespace

bool ArrayFromJson(absl::string_view json, Oid element, std::string* array) {
  return ArrayLiteralOfJson(
      json,
      [element](const JsonArray& given, std::string* text) {
        std::string bytes;
        Interval interval;
        switch (element) {
          case kBytea:
            if (!absl::Base64Unescape(given.text(), &bytes) &&
                !absl::WebSafeBase64Unescape(given.text(), &bytes)) {
              return false;
            }
            *text = absl::StrCat("\\x", absl::BytesToHexString(bytes));
            return true;
          case kJson:
          case kJsonb:
            *text = std::string(given.raw());
            return true;
          case kInterval:
            if (!ParseInterval(given.text(), &interval)) break;
            text->clear();
            AppendIntervalText(interval, text);
            return true;
          case kTimestamp:
          case kTimestamptz:
            *text = std::string(WithoutNanos(given.text(), &bytes));
            return true;
          default:
            break;
        }
        *text = given.text();
        return true;
      },
      array, element == kJson || element == kJsonb ? "\"null\"" : "NULL");
}

bool JsonFromArray(absl::string_view array, Oid element, std::string* json) {
  std::string space;
  return JsonOfArrayLiteral(
      array,
      [element, &space](std::optional<absl::string_view> text,
                        std::string* to) {
        Value value;
        if (text.has_value() &&
            !TextDecoder(element)(element, *text, &space, &value)) {
          return false;
        }
        AppendElement(value, element, to);
        return true;
      },
      json);
}

bool JsonFromBinaryArray(absl::string_view bytes, std::string* json) {
  constexpr size_t kHeader = 12;
  if (bytes.size() < kHeader) return false;
  const int dimensions = LoadBig<int32_t>(bytes.data());
  const Oid element = LoadBig<uint32_t>(bytes.data() + 8);
  bytes.remove_prefix(kHeader);
  if (dimensions == 0) {
    absl::StrAppend(json, "[]");
    return true;
  }
  if (dimensions < 0 || dimensions > kMaxDimensions ||
      bytes.size() < 8 * static_cast<size_t>(dimensions) ||
      BinaryDecoder(element) == nullptr) {
    return false;
  }
  int32_t sizes[kMaxDimensions];
  for (int i = 0; i < dimensions; ++i) {
    sizes[i] = LoadBig<int32_t>(bytes.data());
    bytes.remove_prefix(8);  // its size and its first index
  }
  return BinaryElements(bytes, element).Append(sizes, dimensions, json);
}

}  // namespace modelservice::postgres
