// The filters that docs/methods.md shows are filters: of items, or of orders.
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "item.grpc.pb.h"
#include "item.modelservice.pb.h"
#include "ways_fixture.h"

namespace integration::ways {
namespace {

// What stands in backticks in the first column of the table of filters.
std::vector<std::string> FiltersOfThePage(const std::string& page) {
  std::vector<std::string> filters;
  bool in_table = false;
  for (const absl::string_view line : absl::StrSplit(page, '\n')) {
    if (absl::StartsWith(line, "| filter | finds rows |")) in_table = true;
    if (!in_table) continue;
    if (!absl::StartsWith(line, "|")) break;
    const std::vector<absl::string_view> columns = absl::StrSplit(line, " | ");
    const std::vector<std::string> parts = absl::StrSplit(columns[0], '`');
    for (size_t i = 1; i < parts.size(); i += 2) filters.push_back(parts[i]);
  }
  return filters;
}

TEST(MethodsPage, ShowsFiltersThatAreTaken) {
  const char* const path = std::getenv("METHODS_PAGE");
  ASSERT_NE(path, nullptr) << "run it with ctest, which sets METHODS_PAGE";
  std::stringstream page;
  page << std::ifstream(path).rdbuf();
  const std::vector<std::string> filters = FiltersOfThePage(page.str());
  ASSERT_GT(filters.size(), 40u);
  auto server =
      modelservice::TestServer::Start([](modelservice::Registry& registry) {
        RegisterWays(registry);
        RegisterItem(registry);
      });
  ASSERT_TRUE(server.ok()) << server.status();
  const auto items = Items::NewStub((*server)->channel());
  const auto orders = Orders::NewStub((*server)->channel());
  for (const std::string& filter : filters) {
    SCOPED_TRACE(filter);
    ListItemsRequest of_items;
    of_items.set_filter(filter);
    ListItemsResponse found_items;
    const grpc::Status as_items =
        Call(*items, &Items::Stub::List, of_items, &found_items);
    if (as_items.ok()) continue;
    grpc::ClientContext context;
    context.AddMetadata("x-tenant", "a");
    ListOrdersRequest of_orders;
    of_orders.set_filter(filter);
    ListOrdersResponse found_orders;
    EXPECT_THAT(orders->ListOrders(&context, of_orders, &found_orders), IsOk())
        << as_items.error_message();
  }
}

}  // namespace
}  // namespace integration::ways
