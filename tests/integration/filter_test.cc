// Filters and searches of a List as clients write them, good and bad.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "items_fixture.h"

namespace integration {
namespace {

using ::grpc::StatusCode;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class FilterTest : public ItemsTest {
 protected:
  void AddItems() {
    Add(R"pb(title: "apple"
             body: "A red fruit"
             rank: 1
             price: "1.50"
             ratio: 0.5
             half: 0.1
             done: true
             color: RED
             shade: BLUE
             due { seconds: 1335022200 }
             span { seconds: 20 }
             uuid: "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
             password: "x"
             nick { value: "app" }
             data: "1")pb");
    Add(R"pb(title: "Banana"
             body: "yellow"
             rank: 2
             price: "10"
             ratio: 2.997e9
             color: BLUE
             span { seconds: 1 nanos: 200000000 })pb");
    Add(R"pb(title: "cherry" price: "9.90" done: true color: RED)pb");
    Add(R"pb(title: "50%_*" body: "" rank: -3)pb");
  }
};

TEST_F(FilterTest, EveryTypeIsComparedAsWhatItIs) {
  AddItems();
  EXPECT_THAT(Filtered("title = apple"), ElementsAre("apple"));
  EXPECT_THAT(Filtered("rank > 1"), ElementsAre("Banana"));
  EXPECT_THAT(Filtered("rank < 2 rank >= -3"), ElementsAre("50%_*", "apple"));
  EXPECT_THAT(Filtered("price > 9.9"), ElementsAre("Banana"));
  EXPECT_THAT(Filtered("price = 1.5"), ElementsAre("apple"));
  EXPECT_THAT(Filtered("ratio = 2.997e9"), ElementsAre("Banana"));
  EXPECT_THAT(Filtered("half = 0.1"), ElementsAre("apple"));
  EXPECT_THAT(Filtered("done = true AND color = RED"),
              ElementsAre("apple", "cherry"));
  EXPECT_THAT(Filtered("color = BLUE OR shade = BLUE"),
              testing::UnorderedElementsAre("Banana", "apple"));
  EXPECT_THAT(Filtered("due = 2012-04-21T11:30:00-04:00"),
              ElementsAre("apple"));
  EXPECT_THAT(Filtered("due > \"2012-04-21T15:30:00.000001Z\""), IsEmpty());
  EXPECT_THAT(Filtered("span = 20s"), ElementsAre("apple"));
  EXPECT_THAT(Filtered("span < 1.3s"), ElementsAre("Banana"));
  EXPECT_THAT(Filtered("uuid = 6ba7b810-9dad-11d1-80b4-00c04fd430c8"),
              ElementsAre("apple"));
  EXPECT_THAT(Filtered("nick = app"), ElementsAre("apple"));
}

TEST_F(FilterTest, WhatIsAbsentIsEqualToNothing) {
  AddItems();
  const auto names = testing::UnorderedElementsAre("50%_*", "apple", "cherry");
  EXPECT_THAT(Filtered("rank != 2"), names);
  EXPECT_THAT(Filtered("NOT rank = 2"), names);
  EXPECT_THAT(Filtered("-(rank = 2)"), names);
  EXPECT_THAT(Filtered("rank = null"), ElementsAre("cherry"));
  EXPECT_THAT(Filtered("-rank:*"), ElementsAre("cherry"));
  EXPECT_THAT(Filtered("body:* rank != null"),
              testing::UnorderedElementsAre("50%_*", "Banana", "apple"));
  EXPECT_THAT(Filtered("ratio:*"),
              testing::UnorderedElementsAre("Banana", "apple"));
  EXPECT_THAT(Filtered("shade:*"), ElementsAre("apple"));
  EXPECT_THAT(Filtered("data:*"), ElementsAre("apple"));
  EXPECT_THAT(Filtered("uuid:*"), ElementsAre("apple"));
}

TEST_F(FilterTest, TextsAreLikeWhatHasStars) {
  AddItems();
  EXPECT_THAT(Filtered("title = \"a*\""), ElementsAre("apple"));
  EXPECT_THAT(Filtered("title = \"A*\""), IsEmpty());
  EXPECT_THAT(Filtered("title = \"*e\""), ElementsAre("apple"));
  EXPECT_THAT(Filtered("title = *err*"), ElementsAre("cherry"));
  EXPECT_THAT(Filtered("title = a*l*e"), ElementsAre("apple"));
  EXPECT_THAT(Filtered("title = ap*ppple"), IsEmpty());
  // What means something to a database is itself.
  EXPECT_THAT(Filtered(R"(title = "*%_\*")"), ElementsAre("50%_*"));
  EXPECT_THAT(Filtered("title = \"a%\""), IsEmpty());
  EXPECT_THAT(Filtered("title = \"a_*\""), IsEmpty());
  EXPECT_THAT(Filtered("title = \"[a-z]*\""), IsEmpty());
  EXPECT_THAT(Filtered("title:NAN"), ElementsAre("Banana"));
  EXPECT_THAT(Filtered("title:(nan OR CHERRY)"),
              testing::UnorderedElementsAre("Banana", "cherry"));
}

TEST_F(FilterTest, ListsHaveTheirElements) {
  AddItems();
  Add(R"pb(title: "kiwi"
           tags: [ "red", "a \"b\"", "" ])pb");
  Add(R"pb(title: "plum" tags: "blue")pb");
  EXPECT_THAT(Filtered("tags:red"), ElementsAre("kiwi"));
  EXPECT_THAT(Filtered("tags:re"), IsEmpty());
  EXPECT_THAT(Filtered("tags:(red OR blue)"), ElementsAre("kiwi", "plum"));
  EXPECT_THAT(Filtered(R"(tags:"a \"b\"")"), ElementsAre("kiwi"));
  EXPECT_THAT(Filtered("tags:\"\""), ElementsAre("kiwi"));
  EXPECT_THAT(Filtered("tags:*"), ElementsAre("kiwi", "plum"));
  EXPECT_THAT(Filtered("tags:b* -tags:red"), ElementsAre("plum"));
}

TEST_F(FilterTest, WordsAreLookedForInSearchableFields) {
  AddItems();
  EXPECT_THAT(Filtered("FRUIT"), ElementsAre("apple"));
  EXPECT_THAT(Filtered("red fruit"), ElementsAre("apple"));
  EXPECT_THAT(Filtered("yellow OR cherry"),
              testing::UnorderedElementsAre("Banana", "cherry"));
  EXPECT_THAT(Filtered("-fruit done = true"), ElementsAre("cherry"));
  ListItemsRequest request;
  request.set_search("red, APP");
  EXPECT_THAT(Titles(List(request)), ElementsAre("apple"));
  request.set_search("\"red fruit\"");
  EXPECT_THAT(Titles(List(request)), ElementsAre("apple"));
  request.set_search("app yellow");
  EXPECT_THAT(Titles(List(request)), IsEmpty());
  request.set_search("50%");
  EXPECT_EQ(List(request).total_size(), 1);
}

TEST_F(FilterTest, AFilterHoldsInAStreamToo) {
  AddItems();
  StreamItemsRequest request;
  request.set_filter("done = true");
  request.set_order_by("title desc");
  std::vector<Item> items;
  ASSERT_THAT(ReadAll(*items_, &Items::Stub::Stream, request, &items), IsOk());
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(items[0].title(), "cherry");
  request.set_skip(1);
  items.clear();
  ASSERT_THAT(ReadAll(*items_, &Items::Stub::Stream, request, &items), IsOk());
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(items[0].title(), "apple");
}

TEST_F(FilterTest, AFaultSaysWhereAndWhat) {
  ListItemsRequest request;
  request.set_filter("title = a AND rank = many");
  const Refusal refusal = Refused(request);
  EXPECT_EQ(refusal.code, StatusCode::INVALID_ARGUMENT);
  EXPECT_TRUE(refusal.has_details);
  EXPECT_THAT(refusal.violations,
              ElementsAre("filter: Character 22: Expected an integer, not "
                          "\"many\".\n"
                          "title = a AND rank = many\n"
                          "                     ^"));
}

TEST_F(FilterTest, WhatMayNotBeAskedIsRefused) {
  ListItemsRequest request;
  for (const char* filter :
       {"password = x",  "password:*",       "secret = 1",
        "data = 1",      "tags = a",         "nothing = 1",
        "title",         "done > true",      "(",
        "f(1)",          "uuid = 1",         "price = x",
        "color = GREEN", "color = 1",        "rank = 99999999999",
        "rank = rank",   "rank != (1 OR 2)", "due = 2012",
        "span = 5",      "nick.value = app"}) {
    request.set_filter(filter);
    const Refusal refusal = Refused(request);
    EXPECT_EQ(refusal.code, StatusCode::INVALID_ARGUMENT) << filter;
    ASSERT_EQ(refusal.bad_request.field_violations_size(), 1) << filter;
    EXPECT_EQ(refusal.bad_request.field_violations(0).field(), "filter");
  }
  request.clear_filter();
  for (const char* order : {"password", "secret", "tags", "nothing", "title,",
                            "title up", "title, title", "-title desc"}) {
    request.set_order_by(order);
    const Refusal refusal = Refused(request);
    EXPECT_EQ(refusal.code, StatusCode::INVALID_ARGUMENT) << order;
    ASSERT_EQ(refusal.bad_request.field_violations_size(), 1) << order;
    EXPECT_EQ(refusal.bad_request.field_violations(0).field(), "order_by");
  }
  // All at once.
  request.set_filter("a=");
  request.set_skip(-1);
  request.set_search(std::string("a\0b", 3));
  EXPECT_THAT(Refused(request).violations,
              testing::UnorderedElementsAre(
                  StartsWith("filter: Character 3: Expected a value"),
                  StartsWith("order_by: Character 8: Expected a comma"),
                  "search: Null characters are not allowed.",
                  "skip: Ensure this value is greater than or equal to 0."));
}

TEST_F(FilterTest, SettingsBoundIt) {
  Options options;
  options.settings.set_max_filter_terms(2);
  options.settings.set_max_filter_depth(1);
  options.settings.set_max_filter_bytes(30);
  StartItems(std::move(options));
  AddItems();
  EXPECT_THAT(Filtered("(rank > 1 OR rank < 0)"),
              testing::UnorderedElementsAre("50%_*", "Banana"));
  ListItemsRequest request;
  request.set_filter("rank=1 OR rank=2 OR rank=3");
  EXPECT_THAT(Refused(request).message, HasSubstr("max_filter_terms"));
  request.set_filter("((rank=1))");
  EXPECT_THAT(Refused(request).message, HasSubstr("max_filter_depth"));
  request.set_filter("rank = 1" + std::string(30, ' '));
  EXPECT_THAT(Refused(request).message, HasSubstr("max_filter_bytes"));
  request.clear_filter();
  request.set_search("a b c");
  EXPECT_THAT(Refused(request).message, HasSubstr("max_filter_terms"));
  request.set_search(std::string(31, 'a'));
  EXPECT_THAT(Refused(request).message, HasSubstr("max_filter_bytes"));
}

// As large as the defaults allow.
TEST_F(FilterTest, TheLargestFilterIsAnswered) {
  AddItems();
  std::string filter;
  for (int i = 0; i < 100; ++i) {
    absl::StrAppend(&filter, i == 0 ? "" : " OR ", "rank=", i);
  }
  EXPECT_THAT(Filtered(filter),
              testing::UnorderedElementsAre("Banana", "apple"));
  filter = std::string(20, '(') + "rank=1" + std::string(20, ')');
  EXPECT_THAT(Filtered(filter), ElementsAre("apple"));
}

}  // namespace
}  // namespace integration
