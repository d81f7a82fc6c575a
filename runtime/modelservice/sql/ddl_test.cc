#include "modelservice/sql/ddl.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "modelservice/schema/owned_table.h"
#include "modelservice/schema/table_spec_text.h"
#include "modelservice/sql/made_table.h"

namespace modelservice {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr int kFirst[] = {0};
constexpr int kFirstTwo[] = {0, 1};
constexpr Ordering kByFirst[] = {{0}};

TEST(CreateTableSql, WritesEveryPartOfATable) {
  static constexpr Reference kCustomer = {"customer", "id",
                                          ReferentialAction::kCascade,
                                          ReferentialAction::kRestrict};
  static constexpr Column kColumns[] = {
      Column("id", 1, FieldType::kInt64).PrimaryKey().AutoIncrement(),
      Column("customer", 2, FieldType::kInt64)
          .Name("customer_id")
          .References(&kCustomer),
      Column("code", 3, FieldType::kString).Unique().MaxLength(8),
      Column("note", 4, FieldType::kString).Presence().Nullable(),
      Column("tags", 5, FieldType::kString).Repeated().StoredAs(Storage::kJson),
      Column("level", 6, FieldType::kInt32).Presence().Nullable().Default("3"),
  };
  static constexpr IndexColumn kIndexColumns[] = {{1}, {2, true}};
  static constexpr Index kIndexes[] = {
      {"by_code", kIndexColumns, true, "level > 0"}};
  static constexpr Check kChecks[] = {{"positive", "level > 0"}};
  constexpr Table table = Table("order", "Order", kColumns, kFirst, kByFirst)
                              .Indexes(kIndexes)
                              .Checks(kChecks);
  EXPECT_EQ(CreateTableSql(table, SqliteDialect()),
            R"(CREATE TABLE "order" (
  "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  "customer_id" BIGINT NOT NULL REFERENCES "customer" ("id") ON DELETE CASCADE ON UPDATE RESTRICT,
  "code" VARCHAR(8) NOT NULL UNIQUE DEFAULT '',
  "note" TEXT,
  "tags" TEXT NOT NULL DEFAULT '[]',
  "level" INTEGER DEFAULT 3,
  CONSTRAINT "positive" CHECK (level > 0)
);
CREATE UNIQUE INDEX "by_code" ON "order" ("customer_id", "code" DESC) WHERE level > 0;
)");
  // A spec of it makes the same.
  const OwnedTable owned(SpecOf(table));
  for (const Dialect* dialect : {&SqliteDialect(), &PostgresDialect()}) {
    EXPECT_EQ(CreateTableSql(owned.table(), *dialect),
              CreateTableSql(table, *dialect));
  }
}

// What of a description is a database's, in its dialect.
TEST(MadeTable, HasWhatADatabaseKeeps) {
  static constexpr Reference kParent = {
      "node", "id", ReferentialAction::kCascade, {}, "shop", true};
  static constexpr Column kColumns[] = {
      Column("id", 1, FieldType::kInt64)
          .PrimaryKey()
          .AutoIncrement()
          .Unique()
          .ReadRequires("staff"),
      Column("parent", 2, FieldType::kInt64).Presence().References(&kParent),
      Column("spent", 3, FieldType::kDuration).Presence().Nullable(),
      Column("done", 4, FieldType::kBool).Unique(),
  };
  constexpr Table table = Table("node", "Node", kColumns, kFirst, kByFirst)
                              .InSchema("shop")
                              .PageSizes(3, 4);
  EXPECT_EQ(TextOf(MadeTable(table, PostgresDialect())),
            R"(table shop.node
column id BIGINT [integer, bits 64] not null generated key
column parent BIGINT [integer, bits 64] not null
column spent INTERVAL [interval]
column done BOOLEAN [bool] not null default FALSE
primary key (id)
unique constraint  (done)
foreign key  (parent) to shop.node (id) on delete cascade
)");
  const TableSpec made = MadeTable(table, SqliteDialect());
  EXPECT_EQ(made.schema, "");
  EXPECT_EQ(made.foreign_keys[0].schema, "");
  EXPECT_EQ(made.columns[0].type.text, "INTEGER");
  EXPECT_EQ(made.columns[3].default_sql, "0");
  EXPECT_EQ(made.max_page_size, TableSpec().max_page_size);
  EXPECT_FALSE(made.foreign_keys[0].visible_only);
}

TEST(CreateTableSql, DeclaresACompositeKey) {
  static constexpr Column kColumns[] = {
      Column("a", 1, FieldType::kString).PrimaryKey(),
      Column("b", 2, FieldType::kInt32).PrimaryKey(),
  };
  constexpr Table table("t", "T", kColumns, kFirstTwo, kByFirst);
  EXPECT_THAT(CreateTableSql(table, SqliteDialect()),
              HasSubstr("PRIMARY KEY (\"a\", \"b\")"));
}

TEST(CreateTableSql, QuotesHostileNames) {
  static constexpr Column kColumns[] = {
      Column("x", 1, FieldType::kInt64).Name("a\"; DROP TABLE t; --"),
  };
  constexpr Table table("select", "T", kColumns, kFirst, kByFirst);
  EXPECT_THAT(CreateTableSql(table, SqliteDialect()),
              HasSubstr("\"a\"\"; DROP TABLE t; --\""));
}

// A table with two columns that refer to others, made of names.
class Referring {
 public:
  Referring(absl::string_view name, absl::string_view first,
            absl::string_view second)
      : first_{first, "id"},
        second_{second, "id"},
        columns_{Column("id", 1, FieldType::kInt64).PrimaryKey(),
                 Column("x", 2, FieldType::kInt64).References(&first_),
                 Column("y", 3, FieldType::kInt64).References(&second_)},
        table(name, name, columns_, kFirst, kByFirst) {}

 private:
  const Reference first_;
  const Reference second_;
  const std::vector<Column> columns_;

 public:
  const Table table;
};

std::vector<std::string> OrderIn(const std::string& sql) {
  std::vector<std::string> order;
  for (const absl::string_view line : absl::StrSplit(sql, '\n')) {
    if (absl::StartsWith(line, "CREATE TABLE ")) {
      order.push_back(std::string(line.substr(13, 3)));
    }
  }
  return order;
}

TEST(CreateTablesSql, MakesTheReferredFirst) {
  const Referring a("a", "b", "b");
  const Referring b("b", "c", "c");
  const Referring c("c", "c", "z");  // of itself, and of one that is not here
  for (const Dialect* dialect : {&SqliteDialect(), &PostgresDialect()}) {
    const std::string sql =
        CreateTablesSql({&a.table, &b.table, &c.table}, *dialect);
    EXPECT_THAT(OrderIn(sql), ElementsAre("\"c\"", "\"b\"", "\"a\""));
    EXPECT_THAT(sql, Not(HasSubstr("ALTER TABLE")));
  }
}

TEST(CreateTablesSql, FollowsAChainOfAnyLength) {
  constexpr int kLength = 200000;
  std::vector<std::string> names;
  for (int i = 0; i <= kLength; ++i) names.push_back(absl::StrCat("t", i));
  std::deque<Referring> referring;
  std::vector<const Table*> tables;
  for (size_t i = 0; i < kLength; ++i) {
    referring.emplace_back(names[i], names[i], names[i + 1]);
    tables.push_back(&referring.back().table);
  }
  const std::string sql = CreateTablesSql(tables, SqliteDialect());
  EXPECT_TRUE(absl::StartsWith(sql, "CREATE TABLE \"t199999\""));
  EXPECT_LT(sql.find("TABLE \"t1\""), sql.find("TABLE \"t0\""));
}

TEST(CreateTablesSql, ClosesACircleLast) {
  const Referring a("a", "b", "b");
  const Referring b("b", "b", "a");
  const std::string sqlite =
      CreateTablesSql({&a.table, &b.table}, SqliteDialect());
  EXPECT_THAT(sqlite, Not(HasSubstr("ALTER TABLE")));
  EXPECT_THAT(sqlite, HasSubstr("\"y\" BIGINT NOT NULL REFERENCES \"a\""));
  const std::string postgres =
      CreateTablesSql({&a.table, &b.table}, PostgresDialect());
  EXPECT_THAT(OrderIn(postgres), ElementsAre("\"b\"", "\"a\""));
  EXPECT_THAT(postgres, HasSubstr("\"y\" BIGINT NOT NULL,\n"));
  EXPECT_THAT(postgres, EndsWith("ALTER TABLE \"b\" ADD FOREIGN KEY (\"y\") "
                                 "REFERENCES \"a\" (\"id\");\n"));
}

// PostgreSQL wants the index to be there.
TEST(CreateTablesSql, RefersToItselfBehindItsIndexes) {
  static constexpr Reference kKey = {"t", "id"};
  static constexpr Reference kUnique = {"t", "u"};
  static constexpr Reference kIndexed = {"t", "i"};
  static constexpr Column kColumns[] = {
      Column("id", 1, FieldType::kInt64).PrimaryKey(),
      Column("u", 2, FieldType::kInt64).Unique().References(&kKey),
      Column("i", 3, FieldType::kInt64).References(&kUnique),
      Column("r", 4, FieldType::kInt64).References(&kIndexed),
  };
  static constexpr IndexColumn kByIndexed[] = {{2}};
  static constexpr Index kIndexes[] = {{"t_i_key", kByIndexed, true, ""}};
  const Table table =
      Table("t", "T", kColumns, kFirst, kByFirst).Indexes(kIndexes);
  const std::string sqlite = CreateTablesSql({&table}, SqliteDialect());
  EXPECT_THAT(sqlite, Not(HasSubstr("ALTER TABLE")));
  EXPECT_THAT(sqlite, HasSubstr("\"r\" BIGINT NOT NULL REFERENCES"));
  for (const std::string& postgres :
       {CreateTablesSql({&table}, PostgresDialect()),
        CreateTableSql(table, PostgresDialect())}) {
    EXPECT_THAT(postgres, HasSubstr("NOT NULL UNIQUE REFERENCES \"t\""));
    EXPECT_THAT(postgres, HasSubstr("REFERENCES \"t\" (\"u\")"));
    EXPECT_THAT(postgres, HasSubstr("\"r\" BIGINT NOT NULL,\n"));
    EXPECT_THAT(postgres, EndsWith("ALTER TABLE \"t\" ADD FOREIGN KEY (\"r\") "
                                   "REFERENCES \"t\" (\"i\");\n"));
  }
}

TEST(CreateTableSql, SaysOnceWhatIsUnique) {
  static constexpr Column kColumns[] = {
      Column("id", 1, FieldType::kInt64).PrimaryKey().Unique(),
  };
  constexpr Table table("t", "T", kColumns, kFirst, kByFirst);
  EXPECT_THAT(CreateTableSql(table, SqliteDialect()), Not(HasSubstr("UNIQUE")));
}

TEST(CreateTableSql, LeavesLengthsThatNoTypeHasToTheRules) {
  static constexpr Column kColumns[] = {
      Column("id", 1, FieldType::kString).PrimaryKey().MaxLength(10485760),
      Column("s", 2, FieldType::kString).MaxLength(10485761),
  };
  constexpr Table table("t", "T", kColumns, kFirst, kByFirst);
  const std::string sql = CreateTableSql(table, PostgresDialect());
  EXPECT_THAT(sql, HasSubstr("\"id\" VARCHAR(10485760)"));
  EXPECT_THAT(sql, HasSubstr("\"s\" TEXT NOT NULL"));
}

TEST(CreateTablesSql, MakesSchemas) {
  static constexpr Column kColumns[] = {
      Column("id", 1, FieldType::kInt64).PrimaryKey().AutoIncrement()};
  const Table table =
      Table("t", "T", kColumns, kFirst, kByFirst).InSchema("shop");
  EXPECT_EQ(CreateTablesSql({&table}, PostgresDialect()),
            R"(CREATE SCHEMA IF NOT EXISTS "shop";

CREATE TABLE "shop"."t" (
  "id" BIGINT NOT NULL GENERATED BY DEFAULT AS IDENTITY,
  PRIMARY KEY ("id")
);
)");
}

TEST(CreateTableSql, NativeTypesOfPostgres) {
  static constexpr Column kColumns[] = {
      Column("id", 1, FieldType::kInt32).PrimaryKey(),
      Column("b", 2, FieldType::kBool),
      Column("u", 3, FieldType::kUint64),
      Column("f", 4, FieldType::kFloat),
      Column("d", 5, FieldType::kDouble),
      Column("s", 6, FieldType::kString).MaxLength(9),
      Column("x", 7, FieldType::kBytes),
      Column("t", 8, FieldType::kTimestamp).Nullable(),
      Column("i", 9, FieldType::kDuration).Nullable(),
      Column("n", 10, FieldType::kString).OfFormat(Format::kDecimal).Nullable(),
      Column("g", 11, FieldType::kString).OfFormat(Format::kUuid).Nullable(),
      Column("j", 12, FieldType::kMessage).StoredAs(Storage::kJson).Nullable(),
      Column("m", 13, FieldType::kString).Map().StoredAs(Storage::kJson),
      Column("a", 14, FieldType::kInt64).Repeated().StoredAs(Storage::kArray),
      Column("v", 15, FieldType::kUint64).Repeated().StoredAs(Storage::kArray),
      Column("e", 16, FieldType::kEnum).Repeated().StoredAs(Storage::kArray),
      Column("w", 17, FieldType::kEnum).Repeated().StoredAs(Storage::kBytes),
      Column("o", 18, FieldType::kBool).Default("true"),
      Column("y", 19, FieldType::kBytes).Default("a'b"),
      Column("c", 20, FieldType::kString).SqlType("citext"),
  };
  constexpr Table table("t", "T", kColumns, kFirst, kByFirst);
  EXPECT_EQ(CreateTableSql(table, PostgresDialect()),
            R"(CREATE TABLE "t" (
  "id" INTEGER NOT NULL,
  "b" BOOLEAN NOT NULL DEFAULT FALSE,
  "u" BIGINT NOT NULL DEFAULT 0,
  "f" REAL NOT NULL DEFAULT 0,
  "d" DOUBLE PRECISION NOT NULL DEFAULT 0,
  "s" VARCHAR(9) NOT NULL DEFAULT '',
  "x" BYTEA NOT NULL DEFAULT '\x',
  "t" TIMESTAMPTZ,
  "i" INTERVAL,
  "n" NUMERIC,
  "g" UUID,
  "j" JSONB,
  "m" JSONB NOT NULL DEFAULT '{}',
  "a" BIGINT[] NOT NULL DEFAULT '{}',
  "v" NUMERIC[] NOT NULL DEFAULT '{}',
  "e" TEXT[] NOT NULL DEFAULT '{}',
  "w" BYTEA NOT NULL DEFAULT '\x',
  "o" BOOLEAN NOT NULL DEFAULT TRUE,
  "y" BYTEA NOT NULL DEFAULT '\x612762',
  "c" citext NOT NULL DEFAULT '',
  PRIMARY KEY ("id")
);
)");
}

// The zero of a field is a value of its own types alone.
TEST(CreateTableSql, GivesWrittenTypesTheZeroThatTheyHave) {
  struct Case {
    Column column;
    const char* sqlite;
    const char* postgres;
  };
  const auto of = [](FieldType type, const char* sql) {
    return Column("c", 2, type).SqlType(sql);
  };
  const auto many = [&](FieldType type, const char* sql) {
    return of(type, sql).Repeated().StoredAs(Storage::kArray);
  };
  const auto json = [&](const char* sql) {
    return of(FieldType::kMessage, sql).Repeated().StoredAs(Storage::kJson);
  };
  const std::vector<Case> cases = {
      {of(FieldType::kString, "jsonb"), "", ""},
      {of(FieldType::kString, "json"), "", ""},
      {of(FieldType::kString, "date"), "", ""},
      {of(FieldType::kString, "uuid"), "", ""},
      {of(FieldType::kString, "inet"), "", ""},
      {of(FieldType::kString, "interval"), "", ""},
      {of(FieldType::kString, "point"), "", ""},
      {of(FieldType::kString, "integer"), "", ""},
      {of(FieldType::kString, "numeric(9, 2)"), "", ""},
      {of(FieldType::kString, "text[]"), "", ""},
      {of(FieldType::kString, "character varying(9)"), "''", "''"},
      {of(FieldType::kString, "public.citext"), "''", "''"},
      {of(FieldType::kBool, "integer"), "", ""},
      {of(FieldType::kBool, "bit"), "", ""},
      {of(FieldType::kBool, "boolean"), "0", "FALSE"},
      {of(FieldType::kInt32, "date"), "", ""},
      {of(FieldType::kInt32, "boolean"), "", ""},
      {of(FieldType::kInt32, "smallint"), "0", "0"},
      {of(FieldType::kDouble, "numeric(9,2)"), "0", "0"},
      {of(FieldType::kEnum, "pg_catalog.int2"), "0", "0"},
      {of(FieldType::kBytes, "text"), "", ""},
      {of(FieldType::kBytes, "bytea"), "x''", "'\\x'"},
      {many(FieldType::kInt32, "integer"), "", ""},
      {many(FieldType::kInt32, "jsonb"), "", ""},
      {many(FieldType::kInt32, "integer[]"), "'[]'", "'{}'"},
      {json("json"), "'[]'", "'[]'"},
      {json("date"), "", ""},
  };
  for (const Case& one : cases) {
    const Column columns[] = {Column("id", 1, FieldType::kInt32).PrimaryKey(),
                              one.column};
    const Table table("t", "T", columns, kFirst, kByFirst);
    for (const Dialect* dialect : {&SqliteDialect(), &PostgresDialect()}) {
      const bool typed = dialect->keeps_types();
      const std::string value = typed ? one.postgres : one.sqlite;
      const std::string sql = CreateTableSql(table, *dialect);
      const std::string line =
          absl::StrCat("\"c\" ", one.column.sql_type, " NOT NULL",
                       value.empty() ? "" : " DEFAULT ", value, ",\n");
      EXPECT_TRUE(absl::StrContains(sql, line)) << line << sql;
    }
  }
}

}  // namespace
}  // namespace modelservice
