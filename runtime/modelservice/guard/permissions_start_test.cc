// What is found out when a server starts.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "modelservice/guard/access_rule.h"
#include "modelservice/guard/permissions.h"
#include "modelservice/guard/permissions_test_support.h"

namespace modelservice {
namespace {

using namespace permissions_testing;  // NOLINT: the model and its permissions
using ::testing::HasSubstr;

using PermissionsStartTest = PermissionsTest;

TEST(ModelPermissionTest, TheAppIsInFrontOfTheModelsName) {
  const auto permission = [](absl::string_view table,
                             absl::string_view message) {
    return ModelPermission(Table(table, message, kColumns, kKey, kById),
                           AccessQuestion::Action::kView);
  };
  EXPECT_EQ(permission("auth_user", "User"), "auth.view_user");
  EXPECT_EQ(permission("shop_orderline", "OrderLine"), "shop.view_orderline");
  EXPECT_EQ(permission("shop_order_line", "OrderLine"), "shop.view_orderline");
  EXPECT_EQ(permission("my_shop_note", "Note"), "my_shop.view_note");
  EXPECT_EQ(permission("order_line", "OrderLine"), "view_orderline");
  EXPECT_EQ(permission("customer", "Customer"), "view_customer");
  EXPECT_EQ(permission("_user", "User"), "view_user");
  EXPECT_EQ(permission("auth_user", "Person"), "view_person");
}

TEST_F(PermissionsStartTest, OnlyWhatMayWaitIsBlocking) {
  const auto blocking = [this](absl::string_view require) {
    const Guard guard = Guard().Require(require);
    return (*MakePermissions(MakeMethod(MethodKind::kList, &guard), &kModel,
                             names_))
        ->blocking();
  };
  EXPECT_FALSE(blocking("authenticated & is_staff"));
  EXPECT_TRUE(blocking("authenticated | ~(is_staff & slow)"));
}

TEST_F(PermissionsStartTest, AModelWithoutRulesNeedsNoInterceptor) {
  const Method method = MakeMethod(MethodKind::kList, nullptr);
  const auto permissions = MakePermissions(method, &kModel, names_);
  ASSERT_TRUE(permissions.ok());
  EXPECT_EQ(*permissions, nullptr);
}

TEST_F(PermissionsStartTest, UnknownNamesAreToldOfWithTheKnownOnes) {
  EXPECT_EQ(Fault("authenticated & is_stuff", &kModel),
            "/shop.Notes/Do: access.require: no permission is called "
            "\"is_stuff\"; there are any, authenticated, "
            "authenticated_or_readonly, role:<name>, claim:<path>=<value>, "
            "owner, model, any_thing, is_staff, same_team, slow; "
            "Registry::AddPermission adds one");
  EXPECT_THAT(Fault("a &", &kModel), HasSubstr("column 4"));
}

TEST_F(PermissionsStartTest, WhatIsAboutRowsNeedsTheRightModel) {
  EXPECT_EQ(Fault("owner", nullptr),
            "/shop.Notes/Do: access.require: \"owner\" is about the rows of a "
            "model, and the service has none");
  EXPECT_THAT(Fault("model", nullptr), HasSubstr("the service has none"));
  EXPECT_THAT(Fault("same_team", nullptr), HasSubstr("the service has none"));
  EXPECT_THAT(Fault("owner", &kUnownedModel),
              HasSubstr("Thing has no OWNER field"));
  EXPECT_THAT(Fault("any_thing", &kModel),
              HasSubstr("\"any_thing\" is about the rows of Thing, not of "
                        "Note"));
}

TEST_F(PermissionsStartTest, RulesOfColumnsAreCheckedAtTheStart) {
  static constexpr Column kBad[] = {
      kColumns[0],
      Column("pay", 2, FieldType::kString).ReadRequires("hr"),
  };
  static constexpr Table kBadTable("bad", "Bad", kBad, kKey, kById);
  constexpr Model kBadModel = {&kBadTable, &Prototype, &Get};
  const auto permissions = MakePermissions(
      MakeMethod(MethodKind::kList, nullptr), &kBadModel, names_);
  EXPECT_THAT(permissions.status().message(),
              HasSubstr("/shop.Notes/Do: pay: read_requires: no permission is "
                        "called \"hr\""));
}

TEST_F(PermissionsStartTest, BadNamesAreToldOf) {
  const auto fault = [](const std::vector<std::string>& names) {
    PermissionNames permissions;
    for (const std::string& name : names) permissions.Add<IsStaff>(name);
    const Guard guard = Guard().Require("authenticated");
    return std::string(MakePermissions(MakeMethod(MethodKind::kList, &guard),
                                       &kModel, permissions)
                           .status()
                           .message());
  };
  EXPECT_EQ(fault({"is_staff"}), "");
  EXPECT_THAT(fault({"owner"}),
              HasSubstr("\"owner\" cannot be the name of a permission"));
  EXPECT_THAT(fault({"Is Staff"}), HasSubstr("\"Is Staff\" cannot be"));
  EXPECT_THAT(fault({"a", "a"}), HasSubstr("two permissions \"a\""));
}

}  // namespace
}  // namespace modelservice
