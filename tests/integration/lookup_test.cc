// Fields of a List's request that are named after a column and a lookup.
#include <string>
#include <vector>

#include "items_fixture.h"

namespace integration {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class LookupTest : public ItemsTest {
 protected:
  void AddItems() {
    Add(R"pb(title: "apple"
             body: "x"
             rank: 1
             price: "1.5"
             shade: RED
             due { seconds: 10 }
             span { seconds: 20 }
             half: 0.1)pb");
    Add(R"pb(title: "Apple"
             rank: 2
             price: "10"
             shade: BLUE
             due { seconds: 20 })pb");
    Add(R"pb(title: "b*n"
             rank: 3
             price: "2"
             span { nanos: 1000 })pb");
  }
};

TEST_F(LookupTest, EachOfDjangos) {
  AddItems();
  const auto both = testing::UnorderedElementsAre("Apple", "apple");
  EXPECT_THAT(ListBy("title: 'apple' title: 'b*n' title: 'x'"),
              testing::UnorderedElementsAre("apple", "b*n"));
  EXPECT_THAT(ListBy("title__exact: 'apple'"), ElementsAre("apple"));
  EXPECT_THAT(ListBy("title__exact: ''"), IsEmpty());
  EXPECT_THAT(ListBy("title__iexact: 'aPPLE'"), both);
  EXPECT_THAT(ListBy("shade__in: RED shade__in: BLUE"), both);
  EXPECT_THAT(ListBy("rank__gt: 2"), ElementsAre("b*n"));
  EXPECT_THAT(ListBy("rank__gt: 0 rank__lt: 2"), ElementsAre("apple"));
  EXPECT_THAT(ListBy("rank__gte { value: 3 }"), ElementsAre("b*n"));
  EXPECT_THAT(ListBy("rank__lte: 2"), both);
  EXPECT_THAT(ListBy("rank__range: 1 rank__range: 2"), both);
  EXPECT_THAT(ListBy("title__contains: 'pp'"), both);
  EXPECT_THAT(ListBy("title__contains: 'PP'"), IsEmpty());
  EXPECT_THAT(ListBy("title__contains: '*'"), ElementsAre("b*n"));
  EXPECT_THAT(ListBy("title__icontains: 'PP'"), both);
  EXPECT_THAT(ListBy("title__startswith: 'A'"), ElementsAre("Apple"));
  EXPECT_THAT(ListBy("title__istartswith: 'A'"), both);
  EXPECT_THAT(ListBy("title__endswith: 'E'"), IsEmpty());
  EXPECT_THAT(ListBy("title__iendswith { value: 'E' }"), both);
  EXPECT_THAT(ListBy("body__isnull: true"),
              testing::UnorderedElementsAre("Apple", "b*n"));
  EXPECT_THAT(ListBy("body__isnull: false"), ElementsAre("apple"));
  EXPECT_THAT(ListBy("title__regex: '^[a-z]+$'"), ElementsAre("apple"));
  EXPECT_THAT(ListBy("title__iregex: '^[a-z]+$'"), both);
  // In a list a parenthesis is one, and so is what looks like options.
  EXPECT_THAT(ListBy("title__regex: '^[](?Pa-z]+[^(?i]$'"),
              ElementsAre("apple"));
  EXPECT_THAT(ListBy("title__regex: '^[[:alpha:](?i]+$'"), both);
  EXPECT_THAT(ListBy("due__gte { seconds: 15 }"), ElementsAre("Apple"));
  EXPECT_THAT(ListBy("span__in { seconds: 20 } span__in { nanos: 1000 }"),
              testing::UnorderedElementsAre("apple", "b*n"));
  EXPECT_THAT(ListBy("price__lt: '9'"),
              testing::UnorderedElementsAre("apple", "b*n"));
  EXPECT_THAT(ListBy("half__in: 0.1 half__in: 5"), ElementsAre("apple"));
  EXPECT_THAT(ListBy("ordering: '-rank'"),
              ElementsAre("b*n", "Apple", "apple"));
}

TEST_F(LookupTest, ATokenBelongsToThem) {
  AddItems();
  auto request = FromText<ListItemsByRequest>(
      "page_size: 1 ordering: 'rank' title: 'apple' title: 'Apple'");
  ListItemsResponse page;
  ASSERT_THAT(Call(*items_, &Items::Stub::ListBy, request, &page), IsOk());
  request.set_page_token(page.next_page_token());
  ASSERT_THAT(Call(*items_, &Items::Stub::ListBy, request, &page), IsOk());
  EXPECT_THAT(Titles(page), ElementsAre("Apple"));
  request.add_title("b*n");
  EXPECT_THAT(RefusedBy(request).violations,
              ElementsAre(StartsWith("page_token: ")));
}

TEST_F(LookupTest, ATokenBelongsToEachDigitOfANumber) {
  Add("title: 'a' half: 1234567.5");
  Add("title: 'b' half: 1234567.5");
  ListItemsByRequest request;
  request.add_half__in(1234567.5f);
  request.set_page_size(1);
  ListItemsResponse page;
  ASSERT_THAT(Call(*items_, &Items::Stub::ListBy, request, &page), IsOk());
  request.set_page_token(page.next_page_token());
  ASSERT_THAT(Call(*items_, &Items::Stub::ListBy, request, &page), IsOk());
  request.set_half__in(0, 1234567.75f);
  EXPECT_THAT(RefusedBy(request).violations,
              ElementsAre(StartsWith("page_token: ")));
}

// A row whose field is absent meets no lookup but isnull, and a number of more
// digits than its column has is one all the same.
TEST_F(LookupTest, DecimalsThatNoRowHas) {
  Add(R"pb(title: "cheap" fee: "9.90")pb");
  Add(R"pb(title: "free")pb");
  for (const char* none : {"fee: ''", "fee__in: ''", "fee__lt: ''",
                           "fee__range: '' fee__range: '99'", "fee: '9.901'",
                           "fee__in: '9.901'"}) {
    EXPECT_THAT(ListBy(none), IsEmpty()) << none;
  }
  for (const char* cheap :
       {"fee: '9.900'", "fee__in: '9.900' fee__in: '1.234'", "fee__lt: '9.901'",
        "fee__range: '9.899' fee__range: '9.9001'"}) {
    EXPECT_THAT(ListBy(cheap), ElementsAre("cheap")) << cheap;
  }
}

TEST_F(LookupTest, ValuesThatDoNotFit) {
  ListItemsByRequest request;
  request.add_rank__range(1);
  request.set_title__regex("(");
  request.mutable_due__gte()->set_nanos(-1);
  request.add_span__in()->set_nanos(1);
  EXPECT_THAT(
      RefusedBy(request).violations,
      testing::UnorderedElementsAre(
          "rank__range: Ensure that there are two values, the least and the "
          "most.",
          StartsWith("title__regex: Enter a valid regular expression: "),
          StartsWith("due__gte: Datetime has wrong range"),
          StartsWith("span__in: Ensure that the duration is a whole number")));
  request = FromText<ListItemsByRequest>(
      "color: 77 shade__in: RED shade__in: 78 title__regex: '\\\\pL'");
  EXPECT_THAT(RefusedBy(request).violations,
              testing::UnorderedElementsAre(
                  "color: \"77\" is not a valid choice.",
                  "shade__in: \"78\" is not a valid choice.",
                  "title__regex: Enter a valid regular expression: not every "
                  "database has \\p."));
  request.Clear();
  request.set_title__regex(std::string(1001, 'a'));
  EXPECT_THAT(RefusedBy(request).violations,
              ElementsAre("title__regex: Ensure this field has no more than "
                          "1000 characters."));
}

}  // namespace
}  // namespace integration
