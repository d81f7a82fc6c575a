#include "modelservice/db/postgres/errors.h"

#include <memory>

#include "modelservice/db/postgres/connection.h"
#include "modelservice/db/postgres/test_support.h"

namespace modelservice::postgres {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Kind KindOfState(absl::string_view sqlstate, absl::string_view message = "") {
  ErrorFields fields;
  fields.sqlstate = sqlstate;
  fields.message = message;
  return KindOfError(ErrorOf(fields));
}

TEST(PostgresErrorsTest, TellsWhatBecomesOfASqlState) {
  EXPECT_EQ(KindOfState("23P01"), Kind::kCheck);
  EXPECT_EQ(KindOfState("22001"), Kind::kValue);
  EXPECT_EQ(KindOfState("40001"), Kind::kSerialization);
  EXPECT_EQ(KindOfState("40P01"), Kind::kSerialization);
  EXPECT_EQ(KindOfState("55P03"), Kind::kBusy);
  // By the session itself: nobody is waited for.
  EXPECT_EQ(KindOfState("55006"), Kind::kOther);
  EXPECT_EQ(KindOfState("42601"), Kind::kSyntax);
  EXPECT_EQ(KindOfState("42501"), Kind::kOther);
  EXPECT_EQ(KindOfState("53100"), Kind::kFull);
  EXPECT_EQ(KindOfState("53200"), Kind::kConnection);
  EXPECT_EQ(KindOfState("53300"), Kind::kConnection);
  EXPECT_EQ(KindOfState("08006"), Kind::kConnection);
  EXPECT_EQ(KindOfState("57P01"), Kind::kConnection);
  EXPECT_EQ(KindOfState("25006"), Kind::kReadOnly);
  EXPECT_EQ(KindOfState("XX001"), Kind::kCorrupt);
  EXPECT_EQ(KindOfState("XX000"), Kind::kOther);
  EXPECT_EQ(KindOfState("57014", "canceling statement due to user request"),
            Kind::kCancelled);
  EXPECT_EQ(
      KindOfState("57014", "canceling statement due to statement timeout"),
      Kind::kTimeout);
}

// ltree, regclass, hstore and regproc have states of their own for garbage.
TEST(PostgresErrorsTest, ATextThatATypeDoesNotTakeIsAValue) {
  for (const char* state : {"42601", "42P01", "XX000", "42883", "42704"}) {
    SCOPED_TRACE(state);
    ErrorFields fields;
    fields.sqlstate = state;
    fields.context = "unbenanntes Portal, Parameter $1 = »...«";
    EXPECT_EQ(KindOfError(ErrorOf(fields)), Kind::kValue);
    EXPECT_FALSE(IsStale(fields));
    // What a trigger runs has parameters, too.
    fields.context =
        "SQL statement \"UPDATE a SET b = $1\"\nPL/pgSQL function f() line 3";
    EXPECT_NE(KindOfError(ErrorOf(fields)), Kind::kValue);
  }
}

TEST(PostgresErrorsTest, SaysWhereInTheStatementItIs) {
  ErrorFields fields;
  fields.sqlstate = "42601";
  fields.position = "10";
  auto error = GetDatabaseError(ErrorOf(fields, "SELECT 'é' é"));
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->offset, 10u);
  EXPECT_FALSE(error->parameter.has_value());
  fields.position = "99";
  error = GetDatabaseError(ErrorOf(fields, "SELECT"));
  EXPECT_EQ(error->offset, 6u);
  error = GetDatabaseError(ErrorOf(fields));
  EXPECT_FALSE(error->offset.has_value());
}

TEST(PostgresErrorsTest, NamesTheParameterWithoutAType) {
  const auto parameter = [](const ErrorFields& fields, absl::string_view sql) {
    const auto error = GetDatabaseError(ErrorOf(fields, sql));
    return error.has_value() ? error->parameter.value_or(0) : 99;
  };
  ErrorFields fields;
  fields.sqlstate = "42P18";
  fields.message = "konnte Datentyp von Parameter $12 nicht ermitteln";
  EXPECT_EQ(parameter(fields, "SELECT $12 IS NULL"), 12u);
  fields.message = "no dollar";
  EXPECT_EQ(parameter(fields, "SELECT $12 IS NULL"), 0u);

  fields.sqlstate = "42725";
  fields.position = "16";
  EXPECT_EQ(parameter(fields, "SELECT '$9', $1 + $2"), 2u);
  EXPECT_EQ(parameter(fields, "SELECT '$9', $1 + $2::int8"), 1u);
  EXPECT_EQ(parameter(fields, "SELECT '$9', $1::int8 + $2::int8"), 0u);
}

TEST(PostgresErrorsTest, ReadsNamesOutOfTheDetailInAnyLanguage) {
  ErrorFields fields;
  fields.sqlstate = "23505";
  fields.detail = "Schlüssel »(\"E \"\"mail\", id)=(a)=(b, 1)« existiert.";
  auto error = GetDatabaseError(ErrorOf(fields));
  ASSERT_TRUE(error.has_value());
  EXPECT_THAT(error->columns, ElementsAre("E \"mail", "id"));

  fields.detail = "Key (lower(email))=(a) already exists.";
  error = GetDatabaseError(ErrorOf(fields));
  EXPECT_THAT(error->columns, IsEmpty());
}

TEST(PostgresErrorsTest, NamesTheMendForPoolers) {
  ErrorFields fields;
  fields.sqlstate = "42P05";
  EXPECT_THAT(std::string(ErrorOf(fields).message()),
              HasSubstr("set prepare=false"));
}

class PostgresServerErrorsTest : public PostgresTest {
 protected:
  void Ready() override {
    auto connection = Connection::Open(options_, nullptr);
    ASSERT_TRUE(connection.ok()) << connection.status();
    connection_ = *std::move(connection);
    const absl::Status status = connection_->Command(
        "CREATE TABLE customer (id int PRIMARY KEY, email varchar(5) NOT NULL,"
        "  age int CONSTRAINT grown CHECK (age > 17),"
        "  born date, UNIQUE (email, age));"
        "CREATE TABLE \"order\" (id int PRIMARY KEY,"
        "  customer_id int REFERENCES customer);"
        "INSERT INTO customer VALUES (1, 'a', 18, NULL);"
        "INSERT INTO \"order\" VALUES (1, 1)",
        nullptr);
    ASSERT_TRUE(status.ok()) << status;
  }

  DatabaseError Fail(absl::string_view sql) {
    Rows rows;
    const absl::Status status =
        connection_->Run(Sql(sql), rows, nullptr).status();
    const auto error = GetDatabaseError(status);
    EXPECT_TRUE(error.has_value()) << sql << ": " << status;
    return error.value_or(DatabaseError());
  }

  std::unique_ptr<Connection> connection_;
};

TEST_F(PostgresServerErrorsTest, Unique) {
  const DatabaseError error = Fail("INSERT INTO customer VALUES (2, 'a', 18)");
  EXPECT_EQ(error.kind, Kind::kUnique);
  EXPECT_EQ(error.table, "customer");
  EXPECT_THAT(error.columns, ElementsAre("email", "age"));
  EXPECT_EQ(error.constraint, "customer_email_age_key");
}

TEST_F(PostgresServerErrorsTest, NotNull) {
  const DatabaseError error = Fail("INSERT INTO customer VALUES (2, NULL)");
  EXPECT_EQ(error.kind, Kind::kNotNull);
  EXPECT_EQ(error.table, "customer");
  EXPECT_THAT(error.columns, ElementsAre("email"));
}

TEST_F(PostgresServerErrorsTest, Check) {
  const DatabaseError error = Fail("INSERT INTO customer VALUES (2, 'b', 17)");
  EXPECT_EQ(error.kind, Kind::kCheck);
  EXPECT_EQ(error.table, "customer");
  EXPECT_EQ(error.constraint, "grown");
}

TEST_F(PostgresServerErrorsTest, ForeignKey) {
  const DatabaseError missing = Fail("INSERT INTO \"order\" VALUES (2, 9)");
  EXPECT_EQ(missing.kind, Kind::kForeignKey);
  EXPECT_EQ(missing.table, "order");
  EXPECT_THAT(missing.columns, ElementsAre("customer_id"));

  const DatabaseError used = Fail("DELETE FROM customer");
  EXPECT_EQ(used.kind, Kind::kForeignKey);
  EXPECT_EQ(used.table, "");
  EXPECT_THAT(used.columns, IsEmpty());
}

TEST_F(PostgresServerErrorsTest, Value) {
  EXPECT_EQ(Fail("INSERT INTO customer VALUES (2, 'too long')").kind,
            Kind::kValue);
  EXPECT_EQ(Fail("INSERT INTO customer VALUES (9999999999, 'a')").kind,
            Kind::kValue);
}

TEST_F(PostgresServerErrorsTest, Schema) {
  const DatabaseError table = Fail("SELECT * FROM nothing");
  EXPECT_EQ(table.kind, Kind::kSchema);
  EXPECT_EQ(table.table, "nothing");
  const DatabaseError column = Fail("SELECT \"No\" FROM customer");
  EXPECT_EQ(column.kind, Kind::kSchema);
  EXPECT_THAT(column.columns, ElementsAre("No"));
}

TEST_F(PostgresServerErrorsTest, ReadOnly) {
  ASSERT_TRUE(connection_->Command("BEGIN READ ONLY", nullptr).ok());
  EXPECT_EQ(Fail("DELETE FROM \"order\"").kind, Kind::kReadOnly);
}

TEST_F(PostgresServerErrorsTest, StatementTimeout) {
  ASSERT_TRUE(connection_->Command("SET statement_timeout=1", nullptr).ok());
  EXPECT_EQ(Fail("SELECT pg_sleep(600)").kind, Kind::kTimeout);
}

TEST_F(PostgresServerErrorsTest, TheMiddleOfAConnectionsLife) {
  Rows rows;
  const absl::Status status =
      connection_
          ->Run(Sql("SELECT pg_terminate_backend(pg_backend_pid())"), rows,
                nullptr)
          .status();
  EXPECT_EQ(KindOfError(status), Kind::kConnection);
  EXPECT_FALSE(connection_->LooksAlive());
}

}  // namespace
}  // namespace modelservice::postgres
