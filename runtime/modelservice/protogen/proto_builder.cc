#include "modelservice/protogen/proto_builder.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "modelservice/protogen/circles.h"
#include "modelservice/protogen/enum_types.h"
#include "modelservice/protogen/model_builder.h"
#include "modelservice/protogen/proto_names.h"
#include "modelservice/protogen/type_mapping.h"
#include "modelservice/sql/identifier.h"

namespace modelservice::proto {
namespace {

// A name for the message that leaves every name of its model free; takes them.
std::string TakeName(std::string wanted, Style style,
                     std::set<std::string>* taken) {
  wanted = FreeMessage(std::move(wanted));
  std::string name = wanted;
  std::vector<std::string> names = TopLevelNames(name, style);
  for (int i = 2; !AreFree(names, *taken); ++i) {
    name = absl::StrCat(wanted, i);
    names = TopLevelNames(name, style);
  }
  taken->insert(names.begin(), names.end());
  return name;
}

absl::Status CheckNames(const std::vector<SelectedTable>& selection,
                        const std::vector<std::string>& models) {
  for (const SelectedTable& selected : selection) {
    if (!IsIdentifier(selected.message)) {
      return absl::InvalidArgumentError(absl::StrCat(
          "--model: \"", selected.message,
          "\" is no name for a message; use letters, digits and underscores"));
    }
  }
  for (const std::string& model : models) {
    if (!IsTakenMessage(model)) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("--model: \"", model,
                     "\" is a word that C++ or protoc has taken; name the "
                     "message otherwise"));
  }
  return absl::OkStatus();
}

// Tables of one name are told apart by their schemas.
void NameBySchema(std::vector<SelectedTable>* selection) {
  std::map<std::string, int> tables;
  for (const SelectedTable& selected : *selection) ++tables[selected.message];
  for (SelectedTable& selected : *selection) {
    if (selected.table->schema.empty() || tables[selected.message] < 2) {
      continue;
    }
    selected.message =
        absl::StrCat(CamelCase(selected.table->schema), selected.message);
  }
}

// Those whose wire the clients of django-grpc-framework's own file cannot read.
void AddOtherTypes(const catalog::Catalog& catalog,
                   const SelectedTable& selected, const Model& model,
                   std::vector<std::string>* types) {
  for (const Field& field : model.message.fields) {
    for (const SelectedField& of : selected.fields) {
      if (of.name != field.name || of.column == nullptr) continue;
      const std::string type = DjangoType(catalog, *selected.table, *of.column);
      if (type == field.type) continue;
      types->push_back(absl::StrCat(model.message.name, ".", field.name, " (",
                                    field.type, ", there ", type, ")"));
    }
  }
}

// Whether the plugin's rules for PostgreSQL let a table of SQLite's be.
bool FitsPostgres(const catalog::Table& table, const Message& message) {
  // As many fit in a row whatever their types are.
  constexpr size_t kMostColumns = 400;
  constexpr auto kMostOfKey = static_cast<int>(kMaxKeyColumns);
  const auto fits = [](const std::string& name) {
    return name.size() <= kMaxIdentifierBytes;
  };
  const auto is_named = [&](const auto& part) { return fits(part.name()); };
  const ModelSettings& settings = message.settings;
  return fits(table.name) && !IsPostgresOwn(table.name) &&
         message.fields.size() <= kMostColumns &&
         settings.primary_key_size() <= kMostOfKey &&
         absl::c_all_of(settings.check(), is_named) &&
         absl::c_all_of(settings.index(),
                        [&](const IndexSettings& index) {
                          return is_named(index) &&
                                 index.field_size() <= kMostOfKey;
                        }) &&
         absl::c_all_of(message.fields, [&](const Field& field) {
           const std::string& column = field.settings.has_column()
                                           ? field.settings.column()
                                           : field.name;
           return fits(column) && !IsPostgresColumn(column);
         });
}

absl::StatusOr<std::string> PartOf(const BuildOptions& options,
                                   const catalog::Table& table) {
  if (options.parts.empty()) return std::string();
  const auto found = options.parts.find(table.FullName());
  if (found != options.parts.end()) return found->second;
  return absl::InvalidArgumentError(
      absl::StrCat("--split has no group for table \"", table.FullName(),
                   "\"; add it to one, or leave it out with --exclude"));
}

}  // namespace

absl::StatusOr<File> BuildFile(const catalog::Catalog& catalog,
                               const BuildOptions& options) {
  const bool django_types =
      options.style == Style::kDjango && !options.annotate;
  File file;
  auto selection =
      Select(catalog, options.selection, options.style == Style::kDjango,
             /*to_many=*/django_types, &file.left_out);
  if (!selection.ok()) return selection.status();
  if (auto status = CheckNames(*selection, options.selection.models);
      !status.ok())
    return status;
  std::set<std::string> taken = options.taken_names;
  if (options.selection.models.empty()) NameBySchema(&*selection);
  for (SelectedTable& selected : *selection) {
    if (options.selection.known.count(selected.table->FullName()) > 0) continue;
    selected.message = TakeName(selected.message, options.style, &taken);
  }

  file.style = options.style;
  file.package = options.package;
  if (file.package.empty() && !selection->empty()) {
    file.package =
        FreePackage(absl::AsciiStrToLower(selection->front().message));
  }
  if (options.annotate) file.imports.insert("modelservice/annotations.proto");
  // Each file has its own, so that none needs another for them.
  std::map<std::string, EnumTypes> types;
  for (const SelectedTable& selected : *selection) {
    const auto part = PartOf(options, *selected.table);
    if (!part.ok()) return part.status();
    auto model = django_types ? BuildDjangoModel(catalog, selected)
                              : BuildModel(catalog, *selection, selected,
                                           options.style, options.annotate,
                                           &types[*part], &file.imports);
    if (!model.ok()) return model.status();
    model->part = *part;
    for (const std::string& column : model->secrets) {
      file.secrets.push_back(
          absl::StrCat(selected.table->FullName(), ".", column));
    }
    if (options.style == Style::kDjango && options.annotate && catalog.django &&
        options.selection.known.count(selected.table->FullName()) == 0) {
      AddOtherTypes(catalog, selected, *model, &file.other_types);
    }
    if (RepliesNothing(*model)) {
      file.imports.insert("google/protobuf/empty.proto");
    }
    if (options.annotate && !catalog.postgres &&
        !FitsPostgres(*selected.table, model->message)) {
      file.settings.set_dialect(FileSettings::SQLITE);
    }
    file.models.push_back(*std::move(model));
  }
  BreakCircles(&file.models);
  // The plugin tries SQL out on SQLite, unless it is told that it is
  // PostgreSQL's, and the types are.
  if (options.annotate && catalog.postgres) {
    file.settings.set_dialect(FileSettings::POSTGRES);
  }
  // Its clients know django-grpc-framework's answers.
  if (options.annotate && options.style == Style::kDjango && catalog.django) {
    file.settings.set_style(FileSettings::DJANGO);
  }
  return file;
}

}  // namespace modelservice::proto
