#include "modelservice/principal.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"

namespace modelservice {
namespace {

namespace pb = ::google::protobuf;

const pb::Value* Find(const google::protobuf::Struct& claims,
                      absl::string_view path) {
  // A name with dots in it, like a URL's, comes before a path.
  const auto whole = claims.fields().find(std::string(path));
  if (whole != claims.fields().end()) return &whole->second;
  const google::protobuf::Struct* inside = &claims;
  const pb::Value* value = nullptr;
  for (const absl::string_view name : absl::StrSplit(path, '.')) {
    if (inside == nullptr) return nullptr;
    const auto found = inside->fields().find(std::string(name));
    if (found == inside->fields().end()) return nullptr;
    value = &found->second;
    inside = value->has_struct_value() ? &value->struct_value() : nullptr;
  }
  return value;
}

// With as many digits as it takes to be this number and no other.
std::string Shortest(double number) {
  std::string text;
  for (int digits = 6; digits <= 17; ++digits) {
    text = absl::StrFormat("%.*g", digits, number);
    double read = 0;
    if (absl::SimpleAtod(text, &read) && read == number) break;
  }
  return text;
}

std::optional<std::string> TextOf(const pb::Value& value) {
  switch (value.kind_case()) {
    case pb::Value::kStringValue:
      return value.string_value();
    case pb::Value::kBoolValue:
      return value.bool_value() ? "true" : "false";
    case pb::Value::kNumberValue: {
      const double number = value.number_value();
      if (std::trunc(number) != number) return Shortest(number);
      // Past it a double does not count single ones any more.
      if (!(std::fabs(number) < 9007199254740992)) return std::nullopt;
      return absl::StrCat(static_cast<int64_t>(number));
    }
    default:
      return std::nullopt;
  }
}

bool Contains(const std::vector<std::string>& texts, absl::string_view text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

}  // namespace

bool Principal::HasRole(absl::string_view role) const {
  return !is_anonymous() && Contains(roles, role);
}

bool Principal::HasPermission(absl::string_view permission) const {
  return !is_anonymous() && (superuser || Contains(permissions, permission));
}

const pb::Value* Principal::FindClaim(absl::string_view path) const {
  return Find(claims, path);
}

std::optional<std::string> Principal::Claim(absl::string_view path) const {
  const pb::Value* const value = Find(claims, path);
  return value == nullptr ? std::nullopt : TextOf(*value);
}

bool Principal::HasClaim(absl::string_view path,
                         absl::string_view value) const {
  const pb::Value* const claim = Find(claims, path);
  if (claim == nullptr) return false;
  if (!claim->has_list_value()) return TextOf(*claim) == std::string(value);
  for (const pb::Value& item : claim->list_value().values()) {
    if (TextOf(item) == std::string(value)) return true;
  }
  return false;
}

}  // namespace modelservice
