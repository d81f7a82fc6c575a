// Random queries give what a plain look at the messages gives, on SQLite and on
// PostgreSQL.
//
//   RANDOM_QUERIES=100000 RANDOM_QUERIES_SEED=7 orm_test
//       --gtest_filter='*RandomQueries*'
#include <algorithm>
#include <cstdlib>
#include <map>
#include <numeric>
#include <random>
#include <set>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "modelservice/orm/random_conditions_test_support.h"
#include "modelservice/orm/thing_test_support.h"

namespace modelservice {
namespace {

using random_queries::NodePtr;
using random_queries::RandomConditions;

constexpr int kRows = 60;

uint32_t FromEnvironment(const char* name, uint32_t otherwise) {
  const char* const text = std::getenv(name);
  uint32_t value = 0;
  return text != nullptr && absl::SimpleAtoi(text, &value) ? value : otherwise;
}

struct RandomQuery {
  NodePtr where;
  bool exclude = false;
  // 0: by the key alone. Else by that column, and the key.
  int order = 0;
  bool descending = false;
  bool nulls_last = false;
  std::optional<int64_t> limit;
  std::optional<int64_t> offset;

  std::string Text() const {
    return absl::StrCat(
        exclude ? "Exclude " : "Filter ", where->text, " OrderBy ", order,
        descending ? " descending" : "", nulls_last ? " nulls last" : "",
        limit.has_value() ? absl::StrCat(" Limit ", *limit) : "",
        offset.has_value() ? absl::StrCat(" Offset ", *offset) : "");
  }
};

class RandomQueriesTest : public ThingTest {
 protected:
  void SetUp() override {
    ThingTest::SetUp();
    if (!has_database()) return;
    seed_ = FromEnvironment("RANDOM_QUERIES_SEED", std::random_device()());
    const auto folds =
        on_postgres() ? database().Query("SELECT 'Ü' ILIKE 'ü'").Tuples<bool>()
                      : std::vector<std::tuple<bool>>{{false}};
    ASSERT_TRUE(folds.ok()) << folds.status();
    random_ =
        std::make_unique<RandomConditions>(seed_, std::get<0>(folds->front()));
    for (int i = 0; i < kRows; ++i) rows_.push_back(Create(random_->Row()));
  }

  RandomQuery Make() {
    RandomQuery query;
    query.where = random_->Make(static_cast<int>(random_->Below(5)));
    query.exclude = random_->Below(4) == 0;
    query.order = static_cast<int>(random_->Below(4));
    query.descending = random_->Below(2) == 0;
    query.nulls_last = random_->Below(3) == 0;
    if (random_->Below(3) == 0) query.limit = random_->Below(kRows);
    if (random_->Below(4) == 0) query.offset = random_->Below(kRows);
    return query;
  }

  Query<Thing> ToQuery(const RandomQuery& query) {
    Query<Thing> rows = query.exclude ? things().Exclude(query.where->condition)
                                      : things().Filter(query.where->condition);
    const auto by = [&](const auto& column) {
      Order<Thing> order = query.descending ? column.Desc() : column.Asc();
      if (query.nulls_last) order = order.NullsLast();
      rows = rows.OrderBy(order, ThingModel::id);
    };
    switch (query.order) {
      case 0:
        rows = rows.OrderBy(ThingModel::id);
        break;
      case 1:
        by(ThingModel::rank);
        break;
      case 2:
        by(ThingModel::name);
        break;
      default:
        by(ThingModel::when);
    }
    if (query.limit.has_value()) rows = rows.Limit(*query.limit);
    if (query.offset.has_value()) rows = rows.Offset(*query.offset);
    return rows;
  }

  // The rows by a plain look at them.
  std::vector<const Thing*> Look(const RandomQuery& query) const {
    std::vector<const Thing*> found;
    for (const Thing& row : rows_) {
      if (query.where->holds(row) != query.exclude) found.push_back(&row);
    }
    const auto is_null = [&](const Thing* row) {
      return query.order == 1 ? !row->has_rank()
                              : query.order == 3 && !row->has_when();
    };
    const auto less = [&](const Thing* a, const Thing* b) {
      switch (query.order) {
        case 1:
          return a->rank() < b->rank();
        case 2:
          return a->name() < b->name();
        case 3:
          return a->when().seconds() != b->when().seconds()
                     ? a->when().seconds() < b->when().seconds()
                     : a->when().nanos() < b->when().nanos();
        default:
          return false;
      }
    };
    const bool nulls_first = !query.nulls_last && !query.descending;
    std::stable_sort(found.begin(), found.end(),
                     [&](const Thing* a, const Thing* b) {
                       if (is_null(a) || is_null(b)) {
                         return nulls_first ? is_null(a) && !is_null(b)
                                            : is_null(b) && !is_null(a);
                       }
                       return query.descending ? less(b, a) : less(a, b);
                     });
    const auto skipped = std::min<int64_t>(query.offset.value_or(0),
                                           static_cast<int64_t>(found.size()));
    found.erase(found.begin(), found.begin() + skipped);
    if (query.limit.has_value() &&
        *query.limit < static_cast<int64_t>(found.size())) {
      found.resize(static_cast<size_t>(*query.limit));
    }
    return found;
  }

  static std::string Text(const std::vector<int64_t>& ids) {
    return absl::StrCat("[", absl::StrJoin(ids, " "), "]");
  }

  // What differs; empty: nothing.
  std::string Difference(const RandomQuery& query) {
    const std::vector<const Thing*> expected = Look(query);
    std::vector<int64_t> ids;
    for (const Thing* row : expected) ids.push_back(row->id());
    const Query<Thing> rows = ToQuery(query);
    const auto values = rows.Values(ThingModel::id);
    if (!values.ok()) return values.status().ToString();
    std::vector<int64_t> found;
    for (const auto& [id] : *values) found.push_back(id.value_or(-1));
    if (found != ids) {
      return absl::StrCat("found ", Text(found), ", not ", Text(ids));
    }
    const auto of =
        rows.Aggregate(Count<Thing>(), Sum(ThingModel::rank),
                       Min(ThingModel::name), CountDistinct(ThingModel::color));
    if (!of.ok()) return of.status().ToString();
    const auto& [count, sum, least, colors] = *of;
    if (count != static_cast<int64_t>(ids.size())) return "counts wrong";
    std::optional<int64_t> my_sum;
    std::optional<std::string> my_least;
    std::set<int> my_colors;
    for (const Thing* row : expected) {
      if (row->has_rank()) my_sum = my_sum.value_or(0) + row->rank();
      if (!my_least.has_value() || row->name() < *my_least) {
        my_least = row->name();
      }
      my_colors.insert(row->color());
    }
    if (sum != my_sum) return "adds up wrongly";
    if (least != my_least) return "finds another least name";
    if (colors != static_cast<int64_t>(my_colors.size())) {
      return "counts different colors wrongly";
    }
    return GroupDifference(query, rows, expected);
  }

  std::string GroupDifference(const RandomQuery& query,
                              const Query<Thing>& rows,
                              const std::vector<const Thing*>& expected) {
    if (query.limit.has_value() || query.offset.has_value()) return "";
    std::map<int, int64_t> counts;
    for (const Thing* row : expected) ++counts[row->color()];
    const auto groups = rows.GroupBy(ThingModel::color)
                            .Having(Count<Thing>() > 2)
                            .OrderBy(ThingModel::color)
                            .Values(Count<Thing>());
    if (!groups.ok()) return groups.status().ToString();
    size_t i = 0;
    for (const auto& [color, count] : counts) {
      if (count <= 2) continue;
      if (i == groups->size() || std::get<0>((*groups)[i]) != color ||
          std::get<1>((*groups)[i]) != count) {
        return "groups wrongly";
      }
      ++i;
    }
    return i == groups->size() ? "" : "has a group too many";
  }

  // The simplest of the queries like it that still differ.
  RandomQuery Shrunk(RandomQuery query) {
    for (bool simpler = true; simpler;) {
      simpler = false;
      std::vector<RandomQuery> candidates;
      for (const NodePtr& part : query.where->parts) {
        candidates.push_back(query);
        candidates.back().where = part;
      }
      const auto without = [&](auto change) {
        candidates.push_back(query);
        change(candidates.back());
      };
      if (query.exclude) without([](RandomQuery& q) { q.exclude = false; });
      if (query.order != 0) without([](RandomQuery& q) { q.order = 0; });
      if (query.limit) without([](RandomQuery& q) { q.limit.reset(); });
      if (query.offset) without([](RandomQuery& q) { q.offset.reset(); });
      for (const RandomQuery& candidate : candidates) {
        if (Difference(candidate).empty()) continue;
        query = candidate;
        simpler = true;
        break;
      }
    }
    return query;
  }

  uint32_t seed_ = 0;
  std::unique_ptr<RandomConditions> random_;
  std::vector<Thing> rows_;
};

TEST_P(RandomQueriesTest, GiveWhatALookGives) {
  const uint32_t count = FromEnvironment("RANDOM_QUERIES", 2000);
  int some = 0;
  for (uint32_t i = 0; i < count; ++i) {
    const RandomQuery query = Make();
    const size_t found = Look(query).size();
    if (found > 0 && found < kRows) ++some;
    if (Difference(query).empty()) continue;
    const RandomQuery shrunk = Shrunk(query);
    FAIL() << "RANDOM_QUERIES_SEED=" << seed_ << ", query " << i << ": "
           << shrunk.Text() << "\n"
           << Difference(shrunk) << "\n"
           << ToQuery(shrunk).Explain().value_or("");
  }
  // They are about something.
  EXPECT_GT(some, static_cast<int>(count) / 3) << "seed " << seed_;
}

INSTANTIATE_TEST_SUITE_P(Databases, RandomQueriesTest, kEitherDatabase,
                         NameOfDatabase);

}  // namespace
}  // namespace modelservice
