#include "modelservice/db/sqlite/json_inside.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace modelservice::sqlite {
namespace {

std::string Found(absl::string_view json, absl::string_view path) {
  const auto found = JsonInside(json, path);
  return found.has_value() ? std::string(*found) : "nothing";
}
std::string OfKey(absl::string_view json, absl::string_view key) {
  return Found(json, absl::StrCat(key.size(), ":", key));
}

TEST(JsonInside, KeysHoweverTheyAreWritten) {
  EXPECT_EQ(OfKey(R"({"a": 1, "a\"b" : [7, {}] })", "a\"b"), "[7, {}]");
  EXPECT_EQ(OfKey(R"({"\u003ca\u003E":"}"})", "<a>"), R"("}")");
  EXPECT_EQ(OfKey(R"({"<":true})", "<"), "true");
  EXPECT_EQ(OfKey(R"({"\u00fc\ud83d\ude00\t\\\/":null})", "ü😀\t\\/"), "null");
  EXPECT_EQ(OfKey(R"({"x":{"":1},"":-2.5e3})", ""), "-2.5e3");
  EXPECT_EQ(OfKey(R"({"a":1,"a":2})", "a"), "1");
}

TEST(JsonInside, Paths) {
  EXPECT_EQ(Found(R"({"<":[[1],{"b":"x"}]})", "1:<[1]1:b"), R"("x")");
  EXPECT_EQ(Found("[[],[5]]", "[1][0]"), "5");
  EXPECT_EQ(Found(" 7 ", ""), "7");
}

TEST(JsonInside, NothingElse) {
  for (const char* json :
       {"", "{", "{}", "[]", "7", "{\"a", "{\"a\"", "{\"a\":", "{\"a\\", "[1]",
        "{\"b\":1}", "{\"b\":{\"a\":1}}", "{\"a\\u00\":1}", "{,\"a\":1}"}) {
    EXPECT_EQ(OfKey(json, "a"), "nothing") << json;
  }
  for (const char* path : {"9:a", "x", "[", "[x]", "[5]", "1"}) {
    EXPECT_EQ(Found(R"([1, {"a": 2}])", path), "nothing") << path;
  }
}

}  // namespace
}  // namespace modelservice::sqlite
