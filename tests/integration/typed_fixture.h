// A field of each type over columns that another program made.
#ifndef MODELSERVICE_TESTS_INTEGRATION_TYPED_FIXTURE_H_
#define MODELSERVICE_TESTS_INTEGRATION_TYPED_FIXTURE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "columns_fixture.h"
#include "modelservice/objects.h"

namespace integration {

class TypedTest : public ColumnsTest {
 protected:
  // The columns' types, in order.
  struct Types {
    const char* span;
    const char* at;
    const char* whole;
    const char* real;
    const char* truth;
    const char* raw;
    const char* json;
    const char* words;
    const char* numbers;
  };

  static std::string TableOf(const Types& types) {
    return absl::StrCat(
        OnPostgres() ? "CREATE DOMAIN span AS interval; CREATE DOMAIN tags AS "
                       "text[]; CREATE DOMAIN counts AS int8[]; CREATE DOMAIN "
                       "blob AS bytea; "
                     : "",
        "CREATE TABLE typed (id bigint NOT NULL PRIMARY KEY, name text NOT "
        "NULL, span ",
        types.span, ", at ", types.at, ", whole ", types.whole, ", real ",
        types.real, ", truth ", types.truth, ", raw ", types.raw, ", json ",
        types.json, ", words ", types.words, ", numbers ", types.numbers, ")");
  }
  void StartTyped(const Types& types, const std::string& values) {
    Start(RegisterColumns,
          Made(absl::StrCat(TableOf(types),
                            "; INSERT INTO typed VALUES (1, 'a', ", values,
                            ")")));
    typeds_ = Typeds::NewStub(server().channel());
  }
  Typed RetrieveTyped(int64_t id = 1) {
    CellKey key;
    key.set_id(id);
    Typed typed;
    EXPECT_THAT(Call(*typeds_, &Typeds::Stub::Retrieve, key, &typed), IsOk());
    return typed;
  }
  void ExpectKept() {
    std::vector<std::string> before;
    const std::vector<std::string> columns = {"span", "at",    "whole",
                                              "real", "truth", "raw",
                                              "json", "words", "numbers"};
    for (const std::string& column : columns) {
      before.push_back(Raw("typed", column, 1));
    }
    Typed typed = RetrieveTyped();
    typed.set_name("b");
    Typed updated;
    ASSERT_THAT(Call(*typeds_, &Typeds::Stub::Update, typed, &updated), IsOk());
    EXPECT_THAT(updated, EqualsMessage(typed));
    for (size_t i = 0; i < columns.size(); ++i) {
      EXPECT_EQ(Raw("typed", columns[i], 1), before[i]) << columns[i];
    }
  }

  void SaveByCode(Typed typed) {
    const modelservice::Objects<Typed> typeds(server().database());
    typed.set_whole(8);
    const absl::Status saved = typeds.Update(&typed);
    ASSERT_TRUE(saved.ok()) << saved;
    EXPECT_EQ(typed.whole(), 8);
    typed.set_whole(9);
    const auto many = typeds.BulkUpdate(
        {typed}, TypedModel::whole, TypedModel::span, TypedModel::at,
        TypedModel::json, TypedModel::words, TypedModel::numbers);
    ASSERT_TRUE(many.ok()) << many.status();
    EXPECT_EQ(*many, 1);
    EXPECT_EQ(RetrieveTyped(typed.id()).whole(), 9);
    typed.set_whole(10);
    const absl::Status there = typeds.Upsert(&typed, TypedModel::id);
    ASSERT_TRUE(there.ok()) << there;
    EXPECT_EQ(RetrieveTyped(typed.id()).whole(), 10);
  }

  std::unique_ptr<Typeds::Stub> typeds_;
};

}  // namespace integration

#endif  // MODELSERVICE_TESTS_INTEGRATION_TYPED_FIXTURE_H_
