// Filters made at random: what the database finds is what the same conditions
// find in memory.
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "items_fixture.h"
#include "modelservice/schema/model.h"
#include "modelservice/service/filter_condition.h"
#include "modelservice/service/filter_syntax.h"
#include "modelservice/sql/evaluate.h"

namespace integration {
namespace {

using ::modelservice::Expression;
using ::modelservice::FilterNode;
using ::modelservice::TextFault;
using ::modelservice::Value;

class FilterOracleTest : public ItemsTest {
 protected:
  int Below(int limit) {
    return std::uniform_int_distribution<int>(0, limit - 1)(random_);
  }
  template <size_t kSize>
  std::string OneOf(const char* const (&texts)[kSize]) {
    return texts[Below(static_cast<int>(kSize))];
  }

  void AddItems() {
    for (int i = 0; i < 40; ++i) {
      Item item;
      item.set_title(OneOf(kTexts));
      if (Below(3) > 0) item.set_body(OneOf(kTexts));
      if (Below(3) > 0) item.set_rank(Below(4) - 1);
      if (Below(3) > 0) item.set_price(OneOf(kPrices));
      item.set_ratio(Below(3) * 0.25);
      item.set_half(static_cast<float>(Below(3)) * 0.1f);
      item.set_done(Below(2) == 0);
      item.set_color(static_cast<Item::Color>(Below(3)));
      item.set_shade(static_cast<Item::Color>(Below(3)));
      if (Below(3) > 0) item.mutable_due()->set_seconds(Below(3));
      if (Below(3) > 0) item.mutable_span()->set_seconds(Below(3));
      Item created;
      ASSERT_THAT(Call(*items_, &Items::Stub::Create, item, &created), IsOk());
      rows_.push_back(created);
    }
  }

  std::string RandomOperator() {
    static const char* const kOperators[] = {"=", "!=", "<", "<=", ">", ">="};
    return OneOf(kOperators);
  }
  std::string RandomEquality() { return Below(2) == 0 ? "=" : "!="; }

  std::string RandomComparison() {
    switch (Below(12)) {
      case 0:
        return absl::StrCat("title", RandomOperator(), "\"", OneOf(kTexts),
                            "\"");
      case 1:
        return absl::StrCat("body", RandomOperator(), "\"", OneOf(kTexts),
                            "\"");
      case 2:
        return absl::StrCat(OneOf(kTextFields), RandomEquality(),
                            OneOf(kPatterns));
      case 3:
        return absl::StrCat("rank ", RandomOperator(), " ", Below(5) - 2);
      case 4:
        return absl::StrCat("price", RandomOperator(), OneOf(kPrices));
      case 5:
        return absl::StrCat("ratio", RandomOperator(), Below(3) * 0.25);
      case 6:
        return absl::StrCat("half", RandomOperator(), "0.", Below(3));
      case 7:
        return absl::StrCat("done", RandomEquality(),
                            Below(2) == 0 ? "true" : "false");
      case 8:
        return absl::StrCat(Below(2) == 0 ? "color" : "shade", RandomEquality(),
                            OneOf(kColors));
      case 9:
        return absl::StrCat("due", RandomOperator(), "1970-01-01T00:00:0",
                            Below(4), "Z");
      case 10:
        return absl::StrCat("span", RandomOperator(), Below(4), "s");
      default:
        return absl::StrCat(OneOf(kNullable), Below(2) == 0 ? "=null" : ":*");
    }
  }

  std::string RandomFilter(int depth) {
    const int kind = depth == 0 ? 0 : Below(6);
    if (kind == 1) return absl::StrCat("NOT (", RandomFilter(depth - 1), ")");
    if (kind == 2) return absl::StrCat("-(", RandomFilter(depth - 1), ")");
    if (kind < 3) return RandomComparison();
    std::vector<std::string> parts;
    for (int i = Below(2) + 2; i > 0; --i) {
      parts.push_back(Below(2) == 0
                          ? RandomComparison()
                          : absl::StrCat("(", RandomFilter(depth - 1), ")"));
    }
    return absl::StrJoin(parts, kind == 3 ? " AND " : kind == 4 ? " OR " : " ");
  }

  // The keys of the rows that the filter finds in memory.
  std::set<int64_t> Expected(const std::string& filter) {
    const modelservice::Model& model = modelservice::ModelOf<Item>::Get();
    std::vector<const google::protobuf::FieldDescriptor*> fields;
    for (const auto& column : model.table->columns) {
      fields.push_back(Item::descriptor()->FindFieldByNumber(column.number));
    }
    FilterNode node;
    TextFault fault;
    EXPECT_TRUE(ParseFilter(filter, {}, &node, &fault)) << filter;
    const std::optional<Expression> condition =
        FilterCondition(node, {*model.table, fields}, &fault);
    EXPECT_TRUE(condition.has_value()) << filter << ": " << fault.fault;
    std::set<int64_t> keys;
    for (const Item& item : rows_) {
      modelservice::TextArena arena;
      std::vector<Value> row;
      for (size_t i = 0; i < model.table->columns.size(); ++i) {
        row.push_back(model.get(item, static_cast<int>(i), arena));
      }
      const std::optional<bool> matches =
          Matches(*condition, *model.table, row);
      EXPECT_TRUE(matches.has_value()) << filter;
      if (matches.value_or(false)) keys.insert(item.id());
    }
    return keys;
  }

  std::set<int64_t> Found(const std::string& filter) {
    ListItemsRequest request;
    request.set_filter(filter);
    std::set<int64_t> keys;
    const auto reply = List(request);
    for (const Item& item : reply.items()) keys.insert(item.id());
    return keys;
  }

  // One case and no signs, so that each collation orders them as bytes.
  static constexpr const char* kTexts[] = {"",   "a",   "ab",  "abc",
                                           "ba", "bab", "cab", "null"};
  static constexpr const char* kPatterns[] = {"*",   "a*",  "*b",
                                              "*a*", "b*b", "*a*b*"};
  static constexpr const char* kTextFields[] = {"title", "body"};
  static constexpr const char* kPrices[] = {"0",   "1.5", "1.50",
                                            "9.9", "10",  "-2"};
  static constexpr const char* kColors[] = {"NONE", "RED", "BLUE"};
  static constexpr const char* kNullable[] = {"body", "rank", "due", "span",
                                              "price"};
  std::mt19937 random_{20240229};
  std::vector<Item> rows_;
};

TEST_F(FilterOracleTest, FindsWhatIsFoundInMemory) {
  AddItems();
  int some = 0;
  for (int i = 0; i < 400; ++i) {
    const std::string filter = RandomFilter(3);
    const std::set<int64_t> expected = Expected(filter);
    EXPECT_EQ(Found(filter), expected) << filter;
    if (!expected.empty() && expected.size() < rows_.size()) ++some;
  }
  // Most of them tell rows apart.
  EXPECT_GT(some, 200);
}

}  // namespace
}  // namespace integration
