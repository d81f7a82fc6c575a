#include "modelservice/service/field_names.h"

#include "absl/strings/str_cat.h"
#include "modelservice/service/text_fault.h"

namespace modelservice {
namespace {

constexpr int kMostNames = 30;

}  // namespace

int FindColumn(const Table& table, absl::string_view field) {
  for (size_t i = 0; i < table.columns.size(); ++i) {
    if (table.columns[i].field == field) return static_cast<int>(i);
  }
  return -1;
}

std::string NoSuchField(const Table& table, absl::string_view name) {
  std::string fault =
      absl::StrCat(table.message, " has no field ", Quoted(name), ". It has ");
  int named = 0;
  for (const Column& column : table.columns) {
    if (!IsReadByAll(column)) continue;
    if (named == kMostNames) {
      absl::StrAppend(&fault, ", ...");
      break;
    }
    absl::StrAppend(&fault, named++ == 0 ? "" : ", ", column.field);
  }
  absl::StrAppend(&fault, ".");
  return fault;
}

bool IsReadByAll(const Column& column) {
  return !column.input_only &&
         (column.read_requires.empty() || column.read_requires == "any");
}

}  // namespace modelservice
