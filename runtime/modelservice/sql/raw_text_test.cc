#include "modelservice/sql/raw_text.h"

#include <gtest/gtest.h>

#include <vector>

namespace modelservice {
namespace {

std::string Text(absl::string_view sql, size_t parameters) {
  const auto text = WithPlaceholders(sql, parameters, PostgresDialect());
  EXPECT_TRUE(text.ok()) << text.status();
  return text.value_or("");
}

TEST(RawText, NumbersItsPlaceholders) {
  EXPECT_EQ(Text("a = ? AND b = ?", 2), "a = $1 AND b = $2");
  EXPECT_EQ(*WithPlaceholders("a = ?", 1, SqliteDialect()), "a = ?1");
  EXPECT_EQ(Text("a ?? 'k' AND b = ?", 1), "a ? 'k' AND b = $1");
  EXPECT_EQ(Text("", 0), "");
}

TEST(RawText, LeavesQuotesAndCommentsAlone) {
  for (const absl::string_view sql :
       {"'?'", "'it''s ?'", "\"a?\"", "\"a\"\"?\"", "-- ?\n", "-- ?", "/* ? */",
        "/* /* ? */ ? */", "$$ ? $$", "$tag$ ? $$ ? $tag$", "E'\\'?'", "e'?'",
        "'\\'"}) {
    EXPECT_EQ(Text(sql, 0), sql);
    EXPECT_EQ(Text(std::string(sql) + "\n?", 1), std::string(sql) + "\n$1");
  }
  EXPECT_EQ(Text("$1a = ?", 1), "$1a = $1");
  // What is not closed ends with the text.
  EXPECT_EQ(Text("'?", 0), "'?");
  EXPECT_EQ(Text("/* ?", 0), "/* ?");
  EXPECT_EQ(Text("$a$ ?", 0), "$a$ ?");
}

TEST(RawText, CastsPlaceholders) {
  using Kinds = std::vector<std::optional<Value::Kind>>;
  const Kinds kinds = {Value::Kind::kInteger, std::nullopt,
                       Value::Kind::kReal,    Value::Kind::kText,
                       Value::Kind::kBlob,    Value::Kind::kTimestamp,
                       Value::Kind::kNull};
  EXPECT_EQ(*WithPlaceholders("? ? ? ? ? ? ?", kinds, PostgresDialect()),
            "$1::int8 $2 $3::float8 $4::text $5::bytea $6::timestamptz "
            "$7::text");
  EXPECT_EQ(*WithPlaceholders("?", Kinds{Value::Kind::kNull}, SqliteDialect()),
            "?1");
}

TEST(RawText, SaysInWhichLineAPlaceIs) {
  EXPECT_EQ(PlaceIn("", 0), "line 1, column 1");
  EXPECT_EQ(PlaceIn("a\né b", 5), "line 2, column 3");
  EXPECT_EQ(PlaceIn("a\n", 2), "line 2, column 1");
  EXPECT_EQ(PlaceIn("ab", 9), "line 1, column 3");
}

TEST(RawText, CountsItsPlaceholders) {
  EXPECT_EQ(WithPlaceholders("? ?", 1, SqliteDialect()).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(WithPlaceholders("?", 2, SqliteDialect()).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(RawText, KnowsWhatMayWrite) {
  for (const absl::string_view sql :
       {"SELECT 1", " select 1", "-- DELETE\nSELECT 1", "(SELECT 1)",
        "WITH a AS (SELECT 1) SELECT 'DELETE' FROM a", "VALUES (1)", ""}) {
    EXPECT_FALSE(MayWrite(sql)) << sql;
  }
  for (const absl::string_view sql :
       {"DELETE FROM t", "insert into t values (1)",
        "WITH a AS (DELETE FROM t RETURNING 1) SELECT 1 FROM a",
        "CREATE TABLE t (a int)", "/* SELECT */ UPDATE t SET a = 1"}) {
    EXPECT_TRUE(MayWrite(sql)) << sql;
  }
}

TEST(RawText, SplitsScripts) {
  using Texts = std::vector<absl::string_view>;
  EXPECT_EQ(SplitStatements("a 1;\nb ';' \";\";-- ;\n/* ; */ c;\n-- end"),
            Texts({"a 1;", "b ';' \";\";", "-- ;\n/* ; */ c;"}));
  EXPECT_EQ(SplitStatements("DO $$ BEGIN a; b; END $$;c"),
            Texts({"DO $$ BEGIN a; b; END $$;", "c"}));
  const absl::string_view trigger =
      "CREATE TEMP TRIGGER t AFTER INSERT ON a BEGIN UPDATE a SET b = CASE "
      "WHEN b THEN 1 END; DELETE FROM c; END;";
  EXPECT_EQ(SplitStatements(trigger), Texts({trigger}));
  EXPECT_EQ(SplitStatements("CREATE TRIGGER t AFTER INSERT ON a EXECUTE "
                            "FUNCTION f(); b;"),
            Texts({"CREATE TRIGGER t AFTER INSERT ON a EXECUTE FUNCTION f();",
                   "b;"}));
  EXPECT_EQ(SplitStatements(" \n-- nothing\n"), Texts());
}

}  // namespace
}  // namespace modelservice
