#include "modelservice/protogen/proto_update.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "modelservice/protogen/known_model.h"
#include "modelservice/protogen/model_builder.h"
#include "modelservice/protogen/model_update.h"
#include "modelservice/protogen/proto_names.h"
#include "modelservice/protogen/proto_writer.h"
#include "modelservice/protogen/request_update.h"
#include "modelservice/protogen/selection.h"
#include "modelservice/protogen/settings_merge.h"
#include "modelservice/protogen/table_search.h"

namespace modelservice::proto {
namespace {

namespace pb = google::protobuf;

// The table of an annotated message.
std::string TableOf(const ExistingModel& model) {
  const ModelSettings& settings = model.settings;
  const std::string table = settings.has_table()
                                ? settings.table()
                                : SnakeCase(model.message->name());
  return settings.schema().empty()
             ? table
             : absl::StrCat(settings.schema(), ".", table);
}

// Whether methods take the message and none gives it: it is no table's.
bool IsRequest(const pb::FileDescriptorProto& file, const std::string& name) {
  bool is_taken = false;
  for (const pb::ServiceDescriptorProto& service : file.service()) {
    for (const pb::MethodDescriptorProto& method : service.method()) {
      if (method.output_type() == name) return false;
      is_taken = is_taken || method.input_type() == name;
    }
  }
  return is_taken;
}

// Whether a table other than one that differs in case alone has the message's
// name.
bool IsNamedLikeATable(const catalog::Catalog& catalog,
                       const ExistingModel& model) {
  return std::any_of(catalog.tables.begin(), catalog.tables.end(),
                     [&](const catalog::Table& table) {
                       return FreeMessage(MessageName(catalog, table)) ==
                              model.message->name();
                     });
}

// A message is one table's. Those that are written come first, as they are
// named, then those of patterns; then what cannot be had, which no message is
// of, and what is left out.
std::vector<const catalog::Table*> ByWish(const catalog::Catalog& catalog,
                                          const BuildOptions& options) {
  const SelectionOptions& selection = options.selection;
  std::vector<LeftOut> left_out;
  const auto written =
      Select(catalog, selection, options.style == Style::kDjango,
             /*to_many=*/options.style == Style::kDjango && !options.annotate,
             &left_out);
  std::set<const catalog::Table*> had;
  if (written.ok()) {
    for (const SelectedTable& one : *written) had.insert(one.table);
  }
  std::vector<const catalog::Table*> tables;
  for (const catalog::Table& table : catalog.tables) tables.push_back(&table);
  const auto rank = [&](const catalog::Table* table) {
    const auto has = [&](const std::vector<std::string>& names) {
      return std::find(names.begin(), names.end(), table->FullName()) -
             names.begin();
    };
    const auto excluded = has(selection.exclude);
    return std::make_tuple(
        excluded != static_cast<std::ptrdiff_t>(selection.exclude.size()),
        had.count(table) == 0, has(selection.tables));
  };
  std::stable_sort(tables.begin(), tables.end(),
                   [&](const catalog::Table* a, const catalog::Table* b) {
                     return rank(a) < rank(b);
                   });
  return tables;
}

}  // namespace

absl::StatusOr<ProtoUpdate> ProtoUpdate::Read(const std::string& name,
                                              const std::string& text) {
  auto file = ExistingFile::Parse(name, text);
  if (!file.ok()) return file.status();
  ProtoUpdate update(*std::move(file));
  if (update.file_.file().syntax() != "proto3") {
    return absl::InvalidArgumentError(
        absl::StrCat(name, ": --update is for files with syntax = \"proto3\""));
  }
  return update;
}

std::set<std::string> ProtoUpdate::Imports() const {
  return {file_.file().dependency().begin(), file_.file().dependency().end()};
}

Style ProtoUpdate::StyleOfFile() const {
  for (const pb::ServiceDescriptorProto& service : file_.file().service()) {
    absl::string_view model = service.name();
    if (!absl::ConsumeSuffix(&model, "Service")) continue;
    for (const pb::MethodDescriptorProto& method : service.method()) {
      if (method.name() == absl::StrCat("Get", model)) return Style::kAip;
    }
  }
  return Style::kDjango;
}

absl::Status ProtoUpdate::Prepare(const catalog::Catalog& catalog,
                                  BuildOptions* options) {
  models_.clear();
  found_.clear();
  for (int i = 0; i < file_.file().message_type_size(); ++i) {
    auto model = ReadModel(file_, i);
    if (!model.ok()) return model.status();
    models_.push_back(*std::move(model));
  }
  for (const auto& message : file_.file().message_type()) {
    options->taken_names.insert(message.name());
  }
  for (const auto& type : file_.file().enum_type()) {
    options->taken_names.insert(type.name());
  }
  for (const auto& service : file_.file().service()) {
    options->taken_names.insert(service.name());
  }
  std::set<std::string> used;
  const auto selected = FindTables(catalog, options->selection.tables,
                                   options->selection.exclude, &used);
  if (!selected.ok()) return selected.status();
  std::set<const ExistingModel*> found;
  for (const catalog::Table* const each : ByWish(catalog, *options)) {
    const catalog::Table& table = *each;
    const ExistingModel* model = FindModel(catalog, table, *options, found);
    if (model == nullptr) continue;
    found.insert(model);
    found_[table.FullName()] = model;
    if (model->has_settings && !options->annotate) {
      return absl::InvalidArgumentError(absl::StrCat(
          file_.PlaceOf(model->path), ": ", model->message->name(),
          " has options, which --annotate=false would leave behind; drop that "
          "flag, or remove the options first"));
    }
    auto known = KnowModel(file_, *model, catalog, table, options->style,
                           options->annotate);
    if (!known.ok()) {
      const bool is_selected = std::any_of(
          selected->begin(), selected->end(),
          [&](const FoundTable& other) { return other.table == &table; });
      if (is_selected) return known.status();
      continue;
    }
    options->selection.known[table.FullName()] = *std::move(known);
  }
  return absl::OkStatus();
}

// By the table that its option names, or, without options, by its name.
const ExistingModel* ProtoUpdate::FindModel(
    const catalog::Catalog& catalog, const catalog::Table& table,
    const BuildOptions& options,
    const std::set<const ExistingModel*>& found) const {
  const SelectionOptions& selection = options.selection;
  for (const ExistingModel& model : models_) {
    if (model.has_settings && TableOf(model) == table.FullName()) return &model;
  }
  std::string name = MessageName(catalog, table);
  for (size_t i = 0; i < selection.models.size(); ++i) {
    if (i < selection.tables.size() &&
        selection.tables[i] == table.FullName()) {
      name = selection.models[i];
    }
  }
  if (Find(name) == nullptr) name = FreeMessage(std::move(name));
  // Where several schemas have a table of the name, theirs is in front.
  if (!table.schema.empty()) {
    const ExistingModel* model =
        Find(absl::StrCat(CamelCase(table.schema), name));
    if (model != nullptr && !model->has_settings && found.count(model) == 0) {
      return model;
    }
  }
  // Where several tables have a message's name, the others got a number.
  std::string numbered = name;
  for (int i = 2;; ++i) {
    const ExistingModel* model = Find(numbered);
    // What Django calls a model is known in small letters only.
    for (const ExistingModel& candidate : models_) {
      if (model == nullptr &&
          absl::EqualsIgnoreCase(candidate.message->name(), numbered) &&
          !IsNamedLikeATable(catalog, candidate)) {
        model = &candidate;
      }
    }
    // Nor has it a name that it could not get, next to those of the file.
    const bool is_free =
        model == nullptr &&
        AreFree(TopLevelNames(numbered, options.style), options.taken_names);
    if (is_free) return nullptr;
    if (model != nullptr && !model->has_settings && found.count(model) == 0 &&
        !IsRequest(file_.file(), model->message->name())) {
      return model;
    }
    numbered = absl::StrCat(name, i);
  }
}

const ExistingModel* ProtoUpdate::Find(const std::string& message) const {
  for (const ExistingModel& model : models_) {
    if (model.message->name() == message) return &model;
  }
  return nullptr;
}

// Those, as "Message.Enum", that new fields are of.
std::set<std::string> ProtoUpdate::NewTypes(const File& built) const {
  std::set<std::string> types;
  for (const Model& model : built.models) {
    const ExistingModel* existing = Find(model.message.name);
    for (const Field& field : model.message.fields) {
      const ExistingField* known =
          existing == nullptr ? nullptr : existing->FindField(field.name);
      if (known == nullptr ||
          CompareTypes(known->type, field) == TypeChange::kReplace) {
        types.insert(field.type);
      }
    }
  }
  return types;
}

absl::StatusOr<std::string> ProtoUpdate::Apply(const File& built) const {
  TextEdit edit(file_.text());
  std::set<std::string> imports = built.neighbours;
  std::set<std::string> types;
  std::string added;
  const bool annotate =
      built.imports.count("modelservice/annotations.proto") > 0;
  if (annotate) imports.insert("modelservice/annotations.proto");
  std::map<std::string, Enum> enums;
  for (const Model& model : built.models) {
    for (const Enum& type : model.message.enums) {
      enums.emplace(absl::StrCat(model.message.name, ".", type.name), type);
    }
  }
  const std::set<std::string> wanted = NewTypes(built);
  for (const Model& model : built.models) {
    const ExistingModel* existing = Find(model.message.name);
    if (existing == nullptr) {
      absl::StrAppend(&added, "\n", WriteModel(model, built.style));
      const std::set<std::string> needed = ImportsOf(model);
      imports.insert(needed.begin(), needed.end());
      continue;
    }
    ModelUpdate update(file_, *existing, model.message, enums, built.style,
                       &edit);
    update.Want(wanted);
    if (auto status = update.Apply(&types); !status.ok()) return status;
    if (auto status = UpdateRequests(file_, models_, *existing, model,
                                     built.style, &edit, &types);
        !status.ok()) {
      return status;
    }
    if (annotate) BindService(model, built.style, &edit);
  }
  for (const std::string& type : types) {
    const std::string import = ImportOf(type);
    if (!import.empty()) imports.insert(import);
  }
  AddImports(imports, &edit);
  if (auto status = SetFileSettings(built, &edit); !status.ok()) {
    return status;
  }
  if (!added.empty()) {
    const bool ends_line = absl::EndsWith(file_.text(), "\n");
    edit.Insert(file_.text().size(),
                absl::StrCat(ends_line ? "" : "\n", added));
  }
  return edit.Apply();
}

// Whether the message is its table's by more than its name, which one that
// somebody wrote may have by chance.
bool ProtoUpdate::IsBound(const ExistingModel& model) const {
  const auto& services = file_.file().service();
  return model.has_settings ||
         std::any_of(services.begin(), services.end(),
                     [&](const pb::ServiceDescriptorProto& service) {
                       const std::string& name = model.message->name();
                       return service.name() == name + "Controller" ||
                              service.name() == name + "Service";
                     });
}

absl::Status ProtoUpdate::CheckLeftOut(const File& built) const {
  for (const LeftOut& one : built.left_out) {
    const auto found = found_.find(one.table);
    if (found == found_.end() || !IsBound(*found->second)) continue;
    const std::string& message = found->second->message->name();
    const bool is_built = std::any_of(
        built.models.begin(), built.models.end(),
        [&](const Model& model) { return model.message.name == message; });
    if (is_built) continue;
    return absl::FailedPreconditionError(absl::StrCat(
        file_.PlaceOf(found->second->path), ": ", message,
        " cannot be brought up to date: ", one.reason,
        "; remove the message and its service, or leave them as they are with "
        "--exclude=",
        one.table));
  }
  return absl::OkStatus();
}

std::vector<std::string> ProtoUpdate::Notes(
    const catalog::Catalog& catalog) const {
  std::vector<std::string> notes;
  for (const ExistingModel& model : models_) {
    if (!model.has_settings || catalog.Find(TableOf(model)) != nullptr) {
      continue;
    }
    notes.push_back(absl::StrCat(
        file_.PlaceOf(model.path), ": ", model.message->name(),
        " is of table \"", TableOf(model),
        "\", which is not there; name another one, or remove the message and "
        "its service"));
  }
  return notes;
}

}  // namespace modelservice::proto
