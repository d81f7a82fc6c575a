#include "modelservice/service/field_names.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "modelservice/service/text_fault.h"

namespace modelservice {
namespace {

constexpr size_t kMostFields = 30;

}  // namespace

int FindColumn(const Table& table, absl::string_view field) {
  for (size_t i = 0; i < table.columns.size(); ++i) {
    if (table.columns[i].field == field) return static_cast<int>(i);
  }
  return -1;
}

std::string NoSuchField(const Table& table, absl::string_view name,
                        absl::Span<const absl::string_view> others) {
  std::vector<absl::string_view> names;
  for (const Column& column : table.columns) {
    if (IsReadByAll(column)) names.push_back(column.field);
  }
  names.insert(names.end(), others.begin(), others.end());
  const bool all = names.size() <= kMostFields;
  if (!all) names.resize(kMostFields);
  return absl::StrCat(table.message, " has no field ", Quoted(name),
                      ". It has ", absl::StrJoin(names, ", "),
                      all ? "." : ", ....");
}

bool IsReadByAll(const Column& column) {
  return !column.input_only &&
         (column.read_requires.empty() || column.read_requires == "any");
}

}  // namespace modelservice
