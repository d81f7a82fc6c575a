#include "plugin/schema/message_traits.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "plugin/testing/proto_source.h"

namespace modelservice::plugin {
namespace {

class MessageTraitsTest : public ::testing::Test {
 protected:
  void Load(const std::string& body) {
    source_.Add("a.proto", absl::StrCat("syntax = \"proto2\";\n", body));
    file_ = source_.Import("a.proto");
    ASSERT_NE(file_, nullptr);
  }

  // "x" for extensions, "g" for groups.
  std::string Of(const std::string& message) {
    const auto traits = traits_.Of(*file_->FindMessageTypeByName(message));
    return absl::StrCat(traits.extensions ? "x" : "", traits.groups ? "g" : "");
  }

  ProtoSource source_;
  const google::protobuf::FileDescriptor* file_ = nullptr;
  MessageTraits traits_;
};

TEST_F(MessageTraitsTest, AreThoseOfEverythingInside) {
  Load(R"(
    message Plain { optional int32 x = 1; }
    message Extended { extensions 100 to max; }
    message Grouped { optional group Inner = 1 { optional Plain p = 1; } }
    message Deep { map<string, Extended> m = 1; optional Plain p = 2; }
    message Both { optional Deep d = 1; repeated Grouped g = 2; })");
  EXPECT_EQ(Of("Plain"), "");
  EXPECT_EQ(Of("Both"), "xg");
  EXPECT_EQ(Of("Deep"), "x");
  EXPECT_EQ(Of("Grouped"), "g");
  EXPECT_EQ(Of("Extended"), "x");
}

// A -> B -> C -> A, with a way out of each, and in from D.
TEST_F(MessageTraitsTest, ACircleIsAlike) {
  Load(R"(
    message A { optional B b = 1; optional A a = 2; }
    message B { optional C c = 1; optional Grouped g = 2; }
    message C { optional A a = 1; optional B b = 2; optional Extended e = 3; }
    message D { optional C c = 1; }
    message Grouped { optional group Inner = 1 { optional Own o = 1; } }
    message Extended { optional Own own = 1; extensions 100 to max; }
    message Own { optional Own own = 1; })");
  for (const char* message : {"A", "B", "C", "D"}) {
    EXPECT_EQ(Of(message), "xg") << message;
  }
  EXPECT_EQ(Of("Own"), "");
  EXPECT_EQ(Of("Grouped"), "g");
}

TEST_F(MessageTraitsTest, AreTheSameInAnyOrder) {
  const std::string body = R"(
    message A { optional B b = 1; }
    message B { optional C c = 1; optional D d = 2; }
    message C { optional B b = 1; }
    message D { optional E e = 1; }
    message E { optional D d = 1; extensions 100 to max; })";
  Load(body);
  for (const char* first : {"A", "B", "C", "D", "E"}) {
    traits_ = MessageTraits();
    EXPECT_EQ(Of(first), "x");
    for (const char* message : {"A", "B", "C", "D", "E"}) {
      EXPECT_EQ(Of(message), "x") << first << " first, then " << message;
    }
  }
}

TEST_F(MessageTraitsTest, AreNoDeeperThanTheStack) {
  std::string body;
  constexpr int kDepth = 50000;
  for (int i = 0; i < kDepth; ++i) {
    absl::StrAppend(&body, "message M", i, " { optional M", i + 1,
                    " m = 1; }\n");
  }
  Load(absl::StrCat(body, "message M", kDepth, " { extensions 100 to max; }"));
  EXPECT_EQ(Of("M0"), "x");
}

}  // namespace
}  // namespace modelservice::plugin
