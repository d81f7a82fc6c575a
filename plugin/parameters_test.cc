#include "plugin/parameters.h"

#include <gtest/gtest.h>

#include <string>

namespace modelservice::plugin {
namespace {

std::string FaultOf(absl::string_view text) {
  const auto parameters = ParseParameters(text);
  return parameters.ok() ? "" : std::string(parameters.status().message());
}

TEST(ParametersTest, GeneratesCppByDefault) {
  for (const char* text : {"", "dialect=sqlite", "emit=cpp"}) {
    const auto parameters = ParseParameters(text);
    ASSERT_TRUE(parameters.ok()) << text;
    EXPECT_TRUE(parameters->cpp) << text;
    EXPECT_FALSE(parameters->sql) << text;
  }
}

TEST(ParametersTest, TakesAListOfKinds) {
  for (const char* text :
       {"emit=cpp,sql", "emit=sql,emit=cpp", "emit=sql, cpp,dialect=sqlite"}) {
    const auto parameters = ParseParameters(text);
    ASSERT_TRUE(parameters.ok()) << text;
    EXPECT_TRUE(parameters->cpp) << text;
    EXPECT_TRUE(parameters->sql) << text;
  }
  const auto sql = ParseParameters("emit=sql");
  ASSERT_TRUE(sql.ok());
  EXPECT_FALSE(sql->cpp);
}

TEST(ParametersTest, MayWriteNothing) {
  const auto none = ParseParameters("emit=none,dialect=postgres");
  ASSERT_TRUE(none.ok());
  EXPECT_TRUE(none->none);
  EXPECT_FALSE(none->cpp);
  EXPECT_FALSE(none->sql);
  for (const char* text : {"emit=none,cpp", "emit=sql,emit=none"}) {
    EXPECT_EQ(FaultOf(text),
              "parameter emit: none excludes everything else; drop it, or the "
              "rest");
  }
}

TEST(ParametersTest, TakesADialect) {
  EXPECT_EQ(ParseParameters("emit=sql,dialect=postgres")->dialect,
            Parameters::Dialect::kPostgres);
  EXPECT_EQ(ParseParameters("emit=sql,dialect=sqlite")->dialect,
            Parameters::Dialect::kSqlite);
  EXPECT_EQ(ParseParameters("")->dialect, Parameters::Dialect::kSqlite);
  EXPECT_TRUE(ParseParameters("dialect=sqlite")->one_dialect);
  EXPECT_FALSE(ParseParameters("emit=sql")->one_dialect);
}

TEST(ParametersTest, NamesWhatIsWrongAndWhatIsAllowed) {
  EXPECT_EQ(FaultOf("color=red"),
            "unknown parameter \"color\"; allowed are emit and dialect");
  EXPECT_EQ(FaultOf("verbose"),
            "unknown parameter \"verbose\"; allowed are emit and dialect");
  EXPECT_EQ(
      FaultOf("emit=cpp,java"),
      "parameter emit: unknown value \"java\"; allowed are cpp, sql and none");
  EXPECT_EQ(
      FaultOf("emit="),
      "parameter emit: unknown value \"\"; allowed are cpp, sql and none");
  EXPECT_EQ(FaultOf("dialect=oracle"),
            "parameter dialect: unknown value \"oracle\"; allowed are sqlite "
            "and postgres");
}

TEST(ParametersTest, TakesNothingTwice) {
  for (const char* text : {"emit=cpp,cpp", "emit=cpp,sql,emit=cpp",
                           "emit=cpp,dialect=sqlite,cpp"}) {
    EXPECT_NE(FaultOf(text), "") << text;
  }
  EXPECT_EQ(FaultOf("emit=sql,emit=sql"),
            "parameter emit=sql is given twice; give it once");
  EXPECT_EQ(FaultOf("emit=none,none"),
            "parameter emit=none is given twice; give it once");
  for (const char* text :
       {"dialect=sqlite,dialect=postgres", "dialect=sqlite,sqlite",
        "dialect=sqlite,emit=cpp,"
        "dialect=sqlite"}) {
    EXPECT_EQ(FaultOf(text), "parameter dialect is given twice; give it once");
  }
}

TEST(ParametersTest, RefusesWhatIsNotBuiltYet) {
  for (const char* text : {"emit=service_proto", "emit=diagram", "style=aip"}) {
    EXPECT_EQ(FaultOf(text),
              "parameter " + std::string(text) + ": not supported yet");
  }
}

}  // namespace
}  // namespace modelservice::plugin
