#include "modelservice/server/equality.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "modelservice/schema/access.h"

namespace modelservice {
namespace {

// What a rule compares columns by.
struct ComparedBy {
  bool owner = false;
  bool any_column = false;
};

ComparedBy ComparedIn(const AccessExpression& rule,
                      const PermissionNames& names) {
  ComparedBy compared;
  compared.owner = rule.kind() == AccessExpression::Kind::kOwner;
  compared.any_column = rule.kind() == AccessExpression::Kind::kNamed &&
                        names.FindObjectLevel(rule.name()) != nullptr;
  for (const AccessExpression& part : rule.parts()) {
    const ComparedBy inside = ComparedIn(part, names);
    compared.owner = compared.owner || inside.owner;
    compared.any_column = compared.any_column || inside.any_column;
  }
  return compared;
}

// Texts that are no expression are told of elsewhere.
absl::Status CheckRule(const Table& table, const Column& ruled,
                       absl::string_view setting, absl::string_view text,
                       const LiveTable& live, const PermissionNames& names) {
  AccessFault fault;
  const std::optional<AccessExpression> rule =
      AccessExpression::Parse(text, &fault);
  if (!rule.has_value()) return absl::OkStatus();
  const ComparedBy compared = ComparedIn(*rule, names);
  for (const Column& column : table.columns) {
    const bool is_compared =
        compared.any_column || (compared.owner && column.role == Role::kOwner);
    const LiveColumn* const lies_in = FindColumn(live.columns, column.name);
    if (!is_compared || lies_in == nullptr || !lies_in->loosely_equal) continue;
    return absl::FailedPreconditionError(absl::StrCat(
        table.message, ".", ruled.field, ": ", setting, ": \"", text,
        "\" is about rows by columns of theirs, and of column \"", column.name,
        "\" of table \"", table.name,
        "\" only the database knows which values are equal; make it one that "
        "compares bytes (text, COLLATE \"C\" or BINARY), or write a rule that "
        "is about the caller alone"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckEquality(const Table& table, const LiveTable& live,
                           const PermissionNames& names) {
  for (const Column& column : table.columns) {
    absl::Status status = CheckRule(table, column, "read_requires",
                                    column.read_requires, live, names);
    if (status.ok()) {
      status = CheckRule(table, column, "write_requires", column.write_requires,
                         live, names);
    }
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status CheckKeys(const Table& table, const LiveTable& live) {
  for (const int key : table.key) {
    const auto column = static_cast<size_t>(key);
    const LiveColumn* const lies_in =
        FindColumn(live.columns, table.columns[column].name);
    if (lies_in == nullptr || column >= live.forms.size()) continue;
    const std::string odd = live.forms[column].OddKey(*lies_in);
    if (odd.empty()) continue;
    const std::string& first = lies_in->keys.front();
    const std::string place = absl::StrCat(" in column \"", lies_in->name,
                                           "\" of table \"", table.name, "\" ");
    return absl::FailedPreconditionError(absl::StrCat(
        table.message, ".", table.columns[column].field, ": ",
        odd == first
            ? absl::StrCat("the key \"", odd, "\"", place,
                           "is spelled so that no request would find it")
            : absl::StrCat("the keys", place, "are not all spelled alike, \"",
                           first, "\" and \"", odd,
                           "\", and no request would find the latter"),
        "; write all of them in one way"));
  }
  return absl::OkStatus();
}

}  // namespace modelservice
