#include "plugin/schema/lookups.h"

#include "absl/strings/str_join.h"

namespace modelservice::plugin {
namespace {

using Takes = LookupKind::Takes;

constexpr LookupKind kLookups[] = {
    {"exact", "kExact", Takes::kValue},
    {"iexact", "kIExact", Takes::kText},
    {"in", "kIn", Takes::kList},
    {"gt", "kGt", Takes::kValue},
    {"gte", "kGte", Takes::kValue},
    {"lt", "kLt", Takes::kValue},
    {"lte", "kLte", Takes::kValue},
    {"range", "kRange", Takes::kList},
    {"contains", "kContains", Takes::kText},
    {"icontains", "kIContains", Takes::kText},
    {"startswith", "kStartsWith", Takes::kText},
    {"istartswith", "kIStartsWith", Takes::kText},
    {"endswith", "kEndsWith", Takes::kText},
    {"iendswith", "kIEndsWith", Takes::kText},
    {"isnull", "kIsNull", Takes::kBool},
    {"regex", "kRegex", Takes::kText},
    {"iregex", "kIRegex", Takes::kText},
};

// https://docs.djangoproject.com/en/stable/ref/models/querysets/#field-lookups
constexpr absl::string_view kOfTimes[] = {
    "date", "year",     "iso_year",     "month",   "day",
    "week", "week_day", "iso_week_day", "quarter", "time",
    "hour", "minute",   "second"};

}  // namespace

const LookupKind* FindLookup(absl::string_view name) {
  for (const LookupKind& lookup : kLookups) {
    if (lookup.name == name) return &lookup;
  }
  return nullptr;
}

bool IsDjangosLookup(absl::string_view name) {
  for (const absl::string_view part : kOfTimes) {
    if (part == name) return true;
  }
  return FindLookup(name) != nullptr;
}

std::string LookupNames() {
  return absl::StrJoin(kLookups, ", ",
                       [](std::string* out, const LookupKind& lookup) {
                         out->append(lookup.name.data(), lookup.name.size());
                       });
}

}  // namespace modelservice::plugin
