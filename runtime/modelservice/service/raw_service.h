// The gRPC side of a service: hands every call's bytes to the runtime.
//
//   std::unique_ptr<grpc::Service> service = MakeRawService(description,
//                                                           runtime);
//   builder.RegisterService(service.get());
//
// It is what grpc_cpp_plugin's WithRawCallbackMethod_ templates, stacked on
// each other, would make, but from the table of methods: one class for all
// services, and no gRPC in generated code.
#ifndef MODELSERVICE_SERVICE_RAW_SERVICE_H_
#define MODELSERVICE_SERVICE_RAW_SERVICE_H_

#include <grpcpp/impl/service_type.h>

#include <memory>

#include "modelservice/service/method.h"
#include "modelservice/service/runtime.h"

namespace modelservice {

// `runtime` is the one that serves `service`, and outlives what is made.
std::unique_ptr<grpc::Service> MakeRawService(const Service& service,
                                              ServiceRuntime& runtime);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_RAW_SERVICE_H_
