// Rows that another program wrote: what no client may see never reaches one,
// and what only looks odd is read.
#include <array>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "modelservice/testing/captured_log.h"
#include "types_fixture.h"

namespace integration {
namespace {

using ::grpc::StatusCode;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

class RowsTest : public TypesTest {
 protected:
  void SetUp() override {
    TypesTest::SetUp();
    Everything created;
    for (int i = 0; i < 3; ++i) {
      ASSERT_THAT(Create(Everything(), &created), IsOk());
    }
  }
  // Sets a column of the second of three rows.
  void Put(const std::string& column, const std::string& value) {
    RunSql(server().database_url(),
           absl::StrCat("UPDATE everything SET ", column, " = ", value,
                        " WHERE id = 2"));
  }
  // Gives a column of PostgreSQL another type; the rows have NULL in it then.
  // SQLite's columns hold any type.
  void Retype(const std::string& column, const std::string& type) {
    if (!OnPostgres()) return;
    RunSql(server().database_url(),
           absl::StrCat("ALTER TABLE everything DROP COLUMN ", column,
                        "; ALTER TABLE everything ADD COLUMN ", column, " ",
                        type));
  }
};

// A value that makes no field.
struct BadValue {
  const char* column;
  const char* type;  // the column's, on PostgreSQL
  const char* value;
  const char* good;  // to put in its place, on SQLite
};

constexpr BadValue kBadInSqlite[] = {
    {"a_string", "", "CAST(x'ff' AS TEXT)", "''"},
    {"a_string", "", "CAST(x'c080' AS TEXT)", "''"},      // NUL, too long
    {"a_string", "", "CAST(x'eda080' AS TEXT)", "''"},    // a surrogate
    {"a_string", "", "CAST(x'f4908080' AS TEXT)", "''"},  // past U+10FFFF
    {"a_string", "", "CAST(x'e282' AS TEXT)", "''"},      // cut short
    {"a_string", "", "x'ff'", "''"},
    {"maybe_string", "", "CAST(x'ff' AS TEXT)", "NULL"},
    {"string_value", "", "CAST(x'ff' AS TEXT)", "NULL"},
    {"email", "", "CAST(x'ff' AS TEXT)", "NULL"},
    {"price", "", "CAST(x'ff' AS TEXT)", "''"},
    {"words", "", "CAST(x'5b22ff225d' AS TEXT)", "'[]'"},  // ["\xff"]
    {"an_int32", "", "'abc'", "0"},
    {"an_int32", "", "2147483648", "0"},
    {"an_int32", "", "1.5", "0"},
    {"an_int32", "", "x'01'", "0"},
    {"a_uint32", "", "-1", "0"},
    {"a_uint64", "", "-1", "0"},
    {"a_color", "", "3000000000", "0"},
    {"a_name", "", "'PURPLE'", "'COLOR_UNSPECIFIED'"},
    {"a_double", "", "'abc'", "0"},
    {"a_timestamp", "", "'yesterday'", "NULL"},
    {"a_timestamp", "", "'2020-02-30 00:00:00'", "NULL"},
    {"a_duration", "", "'long'", "NULL"},
    {"json_point", "", "'{'", "NULL"},
    {"json_point", "", "'{\"z\": 1}'", "NULL"},
    {"json_point", "", "'{}, \"anInt32\": 5'", "NULL"},
    {"numbers", "", "'{}'", "'[]'"},
    {"numbers", "", "'[1.5]'", "'[]'"},
    {"counts", "", "'[]'", "'{}'"},
    {"wire_point", "", "x'ffff'", "NULL"},
    {"wire_points", "", "x'00'", "x''"},
};

constexpr BadValue kBadInPostgres[] = {
    {"a_string", "bytea", "'\\xff'", ""},
    {"maybe_string", "bytea", "'\\xe282'", ""},
    {"words", "text", "'[1'", ""},
    {"an_int32", "text", "'abc'", ""},
    {"an_int32", "bigint", "2147483648", ""},
    {"an_int32", "numeric", "1.5", ""},
    {"an_int32", "bytea", "'\\x01'", ""},
    {"a_uint32", "bigint", "-1", ""},
    {"a_uint64", "bigint", "-1", ""},
    {"a_color", "bigint", "3000000000", ""},
    {"a_name", "text", "'PURPLE'", ""},
    {"a_double", "text", "'abc'", ""},
    {"a_timestamp", "text", "'yesterday'", ""},
    {"a_duration", "text", "'long'", ""},
    {"json_point", "text", "'{'", ""},
    {"json_point", "jsonb", "'{\"z\": 1}'", ""},
    {"json_point", "text", "'{}, \"anInt32\": 5'", ""},
    {"numbers", "jsonb", "'{}'", ""},
    {"numbers", "double precision[]", "'{1.5}'", ""},
    {"numbers", "integer[]", "'{1,NULL}'", ""},
    {"numbers", "integer[]", "'{{1,2},{3,4}}'", ""},
    {"counts", "jsonb", "'[]'", ""},
    {"wire_point", "bytea", "'\\xffff'", ""},
    {"wire_points", "bytea", "'\\x00'", ""},
};

TEST_F(RowsTest, ARowWithAValueThatMakesNoFieldIsLeftOutOfLists) {
  ThingKey key;
  key.set_id(2);
  for (const BadValue& test : OnPostgres() ? absl::MakeSpan(kBadInPostgres)
                                           : absl::MakeSpan(kBadInSqlite)) {
    SCOPED_TRACE(absl::StrCat(test.column, " ", test.type, " = ", test.value));
    Retype(test.column, test.type);
    Put(test.column, test.value);
    Everything reply;
    modelservice::CapturedLog captured;
    const grpc::Status status =
        Call(*stub_, &Things::Stub::Retrieve, key, &reply);
    const std::string log = captured.Take();
    EXPECT_THAT(
        status,
        IsError(StatusCode::INTERNAL,
                MatchesRegex(absl::StrCat("Internal error [0-9a-f]+: "
                                          "Everything\\.",
                                          test.column, " cannot be read\\."))));
    EXPECT_THAT(log, HasSubstr(absl::StrCat("everything.", test.column)));
    EXPECT_THAT(log, HasSubstr("in the row with the key 2"));
    // The neighbours are read as before.
    ThingsResponse page;
    modelservice::CapturedLog listed;
    EXPECT_THAT(Call(*stub_, &Things::Stub::List, ThingsRequest(), &page),
                IsOk());
    EXPECT_EQ(page.results_size(), 2);
    EXPECT_THAT(listed.Take(),
                HasSubstr(absl::StrCat("everything.", test.column)));
    std::vector<Everything> rows;
    EXPECT_THAT(ReadAll(*stub_, &Things::Stub::Stream, ThingsFilter(), &rows),
                IsOk());
    EXPECT_EQ(rows.size(), 2u);
    EXPECT_EQ(Retrieve(1).id(), 1);
    EXPECT_EQ(Retrieve(3).id(), 3);
    Put(test.column, OnPostgres() ? "NULL" : test.good);
    EXPECT_EQ(Retrieve(2).id(), 2);
  }
}

TEST_F(RowsTest, ValuesInAnotherFormAreRead) {
  for (const auto& [column, type, value] :
       std::vector<std::array<const char*, 3>>{
           {"a_bool", "integer", "2"},
           {"an_int32", "text", "'7'"},
           {"an_int64", "numeric", "3.0"},
           {"a_double", "integer", "5"},
           {"a_string", "bytea", OnPostgres() ? "'blob'" : "x'626c6f62'"},
           {"maybe_string", "integer", "42"},
           {"a_timestamp", "text", "'2020-01-02T03:04:05+01:00'"},
           {"json_point", "text", "' { \"x\" : 1 } '"},
           {"a_name", "text", "'2'"},
       }) {
    Retype(column, type);
    Put(column, value);
  }
  const Everything thing = Retrieve(2);
  EXPECT_TRUE(thing.a_bool());
  EXPECT_EQ(thing.an_int32(), 7);
  EXPECT_EQ(thing.an_int64(), 3);
  EXPECT_EQ(thing.a_double(), 5);
  EXPECT_EQ(thing.a_string(), "blob");
  EXPECT_EQ(thing.maybe_string(), "42");
  EXPECT_EQ(thing.a_timestamp().seconds(), 1577930645);
  EXPECT_EQ(thing.json_point().x(), 1);
  EXPECT_EQ(thing.a_name(), GREEN);
}

TEST_F(RowsTest, ARowThatIsNoMessageCanBeMended) {
  const std::string bad = Sql("CAST(x'ff' AS TEXT)", "'\\xff'");
  Retype("a_string", "bytea");
  Put("a_string", bad);
  Everything mended = FromText<Everything>("id: 2 a_string: 'good'");
  Everything reply;
  EXPECT_THAT(Call(*stub_, &Things::Stub::Update, mended, &reply), IsOk());
  EXPECT_EQ(Retrieve(2).a_string(), "good");
  Put("a_string", bad);
  ThingKey key;
  key.set_id(2);
  google::protobuf::Empty empty;
  EXPECT_THAT(Call(*stub_, &Things::Stub::Destroy, key, &empty), IsOk());
}

TEST_F(RowsTest, ATableThatGoesAwayIsAnInternalErrorWithoutItsWords) {
  RunSql(server().database_url(), "DROP TABLE everything");
  Everything reply;
  ThingKey key;
  key.set_id(2);
  for (const grpc::Status& status :
       {Call(*stub_, &Things::Stub::Retrieve, key, &reply),
        Call(*stub_, &Things::Stub::Create, reply, &reply)}) {
    EXPECT_THAT(status, IsError(StatusCode::INTERNAL,
                                AllOf(HasSubstr("Internal error"),
                                      Not(HasSubstr("everything")))));
    EXPECT_THAT(status.error_details(), Not(HasSubstr("everything")));
  }
}

}  // namespace
}  // namespace integration
