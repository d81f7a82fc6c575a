// Messages and values over columns of JSON that another program made.
#include <string>

#include "absl/strings/str_cat.h"
#include "typed_fixture.h"

namespace integration {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A double has less digits.
TEST_F(TypedTest, JsonThatIsSentBackAsItCameIsNotWritten) {
  const std::string json =
      Sql("'{\"order\":12345678901234567890,\"price\":0.10000000000000000001}'",
          "'{\"order\": 12345678901234567890, \"price\": "
          "0.10000000000000000001}'");
  StartTyped(
      {"text", "text", "bigint", "real", "boolean", "text",
       OnPostgres() ? "jsonb" : "text", "text", "text"},
      absl::StrCat("NULL, NULL, 1, 2, NULL, NULL, ", json, ", '[]', '[]'"));
  ExpectKept();
  Typed typed = RetrieveTyped();
  const std::string before = Raw("typed", "json", 1);
  Typed updated;
  (*typed.mutable_json()->mutable_struct_value()->mutable_fields())["price"]
      .set_number_value(2);
  ASSERT_THAT(Call(*typeds_, &Typeds::Stub::Update, typed, &updated), IsOk());
  EXPECT_THAT(Raw("typed", "json", 1), HasSubstr("\"price\":"));
  EXPECT_NE(Raw("typed", "json", 1), before);
}

// What no client may write may be there, and stays.
TEST_F(TypedTest, JsonWithANulStays) {
  StartTyped({"text", "text", "bigint", "real", "boolean", "text",
              OnPostgres() ? "json" : "text", "text", "text"},
             "NULL, NULL, 1, 2, NULL, NULL, '[\"a\\u0000\",-0.0]', '[]', '[]'");
  ExpectKept();
  Typed typed = RetrieveTyped();
  Typed updated;
  typed.mutable_json()->set_string_value(std::string("\0", 1));
  EXPECT_THAT(Refusal(Call(*typeds_, &Typeds::Stub::Update, typed, &updated))
                  .violations,
              ElementsAre("json.string_value: Null characters are not "
                          "allowed."));
}

// SQLite makes numbers of them.
TEST_F(TypedTest, NumbersInColumnsThatAreDeclaredJson) {
  StartTyped({"text", "text", "bigint", "real", "boolean", "text",
              OnPostgres() ? "jsonb" : "json", "text", "text"},
             "NULL, NULL, 1, 2, NULL, NULL, '5', '[]', '[]'");
  ExpectKept();
  Typed typed = RetrieveTyped();
  EXPECT_EQ(typed.json().number_value(), 5);
  Typed updated;
  for (const double number : {0.1, -7.0, 1e300}) {
    typed.mutable_json()->set_number_value(number);
    ASSERT_THAT(Call(*typeds_, &Typeds::Stub::Update, typed, &updated), IsOk());
    EXPECT_THAT(updated, EqualsMessage(typed));
    EXPECT_THAT(RetrieveTyped(), EqualsMessage(typed));
  }
}

}  // namespace
}  // namespace integration
