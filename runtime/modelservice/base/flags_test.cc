#include "modelservice/base/flags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace modelservice {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Flag kFlags[] = {
    {"table", "T[,T2...]", "the tables to read"},
    {"app-label", "TEXT", "whose they are"},
    {"update", "", "rewrite the file that is there"},
};

TEST(FlagsTest, InEveryForm) {
  std::vector<std::string> arguments = {"--table=a, b,,c", "--app_label", "x=y",
                                        "--update"};
  const auto flags = Flags::Take(kFlags, &arguments);
  ASSERT_TRUE(flags.ok()) << flags.status();
  EXPECT_THAT(flags->List("table"), ElementsAre("a", "b", "c"));
  EXPECT_EQ(flags->Text("app-label"), "x=y");
  EXPECT_TRUE(flags->IsOn("update"));
  EXPECT_THAT(arguments, IsEmpty());
}

TEST(FlagsTest, NotGiven) {
  std::vector<std::string> arguments;
  const auto flags = Flags::Take(kFlags, &arguments);
  ASSERT_TRUE(flags.ok()) << flags.status();
  EXPECT_EQ(flags->Text("table"), std::nullopt);
  EXPECT_THAT(flags->List("table"), IsEmpty());
  EXPECT_FALSE(flags->IsOn("update"));
  EXPECT_TRUE(flags->IsOn("update", /*by_default=*/true));
}

// They are the settings' or somebody's mistake.
TEST(FlagsTest, KeepsWhatItDoesNotKnow) {
  std::vector<std::string> arguments = {
      "--database", "sqlite:a", "--update", "word", "--tables=a",
      "--table=",   "--",       "-table",   ""};
  const auto flags = Flags::Take(kFlags, &arguments);
  ASSERT_TRUE(flags.ok()) << flags.status();
  EXPECT_TRUE(flags->IsOn("update"));
  EXPECT_EQ(flags->Text("table"), "");
  EXPECT_THAT(arguments, ElementsAre("--database", "sqlite:a", "word",
                                     "--tables=a", "--", "-table", ""));
}

// Only a word that can be nothing else is a switch's.
TEST(FlagsTest, Switches) {
  for (const std::vector<std::string>& off :
       std::vector<std::vector<std::string>>{
           {"--update=false"}, {"--update", "false"}, {"--update=no"}}) {
    std::vector<std::string> arguments = off;
    const auto flags = Flags::Take(kFlags, &arguments);
    ASSERT_TRUE(flags.ok()) << flags.status();
    EXPECT_FALSE(flags->IsOn("update", /*by_default=*/true));
    EXPECT_THAT(arguments, IsEmpty());
  }
}

std::string ErrorOf(std::vector<std::string> arguments) {
  const auto flags = Flags::Take(kFlags, &arguments);
  EXPECT_EQ(flags.status().code(), absl::StatusCode::kInvalidArgument);
  return std::string(flags.status().message());
}

TEST(FlagsTest, Errors) {
  EXPECT_EQ(ErrorOf({"--table"}), "--table needs a value: --table=T[,T2...]");
  EXPECT_EQ(ErrorOf({"--table", "--update"}),
            "--table needs a value: --table=T[,T2...]");
  EXPECT_EQ(ErrorOf({"--update=maybe"}),
            "--update: \"maybe\" is not true or false");
  EXPECT_EQ(ErrorOf({"--update="}), "--update: \"\" is not true or false");
  EXPECT_EQ(ErrorOf({"--table=a", "--table", "b"}),
            "--table is given twice; give it once");
  EXPECT_EQ(ErrorOf({"--app-label=a", "--app_label=b"}),
            "--app-label is given twice; give it once");
}

TEST(FlagsTest, Help) {
  EXPECT_EQ(FlagsHelp(kFlags),
            "  --table=T[,T2...]  the tables to read\n"
            "  --app-label=TEXT   whose they are\n"
            "  --update           rewrite the file that is there\n");
}

TEST(ReadArgumentsTest, SaysHowEachWasSpelt) {
  const auto read =
      ReadArguments({"--A=1=2", "--b", "true", "c"},
                    [](absl::string_view name) -> std::optional<FlagForm> {
                      if (name == "A") return FlagForm{"a", "N"};
                      if (name == "b") return FlagForm{"b", ""};
                      return std::nullopt;
                    });
  ASSERT_TRUE(read.ok()) << read.status();
  ASSERT_EQ(read->size(), 3u);
  EXPECT_EQ((*read)[0].name, "a");
  EXPECT_EQ((*read)[0].value, "1=2");
  EXPECT_EQ((*read)[0].text, "--A");
  EXPECT_EQ((*read)[1].value, "true");
  EXPECT_EQ((*read)[2].name, "");
  EXPECT_EQ((*read)[2].text, "c");
}

}  // namespace
}  // namespace modelservice
