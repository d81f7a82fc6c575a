// Random pairs of schemas: what migrates from one to the other is what the
// other one is when it is made at once, both ways, and keeps the rows.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "modelservice/introspect/catalog.h"
#include "modelservice/introspect/comparable.h"
#include "modelservice/migrate/migrator.h"
#include "modelservice/migrate/random_schema_test_support.h"
#include "modelservice/migrate/script_parts.h"
#include "modelservice/schema/table_spec_text.h"
#include "modelservice/sql/ddl.h"
#include "modelservice/testing/database_test_support.h"

namespace modelservice {
namespace {

constexpr int kRows = 4;

int FromEnvironment(const char* name, int otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::atoi(text);
}

class RandomMigrationsTest : public testing::TestWithParam<const char*> {
 protected:
  static bool on_postgres() {
    return GetParam() == absl::string_view("postgres");
  }
  const Dialect& dialect() const {
    return on_postgres() ? PostgresDialect() : SqliteDialect();
  }

  void SetUp() override {
    url_ =
        absl::StrCat("sqlite:", folder_.path(), "/random.db?synchronous=off");
    if (!on_postgres()) return;
    const auto cluster = PostgresCluster::Shared();
    if (!cluster.ok() && PostgresCluster::MaySkip(cluster.status())) {
      GTEST_SKIP() << cluster.status().message();
    }
    ASSERT_TRUE(cluster.ok()) << cluster.status();
    const auto made = (*cluster)->NewDatabase();
    ASSERT_TRUE(made.ok()) << made.status();
    url_ = absl::StrCat(*made, absl::StrContains(*made, '?') ? "&" : "?",
                        "read_lanes=1&write_lanes=1");
  }

  // An empty database.
  void Empty() {
    if (on_postgres() && session_ != nullptr) {
      Run("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
      return;
    }
    session_.reset();
    database_.reset();
    if (!on_postgres()) {
      for (const char* const end : {"", "-wal", "-shm"}) {
        std::filesystem::remove(
            absl::StrCat(folder_.path(), "/random.db", end));
      }
    }
    auto session = OpenSession(url_);
    ASSERT_TRUE(session.ok()) << session.status();
    session_ = *std::move(session);
    auto database = OpenDatabase(url_);
    ASSERT_TRUE(database.ok()) << database.status();
    database_ = *std::move(database);
  }

  void Run(const std::string& sql) {
    const absl::Status status = session_->Run(sql);
    ASSERT_TRUE(status.ok()) << status << "\n" << sql;
  }

  // Every table by its name, without the account of migrations.
  std::map<std::string, TableSpec> Tables() {
    std::map<std::string, TableSpec> tables;
    const auto catalog = catalog::ReadCatalog(*database_);
    EXPECT_TRUE(catalog.ok()) << catalog.status();
    if (!catalog.ok()) return tables;
    for (const catalog::Table& table : catalog->tables) {
      if (table.name == "modelservice_migration") continue;
      tables[table.FullName()] = catalog::Comparable(table, on_postgres());
    }
    return tables;
  }

  std::map<std::string, TableSpec> MadeAtOnce(const Schema& schema) {
    Empty();
    std::vector<TableSpec> specs;
    for (const SchemaTable& table : schema.tables) specs.push_back(table.spec);
    Run(CreateMadeTablesSql(specs, dialect()));
    return Tables();
  }

  static void ExpectEqual(const std::map<std::string, TableSpec>& is,
                          const std::map<std::string, TableSpec>& wanted) {
    for (const auto& [name, table] : wanted) {
      const auto found = is.find(name);
      ASSERT_TRUE(found != is.end()) << name << " is not there";
      EXPECT_TRUE(found->second == table) << TextOf(found->second) << "is not\n"
                                          << TextOf(table);
    }
    EXPECT_EQ(is.size(), wanted.size());
  }

  // The values of a column by key.
  std::string Values(const TableSpec& table, const std::string& column) {
    const auto rows = session_->Rows(absl::StrCat(
        "SELECT CAST(", QuotedName(column), " AS TEXT) FROM ",
        QuotedTable(table, dialect()), " ORDER BY ", QuotedName("id")));
    EXPECT_TRUE(rows.ok()) << rows.status();
    if (!rows.ok()) return "";
    return absl::StrJoin(
        *rows, "|", [](std::string* text, const std::vector<Literal>& row) {
          const Value value = row[0].value();
          absl::StrAppend(text, value.is_null() ? "NULL" : value.text());
        });
  }

  void RunPair(unsigned seed);

  const TemporaryFolder folder_;
  std::string url_;
  std::unique_ptr<DatabaseSession> session_;
  std::unique_ptr<Database> database_;
};

const TableSpec* FindMessage(const Tables& tables, const std::string& message) {
  for (const TableSpec& table : tables) {
    if (table.message == message) return &table;
  }
  return nullptr;
}

void RandomMigrationsTest::RunPair(unsigned seed) {
  RandomSchema random(seed);
  const modelservice::Tables a = random.Make();
  const modelservice::Tables b = random.Change(a);
  // By way of the file beside migrations.
  const auto before =
      ReadSchema(WriteSchema(SchemaOf(a, dialect())), "schema.textproto");
  ASSERT_TRUE(before.ok()) << before.status();
  const Schema after = SchemaOf(b, dialect());
  const auto wanted_before = MadeAtOnce(*before);
  const auto wanted_after = MadeAtOnce(after);
  if (HasFatalFailure()) return;

  const Schema nothing;
  std::vector<Migration> migrations(2);
  migrations[0].name = "0001_initial";
  migrations[1].name = "0002_change";
  const auto file_of = [&](const Schema& from, const Schema& to) {
    const SchemaMatch match = MatchOf(from, to);
    MigrationFile file;
    file.up = ScriptOf(match, dialect());
    file.down = ScriptOf(Reversed(match), dialect());
    // By way of a file, too.
    const std::string text = WriteMigration(file);
    const auto read = ParseMigration(text, "file");
    EXPECT_TRUE(read.ok()) << read.status();
    if (read.ok()) {
      EXPECT_EQ(WriteMigration(*read), text);
    }
    return read.ok() ? *read : file;
  };
  migrations[0].file = file_of(nothing, *before);
  migrations[1].file = file_of(*before, after);
  Empty();
  Migrator migrator(*session_, [this] { return OpenDatabase(url_); },
                    migrations, {});
  const std::string text = WriteMigration(*migrations[1].file);

  auto done = migrator.Run("0001_initial");
  ASSERT_TRUE(done.ok()) << done.status();
  ExpectEqual(Tables(), wanted_before);
  // Of tables that refer to one another in circles.
  Run(on_postgres() ? "SET session_replication_role = replica"
                    : "PRAGMA foreign_keys = OFF");
  for (const TableSpec& table : a) Run(RowsSql(table, kRows, dialect()));
  if (on_postgres()) Run("SET session_replication_role = origin");
  std::map<std::string, std::string> values;
  for (const TableSpec& table : a) {
    for (const ColumnSpec& column : table.columns) {
      values[absl::StrCat(table.message, " ", column.field->number)] =
          Values(table, column.name);
    }
  }
  const auto expect_values = [&](const modelservice::Tables& tables,
                                 bool back) {
    for (const TableSpec& table : tables) {
      const TableSpec* const old = FindMessage(a, table.message);
      const TableSpec* const other =
          FindMessage(back ? b : tables, table.message);
      if (old == nullptr || other == nullptr) continue;
      for (const ColumnSpec& column : table.columns) {
        const auto same = [&](const ColumnSpec& one) {
          return one.field->number == column.field->number;
        };
        const auto was =
            std::find_if(old->columns.begin(), old->columns.end(), same);
        const auto is =
            std::find_if(other->columns.begin(), other->columns.end(), same);
        if (was == old->columns.end() || is == other->columns.end() ||
            !KeepsValues(*was, *is)) {
          continue;
        }
        EXPECT_EQ(
            Values(table, column.name),
            values[absl::StrCat(table.message, " ", column.field->number)])
            << table.name << "." << column.name;
      }
    }
  };

  done = migrator.Run(std::nullopt);
  ASSERT_TRUE(done.ok()) << done.status() << "\n" << text;
  ExpectEqual(Tables(), wanted_after);
  expect_values(b, /*back=*/false);
  if (HasFailure()) FAIL() << text;

  done = migrator.Run("0001_initial");
  ASSERT_TRUE(done.ok()) << done.status() << "\n" << text;
  ExpectEqual(Tables(), wanted_before);
  expect_values(a, /*back=*/true);
  if (HasFailure()) FAIL() << text;

  done = migrator.Run("");
  ASSERT_TRUE(done.ok()) << done.status() << "\n" << text;
  EXPECT_TRUE(Tables().empty());
}

TEST_P(RandomMigrationsTest, LeadWhereTheyShould) {
  const int count =
      FromEnvironment("RANDOM_MIGRATIONS", on_postgres() ? 150 : 1000);
  const int first = FromEnvironment("RANDOM_MIGRATIONS_SEED", 1);
  for (int i = 0; i < count; ++i) {
    SCOPED_TRACE(
        absl::StrCat("RANDOM_MIGRATIONS=1 RANDOM_MIGRATIONS_SEED=", first + i));
    RunPair(static_cast<unsigned>(first + i));
    if (HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Databases, RandomMigrationsTest, kEitherDatabase,
                         NameOfDatabase);

}  // namespace
}  // namespace modelservice
