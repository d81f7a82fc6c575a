// Random pairs of schemas: what migrates from one to the other is what the
// other one is when it is made at once, both ways, and keeps the rows.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <thread>

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
constexpr int kThreads = 2;
constexpr int kPairsOfADatabase = 50;

int FromEnvironment(const char* name, int otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::atoi(text);
}

// One database, on which pairs are tried one after the other. Threads: one.
class PairRunner {
 public:
  PairRunner(std::string url, bool on_postgres)
      : url_(std::move(url)), on_postgres_(on_postgres) {}

  void Run(unsigned seed);

 private:
  const Dialect& dialect() const {
    return on_postgres_ ? PostgresDialect() : SqliteDialect();
  }
  absl::string_view file() const {
    const absl::string_view url = url_;
    return url.substr(strlen("sqlite:"), url.find('?') - strlen("sqlite:"));
  }

  // An empty database.
  void Empty() {
    if (on_postgres_ && session_ != nullptr) {
      RunSql("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
      return;
    }
    session_.reset();
    database_.reset();
    if (!on_postgres_) {
      for (const char* const end : {"", "-wal", "-shm"}) {
        std::filesystem::remove(absl::StrCat(file(), end));
      }
    }
    auto session = OpenSession(url_);
    ASSERT_TRUE(session.ok()) << session.status();
    session_ = *std::move(session);
    auto database = OpenDatabase(url_);
    ASSERT_TRUE(database.ok()) << database.status();
    database_ = *std::move(database);
  }

  void RunSql(const std::string& sql) {
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
      tables[table.FullName()] = catalog::Comparable(table, on_postgres_);
    }
    return tables;
  }

  std::map<std::string, TableSpec> MadeAtOnce(const Schema& schema) {
    Empty();
    std::vector<TableSpec> specs;
    for (const SchemaTable& table : schema.tables) specs.push_back(table.spec);
    RunSql(CreateMadeTablesSql(specs, dialect()));
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

  const std::string url_;
  const bool on_postgres_;
  std::unique_ptr<DatabaseSession> session_;
  std::unique_ptr<Database> database_;
};

const TableSpec* FindMessage(const Tables& tables, const std::string& message) {
  for (const TableSpec& table : tables) {
    if (table.message == message) return &table;
  }
  return nullptr;
}

void PairRunner::Run(unsigned seed) {
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
  if (testing::Test::HasFatalFailure()) return;

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
  RunSql(on_postgres_ ? "SET session_replication_role = replica"
                      : "PRAGMA foreign_keys = OFF");
  for (const TableSpec& table : a) RunSql(RowsSql(table, kRows, dialect()));
  if (on_postgres_) RunSql("SET session_replication_role = origin");
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
  if (testing::Test::HasFailure()) FAIL() << text;

  done = migrator.Run("0001_initial");
  ASSERT_TRUE(done.ok()) << done.status() << "\n" << text;
  ExpectEqual(Tables(), wanted_before);
  expect_values(a, /*back=*/true);
  if (testing::Test::HasFailure()) FAIL() << text;

  done = migrator.Run("");
  ASSERT_TRUE(done.ok()) << done.status() << "\n" << text;
  EXPECT_TRUE(Tables().empty());
}

class RandomMigrationsTest : public testing::TestWithParam<const char*> {
 protected:
  static bool on_postgres() {
    return GetParam() == absl::string_view("postgres");
  }

  void SetUp() override {
    if (!on_postgres()) return;
    // What it makes is gone with it.
    PostgresCluster::Options options;
    options.settings = {{"synchronous_commit", "off"},
                        {"wal_level", "minimal"},
                        {"max_wal_senders", "0"},
                        {"autovacuum", "off"}};
    auto cluster = PostgresCluster::Start(options);
    if (!cluster.ok() && PostgresCluster::MaySkip(cluster.status())) {
      GTEST_SKIP() << cluster.status().message();
    }
    ASSERT_TRUE(cluster.ok()) << cluster.status();
    cluster_ = *std::move(cluster);
  }

  // Of a database that nobody else has.
  absl::StatusOr<std::string> NewUrl(int number) {
    if (!on_postgres()) {
      return absl::StrCat("sqlite:", folder_.path(), "/", number,
                          ".db?synchronous=off");
    }
    auto made = cluster_->NewDatabase();
    if (!made.ok()) return made.status();
    return absl::StrCat(*made, absl::StrContains(*made, '?') ? "&" : "?",
                        "read_lanes=1&write_lanes=1");
  }

  const TemporaryFolder folder_;
  std::unique_ptr<PostgresCluster> cluster_;
};

TEST_P(RandomMigrationsTest, LeadWhereTheyShould) {
  const int count = FromEnvironment("RANDOM_MIGRATIONS", 1000);
  const int first = FromEnvironment("RANDOM_MIGRATIONS_SEED", 1);
  std::atomic<int> next{0};
  const auto work = [&](int number) {
    std::optional<PairRunner> runner;
    for (int done = 0;; ++done) {
      const int i = next++;
      if (i >= count || HasFailure()) return;
      // Catalogs grow with what was dropped.
      if (done % kPairsOfADatabase == 0) {
        auto url = NewUrl(number);
        ASSERT_TRUE(url.ok()) << url.status();
        runner.reset();
        runner.emplace(*std::move(url), on_postgres());
      }
      SCOPED_TRACE(absl::StrCat("RANDOM_MIGRATIONS=1 RANDOM_MIGRATIONS_SEED=",
                                first + i));
      runner->Run(static_cast<unsigned>(first + i));
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) threads.emplace_back(work, i);
  for (std::thread& thread : threads) thread.join();
}

INSTANTIATE_TEST_SUITE_P(Databases, RandomMigrationsTest, kEitherDatabase,
                         NameOfDatabase);

}  // namespace
}  // namespace modelservice
