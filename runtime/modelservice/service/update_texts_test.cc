// The texts of UPDATEs are made once for each set of columns, and not without
// end.
#include "modelservice/service/update_texts.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace modelservice {
namespace {

constexpr Column kColumns[] = {Column("id", 1, FieldType::kInt64).PrimaryKey(),
                               Column("a", 2, FieldType::kString),
                               Column("b", 3, FieldType::kString)};
constexpr int kKey[] = {0};
constexpr Ordering kOrdering[] = {{0}};
constexpr Table kTable("t", "T", kColumns, kKey, kOrdering);

TEST(UpdateTexts, AreOfTheirColumnsAndStayWhereTheyAre) {
  UpdateTexts texts(kTable, SqliteDialect(), Returning::kNothing);
  TextArena arena;
  const absl::string_view both = texts.For({1, 2}, arena);
  const absl::string_view one = texts.For({2}, arena);
  EXPECT_EQ(both,
            UpdateSql(kTable, SqliteDialect(), {1, 2}, Returning::kNothing));
  EXPECT_EQ(one, UpdateSql(kTable, SqliteDialect(), {2}, Returning::kNothing));
  EXPECT_NE(both, one);
  EXPECT_EQ(texts.For({1, 2}, arena).data(), both.data());
}

// Sequences of columns stand for sets, of which there may be any number.
TEST(UpdateTexts, PastTheirNumberBelongToTheCall) {
  UpdateTexts texts(kTable, SqliteDialect(), Returning::kNothing);
  TextArena arena;
  std::vector<int> columns;
  for (int i = 0; i < 300; ++i) {
    columns.push_back(1);
    EXPECT_EQ(texts.For(columns, arena),
              UpdateSql(kTable, SqliteDialect(), columns, Returning::kNothing));
  }
  EXPECT_NE(texts.For(columns, arena).data(), texts.For(columns, arena).data());
  EXPECT_EQ(texts.For({1}, arena).data(), texts.For({1}, arena).data());
}

TEST(UpdateTexts, TakeManyThreads) {
  UpdateTexts texts(kTable, SqliteDialect(), Returning::kNothing);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&texts] {
      TextArena arena;
      std::vector<int> columns;
      for (int length = 0; length < 50; ++length) {
        columns.push_back(1 + length % 2);
        EXPECT_EQ(
            texts.For(columns, arena),
            UpdateSql(kTable, SqliteDialect(), columns, Returning::kNothing));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace modelservice
