#include "modelservice/guard/auth/mtls_authenticator.h"

#include <gmock/gmock.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "modelservice/guard/auth/auth_test_support.h"
#include "modelservice/testing/test_certificates.h"

namespace modelservice {
namespace {

using ::testing::HasSubstr;

class MtlsAuthenticatorTest : public testing::Test {
 protected:
  AuthAnswer Call(MtlsSettings::Name name, const std::string& client) {
    MtlsSettings settings;
    settings.set_name(name);
    std::vector<std::unique_ptr<Authenticator>> authenticators;
    authenticators.push_back(MakeMtlsAuthenticator(settings));
    grpc::SslServerCredentialsOptions server(
        GRPC_SSL_REQUEST_CLIENT_CERTIFICATE_AND_VERIFY);
    server.pem_root_certs = certificates_.certificate("ca");
    server.pem_key_cert_pairs = {
        {certificates_.key("server"), certificates_.certificate("server")}};
    AuthServer serving(std::move(authenticators), nullptr, 1,
                       grpc::SslServerCredentials(server));
    grpc::SslCredentialsOptions options;
    options.pem_root_certs = certificates_.certificate("ca");
    if (!client.empty()) {
      options.pem_private_key = certificates_.key(client);
      options.pem_cert_chain = certificates_.certificate(client);
    }
    return serving.CallWith(grpc::SslCredentials(options));
  }

  TestCertificates certificates_;
};

TEST_F(MtlsAuthenticatorTest, TheNameThatTheSettingsAskForIsTheSubject) {
  certificates_.Make("cart", "/CN=cart service",
                     "DNS:cart.shop.example,URI:spiffe://shop.example/cart,"
                     "DNS:cart");
  const AuthAnswer answer = Call(MtlsSettings::URI, "cart");
  ASSERT_EQ(answer.code, grpc::StatusCode::OK) << answer.message;
  EXPECT_EQ(answer.principal.subject, "spiffe://shop.example/cart");
  EXPECT_EQ(answer.principal.scheme, "mtls");
  EXPECT_EQ(answer.principal.Claim("common_name"), "cart service");
  EXPECT_TRUE(answer.principal.HasClaim("subject_alternative_name", "cart"));
  EXPECT_TRUE(answer.principal.HasClaim("subject_alternative_name",
                                        "spiffe://shop.example/cart"));
  EXPECT_EQ(Call(MtlsSettings::DNS, "cart").principal.subject,
            "cart.shop.example");
  EXPECT_EQ(Call(MtlsSettings::SAN, "cart").principal.subject,
            "cart.shop.example");
  EXPECT_EQ(Call(MtlsSettings::COMMON_NAME, "cart").principal.subject,
            "cart service");
}

TEST_F(MtlsAuthenticatorTest, ACertificateWithoutThatNameIsRefused) {
  certificates_.Make("plain", "/CN=plain", "");
  for (const MtlsSettings::Name name :
       {MtlsSettings::SAN, MtlsSettings::URI, MtlsSettings::DNS}) {
    const AuthAnswer answer = Call(name, "plain");
    EXPECT_EQ(answer.code, grpc::StatusCode::UNAUTHENTICATED);
    EXPECT_EQ(answer.reason, "CERTIFICATE_NAMELESS");
    EXPECT_THAT(answer.message, HasSubstr(MtlsSettings::Name_Name(name)));
  }
  EXPECT_EQ(Call(MtlsSettings::COMMON_NAME, "plain").principal.subject,
            "plain");
}

TEST_F(MtlsAuthenticatorTest, WithoutACertificateTheCallerIsAnonymous) {
  const AuthAnswer answer = Call(MtlsSettings::SAN, "");
  EXPECT_EQ(answer.code, grpc::StatusCode::OK) << answer.message;
  EXPECT_TRUE(answer.principal.is_anonymous());
}

}  // namespace
}  // namespace modelservice
