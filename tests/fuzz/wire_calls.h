// Calls as bytes: what a client can send that knows no message.
//
//   WireClient client(server.channel());
//   WireAnswer answer = client.Call("/shop.Customers/Create", bytes);
#ifndef MODELSERVICE_TESTS_FUZZ_WIRE_CALLS_H_
#define MODELSERVICE_TESTS_FUZZ_WIRE_CALLS_H_

#include <grpcpp/channel.h>
#include <grpcpp/completion_queue.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/status.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace modelservice {

struct WireAnswer {
  grpc::Status status;
  // One of a unary method.
  std::vector<std::string> replies;
};

// For one thread.
class WireClient {
 public:
  explicit WireClient(const std::shared_ptr<grpc::Channel>& channel)
      : stub_(channel) {}

  // Sends one request and reads to the end; unary methods and server streams.
  WireAnswer Call(const std::string& path, absl::string_view request);

 private:
  // Whether the operation that was started, the only one, has succeeded.
  bool Await();

  grpc::GenericStub stub_;
  grpc::CompletionQueue queue_;
};

// A sequence of calls as one input of a fuzzer: fields of length-delimited
// bytes, the number of each saying what is called.
struct WireCall {
  int number = 0;
  std::string request;
};
// Up to what is no such field.
std::vector<WireCall> ReadCalls(absl::string_view bytes);
std::string WriteCalls(const std::vector<WireCall>& calls);

}  // namespace modelservice

#endif  // MODELSERVICE_TESTS_FUZZ_WIRE_CALLS_H_
