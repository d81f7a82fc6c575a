// Calls that go on after their method has returned, until their time is over.
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "fixture.h"
#include "recorder.h"

namespace guarded {
namespace {

// One that never finishes: the client's deadline, and the server's.
class AsyncTimeTest : public GuardTest,
                      public testing::WithParamInterface<Shape> {
 protected:
  grpc::Status Send(std::chrono::milliseconds deadline) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + deadline);
    const Text request = TextOf("wait");
    Text reply;
    switch (GetParam()) {
      case Shape::kUnary:
        return stub_->Unary(&context, request, &reply);
      case Shape::kServerStream: {
        const auto reader = stub_->ServerStream(&context, request);
        while (reader->Read(&reply)) {
        }
        return reader->Finish();
      }
      case Shape::kClientStream: {
        const auto writer = stub_->ClientStream(&context, &reply);
        writer->Write(request);
        return writer->Finish();
      }
      case Shape::kBidi:
        break;
    }
    const auto stream = stub_->Bidi(&context);
    stream->Write(request);
    while (stream->Read(&reply)) {
    }
    return stream->Finish();
  }
  void StartEcho(Options options) {
    options.settings.add_interceptor("first");
    // One at a time: what has ended has given its place back.
    options.settings.set_maximum_concurrent_rpcs(1);
    StartServer(
        [&](modelservice::Registry& registry) {
          registry.Add<AsyncEchoService>();
          registry.AddInterceptor<Recorder>("first", &ends_, "first");
        },
        std::move(options));
    if (!HasFatalFailure()) stub_ = Echo::NewStub(server().channel());
  }

  Events ends_;
  std::unique_ptr<Echo::Stub> stub_;
};

TEST_P(AsyncTimeTest, OfTheClient) {
  ASSERT_NO_FATAL_FAILURE(StartEcho({}));
  EXPECT_EQ(Send(std::chrono::milliseconds(500)).error_code(),
            grpc::StatusCode::DEADLINE_EXCEEDED);
  // The server hears of it at about the same time, by its clock or by the
  // client's leaving.
  std::vector<std::string> ends;
  const auto patience = std::chrono::steady_clock::now() + kPatience;
  while (ends.size() < 2 && std::chrono::steady_clock::now() < patience) {
    for (std::string& end : ends_.Take()) ends.push_back(std::move(end));
  }
  EXPECT_THAT(ends,
              ElementsAre("first before", AnyOf("first after DEADLINE_EXCEEDED",
                                                "first after CANCELLED")));
  EXPECT_THAT(CallShape(*stub_, GetParam(), "a").status, IsOk());
}

TEST_P(AsyncTimeTest, OfTheServer) {
  Options options;
  options.settings.set_maximum_timeout(0.2);
  ASSERT_NO_FATAL_FAILURE(StartEcho(std::move(options)));
  EXPECT_THAT(Send(kPatience), IsError(grpc::StatusCode::DEADLINE_EXCEEDED,
                                       HasSubstr("took too long")));
  EXPECT_TRUE(ends_.Await("first after DEADLINE_EXCEEDED"));
}

INSTANTIATE_TEST_SUITE_P(Shapes, AsyncTimeTest, kAllShapes);

}  // namespace
}  // namespace guarded
