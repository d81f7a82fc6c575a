#include "modelservice/manage/generate_split.h"

#include <cstdio>
#include <filesystem>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "modelservice/manage/files.h"
#include "modelservice/manage/proto_texts.h"
#include "modelservice/manage/taken_tables.h"
#include "modelservice/protogen/file_split.h"
#include "modelservice/protogen/proto_names.h"
#include "modelservice/protogen/proto_update.h"
#include "modelservice/protogen/proto_writer.h"
#include "modelservice/protogen/text_edit.h"

namespace modelservice {
namespace {

// A file that is there.
struct Existing {
  std::string text;
  proto::ProtoUpdate update;
};

class Split {
 public:
  Split(const catalog::Catalog& catalog, const Flags& flags,
        proto::BuildOptions options, PluginCheck check)
      : catalog_(catalog),
        options_(std::move(options)),
        plugin_(check),
        checks_only_(flags.IsOn("check")),
        updates_(checks_only_ || flags.IsOn("update")),
        style_is_given_(flags.Text("style").has_value()) {}

  absl::Status Run() {
    for (const auto& [table, path] : options_.parts) paths_.insert(path);
    for (const std::string& path : paths_) {
      // What the plugin calls the function that registers all of the file.
      options_.taken_names.insert(absl::StrCat(
          "Register",
          proto::CamelCase(std::filesystem::path(path).stem().string())));
    }
    if (updates_) {
      if (auto status = ReadExisting(); !status.ok()) return status;
    }
    if (options_.package.empty()) {
      return absl::InvalidArgumentError(
          "--split needs the package of its files: --package=NAME");
    }
    auto built = proto::BuildFile(catalog_, options_);
    if (!built.ok()) return built.status();
    auto texts = TextsOf(*built);
    TakenTables tables(catalog_, &options_);
    while (texts.ok()) {
      const absl::Status taken = Check(*texts);
      if (taken.ok()) break;
      const auto smaller = tables.LeaveOut(*built, taken);
      if (!smaller.ok()) return smaller.status();
      if (!*smaller) return Refused(taken);
      built = proto::BuildFile(catalog_, options_);
      if (!built.ok()) return built.status();
      texts = TextsOf(*built);
    }
    if (!texts.ok()) return texts.status();
    tables.AddTo(&*built);
    for (const auto& [path, file] : existing_) {
      if (auto status = file.update.CheckLeftOut(*built); !status.ok()) {
        return status;
      }
    }
    for (const auto& [path, file] : existing_) {
      for (const std::string& note : file.update.Notes(catalog_)) {
        std::fprintf(stderr, "note: %s\n", note.c_str());
      }
    }
    TellOfLeftOut(*built);
    if (checks_only_) return Compare(*texts);
    if (auto status = Replace(*texts); !status.ok()) return status;
    TellOfFields(*built);
    return absl::OkStatus();
  }

 private:
  absl::Status ReadExisting() {
    for (const std::string& path : paths_) {
      if (!FileExists(path)) continue;
      auto text = ReadWholeFile(path);
      if (!text.ok()) return text.status();
      auto update = proto::ProtoUpdate::Read(path, *text);
      if (!update.ok()) return update.status();
      if (existing_.empty() && !style_is_given_) {
        options_.style = update->StyleOfFile();
      }
      if (options_.package.empty()) options_.package = update->package();
      existing_.emplace(path, Existing{*std::move(text), *std::move(update)});
    }
    if (existing_.empty()) {
      return absl::NotFoundError(absl::StrCat(
          "none of the files is there: ", absl::StrJoin(paths_, ", "),
          "; leave ", checks_only_ ? "--check" : "--update", " out"));
    }
    for (auto& [path, file] : existing_) {
      const auto before = options_.selection.known;
      if (auto status = file.update.Prepare(catalog_, &options_);
          !status.ok()) {
        return status;
      }
      // A message stays in the file that has it.
      for (const auto& [table, known] : options_.selection.known) {
        if (before.count(table) == 0) options_.parts[table] = path;
      }
      imports_[proto::ImportNameOf(path)] = file.update.Imports();
    }
    return absl::OkStatus();
  }

  using Texts = std::map<std::string, std::string>;  // by path

  absl::StatusOr<Texts> TextsOf(const proto::File& built) const {
    Texts texts;
    for (const proto::FilePart& part : proto::DivideFile(built, imports_)) {
      auto text = TextOf(part);
      if (!text.ok()) return text.status();
      texts[part.path] = *std::move(text);
    }
    return texts;
  }

  // Together with those of the files that stay as they are.
  absl::Status Check(const Texts& texts) const {
    Texts named;
    for (const auto& [path, file] : existing_) {
      named[proto::ImportNameOf(path)] = file.text;
    }
    for (const auto& [path, text] : texts) {
      named[proto::ImportNameOf(path)] = text;
    }
    return CheckTexts(named, plugin_);
  }

  absl::Status Refused(const absl::Status& taken) const {
    return existing_.empty() ? NotTaken(taken)
                             : StaysAsItIs(absl::StrJoin(paths_, ", "), taken);
  }

  absl::StatusOr<std::string> TextOf(const proto::FilePart& part) const {
    const auto file = existing_.find(part.path);
    if (file != existing_.end()) return file->second.update.Apply(part.file);
    if (!FileExists(part.path)) return proto::WriteFile(part.file);
    return absl::AlreadyExistsError(
        absl::StrCat("File \"", part.path,
                     "\" already exists. Bring it up to date with --update."));
  }

  std::string Before(const std::string& path) const {
    const auto file = existing_.find(path);
    return file == existing_.end() ? "" : file->second.text;
  }

  absl::Status Compare(const Texts& texts) const {
    std::vector<std::string> changed;
    for (const auto& [path, text] : texts) {
      const std::string before = Before(path);
      if (text == before) continue;
      changed.push_back(path);
      std::fputs(proto::UnifiedDiff(path, before, path, text).c_str(), stdout);
    }
    return changed.empty() ? absl::OkStatus()
                           : NotUpToDate(absl::StrJoin(changed, ", "));
  }

  absl::Status Replace(const Texts& texts) const {
    for (const auto& [path, text] : texts) {
      if (existing_.count(path) == 0) {
        if (auto status = CreateFile(path, text); !status.ok()) return status;
      } else if (text != Before(path)) {
        if (auto status = ReplaceFile(path, text); !status.ok()) return status;
      }
    }
    return absl::OkStatus();
  }

  const catalog::Catalog& catalog_;
  proto::BuildOptions options_;
  const PluginCheck plugin_;
  const bool checks_only_;
  const bool updates_;
  const bool style_is_given_;
  std::set<std::string> paths_;
  std::map<std::string, Existing> existing_;
  proto::FileImports imports_;
};

}  // namespace

absl::Status GenerateSplit(const catalog::Catalog& catalog, const Flags& flags,
                           const std::string& how, proto::BuildOptions options,
                           PluginCheck check) {
  const auto file = flags.Text("file");
  if (!file.has_value()) {
    return absl::InvalidArgumentError(
        "--split needs to know where the files are: --file='shop/*.proto'");
  }
  auto parts = proto::SplitTables(catalog, how, *file);
  if (!parts.ok()) return parts.status();
  options.parts = *std::move(parts);
  return Split(catalog, flags, std::move(options), check).Run();
}

}  // namespace modelservice
