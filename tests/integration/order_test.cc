// Orders that clients ask for, and pages of them.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "items_fixture.h"

namespace integration {
namespace {

using ::grpc::StatusCode;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class OrderTest : public ItemsTest {
 protected:
  // Every title of a walk, in pages of `size`.
  std::vector<std::string> Walk(ListItemsRequest request, int size) {
    std::vector<std::string> titles;
    request.set_page_size(size);
    for (int page = 0; page < 100; ++page) {
      const ListItemsResponse reply = List(request);
      for (const std::string& title : Titles(reply)) titles.push_back(title);
      if (reply.next_page_token().empty()) return titles;
      request.set_page_token(reply.next_page_token());
    }
    ADD_FAILURE() << "The walk has no end.";
    return titles;
  }
};

TEST_F(OrderTest, PagesOfEveryOrderAreWhole) {
  const std::vector<std::string> texts = {
      "rank: 2 price: '10' due { seconds: 5 } color: RED",
      "rank: 2 price: '9.5' ratio: -1.5 done: true",
      "price: '9.50' due { seconds: 5 nanos: 1000 } shade: RED",
      "rank: -1 span { seconds: 3 } half: 0.1 data: 'b'",
      "half: 0.1 color: RED nick { value: 'n' } shade: BLUE",
      "rank: 2 half: 0.3 body: 'x' uuid: "
      "'6ba7b810-9dad-11d1-80b4-00c04fd430c8'",
  };
  for (size_t i = 0; i < texts.size(); ++i) {
    Add(absl::StrCat("title: 't", i, "' ", texts[i]));
  }
  for (const char* const name :
       {"id", "title", "body", "rank", "price", "ratio", "half", "done",
        "color", "shade", "due", "span", "uuid", "nick", "data"}) {
    const std::string column = name;
    for (const std::string& order :
         {column, absl::StrCat("-", column),
          absl::StrCat(column, " desc, rank"),
          absl::StrCat("rank,", column == "rank" ? "title" : column)}) {
      if (order == "rank desc, rank") continue;
      ListItemsRequest request;
      request.set_order_by(order);
      const std::vector<std::string> whole = Titles(List(request));
      ASSERT_EQ(whole.size(), texts.size());
      for (const int size : {1, 2, 5}) {
        EXPECT_EQ(Walk(request, size), whole) << order << " by " << size;
      }
    }
  }
  ListItemsRequest request;
  request.set_order_by("rank desc, price");
  EXPECT_THAT(Walk(request, 2),
              ElementsAre("t5", "t1", "t0", "t3", "t4", "t2"));
}

TEST_F(OrderTest, ATokenBelongsToItsFilterOrderAndSearch) {
  for (const char* title : {"a", "b", "c", "d"}) {
    Add(absl::StrCat("title: '", title, "' body: 'x'"));
  }
  auto request = FromText<ListItemsRequest>(
      "page_size: 1 filter: 'body = x' order_by: 'title desc' search: 'x'");
  request.set_page_token(List(request).next_page_token());
  EXPECT_THAT(Titles(List(request)), ElementsAre("c"));
  const auto refused = [&](const std::string& change) {
    ListItemsRequest changed = request;
    EXPECT_TRUE(
        google::protobuf::TextFormat::MergeFromString(change, &changed));
    const Refusal refusal = Refused(changed);
    EXPECT_EQ(refusal.code, StatusCode::INVALID_ARGUMENT) << change;
    ASSERT_EQ(refusal.bad_request.field_violations_size(), 1) << change;
    EXPECT_EQ(refusal.bad_request.field_violations(0).field(), "page_token");
  };
  refused("filter: 'body = y'");
  refused("filter: ''");
  refused("order_by: 'title'");
  refused("order_by: 'rank desc'");
  refused("order_by: ''");
  refused("search: 'y'");
  refused("search: ''");
  // Another spelling of the same order, and another size.
  request.set_order_by("-title");
  request.set_page_size(2);
  EXPECT_THAT(Titles(List(request)), ElementsAre("c", "b"));
}

TEST_F(OrderTest, SkipLeavesRowsOutBehindTheToken) {
  for (const char* title : {"a", "b", "c", "d", "e"}) {
    Add(absl::StrCat("title: '", title, "'"));
  }
  auto request =
      FromText<ListItemsRequest>("page_size: 2 skip: 1 order_by: 'title'");
  const ListItemsResponse first = List(request);
  EXPECT_THAT(Titles(first), ElementsAre("b", "c"));
  EXPECT_EQ(first.total_size(), 5);
  request.set_page_token(first.next_page_token());
  EXPECT_THAT(Titles(List(request)), ElementsAre("e"));
  request.clear_skip();
  EXPECT_THAT(Titles(List(request)), ElementsAre("d", "e"));
  request.set_skip(100);
  EXPECT_THAT(Titles(List(request)), IsEmpty());
}

}  // namespace
}  // namespace integration
