#include "modelservice/protogen/known_model.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "modelservice/protogen/field_mapping.h"
#include "modelservice/protogen/proto_names.h"
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
  std::vector<LeftOut> left_out;
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
  const std::vector<std::string> others = OtherTypes(catalog, table, column);
  if (std::find(others.begin(), others.end(), field.type) != others.end()) {
    return true;
  }
  const auto mapped = MapField(catalog, table, column);
  return mapped.ok() && mapped->field.type == field.type;
}

// Whether every field that is known has the number that it would get.
bool IsAsWritten(const std::vector<SelectedField>& fields,
                 const ExistingModel& model, const KnownModel& known) {
  for (size_t i = 0; i < fields.size(); ++i) {
    const auto name = known.fields.find(fields[i].column->name);
    if (name == known.fields.end()) continue;
    const ExistingField* field = model.FindField(name->second);
    if (field != nullptr && static_cast<size_t>(field->number) != i + 1) {
      return false;
    }
  }
  return true;
}

// Fields that nothing names. In a file that is as it was written, a column that
// would get the field's number and type is the field's: it has Django's
// db_column. With `by_place` that is so.
class LostFields {
 public:
  LostFields(const ExistingFile& file, const ExistingModel& model,
             const catalog::Catalog& catalog, const catalog::Table& table,
             const std::vector<SelectedField>& fields)
      : file_(file),
        model_(model),
        catalog_(catalog),
        table_(table),
        fields_(fields) {}

  absl::Status Find(bool by_place, KnownModel* known) const {
    std::vector<const ExistingField*> lost;
    for (const ExistingField& field : model_.fields) {
      if (field.repeated || field.has_settings || IsKnown(*known, field.name)) {
        continue;
      }
      const size_t place = static_cast<size_t>(field.number) - 1;
      if (by_place && place < fields_.size() &&
          IsFor(fields_[place], field, *known)) {
        known->fields[fields_[place].column->name] = field.name;
      } else {
        lost.push_back(&field);
      }
    }
    for (const ExistingField* field : lost) {
      std::vector<std::string> columns;
      for (const SelectedField& candidate : fields_) {
        if (!IsFor(candidate, *field, *known)) continue;
        columns.push_back(absl::StrCat("\"", candidate.column->name, "\""));
      }
      if (!columns.empty()) return Refuse(*field, columns);
    }
    return absl::OkStatus();
  }

 private:
  bool IsFor(const SelectedField& candidate, const ExistingField& field,
             const KnownModel& known) const {
    return known.fields.count(candidate.column->name) == 0 &&
           HasTypeOf(field, catalog_, table_, *candidate.column);
  }

  absl::Status Refuse(const ExistingField& field,
                      const std::vector<std::string>& columns) const {
    return absl::FailedPreconditionError(absl::StrCat(
        file_.PlaceOf(field.path), ": ", model_.message->name(), ".",
        field.name, " may be of a column with another name (",
        absl::StrJoin(columns, ", "),
        "); say so with [(modelservice.field) = { column: ... }], or write "
        "reserved ",
        field.number, "; in its place if its column is gone"));
  }

  const ExistingFile& file_;
  const ExistingModel& model_;
  const catalog::Catalog& catalog_;
  const catalog::Table& table_;
  const std::vector<SelectedField>& fields_;
};

// A column that is there again, whose name the message has reserved meanwhile,
// has the field that an update gave it: with a number behind the name.
void AddNumberedNames(const std::vector<SelectedField>& fields,
                      const ExistingModel& model, KnownModel* known) {
  const auto& reserved = model.message->reserved_name();
  FieldNames names;
  for (const std::string& name : reserved) names.Take(name);
  for (const SelectedField& field : fields) {
    if (known->fields.count(field.column->name) > 0 ||
        std::find(reserved.begin(), reserved.end(), field.name) ==
            reserved.end()) {
      continue;
    }
    const std::string name = names.Add(field.name);
    const ExistingField* const existing = model.FindField(name);
    if (existing != nullptr && !existing->has_settings &&
        !IsKnown(*known, name)) {
      known->fields[field.column->name] = name;
    }
  }
}

}  // namespace

absl::StatusOr<KnownModel> KnowModel(const ExistingFile& file,
                                     const ExistingModel& model,
                                     const catalog::Catalog& catalog,
                                     const catalog::Table& table, Style style,
                                     bool annotate) {
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
    AddNumberedNames(fields, model, &known);
    const bool by_place = annotate && IsAsWritten(fields, model, known);
    const LostFields lost(file, model, catalog, table, fields);
    if (auto status = lost.Find(by_place, &known); !status.ok()) return status;
  }
  for (const std::string& name : model.message->reserved_name()) {
    known.taken.insert(name);
  }
  return known;
}

}  // namespace modelservice::proto
