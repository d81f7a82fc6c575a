#include "modelservice/orm/projection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "modelservice/objects.h"
#include "modelservice/orm/thing_test_support.h"
#include "modelservice/sql/select.h"

namespace modelservice {
namespace {

using ::orm_test::ThingWithNext;

// Rows as a projection's codec encodes them.
class Encoded final : public RowSink {
 public:
  explicit Encoded(const RowCodec& codec) : codec_(codec) {}
  absl::Status OnRow(Row row) override {
    EXPECT_EQ(row.size(), codec_.width());
    WireBuffer wire;
    auto status = codec_.Encode(row, Audience::kClient, wire);
    if (!status.ok()) return status;
    ThingWithNext message;
    EXPECT_TRUE(message.ParseFromArray(wire.bytes().data(),
                                       static_cast<int>(wire.size())));
    messages.push_back(message);
    return absl::OkStatus();
  }
  void OnRestart() override { messages.clear(); }

  std::vector<ThingWithNext> messages;

 private:
  const RowCodec& codec_;
};

class ProjectionTest : public ThingTest {
 protected:
  void SetUp() override {
    ThingTest::SetUp();
    if (!has_database()) return;
    const char* const names[] = {"a", "b", "c"};
    for (int i = 0; i < 3; ++i) {
      Thing thing;
      thing.set_must("m");
      thing.set_name(names[i]);
      if (i < 2) thing.set_rank(i + 1);
      ASSERT_TRUE(Objects<Thing>(database()).Create(&thing).ok());
    }
  }
};

constexpr Column kMore = Column("more", 101, FieldType::kInt64).Presence();

TEST_P(ProjectionTest, HasOtherMessagesAndComputedValues) {
  const Table& table = *ThingModel::Model().table;
  const int rank = ThingModel::rank.column();
  const Expression more =
      Expression::Compute(Expression::Column(table, rank, "a"),
                          Arithmetic::kAdd, Literal(Value::Integer(1)));
  Projection pairs(ThingModel::Model(), "a");
  pairs.AddComputed(more, kMore);
  pairs.AddNested(100, ThingModel::Model(), "b");

  Select select;
  select.columns = pairs.columns();
  select.from = TableName(table, "a");
  select.joins.push_back(
      {Join::Kind::kLeft, TableName(table, "b"),
       Expression::Compare(Expression::Column(table, rank, "b"),
                           Comparison::kEqual, more)});
  select.order = {{Expression::Column(table, 0, "a"), false, false}};
  Encoded rows(pairs.codec());
  const auto outcome =
      database().Run(Write(select, database().dialect()), rows);
  ASSERT_TRUE(outcome.ok()) << outcome.status();

  ASSERT_EQ(rows.messages.size(), 3u);
  EXPECT_EQ(rows.messages[0].name(), "a");
  EXPECT_EQ(rows.messages[0].more(), 2);
  EXPECT_EQ(rows.messages[0].next().name(), "b");
  EXPECT_EQ(rows.messages[0].next().must(), "m");
  // Without a next one there is no message.
  EXPECT_EQ(rows.messages[1].more(), 3);
  EXPECT_FALSE(rows.messages[1].has_next());
  // NULL and something is NULL.
  EXPECT_EQ(rows.messages[2].name(), "c");
  EXPECT_FALSE(rows.messages[2].has_more());
  EXPECT_FALSE(rows.messages[2].has_next());
}

TEST_P(ProjectionTest, IsMadeOnceForAModel) {
  EXPECT_EQ(&ProjectionOf<Thing>(), &ProjectionOf<Thing>());
  EXPECT_EQ(ProjectionOf<Thing>().columns().size(),
            ThingModel::Model().table->columns.size());
}

// Whether the text that is kept is the one that would be written.
TEST_P(ProjectionTest, ListIsWrittenAsItsColumnsAre) {
  const Projection& things = ProjectionOf<Thing>();
  const Projection named(ThingModel::Model(), "t");
  ASSERT_FALSE(things.column_list().text.empty());
  for (const Projection* projection : {&things, &named}) {
    for (const bool distinct : {false, true}) {
      for (const Table* related :
           {static_cast<const Table*>(nullptr), things.model().table}) {
        Select one_by_one;
        one_by_one.columns = projection->columns();
        Select listed;
        listed.column_list = &projection->column_list();
        for (Select* select : {&one_by_one, &listed}) {
          select->distinct = distinct;
          select->related = related;
          select->from = TableName(*things.model().table, "t");
          select->columns.push_back(Expression(Literal()));
        }
        EXPECT_EQ(Write(listed, database().dialect()).text,
                  Write(one_by_one, database().dialect()).text);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Databases, ProjectionTest, kEitherDatabase,
                         NameOfDatabase);

}  // namespace
}  // namespace modelservice
