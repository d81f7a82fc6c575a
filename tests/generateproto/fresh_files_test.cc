// Of random databases: a file that generateproto has just written is one that
// protoc and the plugin take, and `check` finds nothing between the two.
#include <google/protobuf/compiler/plugin.pb.h>
#include <google/protobuf/descriptor.pb.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <list>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "modelservice/introspect/catalog.h"
#include "modelservice/migrate/drift.h"
#include "modelservice/protogen/file_check.h"
#include "modelservice/protogen/proto_builder.h"
#include "modelservice/protogen/proto_writer.h"
#include "modelservice/schema/owned_table.h"
#include "modelservice/testing/database_test_support.h"
#include "plugin/program.h"

namespace modelservice {
namespace {

// A type of a column, and what may be said of it in that database. "@" is the
// column's name.
struct Kind {
  std::string type;
  std::vector<const char*> defaults;
  std::vector<const char*> checks;
};

const std::vector<Kind>& SqliteKinds() {
  static const auto& kinds = *new std::vector<Kind>{
      {"INTEGER",
       {"3", "-1", "(2 + 3)", "0x10", "+5", "'7'"},
       {"@ > 0", "@ BETWEEN 1 AND 9", "@ IN (1, 2, 3)", "@ <> 5", "@>=0"}},
      {"SMALLINT", {"7"}, {"@ >= -5 AND @ < 6"}},
      {"UNSIGNED BIG INT", {"9223372036854775807"}, {"@ >= 0"}},
      {"TINYINT(1)", {"1"}, {"@ IN (0, 1)"}},
      {"text",
       {"'it''s'", "''", "NULL", "\"word\"", "(lower('X'))", "'a\nb'"},
       {"@ <> ''", "length(@) BETWEEN 2 AND 4", "@ IN('a', 'b''c')",
        "@ GLOB 'a*'", "@ IS NULL OR @ LIKE '%x'"}},
      {"varchar(5)", {"'abc'", "'too long'"}, {"length(@) >= 2"}},
      {"NATIVE CHARACTER(70)", {"'x'"}, {"@ = trim(@)"}},
      {"boolean", {"1", "0", "TRUE", "'f'"}, {"@ IN (0, 1)"}},
      {"real", {"1.5", "-1.5e3", "1", "9e999"}, {"@ >= -1.5", "@ < 2"}},
      {"decimal(8,2)", {"1.50", "0", "'2.5'", "9e999"}, {"@ > 0", "@ <= 10.5"}},
      {"numeric", {"12345678901234567890"}, {}},
      {"timestamp",
       {"CURRENT_TIMESTAMP", "'2020-01-01 00:00:00'", "(datetime('now'))"},
       {"@ > '2000-01-01'"}},
      {"date", {"CURRENT_DATE", "'2020-02-29'"}, {"@ >= '2000-01-01'"}},
      {"time", {"'10:00'"}, {}},
      {"blob", {"x'00ff'", "(randomblob(4))"}, {"length(@) = 4"}},
      {"json", {"'[]'", "(json_array())"}, {"json_valid(@)"}},
      {"char(32)", {"'0123456789abcdef0123456789abcdef'"}, {}},
      {"STRING", {"'007'"}, {}},
  };
  return kinds;
}

std::vector<Kind> MakePostgresKinds() {
  std::vector<Kind> kinds = {
      {"integer",
       {"3", "'-5'::integer", "(2 + 3)", "nextval('numbers')"},
       {"@ > 0", "@ BETWEEN 1 AND 9", "@ IN (1, 2, 3)", "@ <> 5"}},
      {"smallint", {"7"}, {"@ >= -5 AND @ < 6"}},
      {"bigint", {"9223372036854775807"}, {"@ >= 0"}},
      {"text",
       {"'it''s'", "''", "E'a\\nb\\\\'", "md5('x')", "CURRENT_USER"},
       {"@ <> ''", "length(@) BETWEEN 2 AND 4", "@ IN ('a', 'b''c')",
        "@ ~ '^[a-z\\d]+$'", "@ = lower(@)"}},
      {"varchar(5)", {"'abc'"}, {"char_length(@) >= 2", "@ IN ('a')"}},
      {"char(3)", {"'a'"}, {"@ IN ('a', 'abc')"}},
      {"boolean", {"true", "(NOT true)"}, {"@"}},
      {"real", {"1.5", "1e-5"}, {"@ >= -1.5"}},
      {"double precision",
       {"-1", "0.1", "'Infinity'", "'NaN'", "1e300"},
       {"@ >= -1.5 AND @ < 2.5"}},
      {"numeric(8,2)", {"1.5", "-0.25"}, {"@ > 0", "@ <= 10.5"}},
      {"numeric(3,5)", {"0.00123"}, {}},
      {"numeric", {"12345678901234567890.5", "'NaN'"}, {"@ >= 0.1"}},
      {"timestamptz", {"now()", "'2020-01-01 00:00+02'"}, {"@ > '2000-01-01'"}},
      {"timestamp(3)", {"LOCALTIMESTAMP"}, {"@ < 'infinity'"}},
      {"date",
       {"CURRENT_DATE", "'2020-02-29'", "'infinity'"},
       {"@ >= '2000-01-01'"}},
      {"time(3)", {"'10:00'"}, {}},
      {"timetz", {"'10:00+02'"}, {}},
      {"interval", {"'1 day 02:00'"}, {"@ > '0'"}},
      {"interval hour to minute", {"'01:30'"}, {}},
      {"interval year", {"'3 years'"}, {}},
      {"bytea", {"'\\xdead'"}, {"octet_length(@) < 100"}},
      {"uuid", {"gen_random_uuid()", "'0123456789abcdef0123456789abcdef'"}, {}},
      {"jsonb", {"'{\"a\": [1]}'", "jsonb_build_array()"}, {"@ <> '1'"}},
      {"json", {"'[]'"}, {}},
      {"inet", {"'::1'"}, {"family(@) = 4"}},
      {"cidr", {"'10.0.0.0/8'"}, {}},
      {"money", {"'1.5'"}, {}},
      {"bit varying(5)", {"B'101'"}, {}},
      {"int4range", {"'[1,5)'"}, {}},
      {"\"char\"", {"'q'"}, {}},
      {"name", {"'n'"}, {}},
      {"oid", {"0"}, {}},
      {"text[]",
       {"'{}'", "ARRAY['x y', 'z']", "string_to_array('a,b', ',')"},
       {"cardinality(@) < 5"}},
      {"integer[]", {"'{0,1}'", "ARRAY[]::integer[]"}, {}},
      {"mood", {"'sad'"}, {"@ <> 'sad'"}},
      {"mood[]", {"'{sad}'"}, {}},
      {"\"Odd Kind\"", {"'2nd one'"}, {"@ IN ('first')"}},
      {"lab.verb", {"'insert'"}, {}},
      {"positive", {"5"}, {"@ < 9"}},
      {"odd_percent", {"2.5"}, {}},
      {"colour", {"'red'"}, {}},
  };
  for (const absl::string_view type : absl::StrSplit(
           "macaddr;tsvector;xml;numeric(6,2)[];timestamptz[];jsonb[];pair;"
           "lab.verb[];percent;percent[];span;raw;words;moody",
           ';')) {
    kinds.push_back({std::string(type), {}, {}});
  }
  return kinds;
}

const std::vector<Kind>& PostgresKinds() {
  static const auto& kinds = *new std::vector<Kind>(MakePostgresKinds());
  return kinds;
}

constexpr char kPostgresTypes[] = R"sql(
DROP SCHEMA IF EXISTS lab CASCADE;
DROP SCHEMA public CASCADE;
CREATE SCHEMA public;
CREATE SCHEMA lab;
CREATE SEQUENCE numbers;
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE TYPE "Odd Kind" AS ENUM ('first', '2nd one');
CREATE TYPE lab.verb AS ENUM ('insert', 'delete');
CREATE TYPE pair AS (a int, b text);
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
CREATE DOMAIN percent AS numeric(5,2) NOT NULL DEFAULT 1.5
  CHECK (VALUE >= 0) CHECK (VALUE <= 100);
CREATE DOMAIN odd_percent AS percent CHECK (VALUE <> 13);
CREATE DOMAIN colour AS text CHECK (VALUE IN ('red', 'green'));
CREATE DOMAIN span AS interval;
CREATE DOMAIN raw AS bytea CHECK (octet_length(VALUE) < 100);
CREATE DOMAIN words AS text[] NOT NULL DEFAULT '{a}';
CREATE DOMAIN moody AS mood DEFAULT 'happy';
)sql";

const std::vector<const char*>& Words() {
  static const auto& words = *new std::vector<const char*>{
      "name",   "fooBar",     "foo_bar", "a-b",       "class",  "created_at",
      "amount", "updated_at", "état",    "order",     "_x",     "errno",
      "price",  "password",   "1st",     "list",      "a.b",    "x__y",
      "select", "q\"q",       "%s",      "has_price", "serial", "value"};
  return words;
}

std::string Quoted(const std::string& name) {
  return absl::StrCat("\"", absl::StrReplaceAll(name, {{"\"", "\"\""}}), "\"");
}

// A statement each, some of which the database may refuse.
class RandomTables {
 public:
  RandomTables(unsigned seed, bool postgres)
      : random_(seed), postgres_(postgres) {}

  std::vector<std::string> Make() {
    std::vector<std::string> statements;
    for (int i = 0; i < 8; ++i) AddTable(i, &statements);
    return statements;
  }

 private:
  int Pick(size_t most) {
    return std::uniform_int_distribution<int>(
        0, static_cast<int>(most) - 1)(random_);
  }
  bool Chance(int percent) { return Pick(100) < percent; }
  template <class T>
  const T& OneOf(const std::vector<T>& all) {
    return all[static_cast<size_t>(Pick(all.size()))];
  }
  std::string Of(const char* text, const std::string& column) {
    return absl::StrReplaceAll(text, {{"@", Quoted(column)}});
  }

  std::string Column(const std::string& name) {
    const Kind& kind = OneOf(postgres_ ? PostgresKinds() : SqliteKinds());
    std::string sql = absl::StrCat(Quoted(name), " ", kind.type);
    if (Chance(35)) absl::StrAppend(&sql, " NOT NULL");
    if (Chance(40) && !kind.defaults.empty()) {
      absl::StrAppend(&sql, " DEFAULT ", OneOf(kind.defaults));
    }
    if (Chance(10)) absl::StrAppend(&sql, " UNIQUE");
    for (int i = 0; i < 2; ++i) {
      if (kind.checks.empty() || !Chance(25)) continue;
      absl::StrAppend(&sql, " CHECK (", Of(OneOf(kind.checks), name), ")");
    }
    return sql;
  }

  // A key that the others refer to by name, or one that they do not.
  std::string Key(std::vector<std::string>* columns) {
    if (Chance(60)) {
      const std::vector<std::string> keys = absl::StrSplit(
          postgres_
              ? "integer PRIMARY KEY;bigserial PRIMARY KEY;bigint GENERATED "
                "ALWAYS AS IDENTITY PRIMARY KEY;bigint PRIMARY KEY DEFAULT "
                "nextval('numbers');uuid PRIMARY KEY DEFAULT gen_random_uuid();"
                "text PRIMARY KEY CHECK (id <> '');varchar(9) PRIMARY KEY"
              : "INTEGER PRIMARY KEY;INTEGER PRIMARY KEY AUTOINCREMENT;INTEGER "
                "PRIMARY KEY DESC;INT PRIMARY KEY;text PRIMARY KEY;text NOT "
                "NULL PRIMARY KEY;bigint NOT NULL PRIMARY KEY",
          ';');
      columns->push_back("id");
      return absl::StrCat("id ", OneOf(keys));
    }
    for (const char* name : {"part", "Other"}) columns->push_back(name);
    std::string sql = absl::StrCat(Column("part"), ", ", Column("Other"));
    absl::StrAppend(&sql, Chance(50) ? ", PRIMARY KEY (\"Other\", part)"
                                     : ", PRIMARY KEY (part, \"Other\")");
    return sql;
  }

  void AddTable(int number, std::vector<std::string>* statements) {
    const std::string name = absl::StrCat(OneOf(Words()), number);
    std::vector<std::string> columns;
    std::vector<std::string> parts = {Key(&columns)};
    const bool has_id = columns.size() == 1;
    for (int i = Pick(7); i > 0; --i) {
      columns.push_back(absl::StrCat(OneOf(Words()), Chance(50) ? "" : "b", i));
      parts.push_back(Column(columns.back()));
    }
    if (!tables_.empty() && Chance(60)) {
      columns.push_back("up_id");
      parts.push_back(absl::StrCat(
          "up_id ", OneOf<const char*>({"integer", "text", "bigint"}),
          OneOf<const char*>(
              {"", "", " NOT NULL", " DEFAULT '1'", " DEFAULT (length('a'))"}),
          " REFERENCES ", Quoted(OneOf(tables_)),
          postgres_ || Chance(50) ? " (id)" : "",
          OneOf<const char*>({"", " ON DELETE CASCADE", " ON DELETE SET NULL",
                              " ON DELETE SET DEFAULT"}),
          OneOf<const char*>({"", " ON UPDATE CASCADE", " ON UPDATE SET NULL",
                              " ON UPDATE RESTRICT"}),
          Chance(20) ? " DEFERRABLE INITIALLY DEFERRED" : ""));
    }
    const std::string some = Quoted(OneOf(columns));
    const std::string other = Quoted(OneOf(columns));
    if (some != other && Chance(30)) {
      parts.push_back(absl::StrCat("UNIQUE (", some, ", ", other, ")"));
    }
    if (Chance(20)) {
      parts.push_back(absl::StrCat("CONSTRAINT \"its rule\" CHECK (", some,
                                   " IS NOT NULL OR ", other, " IS NULL)"));
    }
    statements->push_back(absl::StrCat("CREATE TABLE ", Quoted(name), " (",
                                       absl::StrJoin(parts, ", "), ")"));
    const std::string on = absl::StrCat(" ON ", Quoted(name), " (");
    const std::string index =
        absl::StrCat("INDEX ", Quoted(absl::StrCat("by ", number)));
    switch (Pick(6)) {
      case 0:
        statements->push_back(
            absl::StrCat("CREATE ", index, on, some, " DESC)"));
        break;
      case 1:
        statements->push_back(absl::StrCat("CREATE UNIQUE ", index, on, some,
                                           ") WHERE ", other, " IS NULL"));
        break;
      case 2:
        statements->push_back(
            absl::StrCat("CREATE UNIQUE ", index, on, "lower(", some, "))"));
        break;
      case 3:
        statements->push_back(absl::StrCat("CREATE ", index, on, some, ") ",
                                           "WHERE ", other, " = '5'"));
        break;
    }
    if (has_id) tables_.push_back(name);
  }

  std::mt19937 random_;
  const bool postgres_;
  std::vector<std::string> tables_;
};

class FreshFilesTest : public OnEitherDatabase {
 protected:
  // What generateproto has for all that is there. Fails where protoc does not
  // take it; `files` is then empty.
  std::string Write(const catalog::Catalog& catalog, proto::Style style,
                    std::string* files) {
    proto::BuildOptions options;
    options.selection.tables = {"*"};
    options.package = "fresh";
    options.style = style;
    const auto file = proto::BuildFile(catalog, options);
    EXPECT_TRUE(file.ok()) << file.status();
    if (!file.ok()) return "";
    const std::string text = proto::WriteFile(*file);
    const auto checked = proto::CheckFiles({{"fresh.proto", text}});
    EXPECT_TRUE(checked.ok()) << checked.status() << "\n" << text;
    if (checked.ok()) *files = *checked;
    return text;
  }

  // Its models, as the plugin has them.
  std::list<OwnedTable> Read(const std::string& text,
                             const std::string& files) {
    google::protobuf::FileDescriptorSet set;
    EXPECT_TRUE(set.ParseFromString(files));
    google::protobuf::compiler::CodeGeneratorRequest request;
    request.add_file_to_generate("fresh.proto");
    *request.mutable_proto_file() = set.file();
    std::list<OwnedTable> tables;
    std::string error;
    const bool taken = plugin::VisitSchema(
        request.SerializeAsString(),
        [&](const plugin::Schema& schema) {
          for (const auto& file : schema.files) {
            for (const auto& model : file->models) {
              tables.emplace_back(model->table);
            }
          }
        },
        &error);
    EXPECT_TRUE(taken) << error << "\n" << text;
    return tables;
  }

  void Clear() {
    if (on_postgres()) {
      const absl::Status status = database().RunScript(kPostgresTypes);
      ASSERT_TRUE(status.ok()) << status;
      return;
    }
    const auto catalog = catalog::ReadCatalog(database());
    ASSERT_TRUE(catalog.ok()) << catalog.status();
    for (const auto& table : catalog->tables) {
      ASSERT_TRUE(
          database()
              .RunScript(absl::StrCat("DROP TABLE ", Quoted(table.name)))
              .ok());
    }
  }
};

TEST_P(FreshFilesTest, NothingDiffersFromWhatWasWrittenOfIt) {
  const char* const seeds = std::getenv("FRESH_SEEDS");
  const unsigned count =
      seeds == nullptr ? 12 : static_cast<unsigned>(std::atoi(seeds));
  size_t models = 0;
  for (unsigned seed = 0; seed < count; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    ASSERT_NO_FATAL_FAILURE(Clear());
    std::string script;
    for (const std::string& sql : RandomTables(seed, on_postgres()).Make()) {
      if (!database().RunScript(sql).ok()) continue;
      absl::StrAppend(&script, sql, ";\n");
    }
    const auto catalog = catalog::ReadCatalog(database());
    ASSERT_TRUE(catalog.ok()) << catalog.status();
    for (const auto style : {proto::Style::kDjango, proto::Style::kAip}) {
      std::string files;
      const std::string text = Write(*catalog, style, &files);
      const std::list<OwnedTable> tables = Read(text, files);
      std::list<Model> owned;
      std::vector<const Model*> all;
      for (const OwnedTable& table : tables) {
        owned.push_back({&table.table(), nullptr, nullptr});
        all.push_back(&owned.back());
      }
      models += all.size();
      const auto drift = FindDrift(database(), all);
      ASSERT_TRUE(drift.ok()) << drift.status();
      EXPECT_EQ(TextOf(*drift), "") << script << text;
    }
    if (HasFailure()) return;
  }
  // Most of it is what the database takes.
  EXPECT_GT(models, count * 6);
}

INSTANTIATE_TEST_SUITE_P(Databases, FreshFilesTest, kEitherDatabase,
                         NameOfDatabase);

}  // namespace
}  // namespace modelservice
