// gRPC's server reflection, v1 and v1alpha: clients without a .proto ask which
// services there are, and for their descriptors.
//
//   Reflection reflection({"shop.CustomerService"}, "authenticated");
//   for (const Service& service : reflection.services()) {
//     ... service, reflection.MakeHandler() ...
//   }
//
// It is a service like others, with a chain of guards and its share of the
// streams: gRPC's own is open to everybody, and has a thread for each stream.
#ifndef MODELSERVICE_SERVER_REFLECTION_H_
#define MODELSERVICE_SERVER_REFLECTION_H_

#include <memory>
#include <string>
#include <vector>

#include "modelservice/handler.h"
#include "modelservice/reflection.pb.h"
#include "modelservice/schema/guard.h"
#include "modelservice/service/method.h"

namespace modelservice {

// Outlives its services; safe to use from any thread.
class Reflection {
 public:
  // `names` are the services that are told of, `access` is who may ask.
  Reflection(std::vector<std::string> names, std::string access);
  Reflection(const Reflection&) = delete;
  Reflection& operator=(const Reflection&) = delete;

  const std::vector<Service>& services() const { return services_; }
  std::unique_ptr<Handler> MakeHandler() const;

 private:
  const std::vector<std::string> names_;
  const std::string access_;
  const Guard guard_;
  std::vector<Method> methods_;
  std::vector<Service> services_;
};

// The answer to one request; apart, for tests.
ReflectionResponse Reflect(const std::vector<std::string>& names,
                           const ReflectionRequest& request);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVER_REFLECTION_H_
