// Columns whose types, values or digits are not those of their model, and what
// is there in another case, or not valid.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "modelservice/migrate/drift_test_support.h"
#include "modelservice/sql/ddl.h"

namespace modelservice {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using Weight = Difference::Weight;

class DriftTypesTest : public DriftTest {};

TEST_P(DriftTypesTest, DecimalsOfOtherDigits) {
  TableSpec spec = Customer();
  ColumnSpec price = Column("price", FieldType::kString, 2);
  price.field->format = Format::kDecimal;
  price.field->max_digits = 8;
  price.field->decimal_places = 2;
  spec.columns.push_back(price);
  const OwnedTable table(spec);
  const Model model = {&table.table(), nullptr, nullptr};
  const auto drift_of = [&](absl::string_view type) {
    Run(
        absl::StrCat("DROP TABLE IF EXISTS customer; CREATE TABLE customer (id "
                     "bigint NOT NULL PRIMARY KEY, price ",
                     type, " NOT NULL);"));
    auto drift = FindDrift(database(), {&model});
    EXPECT_TRUE(drift.ok()) << drift.status();
    return drift.ok() ? *drift : std::vector<Difference>();
  };
  if (!on_postgres()) {
    EXPECT_THAT(drift_of("text"), IsEmpty());
    return;
  }
  EXPECT_THAT(drift_of("numeric(8,2)"), IsEmpty());
  const auto narrower = drift_of("numeric(6,2)");
  ASSERT_THAT(narrower, SizeIs(1));
  EXPECT_EQ(narrower[0].weight, Weight::kRule);
  EXPECT_THAT(narrower[0].text, HasSubstr("that is numeric(6,2)"));
  EXPECT_THAT(narrower[0].mend, HasSubstr("TYPE NUMERIC(8,2)"));
  for (const char* wider : {"numeric(10,2)", "numeric(10,4)", "numeric"}) {
    const auto drift = drift_of(wider);
    ASSERT_THAT(drift, SizeIs(1)) << wider;
    EXPECT_EQ(drift[0].weight, Weight::kDetail) << wider;
  }
}

TEST_P(DriftTypesTest, TypesDifferWhereAValueIsLostOrIsNone) {
  const auto weight_of = [&](FieldType type, absl::string_view live) {
    TableSpec spec = Customer();
    spec.columns.push_back(Column("n", type, 2));
    const OwnedTable table(spec);
    const Model model = {&table.table(), nullptr, nullptr};
    Run(
        absl::StrCat("DROP TABLE IF EXISTS customer; CREATE TABLE customer (id "
                     "bigint NOT NULL PRIMARY KEY, n ",
                     live, " NOT NULL);"));
    const auto drift = FindDrift(database(), {&model});
    EXPECT_TRUE(drift.ok()) << drift.status();
    if (!drift.ok() || drift->empty()) return std::string();
    if (on_postgres()) {
      Run((*drift)[0].mend);
      const auto mended = FindDrift(database(), {&model});
      EXPECT_TRUE(mended.ok() && mended->empty()) << live;
    }
    return std::string((*drift)[0].weight == Weight::kDetail ? "note" : "rule");
  };
  EXPECT_EQ(weight_of(FieldType::kInt32, "integer"), "");
  EXPECT_EQ(weight_of(FieldType::kInt32, "text"), "rule");
  EXPECT_EQ(weight_of(FieldType::kInt64, "text"), "rule");
  EXPECT_EQ(weight_of(FieldType::kDouble, "text"), "rule");
  EXPECT_EQ(weight_of(FieldType::kInt64, "real"), "rule");
  EXPECT_EQ(weight_of(FieldType::kString, "integer"), "rule");
  EXPECT_EQ(weight_of(FieldType::kInt64, "numeric"), "note");
  if (!on_postgres()) {
    EXPECT_EQ(weight_of(FieldType::kInt64, "integer"), "");
    EXPECT_EQ(weight_of(FieldType::kString, "blob"), "note");
    EXPECT_EQ(weight_of(FieldType::kBool, "integer"), "note");
    // Django's durations, which is what a string in it is.
    EXPECT_EQ(weight_of(FieldType::kString, "bigint"), "");
    return;
  }
  EXPECT_EQ(weight_of(FieldType::kInt64, "integer"), "rule");
  EXPECT_EQ(weight_of(FieldType::kUint32, "integer"), "rule");
  EXPECT_EQ(weight_of(FieldType::kInt32, "smallint"), "note");
  EXPECT_EQ(weight_of(FieldType::kInt32, "bigint"), "note");
  EXPECT_EQ(weight_of(FieldType::kInt32, "double precision"), "note");
  EXPECT_EQ(weight_of(FieldType::kInt64, "numeric(12,4)"), "rule");
  EXPECT_EQ(weight_of(FieldType::kDouble, "real"), "rule");
  EXPECT_EQ(weight_of(FieldType::kFloat, "double precision"), "note");
  EXPECT_EQ(weight_of(FieldType::kTimestamp, "timestamp"), "note");
  EXPECT_EQ(weight_of(FieldType::kTimestamp, "date"), "rule");
  EXPECT_EQ(weight_of(FieldType::kString, "uuid"), "rule");
}

TEST_P(DriftTypesTest, ADomainIsWhatItIsOver) {
  if (!on_postgres()) return;
  TableSpec spec = Customer();
  ColumnSpec price = Column("price", FieldType::kString, 2);
  price.field->format = Format::kDecimal;
  price.field->max_digits = 10;
  price.field->decimal_places = 2;
  spec.columns.push_back(price);
  const OwnedTable table(spec);
  const Model model = {&table.table(), nullptr, nullptr};
  Run("CREATE DOMAIN amount AS numeric(10,2); CREATE TABLE customer (id bigint "
      "NOT NULL PRIMARY KEY, price amount NOT NULL);");
  const auto drift = FindDrift(database(), {&model});
  ASSERT_TRUE(drift.ok()) << drift.status();
  EXPECT_EQ(TextOf(*drift), "");
}

// The database gives a value only where the live column has a DEFAULT.
TEST_P(DriftTypesTest, AValueOfTheDatabaseNeedsADefault) {
  TableSpec spec = Customer();
  spec.columns.push_back(Column("made", FieldType::kInt64, 2));
  spec.columns[1].nullable = true;
  spec.columns[1].field->presence = true;
  spec.columns[1].field->database_default = true;
  const OwnedTable table(spec);
  const Model model = {&table.table(), nullptr, nullptr};
  const auto drift_of = [&](const char* made) {
    Run(
        absl::StrCat("DROP TABLE IF EXISTS customer; CREATE TABLE customer (id "
                     "bigint NOT NULL PRIMARY KEY, made bigint NOT NULL",
                     made, ");"));
    const auto drift = FindDrift(database(), {&model});
    EXPECT_TRUE(drift.ok()) << drift.status();
    return drift.ok() ? TextOf(*drift) : "";
  };
  EXPECT_EQ(drift_of(" DEFAULT 7"), "");
  EXPECT_THAT(drift_of(""), HasSubstr("that takes no NULL, which the field "
                                      "may be"));
}

// PostgreSQL has a text of its own for it.
TEST_P(DriftTypesTest, APowerOfTenIsTheSameDefault) {
  TableSpec spec = Customer();
  spec.columns.push_back(Column("share", FieldType::kDouble, 2));
  spec.columns[1].nullable = true;
  spec.columns[1].field->presence = true;
  spec.columns[1].field->default_value = "-1.5e-10";
  const OwnedTable table(spec);
  const Model model = {&table.table(), nullptr, nullptr};
  Run(CreateTableSql(table.table(),
                     on_postgres() ? PostgresDialect() : SqliteDialect()));
  const auto drift = FindDrift(database(), {&model});
  ASSERT_TRUE(drift.ok()) << drift.status();
  EXPECT_EQ(TextOf(*drift), "");
}

constexpr char kTotalIndex[] =
    "CREATE INDEX order_by_total ON \"order\" (total DESC, id);";
constexpr char kOtherColumns[] =
    "total $int NOT NULL DEFAULT 0 CONSTRAINT order_total CHECK (total >= 0), "
    "note text, state text NOT NULL DEFAULT 'new'";
constexpr char kCustomerKey[] =
    "customer $int NOT NULL REFERENCES customer (id) ON DELETE CASCADE";

// A CREATE INDEX CONCURRENTLY that was not done, as for rows that are equal.
TEST_P(DriftTypesTest, InvalidIndexesAreNone) {
  if (!on_postgres()) return;
  MakeTables(absl::StrCat(
      "CREATE TABLE \"order\" ($id, code text NOT NULL DEFAULT '', ",
      kCustomerKey, ", ", kOtherColumns,
      "); CREATE UNIQUE INDEX by_code ON \"order\" (code);", kTotalIndex));
  ASSERT_THAT(Drift(), IsEmpty());
  Run("UPDATE pg_index SET indisvalid = false WHERE indexrelid IN "
      "('by_code'::regclass, 'order_by_total'::regclass)");
  const auto drift = Drift();
  EXPECT_EQ(TextOf(Heaviest(drift, Weight::kRule)),
            "table \"order\", which stores Order, may have several rows of one "
            "(code): no unique index is there, for \"by_code\" is INVALID -> "
            "DROP INDEX \"by_code\"; CREATE UNIQUE INDEX \"order_code_key\" ON "
            "\"order\" (\"code\");");
  ASSERT_THAT(drift, SizeIs(2));
  EXPECT_THAT(drift[1].text,
              HasSubstr("(total DESC, id), for \"order_by_total\" is INVALID"));
  Mend(drift, false);
}

TEST_P(DriftTypesTest, ConstraintsThatAreNotValidAreNoted) {
  if (!on_postgres()) return;
  MakeTables(absl::StrCat(
      "CREATE TABLE \"order\" ($id, code text NOT NULL DEFAULT '' UNIQUE, "
      "customer $int "
      "NOT NULL, total $int NOT NULL DEFAULT 0, note text, state text NOT NULL "
      "DEFAULT 'new'); ALTER TABLE \"order\" ADD CONSTRAINT order_total CHECK "
      "(total >= 0) NOT VALID, ADD CONSTRAINT of_customer FOREIGN KEY "
      "(customer) REFERENCES customer (id) ON DELETE CASCADE NOT VALID;",
      kTotalIndex));
  const auto drift = Drift();
  ASSERT_THAT(drift, SizeIs(2)) << TextOf(drift);
  for (const Difference& one : drift) EXPECT_EQ(one.weight, Weight::kDetail);
  EXPECT_EQ(TextOf({drift[1]}),
            "table \"order\", which stores Order, has a constraint "
            "\"of_customer\" that is NOT VALID: older rows may break it -> "
            "ALTER TABLE \"order\" VALIDATE CONSTRAINT \"of_customer\";");
  Mend(drift, false);
}

TEST_P(DriftTypesTest, OfAnotherCaseIsAnotherNameOnPostgres) {
  MakeTables(absl::StrCat(
      "CREATE TABLE \"order\" ($id, \"Code\" text NOT NULL DEFAULT '' UNIQUE, ",
      kCustomerKey, ", ", kOtherColumns, ");", kTotalIndex));
  const auto drift = Drift();
  if (!on_postgres()) {
    EXPECT_EQ(TextOf(drift), "");
    return;
  }
  ASSERT_THAT(drift, testing::Not(IsEmpty()));
  EXPECT_EQ(drift[0].weight, Weight::kBroken);
  EXPECT_THAT(drift[0].text, HasSubstr("has no column \"code\""));
}

TEST_P(DriftTypesTest, AKeyThatIsNotThereTakesATableMadeAnewOnSqlite) {
  MakeTables("CREATE TABLE \"order\" (code text NOT NULL DEFAULT '' UNIQUE);");
  const auto drift = Drift();
  ASSERT_THAT(drift, testing::Not(IsEmpty()));
  EXPECT_THAT(drift[0].text, HasSubstr("has no column \"id\""));
  EXPECT_THAT(drift[0].mend,
              HasSubstr(on_postgres() ? "ADD COLUMN" : "make the table anew"));
}

INSTANTIATE_TEST_SUITE_P(Databases, DriftTypesTest, kEitherDatabase,
                         NameOfDatabase);

}  // namespace
}  // namespace modelservice
