// A table of Things on a database of either kind, for the tests of this folder.
#ifndef MODELSERVICE_ORM_THING_TEST_SUPPORT_H_
#define MODELSERVICE_ORM_THING_TEST_SUPPORT_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "modelservice/objects.h"
#include "modelservice/orm/orm_test.modelservice.pb.h"
#include "modelservice/sql/ddl.h"
#include "modelservice/testing/database_test_support.h"

namespace modelservice {

using ::orm_test::Thing;
using ::orm_test::ThingModel;

class ThingTest : public OnEitherDatabase {
 protected:
  void SetUp() override {
    OnEitherDatabase::SetUp();
    if (!has_database()) return;
    const absl::Status tables = database().RunScript(
        CreateTableSql(*ThingModel::Model().table, database().dialect()));
    ASSERT_TRUE(tables.ok()) << tables;
  }

  Objects<Thing> things() { return Objects<Thing>(database()); }

  // By the rules.
  static Thing Named(const std::string& name, std::optional<int> rank = {}) {
    Thing thing;
    thing.set_must("m");
    thing.set_name(name);
    if (rank.has_value()) thing.set_rank(*rank);
    return thing;
  }
  Thing Create(Thing thing) {
    const absl::Status status = things().Create(&thing, Validation::kSkip);
    EXPECT_TRUE(status.ok()) << status;
    return thing;
  }
  Thing Create(const std::string& name, std::optional<int> rank = {}) {
    return Create(Named(name, rank));
  }

  static std::vector<std::string> Names(
      const absl::StatusOr<std::vector<Thing>>& things) {
    EXPECT_TRUE(things.ok()) << things.status();
    std::vector<std::string> names;
    if (things.ok()) {
      for (const Thing& thing : *things) names.push_back(thing.name());
    }
    return names;
  }
  // The names of the rows that `condition` holds of, in the order of their
  // creation.
  std::vector<std::string> Where(const Condition<Thing>& condition) {
    return Names(things().Filter(condition).OrderBy(ThingModel::id).All());
  }
};

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_THING_TEST_SUPPORT_H_
