// A server does not start where it could not tell which rows a rule means.
#include "modelservice/server/equality.h"

#include <gmock/gmock.h>
#include <google/protobuf/struct.pb.h>
#include <gtest/gtest.h>

#include <string>

#include "modelservice/testing/database_test_support.h"

namespace modelservice {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr Column kColumns[] = {
    Column("id", 1, FieldType::kInt64).PrimaryKey().AutoIncrement(),
    Column("holder", 2, FieldType::kString).InRole(Role::kOwner),
    Column("team", 3, FieldType::kString),
    Column("note", 4, FieldType::kString)
        .ReadRequires("owner | role:clerk")
        .WriteRequires("role:clerk"),
};
constexpr Column kOpenColumns[] = {
    kColumns[0],
    kColumns[1],
    kColumns[2],
    Column("note", 4, FieldType::kString)
        .ReadRequires("role:clerk")
        .WriteRequires("same_team & authenticated"),
};
constexpr int kKey[] = {0};
constexpr Ordering kById[] = {{0}};
constexpr Table kSheets("sheet", "Sheet", kColumns, kKey, kById);
constexpr Table kOpenSheets("sheet", "Sheet", kOpenColumns, kKey, kById);

const google::protobuf::Message& Prototype() {
  return google::protobuf::Struct::default_instance();
}
Value NoValue(const google::protobuf::Message&, int, TextArena&) { return {}; }
constexpr Model kSheet = {&kSheets, &Prototype, &NoValue};
constexpr Model kOpenSheet = {&kOpenSheets, &Prototype, &NoValue};
const Model& SheetModel() { return kSheet; }
const Model& OpenSheetModel() { return kOpenSheet; }
constexpr Service kService = {"shop.Sheets", &SheetModel, {}};
constexpr Service kOpenService = {"shop.Sheets", &OpenSheetModel, {}};
constexpr Service kPlainService = {"shop.Greeter", nullptr, {}};

class SameTeam final : public RowPermission {
 public:
  Expression RowsOf(const CallContext&) override { return {}; }
  const Model& model() const override { return kOpenSheet; }
};

class EqualityTest : public OnEitherDatabase {
 protected:
  // A table of these columns; `folded` of them fold what is equal.
  void MakeTable(const std::string& folded) {
    std::string sql = "CREATE TABLE sheet (id INTEGER PRIMARY KEY";
    if (on_postgres()) {
      ASSERT_TRUE(database().RunScript("CREATE EXTENSION citext").ok());
    }
    for (const std::string name : {"holder", "team", "note"}) {
      sql += ", " + name + (name != folded   ? " TEXT"
                            : on_postgres() ? " CITEXT"
                                            : " TEXT COLLATE NOCASE");
    }
    const absl::Status made = database().RunScript(sql + ")");
    ASSERT_TRUE(made.ok()) << made;
  }

  absl::StatusOr<std::vector<std::string>> Ask(const Service& service) {
    PermissionNames names;
    names.Add<SameTeam>("same_team");
    return LooselyEqualColumns(database(), service, names);
  }
};

TEST_P(EqualityTest, NothingIsFolded) {
  MakeTable("");
  EXPECT_THAT(*Ask(kService), IsEmpty());
  EXPECT_THAT(*Ask(kOpenService), IsEmpty());
  EXPECT_THAT(*Ask(kPlainService), IsEmpty());
}

TEST_P(EqualityTest, ColumnsThatNoRuleIsAbout) {
  MakeTable("note");
  EXPECT_THAT(*Ask(kService), ElementsAre("note"));
}

TEST_P(EqualityTest, TheOwnersColumn) {
  MakeTable("holder");
  const absl::Status status = Ask(kService).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(
      std::string(status.message()),
      HasSubstr("Sheet.note: read_requires: \"owner | role:clerk\" is about "
                "rows by columns of theirs, and of column \"holder\" of table "
                "\"sheet\" only the database knows which values are equal"));
}

TEST_P(EqualityTest, AnyColumnOfAPermissionOfTheProgramsOwn) {
  MakeTable("team");
  EXPECT_THAT(*Ask(kService), ElementsAre("team"));
  const absl::Status status = Ask(kOpenService).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("Sheet.note: write_requires: \"same_team & "
                        "authenticated\""));
}

INSTANTIATE_TEST_SUITE_P(Databases, EqualityTest, kEitherDatabase,
                         NameOfDatabase);

}  // namespace
}  // namespace modelservice
