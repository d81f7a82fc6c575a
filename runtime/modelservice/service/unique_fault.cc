#include "modelservice/service/unique_fault.h"

#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"

namespace modelservice {
namespace {

bool IsUpper(char c) {
  return absl::ascii_isupper(static_cast<unsigned char>(c));
}

// "int key" of IntKey, "http server" of HTTPServer, as Django has it.
std::string Words(absl::string_view name) {
  std::string words;
  for (size_t i = 0; i < name.size(); ++i) {
    const bool begins =
        i > 0 && IsUpper(name[i]) &&
        (!IsUpper(name[i - 1]) ||
         (i + 1 < name.size() &&
          absl::ascii_islower(static_cast<unsigned char>(name[i + 1]))));
    if (begins && words.back() != ' ') words.push_back(' ');
    words.push_back(absl::ascii_tolower(static_cast<unsigned char>(name[i])));
  }
  return words;
}

std::string NameOf(const Table& table) {
  if (!table.verbose_name.empty()) return std::string(table.verbose_name);
  return table.style == ClientStyle::kNone
             ? absl::AsciiStrToLower(table.message)
             : Words(table.message);
}

std::string NameOf(const Table& table, const Column& column) {
  if (!column.verbose_name.empty()) return std::string(column.verbose_name);
  return table.style == ClientStyle::kNone
             ? std::string(column.field)
             : absl::StrReplaceAll(column.field, {{"_", " "}});
}

}  // namespace

std::vector<Violation> UniqueFault(const Table& table,
                                   absl::Span<const int> all) {
  // Within the caller's tenant there are no others.
  const int tenant = ColumnIn(Role::kTenant, table);
  std::vector<int> columns;
  for (const int column : all) {
    if (column != tenant || all.size() == 1) columns.push_back(column);
  }
  const auto column = [&](int position) -> const Column& {
    return table.columns[static_cast<size_t>(position)];
  };
  if (columns.size() > 1 && table.style != ClientStyle::kNone) {
    const std::string fields =
        absl::StrJoin(columns, ", ", [&](std::string* out, int position) {
          absl::StrAppend(out, column(position).field);
        });
    return {{std::string(kNonFieldErrors),
             absl::StrCat("The fields ", fields, " must make a unique set.")}};
  }
  const std::string names =
      absl::StrJoin(columns, ", ", [&](std::string* out, int position) {
        absl::StrAppend(out, NameOf(table, column(position)));
      });
  const std::string words =
      absl::StrCat(NameOf(table), " with this ", names, " already exists.");
  std::vector<Violation> violations;
  for (const int position : columns) {
    violations.push_back({std::string(column(position).field), words});
  }
  return violations;
}

absl::Status AlreadyExists(absl::string_view resource,
                           absl::Span<const Violation> violations) {
  const bool is_one = std::all_of(
      violations.begin(), violations.end(), [&](const Violation& violation) {
        return violation.description == violations[0].description;
      });
  const std::string message =
      is_one ? violations[0].description
             : std::string(InvalidArgument(violations).message());
  absl::Status status = ErrorWithReason(absl::StatusCode::kAlreadyExists,
                                        message, "ALREADY_EXISTS");
  AddBadRequest(&status, violations);
  AddResourceInfo(&status, resource, "", message);
  return status;
}

}  // namespace modelservice
