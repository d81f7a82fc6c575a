#include "modelservice/guard/auth/mtls_authenticator.h"

#include <gmock/gmock.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>
#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "modelservice/guard/auth/auth_test_support.h"
#include "modelservice/testing/child_process.h"
#include "modelservice/testing/temporary_folder.h"

namespace modelservice {
namespace {

using ::testing::HasSubstr;

// One authority, the server's certificate and clients', made by openssl.
class Certificates {
 public:
  Certificates() {
    Openssl({"req", "-x509", "-newkey", "ec", "-pkeyopt",
             "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=authority",
             "-days", "2", "-keyout", Path("ca.key"), "-out", Path("ca.pem")});
    Make("server", "/CN=localhost", "DNS:localhost");
  }

  // Signs a certificate; `names` may be empty.
  void Make(const std::string& name, const std::string& subject,
            const std::string& names) {
    Openssl({"req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-nodes", "-subj", subject, "-keyout", Path(name + ".key"), "-out",
             Path(name + ".csr")});
    std::ofstream(Path(name + ".ext"))
        << (names.empty() ? "basicConstraints=CA:FALSE\n"
                          : "subjectAltName=" + names + "\n");
    Openssl({"x509", "-req", "-in", Path(name + ".csr"), "-CA", Path("ca.pem"),
             "-CAkey", Path("ca.key"), "-CAcreateserial", "-days", "2",
             "-extfile", Path(name + ".ext"), "-out", Path(name + ".pem")});
  }

  std::string Read(const std::string& name) const {
    return ReadFile(Path(name));
  }

 private:
  std::string Path(const std::string& name) const {
    return folder_.path() + "/" + name;
  }
  static void Openssl(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "openssl");
    const auto output = RunCommand(arguments);
    ASSERT_TRUE(output.ok()) << output.status();
  }

  const TemporaryFolder folder_;
};

class MtlsAuthenticatorTest : public testing::Test {
 protected:
  AuthAnswer Call(MtlsSettings::Name name, const std::string& client) {
    MtlsSettings settings;
    settings.set_name(name);
    std::vector<std::unique_ptr<Authenticator>> authenticators;
    authenticators.push_back(MakeMtlsAuthenticator(settings));
    grpc::SslServerCredentialsOptions server(
        GRPC_SSL_REQUEST_CLIENT_CERTIFICATE_AND_VERIFY);
    server.pem_root_certs = certificates_.Read("ca.pem");
    server.pem_key_cert_pairs = {
        {certificates_.Read("server.key"), certificates_.Read("server.pem")}};
    AuthServer serving(std::move(authenticators), nullptr, 1,
                       grpc::SslServerCredentials(server));
    grpc::SslCredentialsOptions options;
    options.pem_root_certs = certificates_.Read("ca.pem");
    if (!client.empty()) {
      options.pem_private_key = certificates_.Read(client + ".key");
      options.pem_cert_chain = certificates_.Read(client + ".pem");
    }
    return serving.CallWith(grpc::SslCredentials(options));
  }

  Certificates certificates_;
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
