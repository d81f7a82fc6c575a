#include "modelservice/manage/generate_proto.h"

#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modelservice/introspect/catalog.h"
#include "modelservice/manage/databases.h"
#include "modelservice/manage/files.h"
#include "modelservice/manage/generate_split.h"
#include "modelservice/manage/proto_texts.h"
#include "modelservice/manage/taken_tables.h"
#include "modelservice/protogen/proto_builder.h"
#include "modelservice/protogen/proto_names.h"
#include "modelservice/protogen/proto_update.h"
#include "modelservice/protogen/proto_writer.h"
#include "modelservice/protogen/row_keys.h"
#include "modelservice/protogen/text_edit.h"

namespace modelservice {
namespace {

absl::StatusOr<proto::Style> StyleOf(const Flags& flags) {
  const std::string style = flags.Text("style").value_or("django");
  if (style == "django") return proto::Style::kDjango;
  if (style == "aip") return proto::Style::kAip;
  return absl::InvalidArgumentError(
      absl::StrCat("--style: \"", style, "\" is neither django nor aip"));
}

absl::StatusOr<proto::BuildOptions> OptionsOf(const Flags& flags) {
  proto::BuildOptions options;
  options.selection.tables = flags.List("table");
  options.selection.models = flags.List("model");
  options.selection.fields = flags.List("fields");
  options.selection.exclude = flags.List("exclude");
  if (options.selection.tables.empty()) {
    return absl::InvalidArgumentError(
        "--table names no table; --list shows all that there are");
  }
  const auto style = StyleOf(flags);
  if (!style.ok()) return style.status();
  options.style = *style;
  options.annotate = flags.IsOn("annotate", true);
  if (const auto package = flags.Text("package")) {
    if (package->empty() || *package != proto::PackageName(*package)) {
      return absl::InvalidArgumentError(
          absl::StrCat("--package: \"", *package,
                       "\" is no package; write one like shop or shop.v1"));
    }
    const std::string fault = proto::FaultOfPackage(*package);
    if (!fault.empty()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "--package: \"", *package, "\": ", fault, "; name it otherwise"));
    }
    options.package = *package;
  }
  const auto file = flags.Text("file");
  if (file.has_value() && !flags.Text("split").has_value()) {
    const std::string stem = std::filesystem::path(*file).stem().string();
    // What the plugin calls the function that registers all of it.
    options.taken_names.insert(
        absl::StrCat("Register", proto::CamelCase(stem)));
    if (options.package.empty()) {
      options.package = proto::FreePackage(proto::PackageName(stem));
    }
  }
  return options;
}

// Past so many rows nobody counts on.
constexpr int64_t kMostCounted = 100'000;

std::string RowsOf(Database& database, const catalog::Table& table) {
  // A view may be as much work as there are rows below it.
  if (table.kind == catalog::Table::Kind::kView) return " (view)";
  const auto rows = catalog::CountRows(database, table, kMostCounted + 1);
  if (!rows.ok()) {
    return absl::StrCat(": cannot be counted: ", rows.status().message());
  }
  if (*rows > kMostCounted) {
    return absl::StrCat(": more than ", kMostCounted, " rows");
  }
  return *rows == 1 ? ": 1 row" : absl::StrCat(": ", *rows, " rows");
}

absl::Status List(Database& database, const catalog::Catalog& catalog) {
  for (const catalog::Table& table : catalog.tables) {
    if (!table.fault.empty()) {
      std::printf("%s: cannot be read: %s\n", table.FullName().c_str(),
                  table.fault.c_str());
      continue;
    }
    if (table.shadow) continue;
    std::printf("%s%s\n", table.FullName().c_str(),
                RowsOf(database, table).c_str());
    for (const catalog::Column& column : table.columns) {
      std::printf("    %s %s%s%s\n", column.name.c_str(),
                  column.type.text.c_str(), column.nullable ? "" : " NOT NULL",
                  table.IsKey(column.name) ? " PRIMARY KEY" : "");
    }
  }
  return absl::OkStatus();
}

// The name that the plugin is told.
std::string NameOf(const std::string& file) {
  return std::filesystem::path(file).filename().string();
}

// A file of the tables, and its text.
struct Written {
  proto::File file;
  std::string text;
};

// Leaves out tables of patterns of which the plugin takes no message, for the
// others are of use without them. A text that is `before` needs no look.
template <class TextOf>
absl::StatusOr<Written> WriteWhatIsTaken(
    const catalog::Catalog& catalog, proto::BuildOptions options,
    const std::optional<std::string>& name, PluginCheck check,
    const std::string& before, const TextOf& text_of,
    absl::Status (*refuse)(const std::string& name, const absl::Status&)) {
  TakenTables tables(catalog, &options);
  for (;;) {
    auto built = proto::BuildFile(catalog, options);
    if (!built.ok()) return built.status();
    absl::StatusOr<std::string> text = text_of(*built);
    if (!text.ok()) return text.status();
    const std::string path =
        name.value_or(absl::StrCat(built->package, ".proto"));
    const absl::Status taken = *text == before
                                   ? absl::OkStatus()
                                   : CheckTexts({{NameOf(path), *text}}, check);
    if (taken.ok()) {
      tables.AddTo(&*built);
      return Written{*std::move(built), *std::move(text)};
    }
    const auto smaller = tables.LeaveOut(*built, taken);
    if (!smaller.ok()) return smaller.status();
    if (!*smaller) return refuse(path, taken);
  }
}

absl::Status Create(const catalog::Catalog& catalog,
                    const proto::BuildOptions& options,
                    const std::optional<std::string>& file, PluginCheck check) {
  if (file.has_value() && FileExists(*file)) {
    return absl::AlreadyExistsError(
        absl::StrCat("File \"", *file,
                     "\" already exists. Bring it up to date "
                     "with --update."));
  }
  const auto written = WriteWhatIsTaken(
      catalog, options, file, check, /*before=*/"",
      [](const proto::File& built) -> absl::StatusOr<std::string> {
        return proto::WriteFile(built);
      },
      [](const std::string&, const absl::Status& fault) {
        return NotTaken(fault);
      });
  if (!written.ok()) return written.status();
  if (file.has_value()) {
    auto status = CreateFile(*file, written->text);
    if (!status.ok()) return status;
  } else {
    std::fputs(written->text.c_str(), stdout);
  }
  TellOfLeftOut(written->file);
  TellOfFields(written->file);
  return absl::OkStatus();
}

// Only says what would change when `check` is set.
absl::Status Update(const catalog::Catalog& catalog, const Flags& flags,
                    proto::BuildOptions options, const std::string& file,
                    PluginCheck plugin) {
  const bool check = flags.IsOn("check");
  const auto text = ReadWholeFile(file);
  if (!text.ok()) return text.status();
  auto update = proto::ProtoUpdate::Read(file, *text);
  if (!update.ok()) return update.status();
  if (!flags.Text("style").has_value()) options.style = update->StyleOfFile();
  const absl::Status prepared = update->Prepare(catalog, &options);
  for (const std::string& note : update->Notes(catalog)) {
    std::fprintf(stderr, "note: %s\n", note.c_str());
  }
  if (!prepared.ok()) return prepared;
  const auto written = WriteWhatIsTaken(
      catalog, options, file, plugin, *text,
      [&](const proto::File& built) { return update->Apply(built); },
      &StaysAsItIs);
  if (!written.ok()) return written.status();
  if (auto status = update->CheckLeftOut(written->file); !status.ok()) {
    return status;
  }
  TellOfLeftOut(written->file);
  if (written->text == *text) return absl::OkStatus();
  if (!check) {
    auto status = ReplaceFile(file, written->text);
    if (status.ok()) TellOfFields(written->file);
    return status;
  }
  std::fputs(proto::UnifiedDiff(file, *text, file, written->text).c_str(),
             stdout);
  return NotUpToDate(file);
}

absl::Status Generate(catalog::Catalog catalog, const Flags& flags,
                      PluginCheck plugin) {
  auto options = OptionsOf(flags);
  if (!options.ok()) return options.status();
  const auto keys = proto::ParseRowKeys(flags.Text("key").value_or(""));
  if (!keys.ok()) return keys.status();
  auto notes = proto::GiveKeys(*keys, &catalog);
  if (!notes.ok()) return notes.status();
  options->selection.key_notes = *std::move(notes);
  if (const auto split = flags.Text("split")) {
    return GenerateSplit(catalog, flags, *split, *std::move(options), plugin);
  }
  const auto file = flags.Text("file");
  const bool check = flags.IsOn("check");
  if (!check && !flags.IsOn("update")) {
    return Create(catalog, *options, file, plugin);
  }
  if (!file.has_value()) {
    return absl::InvalidArgumentError(absl::StrCat(
        check ? "--check" : "--update", " needs the file: --file=FILE"));
  }
  return Update(catalog, flags, *options, *file, plugin);
}

// An SQLite file in WAL mode needs files beside it even to be read.
absl::Status WithWayOut(const std::string& url, const absl::Status& status) {
  if (!absl::StartsWith(url, "sqlite:") ||
      !absl::StrContains(status.message(), "unable to open database file")) {
    return status;
  }
  return absl::Status(
      status.code(),
      absl::StrCat(status.message(),
                   "; a database in WAL mode can be read only where files can "
                   "be made beside it: copy it, with its -wal file if there is "
                   "one, to a folder that can be written"));
}

}  // namespace

absl::Status GenerateProto(const Invocation& call, PluginCheck check) {
  const std::string& url = call.settings.database();
  const auto database = OpenDatabase(url, DatabaseAccess::kReadOnly);
  if (!database.ok()) return WithWayOut(url, database.status());
  auto catalog = catalog::ReadCatalog(**database);
  if (!catalog.ok()) return WithWayOut(url, catalog.status());
  return call.flags.IsOn("list")
             ? List(**database, *catalog)
             : Generate(*std::move(catalog), call.flags, check);
}

absl::Status GenerateProto(const Invocation& call) {
  return GenerateProto(call, nullptr);
}

}  // namespace modelservice
