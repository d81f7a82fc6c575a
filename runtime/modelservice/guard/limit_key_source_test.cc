#include "modelservice/guard/limit_key_source.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "modelservice/config.pb.h"
#include "modelservice/testing/call_context_builder.h"

namespace modelservice {
namespace {

const google::protobuf::Message& Request() {
  return Settings::default_instance();
}
Method Unary(Streaming streaming = Streaming::kUnary) {
  return Method("/test.Service/Call", MethodKind::kCustom, streaming, &Request,
                &Request, nullptr);
}

const KeyFunctions& Functions() {
  static const auto* const functions =
      new KeyFunctions{{"by_method", [](const CallContext& call) {
                          return std::string(call.method());
                        }}};
  return *functions;
}

std::string Key(absl::string_view source, const CallContext& call,
                const google::protobuf::Message* request = nullptr) {
  LimitKey key("");
  LimitKeySource::Resolve(source, Unary(), {&Functions()})
      ->AddTo(key, call, request);
  return std::string(key.text());
}
std::string ErrorOf(absl::string_view source,
                    Streaming streaming = Streaming::kUnary) {
  return std::string(
      LimitKeySource::Resolve(source, Unary(streaming), {&Functions()})
          .status()
          .message());
}

TEST(LimitKeySource, ReadsTheCall) {
  TestCallContext call =
      CallContextBuilder().Method("/test.Service/Call").Build();
  Settings request;
  request.set_address("here");
  request.mutable_tls()->set_key_file("deep");
  Principal principal;
  principal.subject = "ann";
  principal.realm = "jwt:";
  (*principal.claims.mutable_fields())["tenant"].set_string_value("acme");

  EXPECT_EQ(Key("principal", call), "4:peer0:");
  EXPECT_EQ(Key("claim:tenant", call), "0:");
  call.set_principal(principal);
  EXPECT_EQ(Key("principal", call), "7:subject4:jwt:3:ann");
  EXPECT_EQ(Key("claim:tenant", call), "4:acme");
  EXPECT_EQ(Key("claim:other", call), "0:");
  EXPECT_EQ(Key("peer", call), "0:");
  EXPECT_EQ(Key("metadata:x-key", call), "0:");
  EXPECT_EQ(Key("request:address", call, &request), "4:here");
  EXPECT_EQ(Key("request:tls.key_file", call, &request), "4:deep");
  EXPECT_EQ(Key("request:database", call, &request), "0:");
  EXPECT_EQ(Key("request:address", call), "0:");
  EXPECT_EQ(Key("by_method", call), "18:/test.Service/Call");
  const TestCallContext from = CallContextBuilder()
                                   .Peer("ipv4:10.0.0.1:5")
                                   .Metadata("X-Key", "k")
                                   .Build();
  EXPECT_EQ(Key("peer", from), "13:ipv4:10.0.0.1");
  EXPECT_EQ(Key("principal", from), "4:peer13:ipv4:10.0.0.1");
  EXPECT_EQ(Key("metadata:x-key", from), "1:k");
}

// One subject of two issuers is two callers.
TEST(LimitKeySource, APrincipalIsASubjectOfARealm) {
  std::vector<std::string> keys;
  for (const auto& [realm, subject] :
       std::vector<std::pair<std::string, std::string>>{
           {"jwt:a", "7"}, {"jwt:b", "7"}, {"", "7"}, {"jwt:", "a7"}}) {
    Principal principal;
    principal.realm = realm;
    principal.subject = subject;
    const TestCallContext call =
        CallContextBuilder().Principal(principal).Build();
    keys.push_back(Key("principal", call));
  }
  for (size_t i = 0; i < keys.size(); ++i) {
    for (size_t j = 0; j < i; ++j) EXPECT_NE(keys[i], keys[j]);
  }
}

TEST(LimitKeySource, KnowsWhatNeedsNoCaller) {
  for (const auto& [key, needs_none] :
       std::vector<std::pair<std::string, bool>>{{"peer", true},
                                                 {"metadata:x-key", true},
                                                 {"principal", false},
                                                 {"claim:tenant", false},
                                                 {"request:address", false},
                                                 {"by_method", false}}) {
    EXPECT_EQ(LimitKeySource::Resolve(key, Unary(), {&Functions()})
                  ->needs_no_caller(),
              needs_none)
        << key;
  }
}

TEST(LimitKeySource, SaysWhatIsWrongWhenTheServerStarts) {
  const std::string known =
      "there are peer, principal, claim:NAME, metadata:NAME, request:FIELD, "
      "by_method; Registry::AddLimitKey adds one";
  for (const char* key :
       {"Peer", "user", "", "claim:", "metadata:", "claims:a"}) {
    EXPECT_EQ(ErrorOf(key),
              "there is no key \"" + std::string(key) + "\"; " + known);
  }
  EXPECT_EQ(ErrorOf("request:tls.key"),
            "key \"request:\" \"tls.key\": modelservice.TlsSettings has no "
            "field \"key\"; it has certificate_file, key_file, client_ca_file, "
            "require_client_certificate");
  for (const Streaming streaming : {Streaming::kClient, Streaming::kBidi}) {
    EXPECT_EQ(ErrorOf("request:address", streaming),
              "key \"request:address\" needs one request, and here clients "
              "send a stream of them; count by something else");
    EXPECT_EQ(ErrorOf("peer", streaming), "");
  }
  EXPECT_EQ(ErrorOf("request:address", Streaming::kServer), "");
}

}  // namespace
}  // namespace modelservice
