#include "modelservice/protogen/known_model.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "modelservice/protogen/field_mapping.h"
#include "modelservice/protogen/type_mapping.h"

namespace modelservice::proto {
namespace {

// What the fields of the table would be in a new file, in their order; none
// where it cannot be written.
std::vector<SelectedField> UsualFields(const catalog::Catalog& catalog,
                                       const catalog::Table& table,
                                       Style style) {
  SelectionOptions only;
  only.tables = {table.FullName()};
  std::vector<std::string> left_out;
  const auto selected = Select(catalog, only, style == Style::kDjango,
                               /*to_many=*/false, &left_out);
  if (!selected.ok() || selected->size() != 1) return {};
  return selected->front().fields;
}

// Without options a field whose name is not the column's is known by the name
// that it would get in a new file.
void AddUsualNames(const std::vector<SelectedField>& fields,
                   const ExistingModel& model, KnownModel* known) {
  std::map<std::string, std::string> usual;  // by column
  for (const SelectedField& field : fields) {
    const ExistingField* const existing = model.FindField(field.name);
    if (existing != nullptr && !existing->has_settings) {
      usual.emplace(field.column->name, field.name);
    }
  }
  for (const auto& [column, name] : usual) {
    // The column that is called so keeps its field, unless it has another one.
    if (name != column && known->fields.count(name) > 0 &&
        usual.count(name) == 0) {
      continue;
    }
    known->fields[column] = name;
  }
}

bool IsKnown(const KnownModel& known, const std::string& field) {
  return std::any_of(known.fields.begin(), known.fields.end(),
                     [&](const auto& entry) { return entry.second == field; });
}

// Whether the field is of a type that a new file would have for the column.
bool HasTypeOf(const ExistingField& field, const catalog::Catalog& catalog,
               const catalog::Table& table, const catalog::Column& column) {
  if (field.type == DjangoType(catalog, table, column)) return true;
  const auto mapped = MapField(catalog, table, column);
  return mapped.ok() && mapped->field.type == field.type;
}

// Fields that nothing names: those of Django's db_column. A column that would
// get their number and type in a new file is theirs.
absl::Status AddByPlace(const ExistingFile& file, const ExistingModel& model,
                        const catalog::Catalog& catalog,
                        const catalog::Table& table,
                        const std::vector<SelectedField>& fields,
                        KnownModel* known) {
  std::vector<const ExistingField*> lost;
  for (const ExistingField& field : model.fields) {
    if (field.repeated || field.has_settings || IsKnown(*known, field.name)) {
      continue;
    }
    const size_t place = static_cast<size_t>(field.number) - 1;
    const catalog::Column* column =
        place < fields.size() ? fields[place].column : nullptr;
    if (column != nullptr && known->fields.count(column->name) == 0 &&
        HasTypeOf(field, catalog, table, *column)) {
      known->fields[column->name] = field.name;
    } else {
      lost.push_back(&field);
    }
  }
  std::vector<std::string> free;
  for (const SelectedField& field : fields) {
    if (known->fields.count(field.column->name) == 0 && !lost.empty() &&
        HasTypeOf(*lost.front(), catalog, table, *field.column)) {
      free.push_back(absl::StrCat("\"", field.column->name, "\""));
    }
  }
  if (free.empty()) return absl::OkStatus();
  const ExistingField& field = *lost.front();
  return absl::FailedPreconditionError(absl::StrCat(
      file.PlaceOf(field.path), ": ", model.message->name(), ".", field.name,
      " may be of a column with another name (", absl::StrJoin(free, ", "),
      "); say which, with [(modelservice.field) = { column: ... }], or write "
      "reserved ",
      field.number, "; in its place if its column is gone"));
}

}  // namespace

absl::StatusOr<KnownModel> KnowModel(const ExistingFile& file,
                                     const ExistingModel& model,
                                     const catalog::Catalog& catalog,
                                     const catalog::Table& table, Style style) {
  KnownModel known;
  known.message = model.message->name();
  for (const ExistingField& field : model.fields) {
    const catalog::Column* column = table.FindColumn(field.column);
    if (column != nullptr && !field.settings.transient()) {
      known.fields[field.column] = field.name;
    }
    if (field.repeated) known.relations.insert(field.name);
    known.taken.insert(field.name);
  }
  // Django's name of a foreign key, in a file without options.
  for (const ExistingField& field : model.fields) {
    const std::string column = absl::StrCat(field.name, "_id");
    if (!field.has_settings && table.FindColumn(field.name) == nullptr &&
        table.ReferenceOf(column) != nullptr) {
      known.fields.emplace(column, field.name);
    }
  }
  if (!model.has_settings) {
    const std::vector<SelectedField> fields =
        UsualFields(catalog, table, style);
    AddUsualNames(fields, model, &known);
    if (auto status = AddByPlace(file, model, catalog, table, fields, &known);
        !status.ok()) {
      return status;
    }
  }
  for (const std::string& name : model.message->reserved_name()) {
    known.taken.insert(name);
  }
  return known;
}

}  // namespace modelservice::proto
