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
// What a client may have of it is bounded: the streams at a time, and the size
// of a request and of an answer.
#ifndef MODELSERVICE_SERVER_REFLECTION_H_
#define MODELSERVICE_SERVER_REFLECTION_H_

#include <google/protobuf/descriptor.h>

#include <atomic>
#include <memory>
#include <set>
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
  // `names` are the services that are told of, `access` is who may ask, on
  // `max_streams` streams at a time.
  Reflection(std::vector<std::string> names, std::string access,
             int max_streams);
  Reflection(const Reflection&) = delete;
  Reflection& operator=(const Reflection&) = delete;

  const std::vector<Service>& services() const { return services_; }
  // For each of the services; this outlives it.
  std::unique_ptr<Handler> MakeHandler() const;

 private:
  const std::vector<std::string> names_;
  const std::string access_;
  const int max_streams_;
  mutable std::atomic<int> streams_{0};
  const Guard guard_;
  std::vector<Method> methods_;
  std::vector<Service> services_;
};

// What was sent on one stream.
using SentFiles = std::set<const google::protobuf::FileDescriptor*>;

// The answer to one request, and to one for a file; apart, for tests. A file
// comes with what it imports, but for what is in `sent`, and for what would
// make the answer larger than a megabyte: clients ask for what they lack, by
// name.
void AnswerFile(const google::protobuf::FileDescriptor& file, SentFiles* sent,
                ReflectionResponse* response);
ReflectionResponse Reflect(const std::vector<std::string>& names,
                           const ReflectionRequest& request, SentFiles* sent);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVER_REFLECTION_H_
