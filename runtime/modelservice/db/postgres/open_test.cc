// Opening databases, good and bad; scripts, and the columns of tables.
#include "modelservice/db/postgres/test_support.h"

namespace modelservice::postgres {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

class OpenTest : public PostgresTest {
 protected:
  // The error of opening, which is one line and names the server.
  std::string FailToOpen(absl::string_view connection) {
    options_.connection = std::string(connection);
    const absl::Status status = OpenPostgres(options_).status();
    EXPECT_EQ(KindOfError(status), Kind::kConnection);
    std::string message(status.message());
    EXPECT_THAT(message, StartsWith("cannot open postgresql://"));
    EXPECT_THAT(message, Not(HasSubstr("\n")));
    return message;
  }
};

TEST_F(OpenTest, Opens) {
  Open();
  EXPECT_EQ(db_->dialect().name(), "postgres");
  EXPECT_THAT(Query(*db_, "SELECT current_setting('application_name')"),
              ElementsAre("modelservice"));
}

TEST_F(OpenTest, NoDatabase) {
  const std::string message = FailToOpen(cluster_->url("missing"));
  EXPECT_THAT(message,
              StartsWith(absl::StrCat("cannot open postgresql://postgres@",
                                      cluster_->folder(), ":5432/missing: ")));
  EXPECT_THAT(message, HasSubstr("\"missing\" does not exist; create it with "
                                 "createdb, or name another"));
}

TEST_F(OpenTest, NoUser) {
  EXPECT_THAT(FailToOpen(absl::StrCat("postgresql://who:secret@/postgres?host=",
                                      cluster_->folder())),
              AllOf(HasSubstr("role \"who\" does not exist; create it with "
                              "createuser, or name another user"),
                    Not(HasSubstr("secret"))));
}

TEST_F(OpenTest, NoServer) {
  EXPECT_THAT(FailToOpen(absl::StrCat(
                  "postgresql:///x?host=", cluster_->folder(), "&port=1")),
              HasSubstr("start it, or name another host or port"));
  EXPECT_THAT(FailToOpen("postgresql://u:secret@127.0.0.1:1/x"),
              AllOf(HasSubstr("cannot open postgresql://u@127.0.0.1:1/x: "),
                    HasSubstr("start it, or name another host or port"),
                    Not(HasSubstr("secret"))));
}

TEST_F(OpenTest, BadOptions) {
  for (int PostgresOptions::*member :
       {&PostgresOptions::read_lanes, &PostgresOptions::write_lanes,
        &PostgresOptions::max_batch, &PostgresOptions::pool_max,
        &PostgresOptions::max_statements}) {
    PostgresOptions bad = options_;
    bad.*member = 0;
    EXPECT_TRUE(absl::IsInvalidArgument(OpenPostgres(bad).status()));
  }
}

TEST_F(OpenTest, AScriptIsOneTransaction) {
  Open("CREATE TABLE t (v INTEGER); INSERT INTO t VALUES (1)");
  const absl::Status status = db_->RunScript(
      "INSERT INTO t VALUES (2); CREATE TABLE u (v INTEGER);"
      "INSERT INTO missing VALUES (1); INSERT INTO t VALUES (3);");
  EXPECT_EQ(KindOfError(status), Kind::kSchema);
  EXPECT_THAT(std::string(status.message()), HasSubstr("missing"));
  EXPECT_THAT(Query(*db_, "SELECT v FROM t"), ElementsAre("1"));
  EXPECT_THAT(*db_->ColumnsOf(Named("u")), IsEmpty());
}

TEST_F(OpenTest, ScriptsOfNothing) {
  Open();
  for (const char* script : {"", " \n", ";", "-- nothing", "/* nothing */;"}) {
    const absl::Status status = db_->RunScript(script);
    EXPECT_TRUE(status.ok()) << script << ": " << status;
  }
}

TEST_F(OpenTest, ScriptsOfHalfOfWhatWasGiven) {
  Open();
  const absl::Status status = db_->RunScript(
      absl::string_view("CREATE TABLE t (v INTEGER);\0DROP TABLE t", 40));
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("a script cannot have a NUL character"));
  EXPECT_THAT(*db_->ColumnsOf(Named("t")), IsEmpty());
}

TEST_F(OpenTest, ScriptsHoldWhatTheyLike) {
  Open(
      "CREATE TABLE t (v TEXT DEFAULT 'a;b');\n"
      "CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $$\n"
      "BEGIN INSERT INTO t DEFAULT VALUES; RETURN 'x'; END $$;\n"
      "SELECT f();");
  EXPECT_THAT(Query(*db_, "SELECT v FROM t"), ElementsAre("a;b"));
}

TEST_F(OpenTest, ColumnsOfTables) {
  Open(
      "CREATE SCHEMA s;"
      "CREATE TABLE t (a INTEGER, gone INTEGER, \"B c\" TEXT,"
      "  d INTEGER GENERATED ALWAYS AS (a + 1) STORED);"
      "ALTER TABLE t DROP COLUMN gone;"
      "CREATE TABLE s.t (inside INTEGER);"
      "CREATE VIEW v AS SELECT a AS seen FROM t;"
      "CREATE INDEX i ON t (a);"
      "CREATE TABLE \"Odd\"\"name. x\" (o INTEGER);"
      "CREATE TABLE parts (p INTEGER) PARTITION BY RANGE (p);");
  EXPECT_THAT(*db_->ColumnsOf(Named("t")), ElementsAre("a", "B c", "d"));
  EXPECT_THAT(*db_->ColumnsOf(Named("t").InSchema("s")), ElementsAre("inside"));
  EXPECT_THAT(*db_->ColumnsOf(Named("v")), ElementsAre("seen"));
  EXPECT_THAT(*db_->ColumnsOf(Named("parts")), ElementsAre("p"));
  EXPECT_THAT(*db_->ColumnsOf(Named("Odd\"name. x")), ElementsAre("o"));
  for (const char* missing : {"T", "i", "missing", "s.t", "a\"b"}) {
    EXPECT_THAT(*db_->ColumnsOf(Named(missing)), IsEmpty()) << missing;
  }
  EXPECT_THAT(*db_->ColumnsOf(Named("t").InSchema("missing")), IsEmpty());
}

// The names of those that the live table has so.
std::vector<std::string> LooselyEqualOf(Database& database, const char* table) {
  std::vector<std::string> names;
  const auto columns = database.LiveColumnsOf(Named(table));
  EXPECT_TRUE(columns.ok()) << columns.status();
  for (const LiveColumn& column : *columns) {
    if (column.loosely_equal) names.push_back(column.name);
  }
  return names;
}

TEST_F(OpenTest, ColumnsThatFoldWhatIsEqual) {
  Open(
      "CREATE EXTENSION citext;"
      "CREATE COLLATION folded (provider = icu, locale = 'und-u-ks-level2',"
      "  deterministic = false);"
      "CREATE DOMAIN email AS citext; CREATE DOMAIN work AS email;"
      "CREATE TABLE t (a text, b citext, c work, d text COLLATE folded,"
      "  e char(3), f varchar(3), g integer, h text COLLATE \"C\");"
      "CREATE VIEW v AS SELECT b FROM t");
  EXPECT_THAT(LooselyEqualOf(*db_, "t"), ElementsAre("b", "c", "d", "e"));
  EXPECT_THAT(LooselyEqualOf(*db_, "v"), ElementsAre("b"));
  EXPECT_THAT(LooselyEqualOf(*db_, "missing"), IsEmpty());
}

TEST_F(OpenTest, TheSearchPathCounts) {
  Open("CREATE SCHEMA s; CREATE TABLE s.t (inside INTEGER)");
  EXPECT_THAT(*db_->ColumnsOf(Named("t")), IsEmpty());
  options_.connection += "&options=-csearch_path%3Ds";
  Open();
  EXPECT_THAT(*db_->ColumnsOf(Named("t")), ElementsAre("inside"));
}

}  // namespace
}  // namespace modelservice::postgres
