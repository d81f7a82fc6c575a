#include "modelservice/guard/permissions.h"

#include <gtest/gtest.h>

#include <string>

#include "modelservice/guard/permissions_test_support.h"
#include "modelservice/status.pb.h"

namespace modelservice {
namespace {

using namespace permissions_testing;  // NOLINT: the model and its permissions

TEST_F(PermissionsTest, AnyAsksNothing) {
  EXPECT_EQ(Ask("any", Nobody()), "nothing to ask");
  EXPECT_EQ(Ask("", Nobody()), "nothing to ask");
  EXPECT_EQ(Ask("any | authenticated", Nobody()), "all");
  EXPECT_EQ(Ask("~any", User()), "PERMISSION_DENIED");
}

TEST_F(PermissionsTest, AuthenticatedIsWhoeverHasASubject) {
  EXPECT_EQ(Ask("authenticated", Nobody()), "UNAUTHENTICATED");
  EXPECT_EQ(Ask("authenticated", User()), "all");
  EXPECT_EQ(Ask("~authenticated", User()), "PERMISSION_DENIED");
  EXPECT_EQ(Ask("~authenticated", Nobody()), "all");
}

TEST_F(PermissionsTest, ReadOnlyIsByTheMethod) {
  constexpr absl::string_view kRequire = "authenticated_or_readonly";
  EXPECT_EQ(Ask(kRequire, Nobody(), MethodKind::kList), "all");
  EXPECT_EQ(Ask(kRequire, Nobody(), MethodKind::kRetrieve), "all");
  for (const MethodKind kind :
       {MethodKind::kCreate, MethodKind::kUpdate, MethodKind::kPartialUpdate,
        MethodKind::kDestroy}) {
    EXPECT_EQ(Ask(kRequire, Nobody(), kind), "UNAUTHENTICATED");
    EXPECT_EQ(Ask(kRequire, User(), kind), "all");
  }
  EXPECT_EQ(
      Ask(kRequire, Nobody(), MethodKind::kCustom, TransactionMode::kRead),
      "all");
  EXPECT_EQ(
      Ask(kRequire, Nobody(), MethodKind::kCustom, TransactionMode::kWrite),
      "UNAUTHENTICATED");
  EXPECT_EQ(Ask(kRequire, Nobody(), MethodKind::kCustom), "UNAUTHENTICATED");
}

TEST_F(PermissionsTest, RolesAndClaimsAreThePrincipals) {
  Principal editor = User();
  editor.roles = {"editor", "night shift"};
  EXPECT_EQ(Ask("role:editor & role:\"night shift\"", editor), "all");
  EXPECT_EQ(Ask("role:admin", editor), "PERMISSION_DENIED");
  EXPECT_EQ(Ask("role:editor", Nobody()), "UNAUTHENTICATED");
  EXPECT_EQ(Ask("claim:tenant=acme", WithClaim("tenant", "acme")), "all");
  EXPECT_EQ(Ask("claim:tenant=acme", WithClaim("tenant", "ACME")),
            "PERMISSION_DENIED");
  // Claims of nobody are nobody's.
  Principal claims_only = WithClaim("tenant", "acme");
  claims_only.subject.clear();
  EXPECT_EQ(Ask("claim:tenant=acme", claims_only), "UNAUTHENTICATED");
}

TEST_F(PermissionsTest, OwnerIsAConditionOnRows) {
  for (const MethodKind kind : {MethodKind::kList, MethodKind::kRetrieve,
                                MethodKind::kUpdate, MethodKind::kPartialUpdate,
                                MethodKind::kDestroy, MethodKind::kCustom}) {
    EXPECT_EQ(Ask("owner", User(), kind), "\"author\" = ?1 7");
    EXPECT_EQ(Ask("owner", Nobody(), kind), "UNAUTHENTICATED");
    // Nothing of an integer column can be ann's, nor 007's what is 7's.
    EXPECT_EQ(Ask("owner", User("ann"), kind), "PERMISSION_DENIED");
    EXPECT_EQ(Ask("owner", User("007"), kind), "PERMISSION_DENIED");
  }
}

TEST_F(PermissionsTest, ANewRowIsItsMakers) {
  EXPECT_EQ(Ask("owner", User(), MethodKind::kCreate), "all");
  EXPECT_EQ(Ask("owner", Nobody(), MethodKind::kCreate), "UNAUTHENTICATED");
  EXPECT_EQ(Ask("owner", User("ann"), MethodKind::kCreate),
            "PERMISSION_DENIED");
  EXPECT_EQ(Ask("~owner", User(), MethodKind::kCreate), "PERMISSION_DENIED");
}

TEST_F(PermissionsTest, NotOwnerHasTheRowsOfNobody) {
  EXPECT_EQ(Ask("~owner", User()), "(\"author\" = ?1) IS NOT TRUE 7");
  EXPECT_EQ(Ask("~owner", User("ann")), "all");
  EXPECT_EQ(Ask("~owner", Nobody()), "all");
  EXPECT_EQ(Ask("~~owner", User()), "\"author\" = ?1 7");
}

TEST_F(PermissionsTest, RequestAndObjectLevelsMix) {
  Principal admin = User();
  admin.roles = {"admin"};
  EXPECT_EQ(Ask("role:admin | owner", admin), "all");
  EXPECT_EQ(Ask("role:admin | owner", User()), "\"author\" = ?1 7");
  EXPECT_EQ(Ask("role:admin & owner", admin), "\"author\" = ?1 7");
  EXPECT_EQ(Ask("role:admin & owner", User()), "PERMISSION_DENIED");
  EXPECT_EQ(Ask("~(role:admin | owner)", admin), "PERMISSION_DENIED");
  EXPECT_EQ(Ask("~(role:admin & owner)", User()), "all");
  EXPECT_EQ(Ask("~(role:admin & owner)", admin),
            "(\"author\" = ?1) IS NOT TRUE 7");
  EXPECT_EQ(Ask("owner & same_team", WithClaim("team", "red")),
            "(\"author\" = ?1 AND \"team\" = ?2) 7 red");
  EXPECT_EQ(Ask("owner | same_team", User()), "\"author\" = ?1 7");
  EXPECT_EQ(Ask("same_team", User()), "PERMISSION_DENIED");
  EXPECT_EQ(Ask("same_team", WithClaim("team", "red"), MethodKind::kCreate),
            "\"team\" = ?1 red");
}

TEST_F(PermissionsTest, ModelIsDjangosPermission) {
  const auto allowed = [this](const std::string& permission, MethodKind kind,
                              TransactionMode mode = TransactionMode::kNone) {
    Principal principal = User();
    principal.permissions = {permission};
    return Ask("model", principal, kind, mode) == "all";
  };
  EXPECT_TRUE(allowed("shop.view_note", MethodKind::kList));
  EXPECT_TRUE(allowed("shop.view_note", MethodKind::kRetrieve));
  EXPECT_TRUE(allowed("shop.add_note", MethodKind::kCreate));
  EXPECT_TRUE(allowed("shop.change_note", MethodKind::kUpdate));
  EXPECT_TRUE(allowed("shop.change_note", MethodKind::kPartialUpdate));
  EXPECT_TRUE(allowed("shop.delete_note", MethodKind::kDestroy));
  EXPECT_TRUE(allowed("shop.change_note", MethodKind::kCustom));
  EXPECT_TRUE(
      allowed("shop.view_note", MethodKind::kCustom, TransactionMode::kRead));
  EXPECT_FALSE(allowed("shop.view_note", MethodKind::kUpdate));
  EXPECT_FALSE(allowed("view_note", MethodKind::kList));
  EXPECT_FALSE(allowed("blog.view_note", MethodKind::kList));
  Principal root = User();
  root.superuser = true;
  EXPECT_EQ(Ask("model", root, MethodKind::kDestroy), "all");
  EXPECT_EQ(Ask("model", Nobody()), "UNAUTHENTICATED");
}

TEST_F(PermissionsTest, InADjangoStyleReadingAsksForNoPermission) {
  static constexpr Table kStyled = kTable.OfStyle(ClientStyle::kDjango);
  Model model = kModel;
  model.table = &kStyled;
  const auto ask = [&](const Principal& principal, MethodKind kind,
                       TransactionMode mode = TransactionMode::kNone) {
    return Ask("model", principal, kind, mode, model);
  };
  for (const MethodKind kind : {MethodKind::kList, MethodKind::kRetrieve}) {
    EXPECT_EQ(ask(User(), kind), "all");
    EXPECT_EQ(ask(Nobody(), kind), "UNAUTHENTICATED");
  }
  EXPECT_EQ(ask(User(), MethodKind::kCustom, TransactionMode::kRead), "all");
  for (const MethodKind kind : {MethodKind::kCreate, MethodKind::kUpdate,
                                MethodKind::kDestroy, MethodKind::kCustom}) {
    EXPECT_EQ(ask(User(), kind), "PERMISSION_DENIED");
  }
}

TEST_F(PermissionsTest, APermissionIsAskedOnlyWhenItMatters) {
  IsStaff::asked = 0;
  EXPECT_EQ(Ask("authenticated & is_staff", Nobody()), "UNAUTHENTICATED");
  EXPECT_EQ(Ask("authenticated | is_staff", User()), "all");
  EXPECT_EQ(IsStaff::asked, 0);
  EXPECT_EQ(Ask("authenticated & is_staff", WithClaim("staff", "true")), "all");
  EXPECT_EQ(Ask("is_staff", User()), "PERMISSION_DENIED");
  EXPECT_EQ(IsStaff::asked, 2);
}

TEST_F(PermissionsTest, RefusalsSayWhy) {
  const Guard guard = Guard().Require("role:admin");
  const Method method = MakeMethod(MethodKind::kList, &guard);
  const auto permissions = MakePermissions(method, nullptr, names_);
  ASSERT_TRUE(permissions.ok());
  const auto refusal = [&](const Principal& principal) {
    TestCallContext call =
        CallContextBuilder().Method(method.path).Principal(principal).Build();
    return (*permissions)->Before(call);
  };
  const auto reason = [](const absl::Status& status) {
    ErrorInfo info;
    const auto payload =
        status.GetPayload("type.googleapis.com/google.rpc.ErrorInfo");
    EXPECT_TRUE(payload.has_value());
    EXPECT_TRUE(
        info.ParseFromString(std::string(payload.value_or(absl::Cord()))));
    return info.reason();
  };
  const absl::Status denied = refusal(User());
  EXPECT_EQ(denied.message(),
            "You do not have permission to perform this action.");
  EXPECT_EQ(reason(denied), "PERMISSION_DENIED");
  const absl::Status unknown = refusal(Nobody());
  EXPECT_EQ(unknown.message(), "Authentication credentials were not provided.");
  EXPECT_EQ(reason(unknown), "NOT_AUTHENTICATED");
}

TEST_F(PermissionsTest, ColumnsHaveRulesOfTheirOwn) {
  const auto rules = [this](const Principal& principal, MethodKind kind) {
    const Method method = MakeMethod(kind, nullptr);
    auto permissions = MakePermissions(method, &kRuledModel, names_);
    EXPECT_TRUE(permissions.ok()) << permissions.status();
    TestCallContext call =
        CallContextBuilder().Method(method.path).Principal(principal).Build();
    EXPECT_TRUE((*permissions)->Before(call).ok());
    std::string text;
    if (call.row_access() == nullptr) return text;
    EXPECT_EQ(Sql(call.row_access()->rows), "all");
    for (const RowAccess::ColumnRule& rule : call.row_access()->columns) {
      absl::StrAppend(&text, rule.column, ": ", Sql(rule.read), ", ",
                      Sql(rule.write), ". ");
    }
    return text;
  };
  EXPECT_EQ(rules(User(), MethodKind::kList), "3: \"author\" = ?1 7, none. ");
  EXPECT_EQ(rules(User(), MethodKind::kUpdate), "3: \"author\" = ?1 7, none. ");
  EXPECT_EQ(rules(User(), MethodKind::kCreate), "3: all, none. ");
  EXPECT_EQ(rules(Nobody(), MethodKind::kList),
            "3: none, none. 4: all, none. ");
  Principal hr = User();
  hr.roles = {"hr"};
  EXPECT_EQ(rules(hr, MethodKind::kUpdate), "");
}

}  // namespace
}  // namespace modelservice
