// A server of items, and what Lists of them give.
#ifndef MODELSERVICE_TESTS_INTEGRATION_ITEMS_FIXTURE_H_
#define MODELSERVICE_TESTS_INTEGRATION_ITEMS_FIXTURE_H_

#include <memory>
#include <string>
#include <vector>

#include "item.grpc.pb.h"
#include "item.modelservice.pb.h"
#include "test_support.h"

namespace integration {

class ItemsTest : public ServerTest {
 protected:
  void SetUp() override { StartItems({}); }

  void StartItems(Options options) {
    Start([](modelservice::Registry& registry) { RegisterItem(registry); },
          std::move(options));
    items_ = Items::NewStub(server().channel());
  }

  void Add(absl::string_view text) {
    Item created;
    ASSERT_THAT(
        Call(*items_, &Items::Stub::Create, FromText<Item>(text), &created),
        IsOk());
  }
  // The titles of a page.
  static std::vector<std::string> Titles(const ListItemsResponse& page) {
    std::vector<std::string> titles;
    for (const Item& item : page.items()) titles.push_back(item.title());
    return titles;
  }

  ListItemsResponse List(const ListItemsRequest& request) {
    ListItemsResponse page;
    EXPECT_THAT(Call(*items_, &Items::Stub::List, request, &page), IsOk())
        << request.ShortDebugString();
    return page;
  }
  std::vector<std::string> Filtered(const std::string& filter) {
    ListItemsRequest request;
    request.set_filter(filter);
    request.set_order_by("title");
    return Titles(List(request));
  }
  std::vector<std::string> ListBy(absl::string_view text) {
    auto request = FromText<ListItemsByRequest>(text);
    if (request.ordering().empty()) request.set_ordering("title");
    ListItemsResponse page;
    EXPECT_THAT(Call(*items_, &Items::Stub::ListBy, request, &page), IsOk())
        << text;
    return Titles(page);
  }
  Refusal Refused(const ListItemsRequest& request) {
    ListItemsResponse page;
    return Refusal(Call(*items_, &Items::Stub::List, request, &page));
  }
  Refusal RefusedBy(const ListItemsByRequest& request) {
    ListItemsResponse page;
    return Refusal(Call(*items_, &Items::Stub::ListBy, request, &page));
  }

  std::unique_ptr<Items::Stub> items_;
};

}  // namespace integration

#endif  // MODELSERVICE_TESTS_INTEGRATION_ITEMS_FIXTURE_H_
