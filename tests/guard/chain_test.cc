// Interceptors around methods of all four shapes.
#include <atomic>
#include <thread>

#include "fixture.h"
#include "modelservice/testing/captured_log.h"
#include "recorder.h"

namespace guarded {
namespace {

// Decides on a thread of its own, later.
class Later : public Interceptor {
 public:
  ~Later() override {
    for (std::thread& thread : threads_) thread.join();
  }
  void Start(CallContext& call, Done done) override {
    const bool refuse = call.metadata("x-refuse") == "later";
    std::lock_guard<std::mutex> lock(mutex_);
    threads_.emplace_back([refuse, done = std::move(done)]() mutable {
      done(refuse ? absl::FailedPreconditionError("later refuses")
                  : absl::OkStatus());
    });
  }

 private:
  std::mutex mutex_;
  std::vector<std::thread> threads_;
};

// Waits for something, as a call of another server would.
class Blocking : public Interceptor {
 public:
  absl::Status Before(CallContext& call) override {
    {
      std::lock_guard<std::mutex> lock(mutex_);
      inside_ = std::this_thread::get_id();
    }
    return call.metadata("x-refuse") == "blocking"
               ? absl::FailedPreconditionError("blocking refuses")
               : absl::OkStatus();
  }
  bool blocking() const override { return true; }

 private:
  std::mutex mutex_;
  std::thread::id inside_;
};

class ChainTest : public GuardTest, public testing::WithParamInterface<Form> {
 protected:
  void StartEcho(std::vector<std::string> interceptors,
                 modelservice::Settings settings = {}) {
    Options options;
    options.settings = std::move(settings);
    for (const std::string& name : interceptors) {
      options.settings.add_interceptor(name);
    }
    StartServer(
        [&](modelservice::Registry& registry) {
          if (GetParam().async) registry.Add<AsyncEchoService>();
          registry.AddInterceptor<Recorder>("first", &events_, "first");
          registry.AddInterceptor<Recorder>("second", &events_, "second");
          registry.AddInterceptor<Watch>("watch", &events_);
          registry.AddInterceptor<Later>("later");
          registry.AddInterceptor<Blocking>("blocking");
        },
        options);
    if (!HasFatalFailure()) stub_ = Echo::NewStub(server().channel());
  }
  Exchange Send(const std::string& text, const Metadata& metadata = {}) {
    return CallShape(*stub_, GetParam(), text, metadata);
  }

  Events events_;
  std::unique_ptr<Echo::Stub> stub_;
};

TEST_P(ChainTest, RunsInOrderAndBack) {
  ASSERT_NO_FATAL_FAILURE(StartEcho({"first", "second"}));
  const Exchange exchange = Send("a");
  EXPECT_THAT(exchange.status, IsOk());
  EXPECT_EQ(exchange.replies, RepliesTo(GetParam(), "a"));
  EXPECT_THAT(events_.Take(), ElementsAre("first before", "second before",
                                          "second after OK", "first after OK"));
}

TEST_P(ChainTest, ARefusalEndsTheCallBeforeItsMethod) {
  ASSERT_NO_FATAL_FAILURE(StartEcho({"first", "second"}));
  const Exchange exchange = Send("a", {{"x-refuse", "first"}});
  EXPECT_THAT(exchange.status,
              IsError(grpc::StatusCode::FAILED_PRECONDITION, "first refuses"));
  EXPECT_THAT(exchange.replies, IsEmpty());
  EXPECT_TRUE(Refusal(exchange.status).has_details);
  EXPECT_THAT(events_.Take(),
              ElementsAre("first before", "first after FAILED_PRECONDITION"));
}

TEST_P(ChainTest, AfterRunsForEachThatCameBeforeTheRefusal) {
  ASSERT_NO_FATAL_FAILURE(StartEcho({"first", "second"}));
  EXPECT_THAT(Send("a", {{"x-refuse", "second"}}).status,
              IsError(grpc::StatusCode::FAILED_PRECONDITION, "second refuses"));
  EXPECT_THAT(events_.Take(), ElementsAre("first before", "second before",
                                          "second after FAILED_PRECONDITION",
                                          "first after FAILED_PRECONDITION"));
}

TEST_P(ChainTest, AfterSeesHowTheMethodEnded) {
  ASSERT_NO_FATAL_FAILURE(StartEcho({"first"}));
  EXPECT_THAT(Send("fail").status,
              IsError(grpc::StatusCode::ABORTED, "as you wish"));
  EXPECT_THAT(events_.Take(),
              ElementsAre("first before", "first after ABORTED"));
}

TEST_P(ChainTest, AfterMayChangeTheEnd) {
  ASSERT_NO_FATAL_FAILURE(StartEcho({"first", "second"}));
  EXPECT_THAT(Send("fail", {{"x-forgive", "second"}}).status,
              IsError(grpc::StatusCode::ALREADY_EXISTS, "forgiven"));
  EXPECT_THAT(events_.Take(), ElementsAre("first before", "second before",
                                          "second after ABORTED",
                                          "first after ALREADY_EXISTS"));
  EXPECT_THAT(Send("a", {{"x-forgive", "first"}}).status,
              IsError(grpc::StatusCode::ALREADY_EXISTS, "forgiven"));
}

TEST_P(ChainTest, AnExceptionIsInternalWithAnId) {
  ASSERT_NO_FATAL_FAILURE(StartEcho({"first"}));
  const Metadata none;
  const std::vector<std::pair<std::string, Metadata>> calls = {
      {"throw", none},
      {"a", {{"x-throw", "first before"}}},
      {"a", {{"x-throw", "first after"}}},
      {"a", {{"x-change", "first"}}}};
  for (const auto& [text, metadata] : calls) {
    const Refusal refusal(Send(text, metadata).status);
    EXPECT_EQ(refusal.code, grpc::StatusCode::INTERNAL) << text;
    EXPECT_THAT(refusal.message, testing::Not(HasSubstr("secret")));
    EXPECT_FALSE(refusal.info.metadata().at("error_id").empty());
  }
  EXPECT_THAT(Send("a").status, IsOk());
}

TEST_P(ChainTest, EveryMessageIsSeen) {
  ASSERT_NO_FATAL_FAILURE(StartEcho({"watch"}));
  EXPECT_THAT(Send("a").status, IsOk());
  switch (GetParam()) {
    case Shape::kUnary:
      EXPECT_THAT(events_.Take(), ElementsAre("got a", "sent a"));
      break;
    case Shape::kServerStream:
      EXPECT_THAT(events_.Take(),
                  ElementsAre("got a", "sent a", "sent a", "sent a"));
      break;
    case Shape::kClientStream:
      EXPECT_THAT(events_.Take(), ElementsAre("got a", "got a", "sent aa"));
      break;
    case Shape::kBidi:
      EXPECT_THAT(events_.Take(),
                  ElementsAre("got a", "sent a", "got a", "sent a"));
      break;
  }
}

TEST_P(ChainTest, AMessageMayBeRefused) {
  ASSERT_NO_FATAL_FAILURE(StartEcho({"watch"}));
  const Exchange in = Send("in");
  EXPECT_THAT(in.status, IsError(grpc::StatusCode::OUT_OF_RANGE, "not in"));
  EXPECT_THAT(in.replies, IsEmpty());
  if (GetParam() != Shape::kClientStream) {  // its reply is "outout"
    const Exchange out = Send("out");
    EXPECT_THAT(out.status, IsError(grpc::StatusCode::OUT_OF_RANGE, "not out"));
    EXPECT_THAT(out.replies, IsEmpty());
  }
}

TEST_P(ChainTest, OneThatDecidesLaterAndOneThatBlocks) {
  ASSERT_NO_FATAL_FAILURE(
      StartEcho({"first", "later", "blocking", "second", "later"}));
  const Exchange exchange = Send("a");
  EXPECT_THAT(exchange.status, IsOk());
  EXPECT_EQ(exchange.replies, RepliesTo(GetParam(), "a"));
  EXPECT_THAT(events_.Take(), ElementsAre("first before", "second before",
                                          "second after OK", "first after OK"));
  for (const char* name : {"later", "blocking"}) {
    EXPECT_THAT(Send("a", {{"x-refuse", name}}).status,
                IsError(grpc::StatusCode::FAILED_PRECONDITION,
                        absl::StrCat(name, " refuses")));
    EXPECT_THAT(events_.Take(),
                ElementsAre("first before", "first after FAILED_PRECONDITION"));
  }
}

TEST_P(ChainTest, NoMoreThanTheMostCallsAtATime) {
  modelservice::Settings settings;
  settings.set_maximum_concurrent_rpcs(1);
  ASSERT_NO_FATAL_FAILURE(StartEcho({"first"}, settings));
  const auto context = NewContext({});
  const auto held = stub_->Bidi(context.get());
  Text reply;
  held->Write(TextOf("a"));
  ASSERT_TRUE(held->Read(&reply));
  const Refusal refusal(Send("a").status);
  EXPECT_EQ(refusal.code, grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(refusal.info.reason(), "CONCURRENCY_LIMIT_EXCEEDED");
  EXPECT_GT(refusal.retry.retry_delay().seconds(), 0);
  held->WritesDone();
  EXPECT_THAT(held->Finish(), IsOk());
  // Refused ones are not counted for ever, and neither are those that ended.
  for (int i = 0; i < 3; ++i) EXPECT_THAT(Send("a").status, IsOk());
}

TEST_P(ChainTest, ALineInTheLogForEachCall) {
  modelservice::Settings settings;
  settings.set_request_log(true);
  ASSERT_NO_FATAL_FAILURE(StartEcho({}, settings));
  modelservice::CapturedLog captured;
  Send("a", {{"x-caller", "ann"}});
  Send("fail");
  Send("a", {{"x-caller", "nobody"}});
  server().Stop(absl::Seconds(10));
  std::vector<std::string> lines = absl::StrSplit(captured.Take(), '\n');
  lines.resize(3);
  EXPECT_THAT(lines[0], testing::ContainsRegex(
                            "INFO /guarded.Echo/[A-Za-z]+ OK [0-9.]+ ms "
                            ".+ named:ann"));
  EXPECT_THAT(lines[1], testing::ContainsRegex(" ABORTED .+ anonymous"));
  EXPECT_THAT(lines[2], HasSubstr(" UNAUTHENTICATED "));
}

INSTANTIATE_TEST_SUITE_P(Forms, ChainTest, kAllForms);

class ChoiceTest : public ChainTest {};

TEST_P(ChoiceTest, AMethodsOwnListReplacesTheServers) {
  ASSERT_NO_FATAL_FAILURE(StartEcho({"first"}));
  CallUnary(*stub_, &Echo::Stub::Chosen, TextOf("a"));
  EXPECT_THAT(events_.Take(), ElementsAre("second before", "first before",
                                          "first after OK", "second after OK"));
  CallUnary(*stub_, &Echo::Stub::Bare, TextOf("a"));
  EXPECT_THAT(events_.Take(), ElementsAre("second before", "second after OK"));
  CallUnary(*stub_, &Echo::Stub::Unary, TextOf("a"));
  EXPECT_THAT(events_.Take(), ElementsAre("first before", "first after OK"));
}

TEST_P(ChoiceTest, AnUnknownNameIsAnErrorAtTheStart) {
  Options options;
  options.settings.add_interceptor("frist");
  const auto server = modelservice::TestServer::Start(
      [&](modelservice::Registry& registry) {
        registry.Add<EchoService>();
        registry.AddInterceptor<Recorder>("first", &events_, "first");
        registry.AddInterceptor<Recorder>("second", &events_, "second");
      },
      options);
  EXPECT_THAT(
      std::string(server.status().message()),
      testing::AllOf(HasSubstr("\"frist\""), HasSubstr("first"),
                     HasSubstr("rate_limits"), HasSubstr("AddInterceptor")));
}

INSTANTIATE_TEST_SUITE_P(Unary, ChoiceTest, kUnaryForms);

// What time does to a call.
class TimeTest : public ChainTest {};

TEST_P(TimeTest, TheMostThatACallMayTake) {
  modelservice::Settings settings;
  settings.set_maximum_timeout(0.2);
  ASSERT_NO_FATAL_FAILURE(StartEcho({}, settings));
  // The method sees its deadline, though the client's is far away.
  const Exchange exchange = Send("wait");
  const auto too_long =
      IsError(grpc::StatusCode::DEADLINE_EXCEEDED, HasSubstr("too long"));
  if (GetParam() == Shape::kUnary) {
    // It ends at its deadline, when its client is answered, too.
    EXPECT_THAT(exchange.status, testing::AnyOf(IsOk(), too_long));
  } else {
    EXPECT_THAT(exchange.status, too_long);
  }
}

INSTANTIATE_TEST_SUITE_P(Forms, TimeTest, kAllForms);

class PatienceTest : public ChainTest {};

TEST_P(PatienceTest, ForCallsWithoutADeadlineOnly) {
  modelservice::Settings settings;
  settings.set_default_timeout(0.2);
  ASSERT_NO_FATAL_FAILURE(StartEcho({}, settings));
  grpc::ClientContext patient;
  const auto without = stub_->Bidi(&patient);
  without->Write(TextOf("wait"));
  Text reply;
  while (without->Read(&reply)) {
  }
  EXPECT_THAT(without->Finish(),
              IsError(grpc::StatusCode::DEADLINE_EXCEEDED, testing::_));
  EXPECT_THAT(Send("a").status, IsOk());
}

TEST_P(PatienceTest, AClientThatSaysNothingIsLeft) {
  ASSERT_NO_FATAL_FAILURE(StartEcho({}));
  const auto context = NewContext({});
  const auto stream = stub_->Timed(context.get());
  Text reply;
  stream->Write(TextOf("a"));
  ASSERT_TRUE(stream->Read(&reply));
  EXPECT_FALSE(stream->Read(&reply));
  EXPECT_THAT(stream->Finish(),
              IsError(grpc::StatusCode::DEADLINE_EXCEEDED, testing::_));
}

TEST_P(PatienceTest, AClientThatTakesNothingIsLeft) {
  ASSERT_NO_FATAL_FAILURE(StartEcho({"first"}));
  const auto context = NewContext({});
  const auto stream = stub_->Timed(context.get());
  // More than flow control lets through without a reader.
  const Text large = TextOf(std::string(100000, 'x'));
  for (int i = 0; i < 20 && stream->Write(large); ++i) {
  }
  // Its server's end does not wait for the client to read.
  EXPECT_TRUE(events_.Await("first after DEADLINE_EXCEEDED"));
  context->TryCancel();
  stream->Finish();
}

INSTANTIATE_TEST_SUITE_P(Unary, PatienceTest, kUnaryForms);

}  // namespace
}  // namespace guarded
