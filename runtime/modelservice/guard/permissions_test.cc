#include "modelservice/guard/permissions.h"

#include <gmock/gmock.h>
#include <google/protobuf/empty.pb.h>
#include <google/protobuf/wrappers.pb.h>
#include <gtest/gtest.h>

#include <string>

#include "modelservice/guard/access_rule.h"
#include "modelservice/sql/builder.h"
#include "modelservice/sql/dialect.h"
#include "modelservice/status.pb.h"

namespace modelservice {
namespace {

using ::google::protobuf::Empty;
using ::google::protobuf::StringValue;
using ::testing::HasSubstr;

constexpr Column kColumns[] = {
    Column("id", 1, FieldType::kInt64).PrimaryKey(),
    Column("author", 2, FieldType::kInt64).InRole(Role::kOwner).OutputOnly(),
    Column("team", 3, FieldType::kString),
    Column("salary", 4, FieldType::kString)
        .ReadRequires("owner | role:hr")
        .WriteRequires("role:hr"),
    Column("note", 5, FieldType::kString)
        .ReadRequires("any")
        .WriteRequires("authenticated_or_readonly"),
};
// The same without rules for columns, and without an owner.
constexpr Column kPlainColumns[] = {
    kColumns[0],
    Column("author", 2, FieldType::kInt64).InRole(Role::kOwner),
    kColumns[2],
};
constexpr Column kUnownedColumns[] = {kColumns[0]};
constexpr int kKey[] = {0};
constexpr Ordering kById[] = {{0}};
constexpr Table kRuledTable("shop_note", "Note", kColumns, kKey, kById);
constexpr Table kTable("shop_note", "Note", kPlainColumns, kKey, kById);
constexpr Table kUnownedTable("thing", "Thing", kUnownedColumns, kKey, kById);

Value Get(const google::protobuf::Message&, int, TextArena&) { return Value(); }
const google::protobuf::Message& Prototype() {
  return Empty::default_instance();
}
constexpr Model kRuledModel = {&kRuledTable, &Prototype, &Get};
constexpr Model kModel = {&kTable, &Prototype, &Get};
constexpr Model kUnownedModel = {&kUnownedTable, &Prototype, &Get};

}  // namespace

// The messages stand for the models: nothing of them is used.
template <>
struct ModelOf<Empty> {
  static const Model& Get() { return kModel; }
};
template <>
struct ModelOf<StringValue> {
  static const Model& Get() { return kUnownedModel; }
};

namespace {

class IsStaff : public Permission {
 public:
  bool Allows(CallContext& call) override {
    ++asked;
    return call.principal().HasClaim("staff", "true");
  }
  static inline int asked = 0;
};

class SlowCheck : public Permission {
 public:
  bool Allows(CallContext&) override { return true; }
  bool blocking() const override { return true; }
};

// The rows of the caller's team; none without one.
class SameTeam : public ObjectPermission<Empty> {
 public:
  Condition<Empty> Rows(const CallContext& call) override {
    constexpr TypedColumn<Empty, std::string> kTeam(2);
    const auto team = call.principal().Claim("team");
    return team.has_value() ? kTeam == *team : kTeam.In({});
  }
};

class AnyThing : public ObjectPermission<StringValue> {
 public:
  Condition<StringValue> Rows(const CallContext&) override { return {}; }
};

class PermissionsTest : public ::testing::Test {
 protected:
  PermissionsTest() {
    names_.Add<IsStaff>("is_staff");
    names_.Add<SlowCheck>("slow");
    names_.Add<SameTeam>("same_team");
    names_.Add<AnyThing>("any_thing");
  }

  static Method MakeMethod(MethodKind kind, const Guard* guard,
                           TransactionMode mode = TransactionMode::kNone) {
    return Method("/shop.Notes/Do", kind, Streaming::kUnary, &Prototype,
                  &Prototype, nullptr)
        .In(mode)
        .GuardedBy(guard);
  }

  // "all", SQL with the values in place, or how the call is refused.
  std::string Answer(const Interceptor& interceptor, CallContext& call) {
    const absl::Status status =
        const_cast<Interceptor&>(interceptor).Before(call);
    if (!status.ok()) {
      EXPECT_EQ(call.row_access(), nullptr);
      return absl::StatusCodeToString(status.code());
    }
    if (call.row_access() == nullptr) return "all";
    return Sql({false, call.row_access()->rows});
  }

  static std::string Sql(const RowCondition& condition) {
    if (condition.never) return "none";
    if (condition.always()) return "all";
    Statement statement;
    SqlBuilder sql(kTable, SqliteDialect(), &statement);
    sql.Condition(condition.rows);
    sql.Finish();
    std::string text(statement.text);
    for (const Value& value : statement.parameters) {
      absl::StrAppend(&text, " ",
                      value.kind() == Value::Kind::kInteger
                          ? absl::StrCat(value.integer())
                          : std::string(value.text()));
    }
    return text;
  }

  // What `require` says to the principal.
  std::string Ask(absl::string_view require, const Principal& principal,
                  MethodKind kind = MethodKind::kList,
                  TransactionMode mode = TransactionMode::kNone) {
    const Guard guard = Guard().Require(require);
    const Method method = MakeMethod(kind, &guard, mode);
    auto permissions = MakePermissions(method, &kModel, names_);
    EXPECT_TRUE(permissions.ok()) << permissions.status();
    if (!permissions.ok()) return "";
    if (*permissions == nullptr) return "nothing to ask";
    CallContext call(method.path, nullptr);
    call.set_principal(principal);
    return Answer(**permissions, call);
  }

  std::string Fault(absl::string_view require, const Model* model) {
    const Guard guard = Guard().Require(require);
    const Method method = MakeMethod(MethodKind::kList, &guard);
    const auto permissions = MakePermissions(method, model, names_);
    EXPECT_EQ(permissions.status().code(), absl::StatusCode::kInvalidArgument);
    return std::string(permissions.status().message());
  }

  PermissionNames names_;
};

Principal Nobody() { return {}; }
Principal User(absl::string_view subject = "7") {
  Principal principal;
  principal.subject = std::string(subject);
  return principal;
}
Principal WithClaim(const std::string& name, const std::string& value) {
  Principal principal = User();
  (*principal.claims.mutable_fields())[name].set_string_value(value);
  return principal;
}

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
  EXPECT_EQ(Ask("~owner", User()),
            "(NOT (\"author\" = ?1) OR \"author\" IS NULL) 7");
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
            "(NOT (\"author\" = ?1) OR \"author\" IS NULL) 7");
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

TEST_F(PermissionsTest, APermissionIsAskedOnlyWhenItMatters) {
  IsStaff::asked = 0;
  EXPECT_EQ(Ask("authenticated & is_staff", Nobody()), "UNAUTHENTICATED");
  EXPECT_EQ(Ask("authenticated | is_staff", User()), "all");
  EXPECT_EQ(IsStaff::asked, 0);
  EXPECT_EQ(Ask("authenticated & is_staff", WithClaim("staff", "true")), "all");
  EXPECT_EQ(Ask("is_staff", User()), "PERMISSION_DENIED");
  EXPECT_EQ(IsStaff::asked, 2);
}

TEST_F(PermissionsTest, OnlyWhatMayWaitIsBlocking) {
  const auto blocking = [this](absl::string_view require) {
    const Guard guard = Guard().Require(require);
    return (*MakePermissions(MakeMethod(MethodKind::kList, &guard), &kModel,
                             names_))
        ->blocking();
  };
  EXPECT_FALSE(blocking("authenticated & is_staff"));
  EXPECT_TRUE(blocking("authenticated | ~(is_staff & slow)"));
}

TEST_F(PermissionsTest, RefusalsSayWhy) {
  const Guard guard = Guard().Require("role:admin");
  const Method method = MakeMethod(MethodKind::kList, &guard);
  const auto permissions = MakePermissions(method, nullptr, names_);
  ASSERT_TRUE(permissions.ok());
  const auto refusal = [&](const Principal& principal) {
    CallContext call(method.path, nullptr);
    call.set_principal(principal);
    return (*permissions)->Before(call);
  };
  const auto reason = [](const absl::Status& status) {
    ErrorInfo info;
    const auto payload =
        status.GetPayload("type.googleapis.com/google.rpc.ErrorInfo");
    EXPECT_TRUE(payload.has_value());
    info.ParseFromString(std::string(payload.value_or(absl::Cord())));
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
    CallContext call(method.path, nullptr);
    call.set_principal(principal);
    EXPECT_TRUE((*permissions)->Before(call).ok());
    std::string text;
    if (call.row_access() == nullptr) return text;
    EXPECT_EQ(Sql({false, call.row_access()->rows}), "all");
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

TEST_F(PermissionsTest, AModelWithoutRulesNeedsNoInterceptor) {
  const Method method = MakeMethod(MethodKind::kList, nullptr);
  const auto permissions = MakePermissions(method, &kModel, names_);
  ASSERT_TRUE(permissions.ok());
  EXPECT_EQ(*permissions, nullptr);
}

TEST_F(PermissionsTest, UnknownNamesAreToldOfWithTheKnownOnes) {
  EXPECT_EQ(Fault("authenticated & is_stuff", &kModel),
            "/shop.Notes/Do: access.require: no permission is called "
            "\"is_stuff\"; there are any, authenticated, "
            "authenticated_or_readonly, role:<name>, claim:<path>=<value>, "
            "owner, model, any_thing, is_staff, same_team, slow; "
            "Registry::AddPermission adds one");
  EXPECT_THAT(Fault("a &", &kModel), HasSubstr("column 4"));
}

TEST_F(PermissionsTest, WhatIsAboutRowsNeedsTheRightModel) {
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

TEST_F(PermissionsTest, RulesOfColumnsAreCheckedAtTheStart) {
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

TEST_F(PermissionsTest, BadNamesAreToldOf) {
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
