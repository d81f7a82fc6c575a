#include "plugin/schema/resolver.h"

#include <gtest/gtest.h>

#include "modelservice/base/compat.h"
#include "plugin/testing/proto_source.h"

namespace modelservice::plugin {
namespace {

class ResolverTest : public ::testing::Test {
 protected:
  ResolverTest() {
    source_.Add("hidden.proto", R"(
      syntax = "proto3"; package other; message Hidden {})");
    source_.Add("public.proto", R"(
      syntax = "proto3"; package other; message Public {})");
    source_.Add("import.proto", R"(
      syntax = "proto3"; package other;
      import public "public.proto";
      import "hidden.proto";
      message Imported {})");
    source_.Add("file.proto", R"(
      syntax = "proto3"; package a.b;
      import "import.proto";
      message M { message Inner {} }
      message Outer { message M {} message Deep {} }
      message other {})");
    file_ = source_.Import("file.proto");
  }

  std::string Resolve(const std::string& scope, const std::string& name) {
    const auto* message = Resolver(*file_).Message(scope, name);
    return message == nullptr ? "" : compat::Str(message->full_name());
  }

  ProtoSource source_;
  const google::protobuf::FileDescriptor* file_;
};

TEST_F(ResolverTest, TheInnermostScopeWins) {
  EXPECT_EQ(Resolve("a.b.Outer", "M"), "a.b.Outer.M");
  EXPECT_EQ(Resolve("a.b.M", "M"), "a.b.M");
  EXPECT_EQ(Resolve("a.b.Outer.Deep", "M"), "a.b.Outer.M");
  EXPECT_EQ(Resolve("a.b.Outer", "b.M"), "a.b.M");
  EXPECT_EQ(Resolve("a.b.Outer", "a.b.M"), "a.b.M");
}

TEST_F(ResolverTest, TheFirstPartDecides) {
  // a.b.Outer.M has no Inner, and protoc looks no further.
  EXPECT_EQ(Resolve("a.b.Outer", "M.Inner"), "");
  EXPECT_EQ(Resolve("a.b.Outer", "b.M.Inner"), "a.b.M.Inner");
  // The message a.b.other hides the package.
  EXPECT_EQ(Resolve("a.b.Outer", "other.Imported"), "");
}

TEST_F(ResolverTest, ALeadingDotStartsAtTheRoot) {
  EXPECT_EQ(Resolve("a.b.Outer", ".a.b.M"), "a.b.M");
  EXPECT_EQ(Resolve("a.b.Outer", ".M"), "");
  EXPECT_EQ(Resolve("a.b.Outer", ".other.Imported"), "other.Imported");
}

TEST_F(ResolverTest, SeesOnlyWhatIsImported) {
  EXPECT_EQ(Resolve("a.b", ".other.Public"), "other.Public");
  EXPECT_EQ(Resolve("a.b", ".other.Hidden"), "");
  EXPECT_EQ(Resolve("a.b", "Nothing"), "");
}

}  // namespace
}  // namespace modelservice::plugin
