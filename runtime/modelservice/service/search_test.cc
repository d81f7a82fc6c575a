#include "modelservice/service/search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "modelservice/service/filter_test_support.h"
#include "modelservice/sql/select.h"

namespace modelservice {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(SearchTest, WordsAsDjangoRestFrameworkSplitsThem) {
  EXPECT_THAT(SearchWords(""), IsEmpty());
  EXPECT_THAT(SearchWords(" , ,"), IsEmpty());
  EXPECT_THAT(SearchWords("war peace"), ElementsAre("war", "peace"));
  EXPECT_THAT(SearchWords("war,peace, crime"),
              ElementsAre("war", "peace", "crime"));
  EXPECT_THAT(SearchWords("\"war and peace\" leo"),
              ElementsAre("war and peace", "leo"));
  EXPECT_THAT(SearchWords("'a, b',c"), ElementsAre("a, b", "c"));
  EXPECT_THAT(SearchWords("'tis \"open"), ElementsAre("'tis", "\"open"));
  EXPECT_THAT(SearchWords("it's \"\""), ElementsAre("it's"));
}

TEST(SearchTest, EachWordIsInSomeColumn) {
  Select select;
  select.from = TableName(kFilterTable);
  select.where = SearchCondition(kFilterTable, {"war", "50%"});
  const Statement statement = Write(select, SqliteDialect());
  EXPECT_EQ(statement.text,
            "SELECT 1 FROM \"book\" WHERE ((\"title\" LIKE ?1 ESCAPE '\\' OR "
            "\"body\" LIKE ?2 ESCAPE '\\') AND (\"title\" LIKE ?3 ESCAPE '\\' "
            "OR \"body\" LIKE ?4 ESCAPE '\\'))");
  ASSERT_EQ(statement.parameters.size(), 4u);
  EXPECT_EQ(statement.parameters[0].text(), "%war%");
  EXPECT_EQ(statement.parameters[3].text(), "%50\\%%");
  EXPECT_TRUE(SearchCondition(kFilterTable, {}).is_true());
}

TEST(SearchTest, NothingIsFoundWhereNothingIsSearchable) {
  static constexpr Column kColumns[] = {Column("id", 1, FieldType::kInt64)};
  const Table kTable("t", "T", kColumns, {}, {});
  EXPECT_TRUE(SearchCondition(kTable, {"a"}).is_false());
  EXPECT_FALSE(HasSearchable(kTable));
  EXPECT_TRUE(HasSearchable(kFilterTable));
}

}  // namespace
}  // namespace modelservice
