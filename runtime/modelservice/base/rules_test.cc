#include "modelservice/base/rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "modelservice/base/status_details.h"

namespace modelservice {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

// The sentence with a text in place of each mark.
std::string Told(absl::string_view sentence) {
  std::string told;
  while (!sentence.empty()) {
    const size_t mark = sentence.find('<');
    absl::StrAppend(&told, sentence.substr(0, mark));
    if (mark == absl::string_view::npos) break;
    absl::StrAppend(&told, "7");
    sentence.remove_prefix(sentence.find('>') + 1);
  }
  return told;
}

TEST(RulesTest, EachSentenceLeadsToItsRule) {
  for (const Rule& rule : Rules()) {
    const auto found = FindRule(Told(rule.sentence));
    ASSERT_TRUE(found.has_value()) << rule.sentence;
    EXPECT_EQ(found->reason, rule.reason) << rule.sentence;
  }
}

// google/rpc/error_details.proto: [A-Z][A-Z0-9_]+[A-Z0-9], 63 at most.
TEST(RulesTest, IdsAreReasonsOfGoogleRpc) {
  for (const Rule& rule : Rules()) {
    EXPECT_GE(rule.reason.size(), 3u) << rule.reason;
    EXPECT_LE(rule.reason.size(), 63u) << rule.reason;
    EXPECT_TRUE(
        absl::ascii_isupper(static_cast<unsigned char>(rule.reason.front())));
    EXPECT_NE(rule.reason.back(), '_');
    EXPECT_EQ(rule.reason.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                            "0123456789_"),
              absl::string_view::npos)
        << rule.reason;
  }
}

TEST(RulesTest, ParametersAreWhatStandsInTheirPlaces) {
  const auto length =
      FindRule("Ensure this field has no more than 20 characters.");
  ASSERT_TRUE(length.has_value());
  EXPECT_EQ(length->reason, "MAX_LENGTH");
  EXPECT_THAT(length->parameters,
              ElementsAre(Pair("max", "20"), Pair("of", "characters")));

  // Values hold anything.
  const auto choice =
      FindRule("\"a\" is not a valid choice. \"\" is not a valid choice.");
  ASSERT_TRUE(choice.has_value());
  EXPECT_THAT(choice->parameters,
              ElementsAre(Pair("value", "a\" is not a valid choice. \"")));

  const auto unique = FindRule("book with this shelf, title already exists.");
  ASSERT_TRUE(unique.has_value());
  EXPECT_EQ(unique->reason, "UNIQUE");
  EXPECT_THAT(unique->parameters, ElementsAre(Pair("model", "book"),
                                              Pair("fields", "shelf, title")));
}

TEST(RulesTest, WordsOfOthersHaveNone) {
  EXPECT_FALSE(FindRule("").has_value());
  EXPECT_FALSE(FindRule("We are closed on Sundays.").has_value());
  EXPECT_FALSE(FindRule("This field is required. Really.").has_value());
}

TEST(RulesTest, GoWithTheViolations) {
  const absl::Status status = InvalidArgument(
      {{"title", "This field is required."},
       {"pages", "Ensure this value is greater than or equal to 1."},
       {"shelf", "Too high.", "SHELF_TOO_HIGH", {{"metres", "3"}}},
       {"door", "We are closed."}});
  const std::vector<Violation> told = ViolationsOf(status);
  ASSERT_EQ(told.size(), 4u);
  EXPECT_EQ(told[0].reason, "REQUIRED");
  EXPECT_THAT(told[0].parameters, IsEmpty());
  EXPECT_EQ(told[1].reason, "MIN_VALUE");
  EXPECT_THAT(told[1].parameters, ElementsAre(Pair("min", "1")));
  EXPECT_EQ(told[2].reason, "SHELF_TOO_HIGH");
  EXPECT_THAT(told[2].parameters, ElementsAre(Pair("metres", "3")));
  EXPECT_EQ(told[3].reason, "");
  EXPECT_EQ(told[3].description, "We are closed.");
}

TEST(RulesTest, ManyFitATrailer) {
  std::vector<Violation> many;
  for (int i = 0; i < 200; ++i) {
    many.push_back({absl::StrCat("items[", i, "].title"),
                    "Ensure this field has no more than 20 characters."});
  }
  const absl::Status status = InvalidArgument(many);
  EXPECT_LE(ForTrailers(status).details.size(), 4300u);
  const std::vector<Violation> told = ViolationsOf(status);
  EXPECT_EQ(told.back().reason, "MORE");
  // The first have their parameters.
  EXPECT_EQ(told[0].parameters.size(), 2u);
}

}  // namespace
}  // namespace modelservice
