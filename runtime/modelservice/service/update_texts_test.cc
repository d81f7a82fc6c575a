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

std::string Made(absl::Span<const int> columns) {
  return std::string(
      Write(UpdateOf(kTable, columns, ColumnsAreParameters(kTable, kKey),
                     Returning::kNothing),
            SqliteDialect())
          .text);
}

TEST(UpdateTexts, AreOfTheirColumnsAndMadeOnce) {
  UpdateTexts texts(kTable, SqliteDialect(), Returning::kNothing);
  const auto both = texts.For({1, 2});
  const auto one = texts.For({2});
  EXPECT_EQ(*both, Made({1, 2}));
  EXPECT_EQ(*one, Made({2}));
  EXPECT_EQ(texts.For({1, 2}), both);
}

// Sequences of columns stand for sets, of which there may be any number.
TEST(UpdateTexts, OnlyThoseThatWereUsedLastAreKept) {
  UpdateTexts texts(kTable, SqliteDialect(), Returning::kNothing);
  const auto used = texts.For({2});
  const auto first = texts.For({1});
  std::vector<int> columns = {1};
  for (int i = 0; i < 300; ++i) {
    columns.push_back(1);
    EXPECT_EQ(*texts.For(columns), Made(columns));
    EXPECT_EQ(texts.For({2}), used);
  }
  // It was forgotten, but not taken from who has it.
  EXPECT_EQ(first.use_count(), 1);
  EXPECT_EQ(*first, Made({1}));
  EXPECT_NE(texts.For({1}), first);
}

TEST(UpdateTexts, TakeManyThreads) {
  UpdateTexts texts(kTable, SqliteDialect(), Returning::kNothing);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&texts] {
      std::vector<int> columns;
      for (int length = 0; length < 500; ++length) {
        columns.push_back(1 + length % 2);
        EXPECT_EQ(*texts.For(columns), Made(columns));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace modelservice
