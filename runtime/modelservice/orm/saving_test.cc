// Save, and Update of some fields.
#include "modelservice/orm/saving.h"

#include <gmock/gmock.h>
#include <google/protobuf/field_mask.pb.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "modelservice/db/row_signals.h"
#include "modelservice/model_signals.h"
#include "modelservice/orm/relations_test_support.h"
#include "modelservice/orm/thing_test_support.h"

namespace modelservice {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

using SaveTest = ThingTest;
using SaveByKeyTest = RelationsTest;

google::protobuf::FieldMask Mask(std::initializer_list<const char*> paths) {
  google::protobuf::FieldMask mask;
  for (const char* path : paths) mask.add_paths(path);
  return mask;
}

TEST_P(SaveTest, InsertsThenUpdates) {
  Thing thing = Named("a", 1);
  EXPECT_TRUE(*things().Save(&thing));
  EXPECT_EQ(thing.id(), 1);
  thing.set_rank(2);
  EXPECT_FALSE(*things().Save(&thing));
  EXPECT_EQ((*things().Rows().Get()).rank(), 2);
  // The database counts the keys.
  thing.set_id(9);
  EXPECT_EQ(things().Save(&thing).status().code(), absl::StatusCode::kNotFound);
  thing.set_id(1);
  thing.clear_must();
  EXPECT_EQ(things().Save(&thing).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_P(SaveByKeyTest, AKeyOfOnesOwn) {
  const Company company = CreateCompany("Acme");
  const Objects<Badge> badges(database());
  Badge badge;
  badge.set_code("c");
  badge.set_kind("k");
  badge.set_company(company.id());
  EXPECT_TRUE(*badges.Save(&badge));
  EXPECT_FALSE(*badges.Save(&badge));
  // Another row has the code, and no Save finds it by that.
  badge.set_kind("l");
  EXPECT_EQ(badges.Save(&badge).status().code(),
            absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(*badges.Count(), 1);
}

TEST_P(SaveTest, AMaskSaysWhatIsWrittenAndChecked) {
  Thing thing = Create("a", 1);
  Thing changed = thing;
  changed.set_rank(5);
  changed.set_name("not written");
  changed.set_email("x");  // against the rules
  changed.mutable_when()->set_seconds(1LL << 60);
  absl::Status status = things().Update(&changed, Mask({"rank", "title"}));
  ASSERT_TRUE(status.ok()) << status;
  thing.set_rank(5);
  EXPECT_EQ(changed.ShortDebugString(), thing.ShortDebugString());
  EXPECT_EQ((*things().Rows().Get()).ShortDebugString(),
            thing.ShortDebugString());
  changed.set_title("too long");
  status = things().Update(&changed, Mask({"title"}));
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  for (const auto& mask : {Mask({"id"}), Mask({}), Mask({"part.name"})}) {
    EXPECT_EQ(things().Update(&thing, mask).code(),
              absl::StatusCode::kInvalidArgument);
  }
  EXPECT_THAT(std::string(things().Update(&thing, Mask({"nothing"})).message()),
              HasSubstr("Update: Thing.nothing is no field of a column"));
  thing.set_name("b");
  EXPECT_TRUE(things().Update(&thing, Mask({"*"})).ok());
  EXPECT_EQ((*things().Rows().Get()).name(), "b");
  thing.set_id(9);
  EXPECT_EQ(things().Update(&thing, Mask({"name"})).code(),
            absl::StatusCode::kNotFound);
}

// Of other fields they see what is stored.
TEST_P(SaveTest, ReceiversSeeTheRowThatItBecomes) {
  Thing thing = Create("a", 1);
  auto signals = std::make_shared<RowSignalsByTable>();
  std::vector<std::string> told;
  const Connection connection =
      ModelSignals<Thing>(signals->Of(*ThingModel::Model().table))
          .OnPreSave([&](Transaction&, Thing& row, RowChange) {
            told.push_back(row.name() + std::to_string(row.rank()));
          });
  database().set_row_signals(signals);
  thing.set_rank(2);
  thing.set_name("not written");
  const absl::Status status = things().Update(&thing, Mask({"rank"}));
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_THAT(told, ElementsAre("a2"));
}

INSTANTIATE_TEST_SUITE_P(Databases, SaveTest, kEitherDatabase, NameOfDatabase);
INSTANTIATE_TEST_SUITE_P(Databases, SaveByKeyTest, kEitherDatabase,
                         NameOfDatabase);

}  // namespace
}  // namespace modelservice
