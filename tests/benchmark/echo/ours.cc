// The generated echo service; its limits are counted where the settings say:
//
//   benchmark_ours_echo serve --address=127.0.0.1:50051
//       --rate_limits.store=redis://localhost --rate_limits.lease_ms=50
#include "echo.modelservice.pb.h"
#include "modelservice/main.h"

namespace {

using ::modelservice::CallContext;
using ::modelservice::Reply;
using ::perf::EchoRequest;
using ::perf::EchoResponse;

class EchoService final : public perf::EchoServiceBase {
 public:
  absl::StatusOr<Reply<EchoResponse>> Echo(
      const CallContext&, const EchoRequest& request) override {
    return Answer(request);
  }
  absl::StatusOr<Reply<EchoResponse>> EchoInChain(
      const CallContext&, const EchoRequest& request) override {
    return Answer(request);
  }
  absl::StatusOr<Reply<EchoResponse>> EchoLimited(
      const CallContext&, const EchoRequest& request) override {
    return Answer(request);
  }

 private:
  static EchoResponse Answer(const EchoRequest& request) {
    EchoResponse response;
    response.set_text(request.text());
    return response;
  }
};

// Costs what the chain itself costs.
class Nothing final : public modelservice::Interceptor {
 public:
  absl::Status Before(CallContext&) override { return absl::OkStatus(); }
  void After(CallContext&, absl::Status&) override {}
};

}  // namespace

int main(int argc, char** argv) {
  return modelservice::Main(argc, argv, [](modelservice::Registry& registry) {
    perf::RegisterEcho(registry);
    registry.Add<EchoService>();
    registry.AddInterceptor<Nothing>("nothing");
  });
}
