// The commands about migrations, as a user calls them: those of docs/schema.md
// are run in their order, and the SQL there is what they write.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <re2/re2.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "modelservice/manage/migrate_command_test_support.h"
#include "modelservice/manage/migration_progress.h"
#include "modelservice/sql/ddl.h"
#include "modelservice/testing/child_process.h"
#include "modelservice/testing/postgres_cluster.h"

namespace modelservice {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kDatabase[] = " --database=sqlite:shop.db";

TEST_F(MigrateCommandTest, ThePageIsTrue) {
  const std::string page = ReadFile(std::getenv("SCHEMA_PAGE"));
  ASSERT_FALSE(page.empty());
  // The version of the models that the commands behind a mark are run with.
  const auto use = [&](absl::string_view mark) {
    if (mark == "<!-- models: 1 -->") Use(Customers());
    if (mark == "<!-- models: 2 -->") Use(WithPhone());
  };
  std::string block;
  std::string language;
  int commands = 0;
  int quotes = 0;
  for (const absl::string_view line : absl::StrSplit(page, '\n')) {
    if (absl::StartsWith(line, "```")) {
      if (language == "sql") {
        ++quotes;
        const std::string written =
            ReadFile("migrations/postgres/0002_customer_phone.sql");
        EXPECT_EQ(block, written);
      }
      language = language.empty() ? std::string(line.substr(3)) : "";
      if (line == "```") language.clear();
      block.clear();
      continue;
    }
    use(line);
    if (!language.empty()) absl::StrAppend(&block, line, "\n");
    if (language != "sh" || !absl::StartsWith(line, "./shop ")) continue;
    ++commands;
    const absl::string_view command = line.substr(0, line.find("  #"));
    EXPECT_EQ(Run(absl::StrCat(command, kDatabase)), 0) << line << "\n"
                                                        << out_ << error_;
  }
  EXPECT_GE(commands, 10);
  EXPECT_EQ(quotes, 1);
}

TEST_F(MigrateCommandTest, WithoutMigrationsMissingTablesAreMade) {
  Use(Customers());
  ASSERT_EQ(Run(absl::StrCat("./shop migrate", kDatabase)), 0) << error_;
  EXPECT_EQ(out_, "created table customer\n");
  EXPECT_EQ(Run(absl::StrCat("./shop migrate --plan", kDatabase)), 1);
  EXPECT_EQ(Run(absl::StrCat("./shop migrate --migrations=m", kDatabase)), 1);
  EXPECT_THAT(error_, HasSubstr("there is no folder m/sqlite"));
}

TEST_F(MigrateCommandTest, CheckTellsWhatIsToBeDone) {
  Use(Customers());
  EXPECT_EQ(Run(absl::StrCat("./shop makemigrations --check", kDatabase)), 1);
  EXPECT_FALSE(std::filesystem::exists("migrations"));
  ASSERT_EQ(Run(absl::StrCat("./shop makemigrations", kDatabase)), 0) << error_;
  EXPECT_EQ(Run(absl::StrCat("./shop makemigrations --check", kDatabase)), 0);
  EXPECT_EQ(Run(absl::StrCat("./shop migrate --check", kDatabase)), 1);
  ASSERT_EQ(Run(absl::StrCat("./shop migrate", kDatabase)), 0) << error_;
  EXPECT_EQ(Run(absl::StrCat("./shop migrate --check", kDatabase)), 0);
  EXPECT_EQ(Run(absl::StrCat("./shop check", kDatabase)), 0) << error_;
  ASSERT_EQ(Run(absl::StrCat("./shop makemigrations --empty=later", kDatabase)),
            0);
  EXPECT_EQ(Run(absl::StrCat("./shop check", kDatabase)), 1);
  EXPECT_THAT(out_, HasSubstr("the migration 0002_later has not been applied"));
}

TEST_F(MigrateCommandTest, DangersHaveToBeAllowed) {
  Use(WithPhone());
  const std::string make = absl::StrCat(
      "./shop makemigrations --dialect=sqlite,postgres", kDatabase);
  ASSERT_EQ(Run(make), 0) << error_;
  Use(Customers());
  EXPECT_EQ(Run(make), 1);
  // Those of both databases at once.
  EXPECT_THAT(error_, HasSubstr("migrations/sqlite: nothing is written, for "
                                "this is dangerous:\n  drop: column phone of "
                                "customer goes"));
  EXPECT_THAT(error_, HasSubstr("migrations/postgres: nothing is written, for "
                                "this is dangerous:\n  drop: column phone of "
                                "customer goes"));
  EXPECT_THAT(error_, EndsWith("\nif it is meant: --allow=drop\n"));
  EXPECT_FALSE(std::filesystem::exists("migrations/sqlite/0002_customer.sql"));
  EXPECT_EQ(Run(absl::StrCat(make, " --allow=nothing")), 1);
  EXPECT_EQ(Run(absl::StrCat(make, " --allow=drop")), 0) << error_;
  EXPECT_TRUE(std::filesystem::exists("migrations/postgres/0002_customer.sql"));
}

TEST_F(MigrateCommandTest, RenamesAreKnownByOptions) {
  Use(WithPhone());
  ASSERT_EQ(Run(absl::StrCat("./shop makemigrations", kDatabase)), 0) << error_;
  TableSpec table = WithPhone();
  table.columns.back() = Text("mobile", 9);
  table.indexes.back().parts = {{"mobile", false}};
  Use(table);
  ASSERT_EQ(Run(absl::StrCat("./shop makemigrations", kDatabase)), 0) << error_;
  EXPECT_THAT(out_, HasSubstr("~ customer: column phone is now mobile, for "
                              "shop.Customer.mobile (9)"));
  table.name = "client";
  Use(table, &Client);
  ASSERT_EQ(Run(absl::StrCat("./shop makemigrations", kDatabase)), 0) << error_;
  EXPECT_THAT(out_, HasSubstr("~ table customer is now client"));
  ASSERT_EQ(Run(absl::StrCat("./shop migrate", kDatabase)), 0) << error_;
  EXPECT_EQ(Run(absl::StrCat("./shop check", kDatabase)), 0) << out_;
}

TEST_F(MigrateCommandTest, BranchesThatMadeOneNumberAreTold) {
  Use(Customers());
  ASSERT_EQ(Run(absl::StrCat("./shop makemigrations", kDatabase)), 0) << error_;
  Use(WithPhone());
  ASSERT_EQ(Run(absl::StrCat("./shop makemigrations", kDatabase)), 0) << error_;
  const std::string folder = "migrations/sqlite/";
  std::filesystem::copy(folder + "0002_customer_phone.sql",
                        folder + "0002_other.sql");
  for (const char* const command : {"makemigrations", "migrate"}) {
    EXPECT_EQ(Run(absl::StrCat("./shop ", command, kDatabase)), 1);
    EXPECT_THAT(error_, HasSubstr("0002_customer_phone and 0002_other have one "
                                  "number"));
  }
  std::filesystem::rename(folder + "0002_other.sql", folder + "0003_other.sql");
  EXPECT_EQ(Run(absl::StrCat("./shop makemigrations", kDatabase)), 1);
  EXPECT_THAT(error_, HasSubstr("last is \"0002_customer_phone\", and the last "
                                "file is \"0003_other\""));
}

// The file of another branch, given the next number, still has the table as it
// was there.
TEST_F(MigrateCommandTest, ARenumberedFileDropsNoColumnOfTheOtherBranch) {
  const std::string make = absl::StrCat("./shop makemigrations", kDatabase);
  Use(Customers());
  ASSERT_EQ(Run(make), 0) << error_;
  const std::string folder = "migrations/sqlite/";
  std::filesystem::copy(folder + "schema.textproto", "theirs");
  TableSpec table = Customers();
  table.columns[1].nullable = true;
  table.columns[1].field->presence = true;
  Use(table);
  ASSERT_EQ(Run(make), 0) << error_;
  std::filesystem::rename(folder + "0002_customer.sql", "0003_customer.sql");
  std::filesystem::rename("theirs", folder + "schema.textproto");
  Use(WithPhone());
  ASSERT_EQ(Run(make), 0) << error_;
  std::filesystem::rename("0003_customer.sql", folder + "0003_customer.sql");
  std::stringstream state;
  state << std::ifstream(folder + "schema.textproto").rdbuf();
  Write(folder + "schema.textproto",
        absl::StrReplaceAll(state.str(),
                            {{"0002_customer_phone", "0003_customer"}}));
  EXPECT_EQ(Run(absl::StrCat("./shop migrate", kDatabase)), 1);
  EXPECT_THAT(error_, HasSubstr("column phone; if another migration made it, "
                                "delete this one's file"));
  EXPECT_THAT(error_, HasSubstr("nothing of it is done"));
  // As it says.
  std::filesystem::remove(folder + "0003_customer.sql");
  Write(folder + "schema.textproto", state.str());
  table = WithPhone();
  table.columns[1].nullable = true;
  table.columns[1].field->presence = true;
  Use(table);
  ASSERT_EQ(Run(make), 0) << error_;
  ASSERT_EQ(Run(absl::StrCat("./shop migrate", kDatabase)), 0) << error_;
  EXPECT_EQ(Run(absl::StrCat("./shop check", kDatabase)), 0) << out_;
}

TEST_F(MigrateCommandTest, CodeHasItsPlace) {
  Use(Customers());
  ASSERT_EQ(Run(absl::StrCat("./shop makemigrations", kDatabase)), 0) << error_;
  Use(WithPhone());
  ASSERT_EQ(Run(absl::StrCat("./shop makemigrations", kDatabase)), 0) << error_;
  code_ = [](Transaction& tx) {
    return tx.database()
        .Execute("INSERT INTO customer (email, phone) VALUES (?, ?)", "a@b.c",
                 "1")
        .status();
  };
  ASSERT_EQ(Run(absl::StrCat("./shop migrate", kDatabase)), 0) << error_;
  EXPECT_EQ(out_,
            "applied 0001_initial\napplied 0002_customer_phone\napplied "
            "0003_fill\n");
  ASSERT_EQ(Run(absl::StrCat("./shop makemigrations --empty=more", kDatabase)),
            0);
  EXPECT_THAT(out_, HasSubstr("0004_more.sql"));
}

TEST_F(MigrateCommandTest, NamesEqualButForCaseAreRefusedOnSqlite) {
  TableSpec table = WithPhone();
  table.columns.push_back(Text("PHONE", 4));
  Use(table);
  EXPECT_EQ(Run(absl::StrCat("./shop makemigrations", kDatabase)), 1);
  EXPECT_THAT(error_, HasSubstr("two columns are called \"PHONE\""));
  EXPECT_EQ(
      Run(absl::StrCat("./shop makemigrations --dialect=postgres", kDatabase)),
      0)
      << error_;
}

TEST_F(MigrateCommandTest, NamesThatPostgresWouldClipAreRefused) {
  TableSpec table = Customers();
  table.name = std::string(64, 't');
  Use(table);
  EXPECT_EQ(Run(absl::StrCat("./shop makemigrations", kDatabase)), 0) << error_;
  EXPECT_EQ(
      Run(absl::StrCat("./shop makemigrations --dialect=postgres", kDatabase)),
      1);
  EXPECT_THAT(error_, HasSubstr("has 64 bytes, and PostgreSQL keeps 63"));
}

// As Django makes its tables, with names of its own.
TEST_F(MigrateCommandTest, ADatabaseOfDjangoIsAdopted) {
  const auto cluster = PostgresCluster::Shared();
  if (!cluster.ok() && PostgresCluster::MaySkip(cluster.status())) {
    GTEST_SKIP() << cluster.status().message();
  }
  ASSERT_TRUE(cluster.ok()) << cluster.status();
  const std::string url = *(*cluster)->NewDatabase();
  const std::string database = absl::StrCat(" --database=", url);
  Use(Customers());
  ASSERT_EQ(Run(absl::StrCat("./shop makemigrations", database)), 0) << error_;
  auto session = OpenSession(url);
  ASSERT_TRUE(session.ok()) << session.status();
  ASSERT_TRUE(
      (*session)
          ->Run("CREATE TABLE customer (id bigint NOT NULL PRIMARY KEY "
                "GENERATED BY DEFAULT AS IDENTITY, email text NOT NULL); "
                "CREATE TABLE django_migrations (id bigint);")
          .ok());
  const std::string adopt =
      absl::StrCat("./shop migrate --fake-initial", database);
  EXPECT_EQ(Run(adopt), 1);
  EXPECT_THAT(error_, HasSubstr("the database is not what 0001_initial makes"));
  EXPECT_THAT(error_, HasSubstr("may have several rows of one (email)"));
  ASSERT_TRUE((*session)
                  ->Run("ALTER TABLE customer ADD CONSTRAINT "
                        "customer_email_5c4b2e0f_uniq UNIQUE (email)")
                  .ok());
  ASSERT_EQ(Run(adopt), 0) << error_;
  EXPECT_THAT(out_, HasSubstr("faked 0001_initial"));
  // What comes later finds Django's names.
  TableSpec table = WithPhone();
  table.indexes.erase(table.indexes.begin());
  Use(table);
  ASSERT_EQ(Run(absl::StrCat("./shop makemigrations", database)), 0) << error_;
  ASSERT_EQ(Run(absl::StrCat("./shop migrate --fake-initial", database)), 0)
      << error_;
  EXPECT_TRUE(
      (*session)->Run("INSERT INTO customer (email) VALUES ('a'), ('a')").ok());
  EXPECT_EQ(Run(absl::StrCat("./shop check", database)), 0) << out_ << error_;
}

// What a person sees at a terminal while tables are copied.
TEST_F(MigrateCommandTest, ATerminalShowsHowFarItIs) {
  Use(Customers());
  ASSERT_EQ(Run(absl::StrCat("./shop makemigrations", kDatabase)), 0) << error_;
  ASSERT_EQ(Run(absl::StrCat("./shop migrate", kDatabase)), 0) << error_;
  {
    const auto session = OpenSession("sqlite:shop.db");
    ASSERT_TRUE(session.ok()) << session.status();
    ASSERT_TRUE((*session)
                    ->Run("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT "
                          "i + 1 FROM n WHERE i < 600000) INSERT INTO customer "
                          "(email) SELECT i || '@example.com' FROM n")
                    .ok());
  }
  TableSpec table = Customers();
  table.columns[1].nullable = true;
  Use(table);
  ASSERT_EQ(Run(absl::StrCat("./shop makemigrations", kDatabase)), 0) << error_;

  int code = 0;
  const std::string shown =
      RunAtTerminal(absl::StrCat("./shop migrate", kDatabase), &code);
  EXPECT_EQ(code, 0);
  EXPECT_THAT(shown, HasSubstr("0002_customer: statement 1 of "));
  EXPECT_TRUE(RE2::PartialMatch(
      shown, R"(0002_customer: statement \d of \d: [1-9]\d\d?,000 rows, )"
             R"(\d[\d,]*/s, \d:\d\d left)"))
      << shown;
  EXPECT_THAT(shown, EndsWith("\r\033[K")) << "the line is cleared";
}

TEST(MigrationProgress, KnowsTheTableThatIsCopied) {
  EXPECT_EQ(CopiedTable("INSERT INTO \"modelservice_new_a\" (\"id\")\nSELECT "
                        "\"id\"\nFROM \"a\";"),
            "\"a\"");
  EXPECT_EQ(CopiedTable("SELECT 1\nFROM \"a\";"), "");
}

}  // namespace
}  // namespace modelservice
