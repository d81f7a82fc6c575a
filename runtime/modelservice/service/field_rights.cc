#include "modelservice/service/field_rights.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modelservice/base/is_set.h"
#include "modelservice/orm/row_values.h"
#include "modelservice/service/fields.h"

namespace modelservice {
namespace {

using ::google::protobuf::Message;

void Remove(int column, Change::Columns* columns) {
  columns->erase(std::remove(columns->begin(), columns->end(), column),
                 columns->end());
}

bool IsIn(const std::vector<std::string>& paths, absl::string_view field) {
  return std::any_of(paths.begin(), paths.end(), [&](const std::string& path) {
    return absl::StartsWith(path, absl::StrCat(field, "."));
  });
}

}  // namespace

absl::Status FieldRights::Settle(Change* change) {
  std::vector<int> refused;
  for (const RowAccess::ColumnRule& rule : ColumnRulesOf(call_)) {
    const Column& column = table().columns[static_cast<size_t>(rule.column)];
    // Those are the server's to write.
    if (column.output_only || column.role == Role::kUpdateTime) continue;
    if (!absl::c_linear_search(change->columns, rule.column) &&
        !IsIn(change->nested_paths, column.field)) {
      continue;
    }
    const bool left_out = IsLeftOut(*change, rule.column);
    if (left_out && (rule.read.is_false() || rule.write.is_false())) {
      kept_.push_back(rule.column);
      Remove(rule.column, &change->columns);
    } else if (left_out || !rule.write.is_true()) {
      if (rule.read.is_false() && rule.write.is_false()) {
        refused.push_back(rule.column);
      } else {
        open_.push_back({&rule, left_out});
      }
    }
  }
  return Refuse(refused);
}

// To set a member of a oneof is to write the others, too.
bool FieldRights::IsLeftOut(const Change& change, int column) const {
  if (!change.whole) return false;
  const auto& field = *service_.fields[static_cast<size_t>(column)];
  if (IsSet(*change.resource, field)) return false;
  const auto* oneof = field.real_containing_oneof();
  return oneof == nullptr ||
         !change.resource->GetReflection()->HasOneof(*change.resource, oneof);
}

Change::Columns FieldRights::Written(const Change& change) const {
  Change::Columns columns = change.columns;
  for (const Open& open : open_) {
    if (open.left_out) Remove(open.rule->column, &columns);
  }
  return columns;
}

absl::Status FieldRights::Apply(const Message& stored, Message* updated) {
  written_.clear();
  if (kept_.empty() && open_.empty()) return absl::OkStatus();
  RowValues before(*service_.model);
  before.Read(stored);
  RowValues after(*service_.model);
  after.Read(*updated);
  std::vector<int> kept = kept_;
  std::vector<int> refused;
  for (const Open& open : open_) {
    const RowAccess::ColumnRule& rule = *open.rule;
    const bool reads = MayRead(rule, table(), before.row());
    const bool writes = MayWrite(rule, table(), before.row());
    if (open.left_out && !(reads && writes)) {
      kept.push_back(rule.column);
    } else if (reads && SameValue(before[rule.column], after[rule.column])) {
      continue;
    } else if (writes) {
      written_.push_back(&rule);
    } else {
      refused.push_back(rule.column);
    }
  }
  for (const int column : kept) Keep(column, stored, updated);
  return Refuse(refused);
}

absl::Status FieldRights::CheckWritten(Row row) const {
  std::vector<int> refused;
  for (const RowAccess::ColumnRule* rule : written_) {
    if (!MayWrite(*rule, table(), row)) refused.push_back(rule->column);
  }
  return Refuse(refused);
}

void FieldRights::Keep(int column, const Message& stored,
                       Message* updated) const {
  // Where it has no value, nor has it one in `updated`; and of a oneof another
  // member may have.
  if (IsSet(stored, *service_.fields[static_cast<size_t>(column)])) {
    CopyColumns(*service_.model, {column}, stored, updated);
  }
}

absl::Status FieldRights::Refuse(const std::vector<int>& columns) const {
  if (columns.empty()) return absl::OkStatus();
  std::vector<std::string> fields;
  for (const int column : columns) {
    fields.emplace_back(table().columns[static_cast<size_t>(column)].field);
  }
  return FieldsRefused(call_, fields);
}

}  // namespace modelservice
