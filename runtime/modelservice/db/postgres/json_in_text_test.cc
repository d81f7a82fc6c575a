// JSON that lies in a text (JsonLies::kInText): what is none is nothing, and
// never an error of the statement.
#include <random>

#include "absl/algorithm/container.h"
#include "absl/strings/str_replace.h"
#include "modelservice/db/postgres/test_support.h"
#include "modelservice/sql/postgres_json.h"

namespace modelservice::postgres {
namespace {

using ::testing::ElementsAre;

constexpr absl::string_view kJsonTexts[] = {
    "{}",
    "[]",
    "0",
    "-0.5e+10",
    "12",
    "true",
    " null ",
    "\"\"",
    "\"a\\\"b\\\\\"",
    R"({"a":1,"b":[true,false,null,"x",{}],"c":{"d":"\u00e9\ud83d\ude00"}})",
    "{\"a\" : [ 1 , 2.50 ] ,\n\t\"b\":\r{ \"s\" : \"v\" } }",
    R"([[],[[]],[{},{"a":[]}],"[","}",",",":"])",
    R"(["\b\f\n\r\t\/\\\"","s","v","true",1e3,1E-3,-1])",
    "{\"\xc3\xa9\":\"\xe2\x82\xac\",\"\":\"\x7f\"}",
};
constexpr absl::string_view kNoJsonTexts[] = {"",
                                              " ",
                                              "{",
                                              "}",
                                              "x",
                                              "s",
                                              "v",
                                              "\"",
                                              "\"a",
                                              "{]",
                                              "[1,]",
                                              "[,1]",
                                              "[1 2]",
                                              "[1,,2]",
                                              "{\"a\"}",
                                              "{\"a\":}",
                                              "{a:1}",
                                              "{1:2}",
                                              "{\"a\":1,}",
                                              "{\"a\":1 \"b\":2}",
                                              "01",
                                              "1.",
                                              ".5",
                                              "+1",
                                              "-",
                                              "1e",
                                              "1e+",
                                              "0x1",
                                              "NaN",
                                              "Infinity",
                                              "True",
                                              "nulls",
                                              "truefalse",
                                              "'a'",
                                              "[1}",
                                              "[]]",
                                              "[[]",
                                              "{}{}",
                                              "[] []",
                                              "{}x",
                                              "\"\\u0000\"",
                                              "\"\\u12\"",
                                              "\"\\x\"",
                                              "\"\\ud800\"",
                                              "\"\\udc00\"",
                                              "\"\\ud800\\ud800\"",
                                              "\"a\nb\"",
                                              "{\"a\":s}",
                                              "[v]",
                                              "{s:1}",
                                              "{\"a\":1:2}",
                                              "[\"a\":1]",
                                              "{[]:1}",
                                              "{\"a\",\"b\"}",
                                              "/**/1",
                                              "[1]\x0b",
                                              "\xef\xbb\xbf{}",
                                              "\\",
                                              "{\\}",
                                              "\"\\\""};

class PostgresJsonInTextTest : public PostgresTest {
 protected:
  void Ready() override {
    auto opened = OpenPostgres(options_);
    ASSERT_TRUE(opened.ok()) << opened.status();
    db_ = *std::move(opened);
    ASSERT_TRUE(db_->RunScript(R"(
        CREATE TABLE doc (t TEXT);
        CREATE FUNCTION type_of(t TEXT) RETURNS TEXT AS $$
        BEGIN
          RETURN jsonb_typeof(t::jsonb);
        EXCEPTION WHEN OTHERS THEN
          RETURN NULL;
        END $$ LANGUAGE plpgsql;)")
                    .ok());
  }

  // The form, of the value at a path.
  static std::string Form(absl::string_view form, absl::string_view path) {
    return absl::StrReplaceAll(
        form, {{"@", "t"}, {"?", absl::StrCat("'", path, "'::text[]")}});
  }
  static std::string Of(JsonKind kind, absl::string_view path = "{}") {
    return Form(PostgresJson::In(JsonLies::kInText).Of(kind), path);
  }
  void Add(absl::Span<const std::string> docs) {
    std::vector<Value> texts;
    for (const std::string& doc : docs) texts.push_back(Value::Text(doc));
    ASSERT_TRUE(Exec(*db_, Write("INSERT INTO doc SELECT unnest($1::text[])",
                                 {Value::List(texts)}))
                    .ok());
  }
  std::vector<std::string> Ask(const std::string& sql) {
    Rows rows;
    const auto asked = db_->Run(Sql(sql), rows);
    EXPECT_TRUE(asked.ok()) << asked.status();
    return rows.rows;
  }
  // Those of which PostgreSQL itself says something else.
  std::vector<std::string> Differing() {
    return Ask(absl::StrCat("SELECT t FROM doc WHERE ", Of(JsonKind::kType),
                            " IS DISTINCT FROM type_of(t) LIMIT 5"));
  }

  std::unique_ptr<Database> db_;
};

TEST_F(PostgresJsonInTextTest, WhatIsJsonAndWhatIsNot) {
  for (const absl::string_view doc : kJsonTexts) {
    Add({std::string(doc)});
    EXPECT_NE(Ask(absl::StrCat("SELECT ", Of(JsonKind::kType), " FROM doc")),
              std::vector<std::string>{"NULL"})
        << doc;
    Ask("DELETE FROM doc");
  }
  for (const absl::string_view doc : kNoJsonTexts) {
    Add({std::string(doc)});
    EXPECT_THAT(Ask(absl::StrCat("SELECT ", Of(JsonKind::kType), " FROM doc")),
                ElementsAre("NULL"))
        << doc;
    Ask("DELETE FROM doc");
  }
}

// PostgreSQL is the judge: good ones with some of their characters changed.
TEST_F(PostgresJsonInTextTest, AsPostgresTakesThem) {
  std::mt19937 random(15);
  const auto below = [&](size_t n) { return random() % n; };
  constexpr absl::string_view kPieces[] = {
      "[",      "]",       "{",       "}",    ",",     ":",    "\"",
      "\\",     " ",       "\n",      "1",    "0",     "-",    ".",
      "e",      "true",    "s",       "null", "\"a\"", "\\u0", "\\n",
      "\"a\":", "\\ud83d", "\\ude00", "\t",   "v",     "{}",   "[]"};
  std::vector<std::string> docs;
  for (int i = 0; i < 8000; ++i) {
    std::string doc(kJsonTexts[below(std::size(kJsonTexts))]);
    for (size_t changes = 1 + below(3); changes > 0; --changes) {
      const size_t at = below(doc.size() + 1);
      const std::string piece(kPieces[below(std::size(kPieces))]);
      switch (below(3)) {
        case 0:
          doc.insert(at, piece);
          break;
        case 1:
          doc.replace(at, 1, piece);
          break;
        default:
          doc.erase(at, 1 + below(3));
      }
    }
    // Text of PostgreSQL's is UTF-8: those cut apart are none.
    if (absl::c_all_of(doc, [](char c) { return c > 0; })) docs.push_back(doc);
  }
  ASSERT_GT(docs.size(), 5000u);
  Add(docs);
  EXPECT_THAT(Differing(), ElementsAre());
  // Not for all of them are none.
  EXPECT_THAT(Ask("SELECT count(type_of(t)) > 500 FROM doc"), ElementsAre("1"));
}

TEST_F(PostgresJsonInTextTest, WhatJsonbDoesNotTakeIsNothing) {
  const auto nested = [](size_t depth) {
    return absl::StrCat(std::string(depth, '['), std::string(depth, ']'));
  };
  Add({"1e400000", "-1e-400000", nested(20000), nested(5000),
       absl::StrCat("[", std::string(140000, '9'), "]")});
  EXPECT_THAT(
      Ask(absl::StrCat("SELECT count(", Of(JsonKind::kType), ") FROM doc")),
      ElementsAre("0"));
  Ask("DELETE FROM doc");
  // What it does.
  Add({nested(99), std::string(300, '9'), "1.7976931348623157e308",
       absl::StrCat("[\"", std::string(1000, '9'), "\"]"),
       absl::StrCat("[1", std::string(200000, ' '), "]")});
  EXPECT_THAT(
      Ask(absl::StrCat("SELECT count(", Of(JsonKind::kType), ") FROM doc")),
      ElementsAre("5"));
}

TEST_F(PostgresJsonInTextTest, EveryForm) {
  Add({R"({"n":1.5,"i":"12","s":"x","b":true,"l":["p","q"],
           "t":"2020-01-01T00:00:00.000000005Z","d":"1.5s"})",
       R"({"n":"x","i":"many","s":1,"b":1,"l":{},"t":"2020-13-01T00:00:00Z",
           "d":"long"})",
       "{\"n\":1.5", ""});
  const auto ask = [&](JsonKind kind, absl::string_view path,
                       absl::string_view is) {
    return Ask(
        absl::StrCat("SELECT count(*) FROM doc WHERE ", Of(kind, path), is));
  };
  EXPECT_THAT(ask(JsonKind::kNumber, "{n}", " = 1.5"), ElementsAre("1"));
  EXPECT_THAT(ask(JsonKind::kNumberInText, "{i}", " = 12"), ElementsAre("1"));
  EXPECT_THAT(ask(JsonKind::kText, "{s}", " = 'x'"), ElementsAre("1"));
  EXPECT_THAT(ask(JsonKind::kBool, "{b}", ""), ElementsAre("1"));
  EXPECT_THAT(ask(JsonKind::kTimestamp, "{t}", " = 1577836800.000000005"),
              ElementsAre("1"));
  EXPECT_THAT(ask(JsonKind::kDuration, "{d}", " = 1500000"), ElementsAre("1"));
  EXPECT_THAT(Ask(absl::StrCat(
                  "SELECT value FROM doc, LATERAL ",
                  Form(PostgresJson::In(JsonLies::kInText).elements(), "{l}"),
                  " AS e ORDER BY 1")),
              ElementsAre("\"p\"", "\"q\""));
}

}  // namespace
}  // namespace modelservice::postgres
