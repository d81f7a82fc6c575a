// What the server's port asks of a client's connection.
#ifndef MODELSERVICE_SERVER_CREDENTIALS_H_
#define MODELSERVICE_SERVER_CREDENTIALS_H_

#include <grpcpp/security/server_credentials.h>

#include <memory>

#include "absl/status/statusor.h"
#include "modelservice/config.pb.h"

namespace modelservice {

// Without TLS where `settings` have none. The files are checked now, so that an
// error names the one that is wrong, and are read again when they change.
absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> MakeCredentials(
    const Settings& settings);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVER_CREDENTIALS_H_
