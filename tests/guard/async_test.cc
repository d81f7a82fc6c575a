// Calls that go on after their method has returned.
#include <atomic>
#include <filesystem>
#include <iterator>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fixture.h"
#include "modelservice/testing/captured_log.h"
#include "recorder.h"

namespace guarded {
namespace {

// Everybody who watches is told what anybody publishes. "ServerStream" watches,
// "Unary" publishes and answers how many were told.
class Hub : public AsyncEchoService {
 public:
  // Says in `self` where it is.
  Hub(Events* events, Hub** self) : events_(*events) { *self = this; }

  void StartServerStream(const CallContext&, const Text& request,
                         AsyncWriter<Text> writer) override {
    int id;
    {
      std::lock_guard<std::mutex> lock(mutex_);
      id = next_++;
      watchers_.emplace(id, writer);
    }
    writer.OnReady([this, id] { events_.Add(absl::StrCat("ready ", id)); });
    writer.OnDone([this, id](const absl::Status& status) {
      std::lock_guard<std::mutex> lock(mutex_);
      watchers_.erase(id);
      events_.Add(absl::StrCat(id, " ended with ",
                               absl::StatusCodeToString(status.code())));
    });
    if (!request.text().empty()) {
      EXPECT_TRUE(writer.Write(request).ok());
    }
  }

  void StartUnary(const CallContext&, const Text& request,
                  AsyncReply<Text> reply) override {
    Text told;
    told.set_weight(Publish(request));
    reply.Finish(told);
  }

  // Under the lock that callbacks take, too.
  int Publish(const Text& text) {
    std::lock_guard<std::mutex> lock(mutex_);
    int told = 0;
    for (const auto& [id, watcher] : watchers_) {
      if (watcher.Write(text).ok()) ++told;
    }
    return told;
  }
  void FinishAll(const absl::Status& status) {
    std::lock_guard<std::mutex> lock(mutex_);
    for (const auto& [id, watcher] : watchers_) watcher.Finish(status);
  }
  std::optional<AsyncWriter<Text>> Find(int id) {
    std::lock_guard<std::mutex> lock(mutex_);
    const auto found = watchers_.find(id);
    if (found == watchers_.end()) return std::nullopt;
    return found->second;
  }

 private:
  Events& events_;
  std::mutex mutex_;
  int next_ = 0;
  std::map<int, AsyncWriter<Text>> watchers_;
};

class AsyncTest : public GuardTest {
 protected:
  void StartHub(Options options = {}) {
    StartServer(
        [&](modelservice::Registry& registry) {
          registry.Add<Hub>(&events_, &hub_);
          registry.AddInterceptor<Recorder>("first", &ends_, "first");
        },
        std::move(options));
    if (!HasFatalFailure()) stub_ = Echo::NewStub(server().channel());
  }

  struct Watching {
    std::unique_ptr<grpc::ClientContext> context = NewContext({});
    std::unique_ptr<grpc::ClientReader<Text>> reader;

    std::string Next() {
      Text text;
      return reader->Read(&text) ? text.text() : "end";
    }
  };
  // Watches, and knows it.
  Watching Watch(Echo::Stub& stub, const std::string& first = "here") {
    Watching watching;
    watching.reader = stub.ServerStream(watching.context.get(), TextOf(first));
    if (!first.empty()) {
      EXPECT_EQ(watching.Next(), first);
    }
    return watching;
  }

  // Of the callbacks of calls that a server left behind, too: never deleted.
  Events& events_ = *new Events();
  Events ends_;
  Hub* hub_ = nullptr;
  std::unique_ptr<Echo::Stub> stub_;
};

int Threads() {
  const std::filesystem::directory_iterator tasks("/proc/self/task");
  return static_cast<int>(std::distance(begin(tasks), end(tasks)));
}

TEST_F(AsyncTest, AThousandQuietStreamsHoldNoThread) {
  constexpr int kStreams = 1000;
  Options options;  // and so the default of `workers`
  options.settings.set_max_streams(kStreams);
  options.settings.set_maximum_concurrent_rpcs(kStreams + 100);
  ASSERT_NO_FATAL_FAILURE(StartHub(std::move(options)));
  std::vector<std::unique_ptr<Echo::Stub>> clients;
  for (int i = 0; i < 10; ++i) {
    clients.push_back(Echo::NewStub(server().NewChannel()));
    Text text;
    ASSERT_THAT(CallUnary(*clients.back(), &Echo::Stub::Chosen, text).status,
                IsOk());
  }
  const int before = Threads();
  std::vector<Watching> watching;
  for (int i = 0; i < kStreams; ++i) {
    watching.push_back(Watch(*clients[static_cast<size_t>(i) % 10]));
  }
  EXPECT_LT(Threads(), before + 100);

  // Others are served, in both forms.
  for (int i = 0; i < 50; ++i) {
    EXPECT_THAT(CallUnary(*stub_, &Echo::Stub::Chosen, TextOf("a")).status,
                IsOk());
  }
  const auto context = NewContext({});
  const auto talk = stub_->Bidi(context.get());
  // Refused before it has read: the refusal may be here first.
  talk->Write(TextOf("a"));
  talk->WritesDone();
  EXPECT_THAT(talk->Finish(), IsError(grpc::StatusCode::RESOURCE_EXHAUSTED,
                                      HasSubstr("max_streams")));

  Text told;
  EXPECT_THAT(
      CallUnary(*stub_, &Echo::Stub::Unary, TextOf("news"), {}, &told).status,
      IsOk());
  EXPECT_EQ(told.weight(), kStreams);
  for (Watching& one : watching) ASSERT_EQ(one.Next(), "news");
  EXPECT_LT(Threads(), before + 100);
  hub_->FinishAll(absl::OkStatus());
  for (Watching& one : watching) {
    EXPECT_EQ(one.Next(), "end");
    EXPECT_THAT(one.reader->Finish(), IsOk());
  }
  // And their places are free.
  EXPECT_THAT(CallShape(*stub_, Shape::kBidi, "a").status, IsOk());
}

TEST_F(AsyncTest, ASlowClientIsGivenSoMuchAndThenNothing) {
  Options options;
  options.settings.set_max_stream_bytes(1 << 20);
  ASSERT_NO_FATAL_FAILURE(StartHub(std::move(options)));
  Watching watching = Watch(*stub_);
  auto watcher = hub_->Find(0);
  ASSERT_TRUE(watcher.has_value());
  EXPECT_TRUE(watcher->ready());
  const std::string large(10000, 'x');
  int written = 0;
  absl::Status status;
  while (written < 10000) {
    status = watcher->Write(TextOf(absl::StrCat(written, " ", large)));
    if (!status.ok()) break;
    ++written;
  }
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("max_stream_bytes"));
  // What the bound is, and what gRPC and the socket hold.
  EXPECT_GT(written, 100);
  EXPECT_LT(written, 5000);
  EXPECT_FALSE(watcher->ready());
  EXPECT_FALSE(watcher->over());
  // Others are told. There may be room for so little, or again.
  Watching other = Watch(*stub_);
  const int told = hub_->Publish(TextOf("news"));
  EXPECT_GE(told, 1);
  EXPECT_EQ(other.Next(), "news");
  // All that was taken comes, in order; then there is room again.
  for (int i = 0; i < written; ++i) {
    ASSERT_EQ(watching.Next(), absl::StrCat(i, " ", large));
  }
  if (told == 2) {
    EXPECT_EQ(watching.Next(), "news");
  }
  EXPECT_TRUE(events_.Await("ready 0"));
  EXPECT_TRUE(watcher->ready());
  EXPECT_EQ(hub_->Publish(TextOf("more")), 2);
  EXPECT_EQ(watching.Next(), "more");
  hub_->FinishAll(absl::AbortedError("closed"));
  EXPECT_EQ(watching.Next(), "end");
  EXPECT_THAT(watching.reader->Finish(),
              IsError(grpc::StatusCode::ABORTED, "closed"));
}

TEST_F(AsyncTest, WhatWaitsIsSentBeforeTheEnd) {
  ASSERT_NO_FATAL_FAILURE(StartHub());
  Watching watching = Watch(*stub_);
  const std::string large(100000, 'x');
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(hub_->Publish(TextOf(absl::StrCat(i, " ", large))), 1);
  }
  hub_->FinishAll(absl::DataLossError("all of it"));
  const auto watcher = hub_->Find(0);
  EXPECT_EQ(hub_->Publish(TextOf("too late")), 0);
  for (int i = 0; i < 20; ++i) {
    ASSERT_EQ(watching.Next(), absl::StrCat(i, " ", large));
  }
  EXPECT_EQ(watching.Next(), "end");
  EXPECT_EQ(watching.reader->Finish().error_code(), grpc::StatusCode::INTERNAL);
  EXPECT_TRUE(events_.Await("0 ended with DATA_LOSS"));
  if (watcher.has_value()) {
    EXPECT_EQ(watcher->Write(Text()).code(),
              absl::StatusCode::kFailedPrecondition);
  }
}

TEST_F(AsyncTest, AClientThatGoesAway) {
  Options options;
  options.settings.set_maximum_concurrent_rpcs(1);
  options.settings.add_interceptor("first");
  ASSERT_NO_FATAL_FAILURE(StartHub(std::move(options)));
  Watching watching = Watch(*stub_);
  const auto watcher = hub_->Find(0);
  watching.context->TryCancel();
  EXPECT_EQ(watching.reader->Finish().error_code(),
            grpc::StatusCode::CANCELLED);
  EXPECT_TRUE(ends_.Await("first after CANCELLED"));
  EXPECT_TRUE(events_.Await("0 ended with CANCELLED"));
  EXPECT_TRUE(watcher->over());
  EXPECT_EQ(watcher->Write(Text()).code(), absl::StatusCode::kCancelled);
  watcher->Finish(absl::OkStatus());  // does nothing
  EXPECT_FALSE(hub_->Find(0).has_value());
  // Its place is free.
  EXPECT_THAT(CallUnary(*stub_, &Echo::Stub::Chosen, Text()).status, IsOk());
}

TEST_F(AsyncTest, TheServersTimeIsOverForAClientThatTakesNothing) {
  Options options;
  options.settings.set_maximum_timeout(0.3);
  options.settings.add_interceptor("first");
  ASSERT_NO_FATAL_FAILURE(StartHub(std::move(options)));
  Watching watching = Watch(*stub_);
  const std::string large(100000, 'x');
  for (int i = 0; i < 20; ++i) hub_->Publish(TextOf(large));
  EXPECT_TRUE(ends_.Await("first after DEADLINE_EXCEEDED"));
  EXPECT_TRUE(events_.Await("0 ended with DEADLINE_EXCEEDED"));
  watching.context->TryCancel();
  watching.reader->Finish();
}

TEST_F(AsyncTest, TheServerStopsWithStreamsOpen) {
  ASSERT_NO_FATAL_FAILURE(StartHub());
  Watching watching = Watch(*stub_);
  const auto watcher = hub_->Find(0);
  EXPECT_TRUE(server().Stop(absl::ZeroDuration()));
  EXPECT_FALSE(watching.reader->Finish().ok());
  EXPECT_THAT(events_.Take(),
              testing::Contains(testing::StartsWith("0 ended with ")));
  // The handle stays, and says what it knew.
  TakeServer();
  EXPECT_TRUE(watcher->over());
  EXPECT_FALSE(watcher->Write(Text()).ok());
  EXPECT_EQ(watcher->call().method(), "/guarded.Echo/ServerStream");
  EXPECT_FALSE(watcher->call().metadata("x-key").has_value());
  bool told = false;
  watcher->OnDone([&](const absl::Status&) { told = true; });
  EXPECT_TRUE(told);
}

// A method that does what one should not.
class Misused : public AsyncEchoService {
 public:
  void StartUnary(const CallContext&, const Text& request,
                  AsyncReply<Text> reply) override {
    if (request.text() == "drop") return;
    reply.Finish(TextOf("first"));
    reply.Finish(TextOf("second"));
    reply.Finish(absl::AbortedError("third"));
  }
  void StartServerStream(const CallContext&, const Text& request,
                         AsyncWriter<Text> writer) override {
    EXPECT_TRUE(writer.Write(request).ok());
    if (request.text() == "throw") throw std::runtime_error("secret");
    // And lets go.
  }
  void StartBidi(const CallContext&, AsyncStream<Text, Text> stream) override {
    stream.Read([stream](const Text*) {
      stream.Read([stream](const Text*) {});
      stream.Read([stream](const Text* second) {
        EXPECT_EQ(second, nullptr);
        EXPECT_TRUE(stream.over());
      });
    });
  }
};

TEST_F(AsyncTest, Misuse) {
  ASSERT_NO_FATAL_FAILURE(StartServer(
      [](modelservice::Registry& registry) { registry.Add<Misused>(); }));
  stub_ = Echo::NewStub(server().channel());
  modelservice::CapturedLog captured;
  const auto is_internal =
      IsError(grpc::StatusCode::INTERNAL, testing::Not(HasSubstr("secret")));
  EXPECT_THAT(CallShape(*stub_, Shape::kUnary, "drop").status, is_internal);
  EXPECT_THAT(CallShape(*stub_, Shape::kUnary, "a").replies,
              ElementsAre("first"));
  Exchange exchange = CallShape(*stub_, Shape::kServerStream, "a");
  EXPECT_THAT(exchange.status, is_internal);
  EXPECT_THAT(exchange.replies, ElementsAre("a"));
  exchange = CallShape(*stub_, Shape::kServerStream, "throw");
  EXPECT_THAT(exchange.status, is_internal);
  EXPECT_THAT(CallShape(*stub_, Shape::kBidi, "a").status, is_internal);
  server().Stop(absl::Seconds(10));
  const std::string log = captured.Take();
  EXPECT_THAT(log, HasSubstr("without Finish"));
  EXPECT_THAT(log, HasSubstr("another Read waited"));
  EXPECT_THAT(log, HasSubstr("secret"));
}

}  // namespace
}  // namespace guarded
