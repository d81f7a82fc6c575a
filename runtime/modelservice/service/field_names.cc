#include "modelservice/service/field_names.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "modelservice/service/text_fault.h"
#include "modelservice/sql/way.h"

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

bool IsKnownToAll(const Table& table, int key) {
  for (const int position : KeyColumns(table, key)) {
    const Column& column = table.columns[static_cast<size_t>(position)];
    if (!column.filterable || !IsReadByAll(column)) return false;
  }
  return true;
}

const RelatedField* FindRelated(const Model* model, absl::string_view name) {
  if (model == nullptr) return nullptr;
  for (const RelatedField& field : model->related) {
    if (field.field == name) return &field;
  }
  return nullptr;
}

std::string NoSuchPath(const Table& table, const Model* model,
                       absl::string_view name) {
  std::vector<absl::string_view> relations;
  if (model != nullptr) {
    for (const RelatedField& field : model->related) {
      if (field.kind != RelatedField::Kind::kKeys)
        relations.push_back(field.field);
    }
  }
  return NoSuchField(table, name, relations);
}

}  // namespace modelservice
