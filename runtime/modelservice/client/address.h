// Where a service is.
#ifndef MODELSERVICE_CLIENT_ADDRESS_H_
#define MODELSERVICE_CLIENT_ADDRESS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace modelservice::client {

// The environment variables that name the address of "shop.v1.CustomerService",
// the first that is set first: GRPC_SERVER_ADDR_SHOP_V1_CUSTOMER_SERVICE,
// GRPC_SERVER_ADDR_CUSTOMER_SERVICE, GRPC_SERVER_ADDR.
std::vector<std::string> AddressVariables(absl::string_view service);

// gRPC's target: `address`, or what the environment says. FAILED_PRECONDITION
// when nothing does, INVALID_ARGUMENT for a list of what are no IP addresses.
absl::StatusOr<std::string> TargetOf(absl::string_view address,
                                     absl::string_view service);

}  // namespace modelservice::client

#endif  // MODELSERVICE_CLIENT_ADDRESS_H_
