// Strings with `storage: JSON`: JSON of any value, to the last digit.
#include "absl/strings/str_cat.h"
#include "columns_fixture.h"

namespace integration {
namespace {

using ::testing::ElementsAre;

TEST_F(ColumnsTest, JsonOfAStringKeepsEveryDigit) {
  Start(RegisterColumns);
  const auto sheets = Sheets::NewStub(server().channel());
  constexpr char kBody[] =
      R"({"order": 12345678901234567890, "price": 0.10000000000000000001})";
  Sheet sheet = FromText<Sheet>("id: 1 name: 'a'");
  Sheet reply;
  ASSERT_THAT(Call(*sheets, &Sheets::Stub::Create, sheet, &reply), IsOk());
  EXPECT_FALSE(reply.has_body());
  for (const char* body : {kBody, "5", "null", "\"x\"", "[1, {}]"}) {
    SCOPED_TRACE(body);
    sheet.set_body(body);
    ASSERT_THAT(Call(*sheets, &Sheets::Stub::Update, sheet, &reply), IsOk());
    EXPECT_EQ(reply.body(), body);
    SheetKey key;
    key.set_id(1);
    Sheet read;
    ASSERT_THAT(Call(*sheets, &Sheets::Stub::Retrieve, key, &read), IsOk());
    EXPECT_THAT(read, EqualsMessage(sheet));
  }
  sheet.set_body("{");
  EXPECT_THAT(
      Refusal(Call(*sheets, &Sheets::Stub::Update, sheet, &reply)).violations,
      ElementsAre(absl::StrCat("body: ", kNoJson)));
}

// As Django's JSONField lies on SQLite.
TEST_F(ColumnsTest, JsonOfAStringIsCheckedWhereItIsAText) {
  if (OnPostgres()) return;
  Start(RegisterColumns,
        Made("CREATE TABLE sheet (id integer NOT NULL PRIMARY KEY, name text "
             "NOT NULL, body text); INSERT INTO sheet VALUES (1, 'a', 'no')"));
  const auto sheets = Sheets::NewStub(server().channel());
  Sheet sheet = FromText<Sheet>("id: 1 name: 'b' body: 'no'");
  Sheet reply;
  ASSERT_THAT(Call(*sheets, &Sheets::Stub::Update, sheet, &reply), IsOk());
  EXPECT_THAT(reply, EqualsMessage(sheet));
  for (const char* wrong : {"nul", "NaN", "{\"a\":1,}"}) {
    sheet.set_body(wrong);
    EXPECT_THAT(
        Refusal(Call(*sheets, &Sheets::Stub::Update, sheet, &reply)).violations,
        ElementsAre(absl::StrCat("body: ", kNoJson)))
        << wrong;
  }
  for (const char* body : {"12345678901234567890", "1e400", "[1.0]"}) {
    sheet.set_body(body);
    ASSERT_THAT(Call(*sheets, &Sheets::Stub::Update, sheet, &reply), IsOk());
    EXPECT_EQ(Raw("sheet", "body", 1), absl::StrCat("text'", body, "'"));
  }
}

}  // namespace
}  // namespace integration
