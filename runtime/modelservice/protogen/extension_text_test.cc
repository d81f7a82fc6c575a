#include "modelservice/protogen/extension_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace modelservice::proto {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(ExtensionText, FindsThoseOfTheSettingsThemselves) {
  const ExtensionTexts found = ExtensionsIn(
      R"(column : "a[b]" [ acme.label ] : "X" "]" index : true
         [acme.size] { width: 3 [acme.deep]: 1 } [acme.low]: - 1,
         [acme.all] : [ 1 , 2 ] references { model : "A" };)");
  EXPECT_THAT(found.own,
              ElementsAre(R"([acme.label]: "X" "]")",
                          "[acme.size] { width: 3 [acme.deep]: 1 }",
                          "[acme.low]: - 1", "[acme.all]: [ 1 , 2 ]"));
  EXPECT_FALSE(found.inner);
}

TEST(ExtensionText, FindsNoneWhereThereIsNone) {
  for (const char* text : {"", "in: [ \"[a.b]: 1\", '[c.d]' ] min: \"-1\"",
                           "rate_limit [ { max_calls: 1 }, { max_calls: 2 } ]",
                           "column: \"\\\"[a.b]: 1\""}) {
    EXPECT_THAT(ExtensionsIn(text).own, IsEmpty()) << text;
    EXPECT_FALSE(ExtensionsIn(text).inner) << text;
  }
}

TEST(ExtensionText, TellsOfThoseInside) {
  for (const char* text :
       {"references { model: \"A\" [acme.x]: 1 }", "access < [acme.x]: 1 >",
        "rate_limit [ { max_calls: 1 }, { [acme.x] { } } ]",
        "references { on_delete: CASCADE [acme.x]: 1 }"}) {
    EXPECT_THAT(ExtensionsIn(text).own, IsEmpty()) << text;
    EXPECT_TRUE(ExtensionsIn(text).inner) << text;
  }
}

// What is no text format does not get here, but must not run away.
TEST(ExtensionText, Ends) {
  for (const char* text : {"[", "[a", "a: \"", "a: \"\\", ":", "]", "}{", "a {",
                           "[a.b]:", "- ", "a: [", "a: ["}) {
    ExtensionsIn(text);
  }
}

}  // namespace
}  // namespace modelservice::proto
