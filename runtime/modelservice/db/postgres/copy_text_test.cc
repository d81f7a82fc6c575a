// What a COPY writes is what an INSERT's parameters write, of every type.
#include <cmath>
#include <optional>

#include "modelservice/db/postgres/test_support.h"

namespace modelservice::postgres {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class OneRow final : public RowSource {
 public:
  explicit OneRow(const Value& value) : value_(value) {}

  absl::StatusOr<std::optional<Row>> Next() override {
    if (std::exchange(given_, true)) return std::nullopt;
    return Row(&value_, 1);
  }

 private:
  const Value value_;
  bool given_ = false;
};

class CopyTextTest : public PostgresTest {
 protected:
  // Every INSERT and COPY notes itself, once.
  void Ready() override {
    Open(R"(
      CREATE TABLE statements (id BIGINT GENERATED ALWAYS AS IDENTITY, s TEXT);
      CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          INSERT INTO statements (s) VALUES (current_query());
          RETURN NULL;
        END $$;)");
  }
  // Another name each time: a statement is prepared for the types it had.
  void MakeTable(absl::string_view type) {
    table_ = absl::StrCat("t", ++tables_);
    const absl::Status status = db_->RunScript(
        absl::StrCat("CREATE TABLE ", table_, " (v ", type,
                     "); CREATE TRIGGER note BEFORE INSERT ON ", table_,
                     " FOR EACH STATEMENT EXECUTE PROCEDURE note()"));
    ASSERT_TRUE(status.ok()) << status;
  }

  // The column after the write, in the server's own words; or the error.
  std::string After(const absl::Status& written) {
    if (!written.ok()) {
      return KindOfError(written) == Kind::kValue ? "refused"
                                                  : written.ToString();
    }
    const std::vector<std::string> rows =
        Query(*db_, absl::StrCat("SELECT v::text FROM ", table_));
    EXPECT_TRUE(db_->RunScript("DELETE FROM " + table_).ok());
    return rows.size() == 1 ? rows[0] : "no row";
  }
  absl::Status Insert(const Value& value) {
    return Exec(
        *db_,
        Write(absl::StrCat("INSERT INTO ", table_, " VALUES ($1)"), {value}));
  }
  absl::Status Copy(const Value& value) {
    constexpr Column kColumns[] = {Column("v", 1, FieldType::kString)};
    constexpr int kAll[] = {0};
    const Table table(table_, "T", kColumns, {}, {});
    return db_->Transact([&](Transaction& tx) {
      OneRow row(value);
      return tx.InsertRows(table, kAll, row).status();
    });
  }

  // Of a table that was made for the type.
  std::string Written(const Value& value) {
    const std::string inserted = After(Insert(value));
    const std::string copied = After(Copy(value));
    EXPECT_EQ(copied, inserted) << ToText(value);
    return copied;
  }
  std::string Written(absl::string_view type, const Value& value) {
    SCOPED_TRACE(type);
    MakeTable(type);
    return Written(value);
  }

  int tables_ = 0;
  std::string table_;
};

TEST_F(CopyTextTest, EveryTypeGoesByCopy) {
  for (const char* type :
       {"bool",    "int2",    "int4",         "int8",        "float4",
        "float8",  "numeric", "numeric(9,2)", "text",        "varchar(9)",
        "char(3)", "json",    "jsonb",        "bytea",       "uuid",
        "date",    "time",    "timestamp",    "timestamptz", "interval",
        "inet",    "int4[]",  "text[]",       "bytea[]",     "jsonb[]"}) {
    SCOPED_TRACE(type);
    MakeTable(type);
    ASSERT_TRUE(db_->RunScript("DELETE FROM statements").ok());
    EXPECT_EQ(After(Copy(Value::Null())), "NULL");
    EXPECT_THAT(
        Query(*db_, "SELECT s FROM statements"),
        ElementsAre(absl::StrCat("COPY \"", table_, "\" (\"v\") FROM STDIN")));
  }
}

TEST_F(CopyTextTest, Escapes) {
  MakeTable("text");
  for (absl::string_view text :
       {"", "\\N", "\\.", "\\", "\t", "\n", "\r", "\r\n", "a\tb\\tc\nd\\",
        "\b\f\v\x01\x7f", "\\x41", "\\101", "ä€😀", "NULL", "\"'"}) {
    EXPECT_EQ(Written(Value::Text(text)), text);
  }
  const std::string large(3 << 20, '\\');
  EXPECT_TRUE(Written(Value::Text(large)) == large);
  EXPECT_EQ(Written(Value::Text(absl::string_view("a\0b", 3))), "refused");
  EXPECT_EQ(Written(Value::Text("\xff")), "refused");
  EXPECT_EQ(Written("bytea", Value::Blob(absl::string_view("\0\xff\\x\n", 5))),
            "\\x00ff5c780a");
  EXPECT_EQ(Written(Value::Blob("")), "\\x");
  EXPECT_EQ(Written("json", Value::Text("{\"a\\n\" :\n\t1}")),
            "{\"a\\n\" :\n\t1}");
  EXPECT_EQ(Written("jsonb", Value::Text("[\"\\\\\", 1]")), "[\"\\\\\", 1]");
  EXPECT_EQ(Written(Value::Text("{")), "refused");
}

TEST_F(CopyTextTest, Numbers) {
  EXPECT_EQ(Written("bool", Value::Integer(1)), "true");
  EXPECT_EQ(Written(Value::Integer(0)), "false");
  EXPECT_EQ(Written(Value::Text("yes")), "true");
  EXPECT_EQ(Written(Value::Integer(2)), "refused");
  EXPECT_EQ(Written("int2", Value::Integer(-32768)), "-32768");
  EXPECT_EQ(Written(Value::Integer(32768)), "refused");
  EXPECT_EQ(Written("int8", Value::Integer(kMin)), absl::StrCat(kMin));
  EXPECT_EQ(Written(Value::Real(1e15)), "1000000000000000");
  EXPECT_EQ(Written(Value::Real(0.5)), "refused");
  EXPECT_EQ(Written(Value::Text("12a")), "refused");
  EXPECT_EQ(Written("text", Value::Integer(kMin)), absl::StrCat(kMin));
  for (const char* type : {"float4", "float8"}) {
    MakeTable(type);
    EXPECT_EQ(Written(Value::Real(NAN)), "NaN");
    EXPECT_EQ(Written(Value::Real(INFINITY)), "Infinity");
    EXPECT_EQ(Written(Value::Real(-INFINITY)), "-Infinity");
    EXPECT_EQ(Written(Value::Real(-0.0)), "-0");
    EXPECT_EQ(
        Written(Value::Real(static_cast<double>(0.1f))),
        absl::string_view(type) == "float4" ? "0.1" : "0.10000000149011612");
  }
  EXPECT_EQ(Written(Value::Real(5e-324)), "5e-324");
  EXPECT_EQ(Written(Value::Real(1.7976931348623157e308)),
            "1.7976931348623157e+308");
  EXPECT_EQ(Written("float4", Value::Real(1e39)), "refused");
  EXPECT_EQ(Written("numeric", Value::Text("-00012.3400")), "-12.3400");
  EXPECT_EQ(Written(Value::Integer(kMax)), absl::StrCat(kMax));
  EXPECT_EQ(Written(Value::Real(0.1)), "0.1");
  EXPECT_EQ(Written(Value::Real(NAN)), "NaN");
  EXPECT_EQ(Written(Value::Text("1,5")), "refused");
  EXPECT_EQ(Written("numeric(6,2)", Value::Text("1.005")), "1.01");
}

TEST_F(CopyTextTest, Times) {
  // Whatever the server's zone.
  ASSERT_TRUE(db_->RunScript("DO $$ BEGIN EXECUTE 'ALTER DATABASE ' ||"
                             " current_database() ||"
                             " ' SET TimeZone=''Asia/Tokyo'''; END $$")
                  .ok());
  db_ = OpenAnother();
  for (const char* type : {"timestamptz", "timestamp"}) {
    MakeTable(type);
    const std::string zone =
        absl::string_view(type) == "timestamptz" ? "+00" : "";
    EXPECT_EQ(Written(Value::Timestamp(0, 0)), "1970-01-01 00:00:00" + zone);
    // Cut, where the server would round.
    EXPECT_EQ(Written(Value::Timestamp(-1, 999999999)),
              "1969-12-31 23:59:59.999999" + zone);
    EXPECT_EQ(Written(Value::Timestamp(-62135596800, 999)),
              "0001-01-01 00:00:00" + zone);
    EXPECT_EQ(Written(Value::Timestamp(253402300799, 999999998)),
              "9999-12-31 23:59:59.999999" + zone);
    // What infinity is read as.
    EXPECT_EQ(Written(Value::Timestamp(253402300799, 999999999)), "infinity");
    EXPECT_EQ(Written(Value::Text("2024-02-29T12:00:00.1234567+01:00")),
              "2024-02-29 11:00:00.123456" + zone);
    EXPECT_EQ(Written(Value::Text("-infinity")), "-infinity");
    EXPECT_EQ(Written(Value::Text("2023-02-29")), "refused");
    EXPECT_EQ(Written(Value::Timestamp(kMax, 0)), "refused");
  }
  EXPECT_EQ(Written("date", Value::Timestamp(-1, 999999999)), "1969-12-31");
  EXPECT_EQ(Written(Value::Text("0044-03-15 BC")), "0044-03-15 BC");
  EXPECT_EQ(Written("time", Value::Text("04:05:06.070")), "04:05:06.07");
  EXPECT_EQ(Written(Value::Text("25:00")), "refused");
  EXPECT_EQ(Written("text", Value::Timestamp(0, 123456789)),
            "1970-01-01 00:00:00.123456789");
}

TEST_F(CopyTextTest, Intervals) {
  MakeTable("interval");
  EXPECT_EQ(Written(Value::Integer(0)), "00:00:00");
  EXPECT_EQ(Written(Value::Integer(-1)), "-00:00:00.000001");
  EXPECT_EQ(Written(Value::Integer(93784050000)), "26:03:04.05");
  // The most of google.protobuf.Duration, and its least.
  EXPECT_EQ(Written(Value::Integer(315576000000999999)),
            "87660000:00:00.999999");
  EXPECT_EQ(Written(Value::Integer(-315576000000999999)),
            "-87660000:00:00.999999");
  EXPECT_EQ(Written(Value::Text("1 year -2 days")), "1 year -2 days");
  EXPECT_EQ(Written(Value::Text("-1 23:59:59")), "-1 days +23:59:59");
  EXPECT_EQ(Written(Value::Text("soon")), "refused");
}

TEST_F(CopyTextTest, UuidsAndTypesOfTheUser) {
  const std::string uuid = "0123abcd-4567-89ef-0123-456789abcdef";
  EXPECT_EQ(Written("uuid", Value::Text(uuid)), uuid);
  EXPECT_EQ(Written(Value::Text("{0123ABCD456789EF0123456789ABCDEF}")), uuid);
  EXPECT_EQ(Written(Value::Text("0123abcd")), "refused");
  ASSERT_TRUE(db_->RunScript("CREATE TYPE mood AS ENUM ('sad', 'so,\\so');"
                             "CREATE DOMAIN age AS int")
                  .ok());
  EXPECT_EQ(Written("mood", Value::Text("so,\\so")), "so,\\so");
  EXPECT_EQ(Written(Value::Text("glad")), "refused");
  EXPECT_EQ(Written("age", Value::Integer(3)), "3");
  EXPECT_EQ(Written("inet", Value::Text("10.0.0.1/8")), "10.0.0.1/8");
}

TEST_F(CopyTextTest, Arrays) {
  EXPECT_EQ(Written("int4[]", Value::Text("[1,null,-2]")), "{1,NULL,-2}");
  EXPECT_EQ(Written(Value::Text("[]")), "{}");
  EXPECT_EQ(Written(Value::Text("{{1,2},{3,4}}")), "{{1,2},{3,4}}");
  EXPECT_EQ(Written(Value::Text("[\"a\"]")), "refused");
  EXPECT_EQ(Written(Value::Text("[1")), "refused");
  EXPECT_EQ(Written("text[]", Value::Text(R"(["\\N\t\n","","NULL","\"{,}"])")),
            "{\"\\\\N\t\n\",\"\",\"NULL\",\"\\\"{,}\"}");
  EXPECT_EQ(Written(Value::Text("[\"a\\u0000b\"]")), "refused");
  EXPECT_EQ(Written("bytea[]", Value::Text("[\"AP8=\",\"\"]")),
            R"({"\\x00ff","\\x"})");
  EXPECT_EQ(Written("numeric[]", Value::Text("[\"1.50\"]")), "{1.50}");
  EXPECT_EQ(Written("jsonb[]", Value::Text("[{\"a\": 1}]")),
            R"({"{\"a\": 1}"})");
}

TEST_F(CopyTextTest, ARefusalNamesItsPlace) {
  MakeTable("int4");
  EXPECT_THAT(
      std::string(Copy(Value::Text("12a")).message()),
      HasSubstr("row 1, value 1: a text does not fit the type integer"));
  MakeTable("text");
  EXPECT_THAT(
      std::string(Copy(Value::Text(absl::string_view("\0", 1))).message()),
      HasSubstr("row 1, value 1: text cannot hold a NUL character"));
  const absl::Status invalid = Copy(Value::Invalid("Enter a number."));
  EXPECT_EQ(invalid.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(invalid.message(), "row 1, value 1: Enter a number.");
}

}  // namespace
}  // namespace modelservice::postgres
