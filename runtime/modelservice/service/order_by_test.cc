#include "modelservice/service/order_by.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "modelservice/service/filter_test_support.h"

namespace modelservice {
namespace {

using ::testing::StartsWith;

std::string Order(absl::string_view text, const Table& table = kFilterTable) {
  TextFault fault;
  const auto others = [](absl::string_view, std::string*) { return -1; };
  const auto order = ParseOrderBy(text, table, others, &fault);
  if (!order.has_value()) return Describe(text, fault);
  std::string shown;
  for (const Ordering& part : *order) {
    absl::StrAppend(&shown, shown.empty() ? "" : ",",
                    part.descending ? "-" : "",
                    table.columns[static_cast<size_t>(part.column)].field);
  }
  return shown;
}

TEST(OrderByTest, BothSpellings) {
  EXPECT_EQ(Order("title"), "title,id");
  EXPECT_EQ(Order("pages desc, title"), "-pages,title,id");
  EXPECT_EQ(Order("-pages,title"), "-pages,title,id");
  EXPECT_EQ(Order("  pages   desc  ,\ttitle  asc "), "-pages,title,id");
  EXPECT_EQ(Order("color,shade,due desc,span,data,price"),
            "color,shade,-due,span,data,price,id");
}

TEST(OrderByTest, TheKeyEndsIt) {
  EXPECT_EQ(Order("id desc"), "-id");
  EXPECT_EQ(Order("id,title"), "id,title");
  EXPECT_EQ(Order(""), "-pages,id");
  EXPECT_EQ(Order("  "), "-pages,id");
}

TEST(OrderByTest, WithoutAKeyTheModelsOrderEndsIt) {
  constexpr Table kKeyless("book", "Book", kFilterColumns, {}, kFilterOrdering);
  EXPECT_EQ(Order("title", kKeyless), "title,-pages,id");
}

TEST(OrderByTest, Faults) {
  EXPECT_THAT(Order("titel"),
              StartsWith("Character 1: Book has no field \"titel\". It has id, "
                         "title, body, "));
  EXPECT_EQ(Order("id, salary"),
            "Character 5: \"salary\" cannot be ordered by.\n"
            "id, salary\n"
            "    ^");
  for (const char* name : {"password", "secret", "tags", "shelf"}) {
    EXPECT_THAT(Order(name),
                StartsWith(absl::StrCat("Character 1: \"", name,
                                        "\" cannot be ordered by.")));
  }
  EXPECT_THAT(Order("id,-id"),
              StartsWith("Character 5: \"id\" is named twice."));
  EXPECT_THAT(Order("-id desc"),
              StartsWith("Character 5: Expected a comma or the end, for \"-\" "
                         "says desc, not \"desc\"."));
  EXPECT_THAT(Order("id down"),
              StartsWith("Character 4: Expected asc, desc, a comma or the end, "
                         "not \"down\"."));
  EXPECT_THAT(Order("id desc desc"),
              StartsWith("Character 9: Expected a comma or the end, not "
                         "\"desc\"."));
  EXPECT_THAT(Order(","), StartsWith("Character 1: Expected a field, not"));
  EXPECT_THAT(Order("id,"), StartsWith("Character 4: Expected a field."));
  EXPECT_THAT(Order("id,,title"), StartsWith("Character 4: Expected a field"));
  EXPECT_THAT(Order("-"), StartsWith("Character 2: Expected a field behind"));
  EXPECT_THAT(Order("shelf.room"),
              StartsWith("Character 1: Book has no field"));
  EXPECT_THAT(Order(std::string(5000, 'a')),
              StartsWith("Character 4097: The order is longer than 4096"));
  EXPECT_THAT(Order("\xff"), StartsWith("Byte 1: Expected UTF-8."));
}

}  // namespace
}  // namespace modelservice
