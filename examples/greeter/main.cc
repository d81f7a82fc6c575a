// A server for Greeter: four methods, one in each streaming shape, and an
// interceptor.

#include "modelservice/main.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "greeter.modelservice.pb.h"
#include "modelservice/log.h"

namespace {

using ::greeter::HelloReply;
using ::greeter::HelloRequest;
using ::modelservice::CallContext;
using ::modelservice::Reply;

HelloReply Hello(absl::string_view greeting, absl::string_view name) {
  HelloReply reply;
  reply.set_message(absl::StrCat(greeting, ", ", name, "!"));
  return reply;
}

class Greeter : public greeter::GreeterBase {
 public:
  absl::StatusOr<Reply<HelloReply>> SayHello(
      const CallContext&, const HelloRequest& request) override {
    if (request.name().empty()) {
      return absl::InvalidArgumentError("Who is it? Say your name.");
    }
    return Hello("Hello", request.name());
  }

  absl::Status SayHelloInEveryLanguage(
      const CallContext&, const HelloRequest& request,
      modelservice::Writer<HelloReply>& writer) override {
    for (const char* greeting : {"Hello", "Bonjour", "Hallo", "Ciao"}) {
      if (!writer.Write(Hello(greeting, request.name()))) {
        return absl::CancelledError("The client went away.");
      }
    }
    return absl::OkStatus();
  }

  absl::StatusOr<Reply<HelloReply>> SayHelloToAll(
      const CallContext&, modelservice::Reader<HelloRequest>& reader) override {
    std::vector<std::string> names;
    HelloRequest request;
    while (reader.Read(&request)) names.push_back(request.name());
    return Hello("Hello", absl::StrJoin(names, ", "));
  }

  absl::Status Converse(
      const CallContext&,
      modelservice::Stream<HelloRequest, HelloReply>& stream) override {
    HelloRequest request;
    while (stream.Read(&request)) {
      if (!stream.Write(Hello("Hello again", request.name()))) break;
    }
    return absl::OkStatus();
  }
};

// Says who was greeted from where, and how it ended.
class Audit : public modelservice::Interceptor {
 public:
  void After(CallContext& call, absl::Status& status) override {
    modelservice::Log(modelservice::Severity::kInfo,
                      absl::StrCat("audit: ", call.method(), " from ",
                                   call.peer(), ": ", status.ToString()));
  }
};

}  // namespace

int main(int argc, char** argv) {
  return modelservice::Main(argc, argv, [](modelservice::Registry& registry) {
    greeter::RegisterGreeter(registry);
    registry.Add<Greeter>();
    registry.AddInterceptor<Audit>("audit");
  });
}
