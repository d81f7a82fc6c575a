#include "modelservice/protogen/file_split.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "modelservice/protogen/model_builder.h"
#include "modelservice/protogen/proto_names.h"
#include "modelservice/protogen/table_search.h"

namespace modelservice::proto {
namespace {

// Of the tables that search_path finds.
constexpr absl::string_view kPublic = "public";

// An app's name, of several that begin the table's the longest: shop_admin_log
// is of shop_admin, whatever shop has.
std::string PrefixOf(const catalog::Catalog& catalog,
                     const catalog::Table& table) {
  std::string longest;
  for (const catalog::DjangoModel& model : catalog.django_models) {
    if (model.app.size() > longest.size() &&
        absl::StartsWith(table.name, absl::StrCat(model.app, "_"))) {
      longest = model.app;
    }
  }
  return longest.empty() ? table.name.substr(0, table.name.find('_', 1))
                         : longest;
}

std::string PathOf(absl::string_view pattern, absl::string_view group) {
  const std::string name = absl::AsciiStrToLower(Identifier(group));
  return absl::StrReplaceAll(pattern, {{"*", name}});
}

// A file's own imports, and those of its neighbours.
class Imports {
 public:
  explicit Imports(FileImports imports) : imports_(std::move(imports)) {}

  // False where `to` imports `from` already, perhaps by others.
  bool Add(const std::string& from, const std::string& to) {
    if (from == to) return true;
    std::set<std::string> seen;
    if (Reaches(to, from, &seen)) return false;
    imports_[from].insert(to);
    added_[from].insert(to);
    return true;
  }
  const std::set<std::string>& AddedTo(const std::string& file) {
    return added_[file];
  }

 private:
  bool Reaches(const std::string& from, const std::string& to,
               std::set<std::string>* seen) const {
    if (from == to) return true;
    const auto found = imports_.find(from);
    if (found == imports_.end() || !seen->insert(from).second) return false;
    return std::any_of(
        found->second.begin(), found->second.end(),
        [&](const std::string& next) { return Reaches(next, to, seen); });
  }

  FileImports imports_;
  FileImports added_;
};

std::string CommentOf(absl::string_view model) {
  return absl::StrCat("References ", model,
                      ", whose file imports this one already.");
}

void AddLine(absl::string_view line, std::string* comment) {
  absl::StrAppend(comment, comment->empty() ? "" : "\n", line);
}

// Whether the key that refers is of an enum, which each file has of its own.
bool IsOfEnum(const Message& message, const std::string& name) {
  return std::any_of(message.fields.begin(), message.fields.end(),
                     [&](const Field& field) {
                       return field.name == name &&
                              field.settings.storage() == FieldSettings::NAME;
                     });
}

std::string OtherEnum(absl::string_view model) {
  return absl::StrCat("References ", model,
                      ", whose file has an enum of its own.");
}

// Imports what the model refers to, or takes back that it does.
void Refer(const std::map<std::string, std::string>& files,
           const std::string& file, Message* message, Imports* imports) {
  const auto may_refer = [&](const std::string& model) {
    const auto target = files.find(model);
    return target == files.end() || imports->Add(file, target->second);
  };
  const auto is_elsewhere = [&](const std::string& model) {
    const auto target = files.find(model);
    return target != files.end() && target->second != file;
  };
  for (Field& field : message->fields) {
    if (!field.settings.has_references()) continue;
    const std::string model = field.settings.references().model();
    if (is_elsewhere(model) && IsOfEnum(*message, field.name)) {
      field.settings.clear_references();
      AddLine(OtherEnum(model), &field.comment);
      continue;
    }
    if (may_refer(model)) continue;
    field.settings.clear_references();
    AddLine(CommentOf(model), &field.comment);
  }
  auto& keys = *message->settings.mutable_foreign_key();
  for (int i = 0; i < keys.size();) {
    const ForeignKeySettings key = keys.Get(i);
    const bool has_enum = is_elsewhere(key.model()) &&
                          std::any_of(key.field().begin(), key.field().end(),
                                      [&](const std::string& name) {
                                        return IsOfEnum(*message, name);
                                      });
    if (!has_enum && may_refer(key.model())) {
      ++i;
      continue;
    }
    keys.DeleteSubrange(i, 1);
    AddLine(absl::StrCat(
                "By ", absl::StrJoin(key.field(), ", "), ": ",
                has_enum ? OtherEnum(key.model()) : CommentOf(key.model())),
            &message->comment);
  }
}

absl::Status SplitFault(absl::string_view fault) {
  return absl::InvalidArgumentError(absl::StrCat("--split: ", fault));
}

}  // namespace

absl::StatusOr<std::map<std::string, std::string>> SplitTables(
    const catalog::Catalog& catalog, absl::string_view how,
    absl::string_view pattern) {
  if (std::count(pattern.begin(), pattern.end(), '*') != 1 ||
      absl::StrContains(pattern.substr(pattern.find('*')), '/')) {
    return SplitFault(
        "--file names one file; write a * for the group's name, as in "
        "--file='shop/*.proto'");
  }
  std::map<std::string, std::string> paths;
  if (how == "schema" || how == "prefix") {
    if (how == "schema" && !catalog.postgres) {
      return SplitFault(
          "SQLite has no schemas; write prefix, or the groups themselves: "
          "sales=orders,order_*;stock=items");
    }
    for (const catalog::Table& table : catalog.tables) {
      const std::string group = how == "prefix" ? PrefixOf(catalog, table)
                                : table.schema.empty() ? std::string(kPublic)
                                                       : table.schema;
      paths[table.FullName()] = PathOf(pattern, group);
    }
    return paths;
  }
  for (const absl::string_view entry :
       absl::StrSplit(how, ';', absl::SkipEmpty())) {
    const std::pair<std::string, std::string> parts =
        absl::StrSplit(entry, absl::MaxSplits('=', 1));
    const std::vector<std::string> tables =
        absl::StrSplit(parts.second, ',', absl::SkipEmpty());
    if (parts.first.empty() || tables.empty()) {
      return SplitFault(
          absl::StrCat("\"", entry,
                       "\" is neither schema nor prefix, and no group; write "
                       "one like sales=orders,order_*"));
    }
    std::set<std::string> unused;
    const auto found = FindTables(catalog, tables, {}, &unused);
    if (!found.ok()) return SplitFault(found.status().message());
    for (const FoundTable& one : *found) {
      // The first group that names a table has it.
      paths.emplace(one.table->FullName(), PathOf(pattern, parts.first));
    }
  }
  if (paths.empty()) return SplitFault("it names no group");
  return paths;
}

std::string ImportNameOf(const std::string& path) {
  const auto normal = std::filesystem::path(path).lexically_normal();
  const bool leads_elsewhere =
      normal.is_absolute() || (!normal.empty() && *normal.begin() == "..");
  return (leads_elsewhere ? normal.filename() : normal).generic_string();
}

std::vector<FilePart> DivideFile(const File& whole, FileImports existing) {
  std::map<std::string, std::string> files;
  for (const Model& model : whole.models) {
    files[model.message.name] = ImportNameOf(model.part);
  }
  Imports imports(std::move(existing));
  std::vector<FilePart> parts;
  for (const Model& model : whole.models) {
    auto part = std::find_if(
        parts.begin(), parts.end(),
        [&](const FilePart& one) { return one.path == model.part; });
    if (part == parts.end()) {
      part = parts.insert(parts.end(), FilePart{model.part, {}});
      part->file.style = whole.style;
      part->file.package = whole.package;
      part->file.settings = whole.settings;
    }
    Model& added = part->file.models.emplace_back(model);
    Refer(files, ImportNameOf(model.part), &added.message, &imports);
  }
  constexpr absl::string_view kOptions = "modelservice/annotations.proto";
  for (FilePart& part : parts) {
    for (const Model& model : part.file.models) {
      const std::set<std::string> of_model = ImportsOf(model);
      part.file.imports.insert(of_model.begin(), of_model.end());
    }
    if (whole.imports.count(std::string(kOptions)) > 0) {
      part.file.imports.emplace(kOptions);
    }
    part.file.neighbours = imports.AddedTo(ImportNameOf(part.path));
  }
  return parts;
}

}  // namespace modelservice::proto
