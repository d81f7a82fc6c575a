// Values on their way into SQLite and back.
#include <cmath>
#include <limits>

#include "modelservice/db/sqlite/test_support.h"

namespace modelservice::sqlite {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ValuesTest : public SqliteTest {
 protected:
  ValuesTest() { Open("CREATE TABLE t (v)"); }

  // Gives `value` to `check` as it comes back.
  template <class Check>
  void RoundTrip(const Value& value, Check check) {
    class Sink final : public RowSink {
     public:
      explicit Sink(Check check) : check_(check) {}
      absl::Status OnRow(Row row) override {
        ++rows;
        check_(row[0]);
        return absl::OkStatus();
      }
      void OnRestart() override { rows = 0; }
      int rows = 0;

     private:
      Check check_;
    };
    ASSERT_TRUE(Exec(*db_, Write("DELETE FROM t")).ok());
    const absl::Status stored =
        Exec(*db_, Write("INSERT INTO t VALUES (?1)", {value}));
    ASSERT_TRUE(stored.ok()) << stored;
    Sink sink(check);
    ASSERT_TRUE(db_->Run(Sql("SELECT v FROM t"), sink).ok());
    EXPECT_EQ(sink.rows, 1);
  }

  std::string TextOf(const Value& value) {
    std::string text;
    RoundTrip(value, [&](const Value& back) {
      EXPECT_EQ(back.kind(), Value::Kind::kText);
      text = std::string(back.text());
    });
    return text;
  }
};

// Whatever CAST makes of them in the version that is there.
TEST_F(ValuesTest, NumbersAreTextsOfFifteenDigits) {
  const auto text_of = [this](absl::string_view sql) {
    return Query(*db_, absl::StrCat("SELECT modelservice_text(", sql, ")"));
  };
  EXPECT_THAT(text_of("0.1 + 0.2"), ElementsAre("0.3"));
  EXPECT_THAT(text_of("5.0"), ElementsAre("5.0"));
  EXPECT_THAT(text_of("1e15"), ElementsAre("1.0e+15"));
  EXPECT_THAT(text_of("-9e999"), ElementsAre("-Inf"));
  EXPECT_THAT(text_of("9007199254740993"), ElementsAre("9007199254740993"));
  EXPECT_THAT(text_of("x'6162'"), ElementsAre("ab"));
  EXPECT_THAT(text_of("NULL || 'a'"), ElementsAre("NULL"));
}

TEST_F(ValuesTest, Null) {
  RoundTrip(Value::Null(), [](const Value& back) {
    EXPECT_EQ(back.kind(), Value::Kind::kNull);
  });
}

TEST_F(ValuesTest, Integers) {
  for (const int64_t i : {int64_t{0}, int64_t{-1}, int64_t{1} << 40,
                          std::numeric_limits<int64_t>::min(),
                          std::numeric_limits<int64_t>::max()}) {
    RoundTrip(Value::Integer(i), [i](const Value& back) {
      EXPECT_EQ(back.kind(), Value::Kind::kInteger);
      EXPECT_EQ(back.integer(), i);
    });
  }
}

TEST_F(ValuesTest, Reals) {
  for (const double d : {0.1, -1e300, 5e-324, HUGE_VAL, -HUGE_VAL}) {
    RoundTrip(Value::Real(d), [d](const Value& back) {
      EXPECT_EQ(back.kind(), Value::Kind::kReal);
      EXPECT_EQ(back.real(), d);
    });
  }
}

TEST_F(ValuesTest, Texts) {
  const std::string with_nul("a\0b", 3);
  const std::string empty;
  for (const std::string& s :
       {std::string("hello"), std::string("\xC3\xA9\xF0\x9F\x99\x82"), empty,
        with_nul, std::string(100000, 'x')}) {
    EXPECT_EQ(TextOf(Value::Text(s)), s);
  }
  // Not NULL, though it points nowhere.
  EXPECT_EQ(TextOf(Value::Text(absl::string_view())), "");
}

TEST_F(ValuesTest, Blobs) {
  const std::string zeros(3, '\0');
  for (const absl::string_view bytes :
       {absl::string_view(zeros), absl::string_view("\xFF\xFE"),
        absl::string_view()}) {
    RoundTrip(Value::Blob(bytes), [bytes](const Value& back) {
      EXPECT_EQ(back.kind(), Value::Kind::kBlob);
      EXPECT_EQ(back.text(), bytes);
    });
  }
}

TEST_F(ValuesTest, TimestampsAreTextAsDjangoWritesIt) {
  EXPECT_EQ(TextOf(Value::Timestamp(0, 0)), "1970-01-01 00:00:00");
  EXPECT_EQ(TextOf(Value::Timestamp(1709212455, 120000000)),
            "2024-02-29 13:14:15.120000");
  EXPECT_EQ(TextOf(Value::Timestamp(-1, 999999999)),
            "1969-12-31 23:59:59.999999999");
}

TEST_F(ValuesTest, SeveralTimestampsInOneStatement) {
  Rows rows;
  ASSERT_TRUE(db_->Run(Sql("SELECT ?1, ?2", {Value::Timestamp(0, 0),
                                             Value::Timestamp(86400, 1000)}),
                       rows)
                  .ok());
  EXPECT_THAT(rows.rows, ElementsAre("1970-01-01 00:00:00,"
                                     "1970-01-02 00:00:00.000001"));
}

TEST_F(ValuesTest, WhatIsNoNumberIsKeptAsText) {
  ASSERT_TRUE(Exec(*db_, Write("INSERT INTO t VALUES (?1)",
                               {Value::Real(std::nan(""))}))
                  .ok());
  EXPECT_THAT(Query(*db_, "SELECT * FROM t"), ElementsAre("NaN"));
}

TEST_F(ValuesTest, WhatCannotBeStoredIsRefused) {
  const struct {
    Value value;
    const char* reason;
  } cases[] = {
      {Value::Invalid("Enter a valid date."), "Enter a valid date."},
      {Value::Timestamp(253402300800, 0), "year"},
      {Value::Timestamp(-62135596801, 0), "year"},
  };
  for (const auto& c : cases) {
    const absl::Status status =
        Exec(*db_, Write("INSERT INTO t VALUES (?1)", {c.value}));
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(c.reason));
  }
  EXPECT_THAT(Query(*db_, "SELECT count(*) FROM t"), ElementsAre("0"));
}

TEST_F(ValuesTest, AValueTooLongIsRefused) {
  // SQLite's limit is 1,000,000,000 bytes; nothing reads so far.
  const absl::string_view huge("x", 1000000001);
  EXPECT_EQ(KindOfError(Exec(
                *db_, Write("INSERT INTO t VALUES (?1)", {Value::Text(huge)}))),
            Kind::kCheck);
}

TEST_F(ValuesTest, ParametersMustMatchPlaceholders) {
  for (const auto& values :
       {std::vector<Value>(), std::vector<Value>(2, Value::Integer(1))}) {
    const absl::Status status =
        Exec(*db_, Write("INSERT INTO t VALUES (?1)", values));
    EXPECT_EQ(status.code(), absl::StatusCode::kInternal);
    EXPECT_THAT(std::string(status.message()), HasSubstr("1 placeholder"));
  }
}

TEST_F(ValuesTest, OutcomeCountsRowsAndNamesTheKey) {
  Rows rows;
  const auto run = [&](absl::string_view sql) {
    const absl::StatusOr<Outcome> outcome = db_->Run(Write(sql), rows);
    EXPECT_TRUE(outcome.ok()) << outcome.status();
    return outcome.value_or(Outcome());
  };
  run("CREATE TABLE k (id INTEGER PRIMARY KEY, v)");
  EXPECT_EQ(run("INSERT INTO k VALUES (7, 1)").inserted_key, 7);
  const Outcome two = run("INSERT INTO k (v) VALUES (1), (2)");
  EXPECT_EQ(two.changes, 2);
  EXPECT_EQ(two.inserted_key, 9);
  const Outcome update = run("UPDATE k SET v = 3 WHERE id > 7");
  EXPECT_EQ(update.changes, 2);
  EXPECT_EQ(update.inserted_key, 0);
  EXPECT_EQ(run("CREATE TABLE other (v)").changes, 0);
  EXPECT_EQ(run("DELETE FROM k WHERE id = 99").changes, 0);
  EXPECT_EQ(run("DELETE FROM k").changes, 3);
}

// The columns of `*` after the statement was prepared.
TEST_F(ValuesTest, ACachedStatementFollowsTheSchema) {
  ASSERT_TRUE(Exec(*db_, Write("INSERT INTO t VALUES (1)")).ok());
  EXPECT_THAT(Query(*db_, "SELECT * FROM t"), ElementsAre("1"));
  ASSERT_TRUE(db_->RunScript("ALTER TABLE t ADD COLUMN w DEFAULT 2").ok());
  EXPECT_THAT(Query(*db_, "SELECT * FROM t"), ElementsAre("1,2"));
}

}  // namespace
}  // namespace modelservice::sqlite
