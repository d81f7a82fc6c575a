// Migrations that tests write and run, on a database of each kind.
#ifndef MODELSERVICE_MIGRATE_MIGRATOR_TEST_SUPPORT_H_
#define MODELSERVICE_MIGRATE_MIGRATOR_TEST_SUPPORT_H_

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "modelservice/introspect/catalog.h"
#include "modelservice/introspect/comparable.h"
#include "modelservice/migrate/migrator.h"
#include "modelservice/migrate/random_schema_test_support.h"
#include "modelservice/testing/database_test_support.h"

namespace modelservice {

inline MigrationFile FileOf(Script up, Script down) {
  MigrationFile file;
  file.up = std::move(up);
  file.down = std::move(down);
  const auto read = ParseMigration(WriteMigration(file), "file");
  EXPECT_TRUE(read.ok()) << read.status();
  return read.ok() ? *read : file;
}

class MigratorTest : public OnEitherDatabase {
 protected:
  void SetUp() override {
    OnEitherDatabase::SetUp();
    if (!has_database()) return;
    auto session = OpenSession(url());
    ASSERT_TRUE(session.ok()) << session.status();
    session_ = *std::move(session);
  }

  void Add(const std::string& name, std::vector<std::string> up,
           std::vector<std::string> down) {
    Migration& one = migrations_.emplace_back();
    one.name = name;
    one.file = FileOf({{false, std::move(up)}}, {{false, std::move(down)}});
  }
  const Dialect& dialect() const {
    return on_postgres() ? PostgresDialect() : SqliteDialect();
  }
  // What makes `after` of `before`, and back.
  void AddChange(const std::string& name, const Schema& before,
                 const Schema& after) {
    const SchemaMatch match = MatchOf(before, after);
    Migration& one = migrations_.emplace_back();
    one.name = name;
    one.file = FileOf(ScriptOf(match, dialect()),
                      ScriptOf(Reversed(match), dialect()));
  }
  void AddChange(const std::string& name, const Tables& before,
                 const Tables& after) {
    AddChange(name, SchemaOf(before, dialect()), SchemaOf(after, dialect()));
  }
  // Two tables, and rows that say how often a migration was run.
  void AddThree() {
    Add("0001_initial",
        {"CREATE TABLE a (id integer PRIMARY KEY);",
         "CREATE TABLE ran (name text);"},
        {"DROP TABLE ran;", "DROP TABLE a;"});
    Add("0002_more",
        {"ALTER TABLE a ADD COLUMN b text;",
         "INSERT INTO ran VALUES ('0002');"},
        {"DELETE FROM ran;"});
    Add("0003_last", {"INSERT INTO ran VALUES ('0003');"},
        {"DELETE FROM ran WHERE name = '0003';"});
  }

  std::unique_ptr<Migrator> MigratorOf(DatabaseSession& session,
                                       MigratorOptions options = {}) {
    return std::make_unique<Migrator>(
        session, [this] { return OpenDatabase(url()); }, migrations_,
        std::move(options));
  }
  absl::Status Run(const std::optional<std::string>& target = std::nullopt) {
    return MigratorOf(*session_)->Run(target).status();
  }
  std::string Names() {
    const auto applied = MigratorOf(*session_)->Applied();
    EXPECT_TRUE(applied.ok()) << applied.status();
    if (!applied.ok()) return "";
    return absl::StrJoin(
        *applied, " ", [](std::string* text, const AppliedMigration& row) {
          absl::StrAppend(text, row.name, row.finished() ? "" : "...");
        });
  }
  std::string Texts(const std::string& sql) {
    const auto rows = session_->Rows(sql);
    EXPECT_TRUE(rows.ok()) << rows.status();
    if (!rows.ok()) return "";
    return absl::StrJoin(
        *rows, " ", [](std::string* text, const std::vector<Literal>& row) {
          absl::StrAppend(
              text, row[0].value().is_null() ? "NULL" : row[0].value().text());
        });
  }

  // A process of its own that is killed ahead of its `kill`th statement of the
  // plan; 0: never. Returns whether it came to its end.
  bool RunInProcess(const std::optional<std::string>& target,
                    const std::string& kill_in = "", size_t kill_at = 0) {
    const pid_t child = fork();
    if (child == 0) {
      auto session = OpenSession(url());
      // Servers are slow to see that clients were killed.
      for (int i = 0; i < 50 && !session.ok(); ++i) {
        absl::SleepFor(absl::Milliseconds(200));
        session = OpenSession(url());
      }
      if (!session.ok()) {
        std::fprintf(stderr, "%s\n", session.status().ToString().c_str());
        _exit(3);
      }
      MigratorOptions options;
      options.on_step = [&](const MigrationStep& step) {
        if (step.migration == kill_in && step.position == kill_at) {
          raise(SIGKILL);
        }
      };
      const auto done = MigratorOf(**session, options)->Run(target);
      if (!done.ok()) {
        std::fprintf(stderr, "%s\n", done.status().ToString().c_str());
      }
      _exit(done.ok() ? 0 : 2);
    }
    children_.push_back(child);
    return true;
  }
  // Each child's: 0, what it exited with, or a signal with a minus.
  std::vector<int> WaitForAll() {
    std::vector<int> codes;
    for (const pid_t child : children_) {
      int status = 0;
      waitpid(child, &status, 0);
      codes.push_back(WIFSIGNALED(status) ? -WTERMSIG(status)
                                          : WEXITSTATUS(status));
    }
    children_.clear();
    return codes;
  }

  std::map<std::string, TableSpec> Catalog() {
    std::map<std::string, TableSpec> tables;
    const auto catalog = catalog::ReadCatalog(database());
    EXPECT_TRUE(catalog.ok()) << catalog.status();
    if (!catalog.ok()) return tables;
    for (const catalog::Table& table : catalog->tables) {
      if (table.name == "modelservice_migration") continue;
      tables[table.FullName()] = catalog::Comparable(table, on_postgres());
    }
    return tables;
  }

  std::unique_ptr<DatabaseSession> session_;
  std::vector<Migration> migrations_;
  std::vector<pid_t> children_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_MIGRATE_MIGRATOR_TEST_SUPPORT_H_
