#include "modelservice/service/metadata_list.h"

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "modelservice/schema/float_text.h"
#include "modelservice/schema/utf8.h"
#include "modelservice/service/field_names.h"
#include "modelservice/service/filter_value.h"
#include "modelservice/service/lookup.h"
#include "modelservice/service/search.h"
#include "modelservice/sql/stored_literals.h"

namespace modelservice {
namespace {

using Json = ::google::protobuf::Value;
using ::google::protobuf::Struct;

constexpr char kFilters[] = "filters";
constexpr char kPagination[] = "pagination";
// Django REST framework's last_page_strings.
constexpr char kLastPage[] = "last";
// Integers that a double has all of: JSON's numbers are doubles here.
constexpr double kMostInteger = 9007199254740992.0;
constexpr int64_t kMostPage = std::numeric_limits<int32_t>::max();

bool ReadObject(absl::string_view json, Struct* object) {
  return IsUtf8(json) &&
         google::protobuf::util::JsonStringToMessage(std::string(json), object)
             .ok();
}

struct NamedLookup {
  absl::string_view name;
  Lookup lookup;
};
constexpr NamedLookup kLookups[] = {
    {"exact", Lookup::kExact},
    {"iexact", Lookup::kIExact},
    {"in", Lookup::kIn},
    {"gt", Lookup::kGt},
    {"gte", Lookup::kGte},
    {"lt", Lookup::kLt},
    {"lte", Lookup::kLte},
    {"range", Lookup::kRange},
    {"contains", Lookup::kContains},
    {"icontains", Lookup::kIContains},
    {"startswith", Lookup::kStartsWith},
    {"istartswith", Lookup::kIStartsWith},
    {"endswith", Lookup::kEndsWith},
    {"iendswith", Lookup::kIEndsWith},
    {"isnull", Lookup::kIsNull},
    {"regex", Lookup::kRegex},
    {"iregex", Lookup::kIRegex},
};

std::optional<Lookup> FindLookup(absl::string_view name) {
  for (const NamedLookup& known : kLookups) {
    if (known.name == name) return known.lookup;
  }
  return std::nullopt;
}

bool HoldsOneValue(const Column& column) {
  return !column.repeated && column.type != FieldType::kMessage &&
         column.type != FieldType::kBytes &&
         (column.storage == Storage::kNative ||
          column.storage == Storage::kName);
}

// A scalar as text; none for what is no scalar, or no exact one.
std::optional<std::string> TextOf(const Json& value) {
  switch (value.kind_case()) {
    case Json::kStringValue:
      return value.string_value();
    case Json::kBoolValue:
      return value.bool_value() ? "true" : "false";
    case Json::kNumberValue: {
      const double number = value.number_value();
      if (number != std::floor(number)) return ShortestText(number);
      if (std::fabs(number) > kMostInteger) return std::nullopt;
      return absl::StrCat(static_cast<int64_t>(number));
    }
    default:
      return std::nullopt;
  }
}

// TextOf, where a number that is past all rows may be as large as it likes.
std::optional<std::string> CountOf(const Json& value) {
  constexpr size_t kMostDigits = 15;
  std::optional<std::string> text = value.number_value() >= kMostInteger
                                        ? std::string(kMostDigits + 1, '9')
                                        : TextOf(value);
  const bool is_large =
      text.has_value() && text->size() > kMostDigits &&
      text->find_first_not_of("0123456789") == std::string::npos;
  return is_large ? std::string(kMostDigits, '9') : text;
}

class Filters {
 public:
  Filters(const ServicePlan& service, std::vector<Violation>* violations)
      : service_(service),
        table_(*service.model->table),
        violations_(*violations) {}

  MetadataFilters Read(const Struct& object) {
    MetadataFilters filters;
    if (object.fields_size() > service_.bounds.filter.terms) {
      Fault(kFilters,
            absl::StrCat("There are more than ", service_.bounds.filter.terms,
                         " filters (max_filter_terms)."));
      return filters;
    }
    for (const auto& [name, value] : object.fields()) {
      const bool is_field = FindColumn(table_, name) >= 0;
      if (name == kOrdering && !is_field) {
        filters.ordering = Texts(name, value);
      } else if (name == kSearch && !is_field) {
        filters.search = Texts(name, value);
        if (!HasSearchable(table_)) {
          Fault(name,
                absl::StrCat(table_.message, " has no searchable field."));
        }
      } else {
        filters.rows = filters.rows && One(name, value);
      }
    }
    return filters;
  }

 private:
  void Fault(absl::string_view name, absl::string_view words) {
    violations_.push_back({std::string(name), std::string(words)});
  }

  // A text, or several as one with commas between them.
  std::string Texts(const std::string& name, const Json& value) {
    std::vector<std::string> texts;
    bool are_texts = value.kind_case() == Json::kStringValue;
    if (are_texts) {
      texts.push_back(value.string_value());
    } else if (value.kind_case() == Json::kListValue) {
      are_texts = true;
      for (const Json& item : value.list_value().values()) {
        are_texts = are_texts && item.kind_case() == Json::kStringValue;
        texts.push_back(item.string_value());
      }
    }
    if (!are_texts) Fault(name, "Enter a text, or a list of such.");
    return absl::StrJoin(texts, ",");
  }

  Expression One(const std::string& name, const Json& value) {
    int column = FindColumn(table_, name);
    std::optional<Lookup> lookup = Lookup::kExact;
    const size_t end = name.rfind("__");
    if (column < 0 && end != std::string::npos) {
      column = FindColumn(table_, name.substr(0, end));
      lookup = FindLookup(name.substr(end + 2));
    }
    if (column < 0 || !lookup.has_value()) {
      Fault(name, NoSuchField(table_, name));
      return Expression();
    }
    const Column& described = table_.columns[static_cast<size_t>(column)];
    if (!described.filterable || !IsReadByAll(described) ||
        !HoldsOneValue(described)) {
      Fault(name, "This field cannot be filtered by.");
      return Expression();
    }
    return Meets(name, column, *lookup, value);
  }

  Expression Meets(const std::string& name, int column, Lookup lookup,
                   const Json& value) {
    std::vector<const Json*> given;
    std::vector<Json> parts;
    if (value.kind_case() == Json::kStringValue && TakesList(lookup)) {
      // As django-filter's BaseInFilter and BaseRangeFilter have them.
      for (const absl::string_view part :
           absl::StrSplit(value.string_value(), ',')) {
        parts.emplace_back().set_string_value(std::string(part));
      }
      for (const Json& part : parts) given.push_back(&part);
    } else if (value.kind_case() == Json::kListValue) {
      for (const Json& item : value.list_value().values()) {
        given.push_back(&item);
      }
      // A plain field takes a list, too: one of the values.
      if (lookup == Lookup::kExact) lookup = Lookup::kIn;
    } else {
      given.push_back(&value);
    }
    if (!TakesList(lookup) && given.size() != 1) {
      Fault(name, "This lookup takes one value.");
      return Expression();
    }
    std::vector<Literal> values;
    for (const Json* item : given) {
      auto literal = ReadValue(name, column, lookup, *item);
      if (!literal.has_value()) return Expression();
      values.push_back(*std::move(literal));
    }
    std::string fault;
    auto condition =
        LookupCondition(table_, column, lookup, std::move(values), &fault);
    if (!condition.has_value()) {
      Fault(name, fault);
      return Expression();
    }
    // Values were made stored ones; texts are looked for as such.
    return ComparesValues(lookup)
               ? *condition
               : WithStored(*condition, table_, service_.forms);
  }

  std::optional<Literal> ReadValue(const std::string& name, int column,
                                   Lookup lookup, const Json& json) {
    const Column& described = table_.columns[static_cast<size_t>(column)];
    std::optional<std::string> text = TextOf(json);
    if (!text.has_value()) {
      Fault(name, "Enter a text, a number, or a list of such.");
      return std::nullopt;
    }
    if (HasNul(*text)) {
      Fault(name, kNoNul);
      return std::nullopt;
    }
    if (lookup == Lookup::kIsNull) {
      absl::AsciiStrToLower(&*text);
      if (*text == "true" || *text == "false") {
        return Literal(Value::Integer(*text == "true" ? 1 : 0));
      }
      Fault(name, "Enter true or false.");
      return std::nullopt;
    }
    if (!ComparesValues(lookup)) {
      if (described.type == FieldType::kString) {
        return Literal(Value::Text(*text));
      }
      Fault(name, "This lookup is for texts.");
      return std::nullopt;
    }
    if (described.type == FieldType::kBool) absl::AsciiStrToLower(&*text);
    std::string expected;
    auto value = ReadFilterValue(described,
                                 *service_.fields[static_cast<size_t>(column)],
                                 *text, &expected);
    if (!value.has_value()) {
      Fault(name, absl::StrCat("Enter ", expected, "."));
      return std::nullopt;
    }
    TextArena arena;
    const Value stored =
        ComparedIn(service_.forms, described, column, value->value(), arena);
    if (stored.kind() == Value::Kind::kInvalid) {
      Fault(name, stored.text());
      return std::nullopt;
    }
    return Literal(stored);
  }

  const ServicePlan& service_;
  const Table& table_;
  std::vector<Violation>& violations_;
};

}  // namespace

std::map<std::string, std::string, std::less<>> HeadersOf(
    absl::string_view json) {
  std::map<std::string, std::string, std::less<>> headers;
  Struct object;
  if (!ReadObject(json, &object)) return headers;
  for (const auto& [name, value] : object.fields()) {
    if (value.kind_case() == google::protobuf::Value::kStringValue) {
      headers[absl::AsciiStrToLower(name)] = value.string_value();
    }
  }
  return headers;
}

MetadataFilters FiltersOf(const ServicePlan& service, absl::string_view json,
                          std::vector<Violation>* violations) {
  Struct object;
  if (json.size() > service.bounds.filter.bytes) {
    violations->push_back(
        {kFilters, absl::StrCat("The filters are longer than ",
                                service.bounds.filter.bytes,
                                " bytes (max_filter_bytes).")});
  } else if (!ReadObject(json, &object)) {
    violations->push_back({kFilters, "This is no JSON object."});
  } else {
    return Filters(service, violations).Read(object);
  }
  return {};
}

MetadataPage PageOf(absl::string_view json,
                    std::vector<Violation>* violations) {
  Struct object;
  if (json.size() > 1000 || !ReadObject(json, &object)) {
    violations->push_back({kPagination, "This is no JSON object."});
    return {};
  }
  MetadataPage page;
  page.page = 1;
  bool by_page = false;
  bool by_offset = false;
  for (const auto& [name, value] : object.fields()) {
    const std::optional<std::string> text = CountOf(value);
    int64_t number = 0;
    const bool is_number =
        text.has_value() && absl::SimpleAtoi(*text, &number) && number > 0;
    // As in Django REST framework, a size that is none is the model's.
    const int64_t size = is_number ? number : 0;
    if (name == "page") {
      by_page = true;
      page.last = text == kLastPage;
      // Behind the last one, and (page - 1) * size has room.
      const bool is_page = is_number && number <= kMostPage;
      page.page = page.last ? 1 : is_page ? number : -1;
    } else if (name == "page_size") {
      by_page = true;
      page.size = size;
    } else if (name == "limit") {
      by_offset = true;
      page.size = size;
    } else if (name == "offset") {
      by_offset = true;
      page.offset = size;
    } else {
      violations->push_back(
          {kPagination, absl::StrCat("There is no \"", name,
                                     "\" of a page: it has page, page_size, "
                                     "or limit, offset.")});
    }
  }
  if (by_page && by_offset) {
    violations->push_back(
        {kPagination,
         "Ask by page and page_size, or by limit and offset, not by both."});
    return {};
  }
  return page;
}

}  // namespace modelservice
