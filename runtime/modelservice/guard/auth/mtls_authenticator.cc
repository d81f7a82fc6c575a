#include "modelservice/guard/auth/mtls_authenticator.h"

#include <grpc/grpc_security_constants.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "modelservice/guard/auth/bad_credentials.h"

namespace modelservice {
namespace {

// gRPC's word for such names.
const char* KindOf(MtlsSettings::Name name) {
  switch (name) {
    case MtlsSettings::COMMON_NAME:
      return GRPC_X509_CN_PROPERTY_NAME;
    case MtlsSettings::URI:
      return GRPC_PEER_URI_PROPERTY_NAME;
    case MtlsSettings::DNS:
      return GRPC_PEER_DNS_PROPERTY_NAME;
    case MtlsSettings::SAN:
      break;
  }
  return GRPC_X509_SAN_PROPERTY_NAME;
}

class MtlsAuthenticator final : public Authenticator {
 public:
  explicit MtlsAuthenticator(MtlsSettings::Name name) : name_(name) {}

  bool Recognizes(const CallContext& call) const override {
    // Every certificate that was checked has its PEM text here.
    return !call.certificate_names(GRPC_X509_PEM_CERT_PROPERTY_NAME).empty();
  }

  absl::StatusOr<Principal> Authenticate(const CallContext& call) override {
    const std::vector<std::string> names =
        call.certificate_names(KindOf(name_));
    if (names.empty() || names.front().empty()) {
      return BadCredentials(
          "CERTIFICATE_NAMELESS",
          absl::StrCat("The client's certificate has no name of the kind ",
                       MtlsSettings::Name_Name(name_), "."));
    }
    Principal principal;
    principal.scheme = "mtls";
    principal.subject = names.front();
    auto& claims = *principal.claims.mutable_fields();
    auto* const all = claims["subject_alternative_name"].mutable_list_value();
    for (const std::string& name :
         call.certificate_names(GRPC_X509_SAN_PROPERTY_NAME)) {
      all->add_values()->set_string_value(name);
    }
    const auto common = call.certificate_names(GRPC_X509_CN_PROPERTY_NAME);
    if (!common.empty()) {
      claims["common_name"].set_string_value(common.front());
    }
    return principal;
  }

 private:
  const MtlsSettings::Name name_;
};

}  // namespace

std::unique_ptr<Authenticator> MakeMtlsAuthenticator(
    const MtlsSettings& settings) {
  return std::make_unique<MtlsAuthenticator>(settings.name());
}

}  // namespace modelservice
