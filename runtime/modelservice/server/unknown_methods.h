// Calls of methods that a server does not have: as those of clients that are
// newer than it. They are refused in words, and whoever looks after the server
// sees them.
#ifndef MODELSERVICE_SERVER_UNKNOWN_METHODS_H_
#define MODELSERVICE_SERVER_UNKNOWN_METHODS_H_

#include <grpcpp/generic/async_generic_service.h>

#include "modelservice/service/call_numbers.h"
#include "modelservice/service/request_log.h"

namespace modelservice {

// Thread-safe.
class UnknownMethods final : public grpc::CallbackGenericService {
 public:
  // Both outlive it, and its calls.
  UnknownMethods(const RequestLog& log, ErrorReasons& reasons)
      : log_(log), reasons_(reasons) {}

  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override;

 private:
  const RequestLog& log_;
  ErrorReasons& reasons_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVER_UNKNOWN_METHODS_H_
