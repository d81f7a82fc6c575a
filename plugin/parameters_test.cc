#include "plugin/parameters.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"

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
            "unknown parameter \"color\"; allowed are emit, dialect, style and "
            "strict_index");
  EXPECT_EQ(FaultOf("verbose"),
            "unknown parameter \"verbose\"; allowed are emit, dialect, style "
            "and strict_index");
  for (const char* value : {"java", ""}) {
    EXPECT_EQ(FaultOf(absl::StrCat("emit=cpp,emit=", value)),
              absl::StrCat("parameter emit: unknown value \"", value,
                           "\"; allowed are cpp, client, sql, service_proto, "
                           "diagram, docs and none"));
  }
  EXPECT_EQ(FaultOf("strict_index"),
            "parameter strict_index: unknown value \"\"; allowed are warning "
            "and error");
  EXPECT_EQ(FaultOf("strict_index=error,strict_index=warning"),
            "parameter strict_index is given twice; give it once");
  EXPECT_EQ(FaultOf("emit=service_proto,style=rest"),
            "parameter style: unknown value \"rest\"; allowed are django and "
            "aip");
  EXPECT_EQ(FaultOf("style=aip"),
            "parameter style is for service_proto; drop it, or add "
            "emit=service_proto");
  EXPECT_EQ(FaultOf("dialect=oracle"),
            "parameter dialect: unknown value \"oracle\"; allowed are sqlite "
            "and postgres");
}

TEST(ParametersTest, HelpNamesAll) {
  for (const char* value :
       {"emit=cpp", "emit=client", "emit=sql", "emit=service_proto",
        "emit=diagram", "emit=docs", "emit=none", "dialect=sqlite",
        "dialect=postgres", "emit=service_proto,style=django",
        "emit=service_proto,style=aip", "strict_index=warning",
        "strict_index=error"}) {
    EXPECT_TRUE(ParseParameters(value).ok()) << value;
    // The last of them; what comes before is named in its own line.
    const std::string text(value);
    const std::string named = text.substr(text.rfind(',') + 1);
    EXPECT_NE(std::string(kHelp).find(absl::StrCat("  ", named, " ")),
              std::string::npos)
        << named;
  }
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

TEST(ParametersTest, TakesWhatIsNoCpp) {
  const auto all = ParseParameters("emit=service_proto,diagram,docs,style=aip");
  ASSERT_TRUE(all.ok());
  EXPECT_TRUE(all->service_proto && all->diagram && all->docs);
  EXPECT_FALSE(all->cpp || all->sql || all->none);
  EXPECT_EQ(all->style, Parameters::Style::kAip);
  EXPECT_EQ(ParseParameters("emit=service_proto")->style,
            Parameters::Style::kDjango);
  EXPECT_NE(FaultOf("emit=none,docs"), "");
  EXPECT_EQ(FaultOf("emit=service_proto,style=aip,style=aip"),
            "parameter style is given twice; give it once");
}

}  // namespace
}  // namespace modelservice::plugin
