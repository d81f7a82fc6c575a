#include "modelservice/protogen/proto_names.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "modelservice/protogen/singular.h"
#include "modelservice/schema/words.h"

namespace modelservice::proto {
namespace {

// The models of django.contrib, whose classes the tables' names do not tell.
constexpr std::pair<absl::string_view, absl::string_view> kDjangoClasses[] = {
    {"auth_group", "Group"},
    {"auth_permission", "Permission"},
    {"auth_user", "User"},
    {"django_admin_log", "LogEntry"},
    {"django_content_type", "ContentType"},
    {"django_flatpage", "FlatPage"},
    {"django_migrations", "Migration"},
    {"django_redirect", "Redirect"},
    {"django_session", "Session"},
    {"django_site", "Site"},
};

bool IsUpper(char c) {
  return absl::ascii_isupper(static_cast<unsigned char>(c));
}
bool IsDigit(char c) {
  return absl::ascii_isdigit(static_cast<unsigned char>(c));
}

bool IsIdentifierCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_';
}

bool EndsInSibilant(absl::string_view word) {
  for (const absl::string_view end : {"s", "x", "z", "ch", "sh"}) {
    if (absl::EndsWithIgnoreCase(word, end)) return true;
  }
  return false;
}

// As protoc makes it, in lower case: old versions compare without case.
std::string JsonName(absl::string_view name) {
  std::string json;
  for (const char c : name) {
    if (c != '_') {
      json.push_back(absl::ascii_tolower(static_cast<unsigned char>(c)));
    }
  }
  return json;
}

// The outermost namespace has C's names in it.
bool IsTakenPackage(absl::string_view part, bool first) {
  return IsCppKeyword(part) || IsCMacro(part) || IsMacroElsewhere(part) ||
         part == "std" ||
         (first && (IsCGlobal(part) || IsLibraryNamespace(part)));
}

size_t EditDistance(absl::string_view a, absl::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

}  // namespace

std::string MessageName(const catalog::Catalog& catalog,
                        const catalog::Table& table) {
  for (const auto& [known, name] : kDjangoClasses) {
    if (table.name == known) return std::string(name);
  }
  absl::string_view name = table.name;
  for (const catalog::DjangoModel& model : catalog.django_models) {
    if (name == absl::StrCat(model.app, "_", model.model)) {
      return CamelCase(model.model);
    }
  }
  // A relation's own table, or an app without content types.
  for (const catalog::DjangoModel& model : catalog.django_models) {
    if (absl::ConsumePrefix(&name, absl::StrCat(model.app, "_"))) {
      return CamelCase(name);
    }
  }
  return CamelCase(Singular(name));
}

std::string SnakeCase(absl::string_view name) {
  std::string snake;
  for (size_t i = 0; i < name.size(); ++i) {
    const bool starts_word =
        IsUpper(name[i]) && i > 0 && name[i - 1] != '_' &&
        (!IsUpper(name[i - 1]) ||
         (i + 1 < name.size() &&
          absl::ascii_islower(static_cast<unsigned char>(name[i + 1]))));
    if (starts_word) snake.push_back('_');
    snake.push_back(absl::ascii_tolower(static_cast<unsigned char>(name[i])));
  }
  return snake;
}

std::string CamelCase(absl::string_view name) {
  std::string camel;
  bool starts_word = true;
  for (const char c : Identifier(name)) {
    if (c == '_') {
      starts_word = true;
      continue;
    }
    camel.push_back(
        starts_word ? absl::ascii_toupper(static_cast<unsigned char>(c)) : c);
    starts_word = IsDigit(c);
  }
  if (camel.empty() || IsDigit(camel[0])) camel.insert(0, "Table");
  return camel;
}

std::string Plural(absl::string_view word) {
  const bool y_after_consonant =
      word.size() > 1 && absl::EndsWith(word, "y") &&
      !absl::StrContains("aeiou", word.substr(word.size() - 2, 1));
  if (y_after_consonant) {
    return absl::StrCat(word.substr(0, word.size() - 1), "ies");
  }
  return absl::StrCat(word, EndsInSibilant(word) ? "es" : "s");
}

bool IsIdentifier(absl::string_view name) {
  return !name.empty() && !IsDigit(name[0]) &&
         std::all_of(name.begin(), name.end(), IsIdentifierCharacter);
}

std::string Identifier(absl::string_view name) {
  std::string identifier;
  for (const char c : name) {
    if (IsIdentifierCharacter(c)) {
      identifier.push_back(c);
    } else if (!identifier.empty() && identifier.back() != '_') {
      identifier.push_back('_');
    }
  }
  while (absl::EndsWith(identifier, "_") && !absl::EndsWith(name, "_")) {
    identifier.pop_back();
  }
  if (identifier.empty()) return "field";
  if (IsDigit(identifier[0])) identifier.insert(0, "field_");
  return identifier;
}

std::string PackageName(absl::string_view stem) {
  std::string package;
  for (const absl::string_view part :
       absl::StrSplit(stem, '.', absl::SkipEmpty())) {
    absl::StrAppend(&package, package.empty() ? "" : ".", Identifier(part));
  }
  return package;
}

bool IsTakenField(absl::string_view name) {
  // Accessors are in lower case.
  const std::string accessor = absl::AsciiStrToLower(name);
  return IsMessageMember(accessor) || IsCMacro(accessor);
}

bool IsTakenMember(absl::string_view name) {
  return IsCppKeyword(name) || IsCMacro(name) || IsMacroElsewhere(name) ||
         IsMessageMember(name) ||
         IsMessageMember(absl::AsciiStrToLower(name)) || IsProtoKeyword(name) ||
         name == "std";
}

bool IsTakenMessage(absl::string_view name) {
  // In a service that has a method of the name, this would be the method.
  for (const absl::string_view method :
       {"List", "Create", "Retrieve", "Update", "PartialUpdate", "Destroy"}) {
    if (name == method) return true;
  }
  return IsCppKeyword(name) || IsCMacro(name) || IsMacroElsewhere(name) ||
         IsMessageMember(name) || IsProtoKeyword(name) ||
         IsLibraryNamespace(name);
}

std::string FreeMessage(std::string name) {
  if (IsTakenMessage(name)) name += "Row";
  return name;
}

std::vector<std::string> AccessorsOf(absl::string_view field) {
  const std::string name = absl::AsciiStrToLower(field);
  std::vector<std::string> accessors = {name, absl::StrCat(name, "_size")};
  for (const absl::string_view prefix :
       {"has_", "clear_", "set_", "add_", "mutable_", "release_",
        "set_allocated_"}) {
    accessors.push_back(absl::StrCat(prefix, name));
  }
  return accessors;
}

std::string FaultOfPackage(absl::string_view package) {
  const std::vector<absl::string_view> parts = absl::StrSplit(package, '.');
  for (const absl::string_view part : parts) {
    if (IsTakenPackage(part, &part == &parts[0])) {
      return absl::StrCat("the part ", part,
                          " is a word that C++ or a library has taken");
    }
  }
  return "";
}

std::string FreePackage(absl::string_view package) {
  std::vector<std::string> parts = absl::StrSplit(package, '.');
  for (std::string& part : parts) {
    if (IsTakenPackage(part, &part == &parts[0])) part += "_db";
  }
  return absl::StrJoin(parts, ".");
}

std::string FieldNames::Add(std::string name) {
  if (IsTakenField(name)) name += "_value";
  // protoc's own names for accessors.
  if (absl::StartsWithIgnoreCase(name, "_internal_")) name.erase(0, 1);
  std::string unique = name;
  for (int i = 2; Collides(unique); ++i) unique = absl::StrCat(name, "_", i);
  Take(unique);
  return unique;
}

void FieldNames::Take(const std::string& name) {
  names_.insert(name);
  json_names_.insert(JsonName(name));
}

bool FieldNames::Collides(absl::string_view name) const {
  if (json_names_.count(JsonName(name)) > 0) return true;
  for (const absl::string_view prefix :
       {"has_", "clear_", "set_", "add_", "mutable_", "release_"}) {
    absl::string_view rest = name;
    if (absl::ConsumePrefix(&rest, prefix) && names_.count(rest) > 0) {
      return true;
    }
    if (names_.count(absl::StrCat(prefix, name)) > 0) return true;
  }
  absl::string_view rest = name;
  return (absl::ConsumeSuffix(&rest, "_size") && names_.count(rest) > 0) ||
         names_.count(absl::StrCat(name, "_size")) > 0;
}

std::string DidYouMean(absl::string_view name,
                       const std::vector<std::string>& candidates) {
  constexpr size_t kMost = 3;
  const std::string wanted = absl::AsciiStrToLower(name);
  std::vector<std::pair<size_t, std::string>> near;
  for (const std::string& candidate : candidates) {
    const std::string text = absl::AsciiStrToLower(candidate);
    size_t distance = EditDistance(wanted, text);
    // "user" for "auth_user".
    if (absl::StrContains(text, wanted)) distance = 1;
    if (distance <= std::max<size_t>(2, wanted.size() / 3)) {
      near.emplace_back(distance, candidate);
    }
  }
  std::sort(near.begin(), near.end());
  std::string words;
  for (size_t i = 0; i < near.size() && i < kMost; ++i) {
    const bool last = i + 1 == std::min(near.size(), kMost);
    absl::StrAppend(&words,
                    i == 0 ? ""
                    : last ? " or "
                           : ", ",
                    "\"", near[i].second, "\"");
  }
  return words.empty() ? "" : absl::StrCat("; did you mean ", words, "?");
}

}  // namespace modelservice::proto
