// Strings with `storage: JSON`: JSON of any value, to the last digit.
#include <string>
#include <vector>

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

// What would come back as another text, or as none, is refused on its field.
TEST_F(ColumnsTest, JsonOfAStringIsRefusedWhereItWouldChange) {
  Start(RegisterColumns);
  const auto sheets = Sheets::NewStub(server().channel());
  std::vector<std::string> refused = {"1e400000", "1e-400000",
                                      std::string(200000, '9')};
  std::vector<std::string> taken = {R"("\\u0000")", R"("\ud83d\ude00")"};
  if (OnPostgres()) {
    refused.insert(refused.end(), {R"("\u0000")", R"({"a": "\ud800"})",
                                   R"(["\uD83D"])", "1e131072", "1e-16384"});
    taken.insert(taken.end(), {"100000000000000000000000", "1e100"});
  } else {
    refused.insert(refused.end(), {"100000000000000000000000", "1e400"});
    taken.insert(taken.end(), {"0.25", "0.30000000000000004"});
  }
  Sheet reply;
  Sheet sheet = FromText<Sheet>("id: 1 name: 'a'");
  ASSERT_THAT(Call(*sheets, &Sheets::Stub::Create, sheet, &reply), IsOk());
  for (const std::string& body : refused) {
    sheet.set_body(body);
    const Refusal refusal(Call(*sheets, &Sheets::Stub::Update, sheet, &reply));
    EXPECT_EQ(refusal.code, grpc::StatusCode::INVALID_ARGUMENT);
    ASSERT_EQ(refusal.violations.size(), 1u) << body.substr(0, 40);
    EXPECT_EQ(refusal.violations[0].substr(0, 6), "body: ");
  }
  for (const std::string& body : taken) {
    sheet.set_body(body);
    ASSERT_THAT(Call(*sheets, &Sheets::Stub::Update, sheet, &reply), IsOk())
        << body;
    Sheet again;
    ASSERT_THAT(Call(*sheets, &Sheets::Stub::Update, reply, &again), IsOk())
        << body;
    EXPECT_THAT(again, EqualsMessage(reply));
  }
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
