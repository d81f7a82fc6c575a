// Who is who: one subject of two authenticators.
#include <fstream>

#include "absl/time/clock.h"
#include "fixture.h"
#include "modelservice/guard/auth/token_table.h"
#include "modelservice/testing/temporary_folder.h"
#include "tokens.h"

namespace guarded {
namespace {

class SubjectsTest : public GuardTest {
 protected:
  // Tokens of two issuers.
  Options TwoIssuers() {
    Options options;
    for (const char* issuer : {"a", "b"}) {
      const std::string file = folder_.path() + "/" + issuer;
      std::ofstream(file) << SecretOf(issuer);
      auto* const jwt = options.settings.add_authenticator()->mutable_jwt();
      jwt->set_issuer(issuer);
      jwt->set_secret_file(file);
    }
    return options;
  }
  static std::string SecretOf(const std::string& issuer) {
    return std::string(32, issuer[0]);
  }
  static Metadata As(const std::string& issuer, const std::string& subject) {
    return {{"authorization",
             "Bearer " + Jwt(SecretOf(issuer),
                             absl::StrCat(R"({"iss":")", issuer, R"(","sub":")",
                                          subject, R"(","exp":)",
                                          absl::ToUnixSeconds(absl::Now() +
                                                              absl::Hours(1)),
                                          "}"))}};
  }
  void Serve(Options options) {
    StartServer([](modelservice::Registry&) {}, std::move(options));
  }
  std::string ErrorOf(const Options& options) {
    return std::string(modelservice::TestServer::Start(
                           [](modelservice::Registry& registry) {
                             registry.AddAuthenticator<Named>("named");
                             registry.AddPermission<SharedMemos>("shared");
                             registry.Add<MemosService>();
                           },
                           options)
                           .status()
                           .message());
  }
  int64_t CreateAs(const Metadata& caller) {
    const auto stub = Memos::NewStub(server().channel());
    Memo memo;
    EXPECT_THAT(
        CallUnary(*stub, &Memos::Stub::Create, Memo(), caller, &memo).status,
        IsOk());
    return memo.id();
  }
  grpc::StatusCode Reads(const Metadata& caller, int64_t id) {
    const auto stub = Memos::NewStub(server().channel());
    MemoKey key;
    key.set_id(id);
    return CallUnary(*stub, &Memos::Stub::Retrieve, key, caller)
        .status.error_code();
  }
  std::string CallerWith(const Metadata& caller) {
    const auto stub = Members::NewStub(server().channel());
    Text reply;
    const grpc::Status status =
        CallUnary(*stub, &Members::Stub::Anybody, Text(), caller, &reply)
            .status;
    return status.ok() ? reply.text() : Refusal(status).info.reason();
  }

  const modelservice::TemporaryFolder folder_;
};

TEST_F(SubjectsTest, OfTwoIssuersOwnWhatIsTheirs) {
  Options options = TwoIssuers();
  options.settings.mutable_authenticator(1)->set_subject_prefix("b:");
  options.settings.mutable_authenticator(0)->set_realm("people");
  ASSERT_NO_FATAL_FAILURE(Serve(options));
  const int64_t of_a = CreateAs(As("a", "7"));
  const int64_t of_b = CreateAs(As("b", "7"));
  EXPECT_EQ(Reads(As("a", "7"), of_a), grpc::StatusCode::OK);
  EXPECT_EQ(Reads(As("b", "7"), of_a), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(Reads(As("b", "7"), of_b), grpc::StatusCode::OK);
  EXPECT_EQ(Reads(As("a", "7"), of_b), grpc::StatusCode::NOT_FOUND);
  // Nor by taking the other's prefix.
  EXPECT_EQ(CallerWith(As("a", "7")), "jwt:7");
  EXPECT_EQ(CallerWith(As("b", "7")), "jwt:b:7");
  EXPECT_EQ(CallerWith(As("a", "b:7")), "SUBJECT_OF_ANOTHER_REALM");
  EXPECT_EQ(Reads(As("a", "b:7"), of_b), grpc::StatusCode::UNAUTHENTICATED);
}

TEST_F(SubjectsTest, OfTwoIssuersAreTwoCounts) {
  Options options = TwoIssuers();
  for (const int i : {0, 1}) {
    auto* const one = options.settings.mutable_authenticator(i);
    one->set_realm(absl::StrCat("realm", i));
    one->set_subject_prefix(i == 0 ? "x:" : "y:");
  }
  ASSERT_NO_FATAL_FAILURE(Serve(options));
  const auto stub = Limited::NewStub(server().channel());
  const auto code = [&](const std::string& issuer, const std::string& subject) {
    return CallUnary(*stub, &Limited::Stub::ByCaller, Text(),
                     As(issuer, subject))
        .status.error_code();
  };
  EXPECT_EQ(code("a", "7"), grpc::StatusCode::OK);
  EXPECT_EQ(code("a", "7"), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(code("b", "7"), grpc::StatusCode::OK);
  EXPECT_EQ(code("b", "7"), grpc::StatusCode::RESOURCE_EXHAUSTED);
}

// Without OWNER columns nothing is refused, and still they are two.
TEST_F(SubjectsTest, AreCountedApartWithoutASetting) {
  auto started = modelservice::TestServer::Start(
      [](modelservice::Registry& registry) {
        registry.AddLimitKey("length",
                             [](const CallContext&) { return std::string(); });
        registry.Add<LimitedService>();
      },
      TwoIssuers());
  ASSERT_TRUE(started.ok()) << started.status();
  const auto stub = Limited::NewStub((*started)->channel());
  for (const char* issuer : {"a", "b"}) {
    EXPECT_EQ(
        CallUnary(*stub, &Limited::Stub::ByCaller, Text(), As(issuer, "7"))
            .status.error_code(),
        grpc::StatusCode::OK);
    EXPECT_EQ(
        CallUnary(*stub, &Limited::Stub::ByCaller, Text(), As(issuer, "7"))
            .status.error_code(),
        grpc::StatusCode::RESOURCE_EXHAUSTED);
  }
}

TEST_F(SubjectsTest, ThatMayBeOneOwnerAreAnErrorAtTheStart) {
  Options options = TwoIssuers();
  const std::string error =
      "authenticator[1]: a subject of it may also be one of authenticator[0], "
      "and Memo.author, an OWNER column, would take the two for one owner; set "
      "subject_prefix for one of them, like \"1:\", or for both the same "
      "realm, if to both a subject is the same caller";
  EXPECT_EQ(ErrorOf(options), error);
  // One of them is enough, but no prefix of the other's.
  auto* const first = options.settings.mutable_authenticator(0);
  auto* const second = options.settings.mutable_authenticator(1);
  second->set_subject_prefix("b");
  EXPECT_EQ(ErrorOf(options), "");
  first->set_subject_prefix("b");
  EXPECT_EQ(ErrorOf(options), error);
  first->set_subject_prefix("bc");
  EXPECT_EQ(ErrorOf(options), error);
  first->set_subject_prefix("c");
  EXPECT_EQ(ErrorOf(options), "");
  first->clear_subject_prefix();
  second->clear_subject_prefix();
  // Or that they are the same people.
  first->set_realm("people");
  EXPECT_EQ(ErrorOf(options), error);
  second->set_realm("people");
  EXPECT_EQ(ErrorOf(options), "");
  // Every two are looked at.
  options.settings.add_authenticator()->set_custom("named");
  EXPECT_THAT(ErrorOf(options), HasSubstr("authenticator[2]: a subject of it"));
  options.settings.mutable_authenticator(2)->set_subject_prefix("named:");
  EXPECT_EQ(ErrorOf(options), "");
}

}  // namespace
}  // namespace guarded
