#include "modelservice/base/rules.h"

#include "absl/strings/match.h"
#include "absl/strings/strip.h"

namespace modelservice {
namespace {

constexpr Rule kRules[] = {
    {"REQUIRED", "This field is required."},
    {"NULL", "This field may not be null."},
    {"BLANK", "This field may not be blank."},
    {"MAX_LENGTH", "Ensure this field has no more than <max> <of>."},
    {"MIN_LENGTH", "Ensure this field has at least <min> <of>."},
    {"MAX_VALUE", "Ensure this value is less than or equal to <max>."},
    {"MIN_VALUE", "Ensure this value is greater than or equal to <min>."},
    {"MAX_DIGITS", "Ensure that there are no more than <max> digits in total."},
    {"MAX_DECIMAL_PLACES",
     "Ensure that there are no more than <max> decimal places."},
    {"MAX_WHOLE_DIGITS",
     "Ensure that there are no more than <max> digits before the decimal "
     "point."},
    {"INVALID_CHOICE", "\"<value>\" is not a valid choice."},
    {"INVALID_CHOICE", "This is not a valid choice."},
    {"PATTERN", "This value does not match the required pattern."},
    {"INVALID", "Enter a valid value."},
    {"EMAIL", "Enter a valid email address."},
    {"UUID", "Must be a valid UUID."},
    {"URI", "Enter a valid URL."},
    {"IP_ADDRESS", "Enter a valid IPv4 or IPv6 address."},
    {"IPV4", "Enter a valid IPv4 address."},
    {"IPV6", "Enter a valid IPv6 address."},
    {"HOSTNAME", "Enter a valid host name."},
    {"SLUG",
     "Enter a valid \"slug\" consisting of letters, numbers, underscores or "
     "hyphens."},
    {"NUMBER", "A valid number is required."},
    {"NUMBER", "String value too large."},
    {"INTEGER", "A valid integer is required."},
    {"BOOLEAN", "Must be a valid boolean."},
    {"BOOLEAN", "Enter true or false."},
    {"DATE", "Date has wrong format. <>"},
    {"DATE", "Expected a date but got a datetime."},
    {"TIME", "Time has wrong format. <>"},
    {"DATETIME", "Datetime has wrong format. <>"},
    {"DATETIME_RANGE", "Datetime has wrong range: <>"},
    {"DATETIME_RANGE", "Datetime value out of range."},
    {"DURATION", "Duration has wrong format. <>"},
    {"DURATION_RANGE", "Duration has wrong range."},
    {"WHOLE_SECONDS", "Ensure that the time is a whole number of seconds."},
    {"WHOLE_MICROSECONDS",
     "Ensure that the duration is a whole number of microseconds."},
    {"BASE64", "Enter valid base64."},
    {"JSON", "Value must be valid JSON."},
    {"JSON", "This value has no JSON form."},
    {"JSON_OBJECT", "This is no JSON object."},
    {"REGEX", "Enter a valid regular expression: <>"},
    {"UTF8", "Not a valid string."},
    {"NULL_CHARACTERS_NOT_ALLOWED", "Null characters are not allowed."},
    {"MAX_DEPTH", "Ensure that this field nests no more than <max> messages."},
    {"MAX_DEPTH", "Ensure that a path has no more than <max> names."},
    {"DOES_NOT_EXIST", "Invalid pk \"<value>\" - object does not exist."},
    {"DOES_NOT_EXIST", "Invalid key - object does not exist."},
    {"KEY_TYPE", "Incorrect type. Expected pk value, received \"<value>\"."},
    {"UNIQUE", "The fields <fields> must make a unique set."},
    {"UNIQUE", "<model> with this <fields> already exists."},
    {"TWICE", "This key is there twice."},
    {"CHECK", "These values do not meet a rule of the database."},
    {"IMMUTABLE", "This field cannot be changed."},
    {"IMMUTABLE", "\"<field>\" cannot be changed."},
    {"NOT_STORED", "This field is not stored here; leave it out."},
    {"NO_SUCH_FIELD", "\"<field>\" is no field of <model>."},
    {"NO_SUCH_FIELD", "There is no \"<field>\" of a page: <>"},
    {"OTHER_ROWS", "\"<field>\" is of other rows<>"},
    {"NO_SUCH_GROUP", "\"<field>\" is nothing to group by."},
    {"NOT_FILTERABLE", "This field cannot be filtered by."},
    {"NOT_FILTERABLE", "<model> has no searchable field."},
    {"PAGE", "Ask by page and page_size, or by limit and offset, not by both."},
    {"SYNTAX", "Character <character>: <>"},
    {"SYNTAX", "Byte <byte>: <>"},
    {"RANGE", "Ensure that there are two values, the least and the most."},
    {"LOOKUP", "This lookup takes one value."},
    {"LOOKUP", "This lookup is for texts."},
    {"TYPE", "Enter a text, a number, or a list of such."},
    {"MAX_LENGTH", "The <> longer than <max> <of> (<setting>)."},
    {"MAX_LENGTH", "The <> has more than <max> <of> (<setting>)."},
    {"MAX_LENGTH", "There are more than <max> <of> (<setting>)."},
    {"PAGE_TOKEN", "This token <>"},
    {"REQUEST_ID", "Another request had this id already."},
    {"OF_WHOLE_REQUEST", "Say this of the whole request."},
    {"REQUEST", "The request is missing."},
    {"REQUEST", "The request is no valid <message>."},
    {"MORE", "<count> more violations."},
    {"TYPE", "Enter <expected>."},
};

// What is in front of the sentence's next mark; all of it where there is none.
absl::string_view Before(absl::string_view sentence) {
  return sentence.substr(0, sentence.find('<'));
}

// Whether `words` are `sentence`, whose parameters are added.
bool Matches(absl::string_view sentence, absl::string_view words,
             std::vector<std::pair<std::string, std::string>>* parameters) {
  const absl::string_view first = Before(sentence);
  if (!absl::ConsumePrefix(&words, first)) return false;
  sentence.remove_prefix(first.size());
  while (!sentence.empty()) {
    const size_t end = sentence.find('>');
    const absl::string_view name = sentence.substr(1, end - 1);
    sentence.remove_prefix(end + 1);
    // A value ends where the rest begins: of the last one, at the end.
    const absl::string_view rest = Before(sentence);
    const bool is_last = rest.size() == sentence.size();
    const size_t size = is_last
                            ? words.size() - std::min(words.size(), rest.size())
                            : words.find(rest);
    if (size == absl::string_view::npos ||
        words.substr(size, rest.size()) != rest) {
      return false;
    }
    if (!name.empty()) {
      parameters->emplace_back(name, words.substr(0, size));
    }
    words.remove_prefix(size + rest.size());
    sentence.remove_prefix(rest.size());
  }
  return words.empty();
}

}  // namespace

absl::Span<const Rule> Rules() { return kRules; }

std::optional<FoundRule> FindRule(absl::string_view sentence) {
  for (const Rule& rule : kRules) {
    FoundRule found{rule.reason, {}};
    if (Matches(rule.sentence, sentence, &found.parameters)) return found;
  }
  return std::nullopt;
}

}  // namespace modelservice
