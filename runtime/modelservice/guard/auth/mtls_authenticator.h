// The name in the client's certificate, which TLS has checked against
// `tls.client_ca_file`, as an authenticator. The claims
// `subject_alternative_name` (a list) and `common_name` hold all names.
#ifndef MODELSERVICE_GUARD_AUTH_MTLS_AUTHENTICATOR_H_
#define MODELSERVICE_GUARD_AUTH_MTLS_AUTHENTICATOR_H_

#include <memory>

#include "modelservice/authenticator.h"
#include "modelservice/config.pb.h"

namespace modelservice {

std::unique_ptr<Authenticator> MakeMtlsAuthenticator(
    const MtlsSettings& settings);

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_AUTH_MTLS_AUTHENTICATOR_H_
