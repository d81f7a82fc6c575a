// A model with an owner, principals and permissions, for the tests of
// permissions.
#ifndef MODELSERVICE_GUARD_PERMISSIONS_TEST_SUPPORT_H_
#define MODELSERVICE_GUARD_PERMISSIONS_TEST_SUPPORT_H_

#include <google/protobuf/empty.pb.h>
#include <google/protobuf/wrappers.pb.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "modelservice/guard/permissions.h"
#include "modelservice/service/row_access.h"
#include "modelservice/sql/dialect.h"
#include "modelservice/sql/select.h"
#include "modelservice/testing/call_context_builder.h"

namespace modelservice {
namespace permissions_testing {

inline constexpr Column kColumns[] = {
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
// Without rules for columns, and without an owner.
inline constexpr Column kPlainColumns[] = {
    kColumns[0],
    Column("author", 2, FieldType::kInt64).InRole(Role::kOwner),
    kColumns[2],
};
inline constexpr Column kUnownedColumns[] = {kColumns[0]};
inline constexpr int kKey[] = {0};
inline constexpr Ordering kById[] = {{0}};
inline constexpr Table kRuledTable("shop_note", "Note", kColumns, kKey, kById);
inline constexpr Table kTable("shop_note", "Note", kPlainColumns, kKey, kById);
inline constexpr Table kUnownedTable("thing", "Thing", kUnownedColumns, kKey,
                                     kById);

inline Value Get(const google::protobuf::Message&, int, TextArena&) {
  return Value();
}
inline const google::protobuf::Message& Prototype() {
  return google::protobuf::Empty::default_instance();
}
inline constexpr Model kRuledModel = {&kRuledTable, &Prototype, &Get};
inline constexpr Model kModel = {&kTable, &Prototype, &Get};
inline constexpr Model kUnownedModel = {&kUnownedTable, &Prototype, &Get};

}  // namespace permissions_testing

// The messages stand for the models: nothing of them is used.
template <>
struct ModelOf<google::protobuf::Empty> {
  static const Model& Get() { return permissions_testing::kModel; }
};
template <>
struct ModelOf<google::protobuf::StringValue> {
  static const Model& Get() { return permissions_testing::kUnownedModel; }
};

namespace permissions_testing {

class IsStaff : public Permission {
 public:
  bool Allows(const CallContext& call) override {
    ++asked;
    return call.principal().HasClaim("staff", "true");
  }
  static inline int asked = 0;
};

class SlowCheck : public Permission {
 public:
  bool Allows(const CallContext&) override { return true; }
  bool blocking() const override { return true; }
};

// The rows of the caller's team; none without one.
class SameTeam : public ObjectPermission<google::protobuf::Empty> {
 public:
  Condition<google::protobuf::Empty> Rows(const CallContext& call) override {
    constexpr TypedColumn<google::protobuf::Empty, std::string> kTeam(2);
    const auto team = call.principal().Claim("team");
    return team.has_value() ? kTeam == *team : kTeam.In({});
  }
};

class AnyThing : public ObjectPermission<google::protobuf::StringValue> {
 public:
  Condition<google::protobuf::StringValue> Rows(const CallContext&) override {
    return {};
  }
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
    return Sql(call.row_access()->rows);
  }

  static std::string Sql(const Expression& condition) {
    if (condition.is_false()) return "none";
    if (condition.is_true()) return "all";
    Select select;
    select.from = TableName("t");
    select.where = condition;
    const Statement statement = Write(select, SqliteDialect());
    std::string text(
        absl::StripPrefix(statement.text, "SELECT 1 FROM \"t\" WHERE "));
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
                  TransactionMode mode = TransactionMode::kNone,
                  const Model& model = kModel) {
    const Guard guard = Guard().Require(require);
    const Method method = MakeMethod(kind, &guard, mode);
    auto permissions = MakePermissions(method, &model, names_);
    EXPECT_TRUE(permissions.ok()) << permissions.status();
    if (!permissions.ok()) return "";
    if (*permissions == nullptr) return "nothing to ask";
    TestCallContext call =
        CallContextBuilder().Method(method.path).Principal(principal).Build();
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

inline Principal Nobody() { return {}; }
inline Principal User(absl::string_view subject = "7") {
  Principal principal;
  principal.subject = std::string(subject);
  return principal;
}
inline Principal WithClaim(const std::string& name, const std::string& value) {
  Principal principal = User();
  (*principal.claims.mutable_fields())[name].set_string_value(value);
  return principal;
}

}  // namespace permissions_testing
}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_PERMISSIONS_TEST_SUPPORT_H_
