#include "plugin/schema/guard_loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "plugin/schema/loader.h"
#include "plugin/testing/proto_source.h"

namespace modelservice::plugin {
namespace {

using ::testing::ElementsAre;

// One file with a model, its service and a service without one, each with the
// settings that a test gives it.
struct Settings {
  std::string file;
  std::string model;
  std::string service;
  std::string method;
};

class GuardLoaderTest : public ::testing::Test {
 protected:
  const Guard& LoadGuardOf(const Settings& settings, size_t service = 0) {
    source_.Add(
        "shop.proto",
        Proto3(absl::StrCat("option (modelservice.file) = {", settings.file,
                            "};\n"
                            "message Order {"
                            "  option (modelservice.model) = {",
                            settings.model,
                            "  };"
                            "  int64 id = 1 [(modelservice.field)"
                            "                  .primary_key = true];"
                            "  string owner = 2 [(modelservice.field)"
                            "                       .role = OWNER];"
                            "}\n"
                            "service Orders {"
                            "  option (modelservice.service) = {"
                            "    model: \"Order\" ",
                            settings.service,
                            "  };"
                            "  rpc Check(Order) returns (Order) {"
                            "    option (modelservice.method) = {",
                            settings.method,
                            "    };"
                            "  }"
                            "}\n"
                            "service Plain {"
                            "  rpc Check(Order) returns (Order);"
                            "}")));
    schema_ = Load({source_.Import("shop.proto")}, diagnostics_);
    EXPECT_TRUE(diagnostics_.empty()) << diagnostics_.Text();
    return schema_.files[0]->services[service].methods[0].guard;
  }

  ProtoSource source_;
  Diagnostics diagnostics_;
  Schema schema_;
};

std::string Limits(int calls) {
  return absl::StrCat("rate_limit { max_calls: ", calls,
                      " period { seconds: 1 } }");
}
std::string Access(absl::string_view require) {
  return absl::StrCat("access { require: \"", require, "\" }");
}

std::vector<int64_t> CallsOf(const Guard& guard) {
  std::vector<int64_t> calls;
  for (const Limit& limit : guard.limits) calls.push_back(limit.max_calls);
  return calls;
}

TEST_F(GuardLoaderTest, NothingSaidIsNoGuard) {
  EXPECT_TRUE(LoadGuardOf({}).empty());
  EXPECT_EQ(schema_.files[0]->services.size(), 1u);
}

TEST_F(GuardLoaderTest, TheFileIsTheFarthest) {
  const Settings settings{Limits(1) + Access("role:file"), "", "", ""};
  const Guard& guard = LoadGuardOf(settings);
  EXPECT_THAT(CallsOf(guard), ElementsAre(1));
  EXPECT_EQ(guard.limits[0].group, "shop.Orders.Check");
  EXPECT_EQ(guard.require, "role:file");
  // A service that says nothing is guarded, too.
  ASSERT_EQ(schema_.files[0]->services.size(), 2u);
  const Guard& plain = schema_.files[0]->services[1].methods[0].guard;
  EXPECT_EQ(plain.limits[0].group, "shop.Plain.Check");
  EXPECT_EQ(plain.require, "role:file");
}

TEST_F(GuardLoaderTest, TheModelIsNearerThanTheFile) {
  const Settings settings{Limits(1) + Access("role:file"),
                          Limits(2) + Access("owner"), "", ""};
  const Guard& guard = LoadGuardOf(settings);
  EXPECT_THAT(CallsOf(guard), ElementsAre(2));
  EXPECT_EQ(guard.require, "owner");
  // A service of another model, or of none, has nothing of it.
  EXPECT_EQ(schema_.files[0]->services[1].methods[0].guard.require,
            "role:file");
}

constexpr absl::string_view kBoth =
    "access { read: \"any\" write: \"role:admin\" }";
constexpr absl::string_view kButReads =
    "access { require: \"owner\" read: \"any\" }";

TEST_F(GuardLoaderTest, WhatReadsMayHaveARuleOfItsOwn) {
  const Settings settings{std::string(kBoth), "", "", "transaction: READ"};
  EXPECT_EQ(LoadGuardOf(settings).require, "any");
}

TEST_F(GuardLoaderTest, WhatWritesMayHaveARuleOfItsOwn) {
  const Settings settings{std::string(kBoth), "", "", ""};
  EXPECT_EQ(LoadGuardOf(settings).require, "role:admin");
}

TEST_F(GuardLoaderTest, WhatIsNotSaidApartIsRequired) {
  const Settings settings{std::string(kBoth), std::string(kButReads), "", ""};
  EXPECT_EQ(LoadGuardOf(settings).require, "owner");
}

TEST_F(GuardLoaderTest, TheNearestIsAllThatIsSaid) {
  const Settings settings{std::string(kBoth), std::string(kButReads), "",
                          "transaction: READ"};
  EXPECT_EQ(LoadGuardOf(settings).require, "any");
}

TEST_F(GuardLoaderTest, TheServiceIsNearerThanTheModel) {
  const Settings settings{
      "", Limits(2) + Access("owner"),
      Limits(3) + Access("role:service") + "interceptor: \"a\"", ""};
  const Guard& guard = LoadGuardOf(settings);
  EXPECT_THAT(CallsOf(guard), ElementsAre(3));
  EXPECT_EQ(guard.require, "role:service");
  EXPECT_THAT(guard.interceptors, ElementsAre("a"));
  EXPECT_EQ(guard.timeout, absl::InfiniteDuration());
}

TEST_F(GuardLoaderTest, TheMethodIsTheNearest) {
  const Settings settings{
      Limits(1), Limits(2),
      Limits(3) + Access("role:service") + "interceptor: \"a\"",
      Limits(4) + Limits(5) + Access("any") +
          "interceptor: \"c\" interceptor: \"b\" timeout { seconds: 2 }"};
  const Guard& guard = LoadGuardOf(settings);
  EXPECT_THAT(CallsOf(guard), ElementsAre(4, 5));
  EXPECT_EQ(guard.require, "any");
  EXPECT_THAT(guard.interceptors, ElementsAre("c", "b"));
  EXPECT_EQ(guard.timeout, absl::Seconds(2));
}

TEST_F(GuardLoaderTest, EachSettingIsInheritedByItself) {
  const Settings settings{Access("role:file"), Limits(2), "interceptor: \"a\"",
                          "timeout { seconds: 2 }"};
  const Guard& guard = LoadGuardOf(settings);
  EXPECT_THAT(CallsOf(guard), ElementsAre(2));
  EXPECT_EQ(guard.require, "role:file");
  EXPECT_THAT(guard.interceptors, ElementsAre("a"));
  EXPECT_EQ(guard.timeout, absl::Seconds(2));
}

// So that a service in a file of its own, as scaffolds are, is not left open.
TEST_F(GuardLoaderTest, TheModelOfAnotherFileBringsWhatThatSays) {
  source_.Add("models.proto", Proto3(R"(
    option (modelservice.file) = {
      access { require: "role:models" }
      rate_limit { max_calls: 9 period { seconds: 1 } }
    };
    message Order {
      option (modelservice.model).rate_limit = {
        max_calls: 7 period { seconds: 1 }
      };
      int64 id = 1 [(modelservice.field).primary_key = true];
    })"));
  constexpr absl::string_view kServices = R"(
    service Orders {
      option (modelservice.service).model = "shop.Order";
      rpc Check(shop.Order) returns (shop.Order);
    }
    service Plain {
      option (modelservice.service) = {};
      rpc Check(shop.Order) returns (shop.Order);
    })";
  constexpr absl::string_view kHead = R"(
    syntax = "proto3";
    import "modelservice/annotations.proto";
    import "models.proto";)";
  source_.Add("silent.proto",
              absl::StrCat(kHead, "package silent;", kServices));
  source_.Add("shop.proto",
              absl::StrCat(kHead,
                           "package other;"
                           "option (modelservice.file) = {",
                           Access("role:services"), "};", kServices));
  schema_ = Load({source_.Import("silent.proto"), source_.Import("shop.proto")},
                 diagnostics_);
  ASSERT_TRUE(diagnostics_.empty()) << diagnostics_.Text();
  const auto guard_of = [this](size_t file, size_t service) -> const Guard& {
    return schema_.files[file]->services[service].methods[0].guard;
  };
  EXPECT_THAT(CallsOf(guard_of(0, 0)), ElementsAre(7));
  EXPECT_EQ(guard_of(0, 0).require, "role:models");
  // Of no model.
  EXPECT_THAT(CallsOf(guard_of(0, 1)), ElementsAre());
  EXPECT_EQ(guard_of(0, 1).require, "");
  // The service's own file is nearer.
  EXPECT_THAT(CallsOf(guard_of(1, 0)), ElementsAre(7));
  EXPECT_EQ(guard_of(1, 0).require, "role:services");
}

}  // namespace
}  // namespace modelservice::plugin
