#include "modelservice/manage/migration_folder.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "modelservice/manage/files.h"

namespace modelservice {
namespace {

constexpr char kSchemaFile[] = "schema.textproto";
constexpr char kInitialFile[] = "initial.textproto";
constexpr absl::string_view kFolder = "migrations";

// The number that a name begins with; -1 for none.
int NumberOf(absl::string_view name) {
  constexpr size_t kDigits = 4;
  int number = 0;
  const bool is_name = name.size() > kDigits + 1 && name[kDigits] == '_' &&
                       absl::SimpleAtoi(name.substr(0, kDigits), &number);
  return is_name && number > 0 ? number : -1;
}

absl::Status NoName(absl::string_view name) {
  return absl::FailedPreconditionError(
      absl::StrCat("\"", name,
                   "\" is no name of a migration; one is like "
                   "0007_customer_phone"));
}

absl::StatusOr<std::vector<Migration>> ReadFiles(
    const std::string& path, std::set<std::string>* unsealed) {
  std::vector<Migration> migrations;
  std::error_code error;
  for (std::filesystem::directory_iterator at(path, error), end;
       !error && at != end; at.increment(error)) {
    if (at->path().extension() != ".sql") continue;
    Migration one;
    one.name = at->path().stem().string();
    if (NumberOf(one.name) < 0) return NoName(at->path().string());
    const auto text = ReadWholeFile(at->path().string());
    if (!text.ok()) return text.status();
    absl::Status seal;
    auto file = ParseMigration(*text, at->path().string(),
                               unsealed == nullptr ? nullptr : &seal);
    if (!file.ok()) return file.status();
    if (!seal.ok()) unsealed->insert(one.name);
    one.file = *std::move(file);
    migrations.push_back(std::move(one));
  }
  if (error) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, ": ", error.message()));
  }
  return migrations;
}

absl::Status CheckOrder(const std::string& path,
                        const std::vector<Migration>& migrations) {
  for (size_t i = 1; i < migrations.size(); ++i) {
    const std::string& a = migrations[i - 1].name;
    const std::string& b = migrations[i].name;
    if (NumberOf(a) != NumberOf(b)) continue;
    return absl::FailedPreconditionError(absl::StrCat(
        path, ": ", a, " and ", b,
        " have one number, as when two branches made one each; delete the file "
        "that no database has had yet, take the other branch's ",
        kSchemaFile,
        ", and run makemigrations again; one that is your own SQL can have the "
        "next free number instead, and its name as \"last\" in there"));
  }
  return absl::OkStatus();
}

absl::Status WriteFile(const std::string& path, const std::string& content) {
  return FileExists(path) ? ReplaceFile(path, content)
                          : CreateFile(path, content);
}

absl::StatusOr<std::optional<Schema>> ReadSchemaFile(const std::string& path) {
  const auto text = ReadWholeFile(path);
  if (absl::IsNotFound(text.status())) return std::nullopt;
  if (!text.ok()) return text.status();
  auto schema = ReadSchema(*text, path);
  if (!schema.ok()) return schema.status();
  return *std::move(schema);
}

}  // namespace

int MigrationFolder::next() const {
  return migrations.empty() ? 1 : NumberOf(migrations.back().name) + 1;
}

absl::StatusOr<std::string> MigrationFolder::Find(
    const std::string& name) const {
  if (name == "zero") return std::string();
  int number = 0;
  const bool is_number = absl::SimpleAtoi(name, &number);
  std::vector<std::string> found;
  for (const Migration& one : migrations) {
    if (one.name == name) return one.name;
    if (is_number ? NumberOf(one.name) == number
                  : absl::StartsWith(one.name, name)) {
      found.push_back(one.name);
    }
  }
  if (found.size() == 1) return found[0];
  return absl::NotFoundError(absl::StrCat(
      path, ": ", found.empty() ? "no migration is" : "several migrations are",
      " called \"", name,
      "\"; showmigrations lists them, and zero is before the first one"));
}

std::string MigrationPath(const Flags& flags, const Dialect& dialect) {
  const std::string folder =
      flags.Text("migrations").value_or(std::string(kFolder));
  return absl::StrCat(folder, "/", dialect.name());
}

bool FolderExists(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::is_directory(path, ignored);
}

absl::StatusOr<MigrationFolder> ReadMigrations(const std::string& path,
                                               const NamedMigrations& coded,
                                               bool only_looks) {
  MigrationFolder folder;
  folder.path = path;
  std::string last;
  if (FolderExists(path)) {
    auto files = ReadFiles(path, only_looks ? &folder.unsealed : nullptr);
    if (!files.ok()) return files.status();
    folder.migrations = *std::move(files);
    for (const Migration& one : folder.migrations) {
      last = std::max(last, one.name);
    }
  }
  for (const auto& [name, code] : coded) {
    if (NumberOf(name) < 0) return NoName(name);
    // C++17 lets no lambda take a name of a binding.
    const auto same = std::find_if(
        folder.migrations.begin(), folder.migrations.end(),
        [&name = name](const Migration& one) { return one.name == name; });
    if (same != folder.migrations.end()) {
      same->code = &code;
    } else {
      Migration& one = folder.migrations.emplace_back();
      one.name = name;
      one.code = &code;
    }
  }
  std::sort(
      folder.migrations.begin(), folder.migrations.end(),
      [](const Migration& a, const Migration& b) { return a.name < b.name; });
  if (auto status = CheckOrder(path, folder.migrations); !status.ok()) {
    return status;
  }
  const std::string schema_file = absl::StrCat(path, "/", kSchemaFile);
  auto schema = ReadSchemaFile(schema_file);
  if (!schema.ok()) return schema.status();
  if (!schema->has_value() && !last.empty()) {
    return absl::FailedPreconditionError(absl::StrCat(
        schema_file, " is missing, which says what the migrations up to ", last,
        " come to: bring it back, as from version control"));
  }
  if (schema->has_value()) folder.schema = **std::move(schema);
  if (folder.schema.last != last) {
    return absl::FailedPreconditionError(absl::StrCat(
        schema_file, ": last is \"", folder.schema.last,
        "\", and the last file is \"", last,
        "\"; after a merge delete the file that no database has had, take the "
        "other branch's ",
        kSchemaFile, ", and run makemigrations again"));
  }
  auto initial = ReadSchemaFile(absl::StrCat(path, "/", kInitialFile));
  if (!initial.ok()) return initial.status();
  folder.initial = *std::move(initial);
  return folder;
}

absl::StatusOr<std::string> AddMigration(const MigrationFolder& folder,
                                         const std::string& name,
                                         const std::string& text,
                                         Schema after) {
  std::error_code error;
  std::filesystem::create_directories(folder.path, error);
  if (error) {
    return absl::FailedPreconditionError(
        absl::StrCat("cannot make the folder ", folder.path, ": ",
                     error.message(), "; name another one with --migrations"));
  }
  after.last = absl::StrFormat("%04d_%s", folder.next(), name);
  const std::string file = absl::StrCat(folder.path, "/", after.last, ".sql");
  const std::string schema = WriteSchema(after);
  if (auto status = CreateFile(file, text); !status.ok()) return status;
  auto status = WriteFile(absl::StrCat(folder.path, "/", kSchemaFile), schema);
  if (status.ok() && folder.migrations.empty()) {
    status = WriteFile(absl::StrCat(folder.path, "/", kInitialFile), schema);
  }
  if (!status.ok()) return status;
  return file;
}

bool IsSchemaOf(const MigrationFolder& folder, Schema schema) {
  schema.last = folder.schema.last;
  // A file of before it told forms gets them with the next migration.
  const bool tells_forms = std::any_of(
      folder.schema.tables.begin(), folder.schema.tables.end(),
      [](const SchemaTable& table) {
        return std::any_of(
            table.forms.begin(), table.forms.end(),
            [](const auto& form) { return !form.second.text.empty(); });
      });
  for (SchemaTable& table : schema.tables) {
    if (!tells_forms) table.forms.clear();
  }
  return WriteSchema(schema) == WriteSchema(folder.schema);
}

absl::StatusOr<std::string> UpdateSchema(const MigrationFolder& folder,
                                         Schema schema) {
  schema.last = folder.schema.last;
  const std::string file = absl::StrCat(folder.path, "/", kSchemaFile);
  if (auto status = WriteFile(file, WriteSchema(schema)); !status.ok()) {
    return status;
  }
  return file;
}

}  // namespace modelservice
