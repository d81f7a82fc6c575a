// A server does not start where it could not tell which rows a rule means.
#include "modelservice/server/equality.h"

#include <gmock/gmock.h>
#include <google/protobuf/struct.pb.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "modelservice/service/method.h"
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
      sql += ", " + name +
             (name != folded  ? " TEXT"
              : on_postgres() ? " CITEXT"
                              : " TEXT COLLATE NOCASE");
    }
    const absl::Status made = database().RunScript(sql + ")");
    ASSERT_TRUE(made.ok()) << made;
  }

  absl::StatusOr<std::vector<std::string>> Ask(const Service& service) {
    PermissionNames names;
    names.Add<SameTeam>("same_team");
    const Table& table = *service.model().table;
    const auto live = database().LiveTableOf(table);
    if (!live.ok()) return live.status();
    auto status = CheckEquality(table, **live, names);
    if (!status.ok()) return status;
    std::vector<std::string> loose;
    for (const LiveColumn& column : (*live)->columns) {
      if (column.loosely_equal) loose.push_back(column.name);
    }
    return loose;
  }
};

TEST_P(EqualityTest, NothingIsFolded) {
  MakeTable("");
  EXPECT_THAT(*Ask(kService), IsEmpty());
  EXPECT_THAT(*Ask(kOpenService), IsEmpty());
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
