// What the commands about migrations tell of a database that is behind, half
// way or somebody else's, on either kind.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "modelservice/manage/migrate_command_test_support.h"
#include "modelservice/sql/ddl.h"
#include "modelservice/testing/postgres_cluster.h"

namespace modelservice {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class MigrateToldTest : public MigrateCommandTest,
                        public testing::WithParamInterface<const char*> {
 protected:
  void SetUp() override {
    MigrateCommandTest::SetUp();
    url_ = "sqlite:shop.db";
    if (!on_postgres()) return;
    const auto cluster = PostgresCluster::Shared();
    if (!cluster.ok() && PostgresCluster::MaySkip(cluster.status())) {
      GTEST_SKIP() << cluster.status().message();
    }
    ASSERT_TRUE(cluster.ok()) << cluster.status();
    url_ = *(*cluster)->NewDatabase();
  }

  static bool on_postgres() {
    return GetParam() == absl::string_view("postgres");
  }
  int Shop(const std::string& command) {
    return Run(absl::StrCat("./shop ", command, " --database=", url_));
  }
  // By somebody else.
  void Sql(const std::string& sql) {
    const auto session = OpenSession(url_);
    ASSERT_TRUE(session.ok()) << session.status();
    const absl::Status status = (*session)->Run(sql);
    ASSERT_TRUE(status.ok()) << status;
  }
  static std::string FileOf(const std::string& name) {
    return absl::StrCat("migrations/", GetParam(), "/", name);
  }
  static std::string Read(const std::string& file) {
    std::stringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
  }
  void MakeTwo() {
    Use(Customers());
    ASSERT_EQ(Shop("makemigrations"), 0) << error_;
    Use(WithPhone());
    ASSERT_EQ(Shop("makemigrations"), 0) << error_;
  }

  std::string url_;
};

TEST_P(MigrateToldTest, WhatWouldBeFaked) {
  Use(Customers());
  Sql(CreateTableSql(table_->table(),
                     on_postgres() ? PostgresDialect() : SqliteDialect()));
  MakeTwo();
  for (int i = 0; i < 2; ++i) {  // It is the same again: nothing was written.
    ASSERT_EQ(Shop("migrate --fake-initial --plan"), 0) << error_;
    EXPECT_EQ(out_,
              "would fake 0001_initial\nwould apply 0002_customer_phone\n");
  }
  EXPECT_EQ(Shop("migrate --fake-initial --check"), 1);
  EXPECT_THAT(error_, HasSubstr("2 migrations are to be done"));
  EXPECT_EQ(Shop("migrate --fake --plan --to=1"), 0) << error_;
  EXPECT_EQ(out_, "would fake 0001_initial\n");
  EXPECT_EQ(Shop("migrate --fake-initial --to=zero"), 1);
  EXPECT_THAT(error_, HasSubstr("exclude each other"));
  EXPECT_EQ(Shop("migrate --fake-initial"), 0) << error_;
  EXPECT_EQ(out_, "faked 0001_initial\napplied 0002_customer_phone\n");
  EXPECT_EQ(Shop("migrate --fake-initial --plan"), 0) << error_;
  EXPECT_EQ(out_, "nothing is to be done\n");
}

TEST_P(MigrateToldTest, ADatabaseThatOthersMadeIsToldOf) {
  Use(Customers());
  Sql(CreateTableSql(table_->table(),
                     on_postgres() ? PostgresDialect() : SqliteDialect()));
  ASSERT_EQ(Shop("makemigrations"), 0) << error_;
  EXPECT_EQ(Shop("migrate"), 1);
  EXPECT_THAT(error_, HasSubstr("already exists"));
  EXPECT_THAT(error_, HasSubstr("are taken as they are by migrate "
                                "--fake-initial"));
  ASSERT_EQ(Shop("migrate --fake-initial"), 0) << error_;
  EXPECT_EQ(out_, "faked 0001_initial\n");
  ASSERT_EQ(Shop("migrate --fake-initial"), 0) << error_;
  EXPECT_EQ(out_, "nothing was to be done\n");
  std::filesystem::remove(FileOf("schema.textproto"));
  EXPECT_EQ(Shop("migrate"), 1);
  EXPECT_THAT(error_, HasSubstr("/schema.textproto is missing, which says "
                                "what the migrations up to 0001_initial come "
                                "to: bring it back"));
}

TEST_P(MigrateToldTest, ThePlanSaysWhatKeepsItFromBeingFaked) {
  MakeTwo();
  ASSERT_EQ(Shop("migrate --fake-initial --plan"), 0) << error_;
  EXPECT_EQ(out_,
            "would apply 0001_initial\nwould apply 0002_customer_phone\n");
  Sql("CREATE TABLE customer (id bigint NOT NULL PRIMARY KEY)");
  EXPECT_EQ(Shop("migrate --fake-initial --plan"), 1);
  EXPECT_THAT(error_, HasSubstr("the database is not what 0001_initial makes"));
}

TEST_P(MigrateToldTest, CheckSaysMigrateFirst) {
  Use(Customers());
  ASSERT_EQ(Shop("makemigrations"), 0) << error_;
  ASSERT_EQ(Shop("migrate"), 0) << error_;
  Use(WithPhone());
  ASSERT_EQ(Shop("makemigrations"), 0) << error_;
  EXPECT_EQ(Shop("check"), 1);
  EXPECT_THAT(out_, StartsWith("the migration 0002_customer_phone has not been "
                               "applied\n    run migrate\nmigrate comes "
                               "first: what follows is how the database "
                               "differs without it; "));
  EXPECT_THAT(out_, HasSubstr("ADD COLUMN \"phone\""));
  ASSERT_EQ(Shop("migrate"), 0) << error_;
  EXPECT_EQ(Shop("check"), 0) << out_;
  EXPECT_EQ(out_, "the database keeps what the models promise\n");
}

TEST_P(MigrateToldTest, FilesThatAreNotAsTheyWere) {
  MakeTwo();
  ASSERT_EQ(Shop("migrate"), 0) << error_;
  const std::string second = FileOf("0002_customer_phone.sql");
  const std::string text = Read(second);
  // The file itself says another checksum, or none.
  Write(second, absl::StrReplaceAll(text, {{"-- up\n", "-- up\nSELECT 1;\n"}}));
  ASSERT_EQ(Shop("showmigrations"), 0) << error_;
  EXPECT_THAT(out_, HasSubstr(" s; edited since: bring it back as it was\n"));
  EXPECT_EQ(Shop("migrate"), 1);
  EXPECT_THAT(error_, HasSubstr("its checksum is not that of its statements"));
  std::string edited = text;
  edited.erase(edited.find("-- checksum"),
               edited.find("-- up") - edited.find("-- checksum"));
  Write(second,
        absl::StrReplaceAll(edited, {{"-- up\n", "-- up\nSELECT 1;\n"}}));
  ASSERT_EQ(Shop("showmigrations"), 0) << error_;
  EXPECT_THAT(out_, HasSubstr(" s; edited since: bring it back as it was\n"));
  EXPECT_EQ(Shop("migrate"), 1);
  EXPECT_THAT(error_, HasSubstr("was edited after this database had it"));
  Write(second, text);
  ASSERT_EQ(Shop("showmigrations"), 0) << error_;
  EXPECT_EQ(out_.find(';'), std::string::npos) << out_;

  std::filesystem::remove(FileOf("0001_initial.sql"));
  Sql("INSERT INTO modelservice_migration VALUES ('0009_later', '', 0, 0, "
      "'2026-01-02', 1)");
  ASSERT_EQ(Shop("showmigrations"), 0) << error_;
  EXPECT_THAT(out_, HasSubstr(" s; its file is missing\n[X] 0002_customer_ph"));
  EXPECT_THAT(out_, HasSubstr("[X] 0009_later  2026-01-02, in 1.0 s; newer "
                              "than the migrations here\n"));
  EXPECT_EQ(Shop("migrate"), 1);
  EXPECT_THAT(error_, HasSubstr("0001_initial, which is not among"));
}

TEST_P(MigrateToldTest, AHalfDoneOneIsCorrectedAndGoneOnWith) {
  MakeTwo();
  ASSERT_EQ(Shop("makemigrations --empty=fill"), 0) << error_;
  const std::string third = FileOf("0003_fill.sql");
  const std::string begin =
      "-- up\nINSERT INTO customer (email, phone) VALUES ('a', '1');\n"
      "-- transaction\n";
  Write(third,
        absl::StrCat(begin, "UPDATE nothing SET phone = '2';\n-- down\n"));
  EXPECT_EQ(Shop("migrate"), 1);
  EXPECT_THAT(error_,
              HasSubstr("1 of its 2 parts are done, and the next migrate "
                        "goes on behind them"));
  ASSERT_EQ(Shop("showmigrations"), 0) << error_;
  EXPECT_THAT(out_, HasSubstr("[/] 0003_fill  half done\n"));
  Write(third,
        absl::StrCat(begin, "UPDATE customer SET phone = '2';\n-- down\n"));
  ASSERT_EQ(Shop("showmigrations"), 0) << error_;
  EXPECT_THAT(out_,
              HasSubstr("half done; edited since, behind what is done\n"));
  ASSERT_EQ(Shop("migrate"), 0) << error_;
  EXPECT_EQ(out_, "applied 0003_fill\n");
  ASSERT_EQ(Shop("showmigrations"), 0) << error_;
  EXPECT_THAT(out_, HasSubstr("[X] 0003_fill"));
  const auto session = OpenSession(url_);
  ASSERT_TRUE(session.ok()) << session.status();
  const auto rows = (*session)->Rows("SELECT phone FROM customer");
  ASSERT_TRUE(rows.ok()) << rows.status();
  ASSERT_EQ(rows->size(), 1u);
  EXPECT_EQ((*rows)[0][0].value().text(), "2");
}

INSTANTIATE_TEST_SUITE_P(Databases, MigrateToldTest,
                         testing::Values("sqlite", "postgres"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace modelservice
