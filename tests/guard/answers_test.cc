// Interceptors that answer in the method's place, and those that change a
// unary reply.
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "fixture.h"
#include "modelservice/objects.h"
#include "modelservice/testing/captured_log.h"
#include "recorder.h"

namespace guarded {
namespace {

// Answers what "x-answer" says, unless "x-refuse" names it; "wrong" is no reply
// of any method.
class Oracle : public Interceptor {
 public:
  absl::Status Before(CallContext& call) override {
    const auto said = call.metadata("x-answer");
    if (said == "wrong") {
      call.Answer(Person());
    } else if (said.has_value()) {
      call.Answer(TextOf(std::string(*said)));
    }
    return call.metadata("x-refuse") == "oracle"
               ? absl::FailedPreconditionError("oracle refuses")
               : absl::OkStatus();
  }
};

// The same without a thread that waits.
class LaterOracle : public Interceptor {
 public:
  ~LaterOracle() override {
    for (std::thread& thread : threads_) thread.join();
  }
  void Start(CallContext& call, Done done) override {
    std::lock_guard<std::mutex> lock(mutex_);
    threads_.emplace_back([&call, done = std::move(done)]() mutable {
      call.Answer(TextOf("later"));
      done(absl::OkStatus());
    });
  }

 private:
  std::mutex mutex_;
  std::vector<std::thread> threads_;
};

// Answers memos with one that has everything.
class MemoOracle : public Interceptor {
 public:
  absl::Status Before(CallContext& call) override {
    const auto author = call.metadata("x-memo-of");
    if (!author.has_value()) return absl::OkStatus();
    call.Answer(Full(std::string(*author)));
    return absl::OkStatus();
  }
  static Memo Full(const std::string& author) {
    Memo memo;
    memo.set_id(7);
    memo.set_author(author);
    memo.set_title("t");
    memo.set_remark("r");
    memo.set_salary(5);
    return memo;
  }
};

// Adds its name to texts, and a salary to memos; "x-keep" lets them be.
class Editor : public Interceptor {
 public:
  explicit Editor(std::string name) : name_(std::move(name)) {}

  absl::Status OnReply(CallContext& call,
                       modelservice::AnyReply& reply) override {
    if (call.metadata("x-refuse") == name_) {
      return absl::FailedPreconditionError(name_ + " refuses");
    }
    if (call.metadata("x-throw") == name_) throw std::runtime_error("secret");
    if (call.metadata("x-keep").has_value()) return absl::OkStatus();
    if (auto* const text = reply.MutableAs<Text>()) {
      text->set_text(text->text() + name_);
    }
    if (auto* const memo = reply.MutableAs<Memo>()) memo->set_salary(5);
    return absl::OkStatus();
  }

 private:
  const std::string name_;
};

// Lets go of `done`, or calls it twice.
class Careless : public Interceptor {
 public:
  void Start(CallContext& call, Done done) override {
    if (call.metadata("x-careless") != "twice") return;
    done(absl::OkStatus());
    done(absl::InternalError("once more"));
  }
};

// Both at once.
class Undecided : public Interceptor {
 public:
  void Start(CallContext&, Done done) override { done(absl::OkStatus()); }
  bool blocking() const override { return true; }
};

class AnswersTest : public GuardTest, public testing::WithParamInterface<Form> {
 protected:
  void StartEcho(std::vector<std::string> interceptors) {
    Options options;
    for (const std::string& name : interceptors) {
      options.settings.add_interceptor(name);
    }
    StartServer(
        [&](modelservice::Registry& registry) {
          if (GetParam().async) registry.Add<AsyncEchoService>();
          registry.AddInterceptor<Recorder>("first", &events_, "first");
          registry.AddInterceptor<Recorder>("second", &events_, "second");
          registry.AddInterceptor<Watch>("watch", &events_);
          registry.AddInterceptor<Oracle>("oracle");
          registry.AddInterceptor<LaterOracle>("later_oracle");
          registry.AddInterceptor<MemoOracle>("memo_oracle");
          registry.AddInterceptor<Editor>("a", "a");
          registry.AddInterceptor<Editor>("b", "b");
          registry.AddInterceptor<Careless>("careless");
        },
        std::move(options));
    if (!HasFatalFailure()) stub_ = Echo::NewStub(server().channel());
  }
  Exchange Send(const std::string& text, const Metadata& metadata = {}) {
    return CallShape(*stub_, GetParam(), text, metadata);
  }

  Events events_;
  std::unique_ptr<Echo::Stub> stub_;
};

TEST_P(AnswersTest, StandInTheMethodsPlace) {
  ASSERT_NO_FATAL_FAILURE(StartEcho({"first", "oracle", "second"}));
  // The method would fail, or never end.
  for (const char* text : {"fail", "throw", "wait"}) {
    const Exchange exchange = Send(text, {{"x-answer", "said"}});
    EXPECT_THAT(exchange.status, IsOk());
    EXPECT_THAT(exchange.replies, ElementsAre("said"));
    EXPECT_THAT(events_.Take(), ElementsAre("first before", "first after OK"));
  }
  EXPECT_EQ(Send("a").replies, RepliesTo(GetParam(), "a"));
  EXPECT_THAT(events_.Take(), ElementsAre("first before", "second before",
                                          "second after OK", "first after OK"));
}

TEST_P(AnswersTest, MayComeLater) {
  ASSERT_NO_FATAL_FAILURE(StartEcho({"later_oracle", "second"}));
  const Exchange exchange = Send("fail");
  EXPECT_THAT(exchange.status, IsOk());
  EXPECT_THAT(exchange.replies, ElementsAre("later"));
  EXPECT_THAT(events_.Take(), IsEmpty());
}

TEST_P(AnswersTest, AreSeenOnTheirWayOut) {
  ASSERT_NO_FATAL_FAILURE(StartEcho({"watch", "oracle"}));
  EXPECT_THAT(Send("a", {{"x-answer", "said"}}).status, IsOk());
  EXPECT_THAT(events_.Take(), ElementsAre("sent said"));
  EXPECT_THAT(Send("a", {{"x-answer", "out"}}).status,
              IsError(grpc::StatusCode::OUT_OF_RANGE, "not out"));
}

TEST_P(AnswersTest, OfOneWhoRefusesAreNone) {
  ASSERT_NO_FATAL_FAILURE(StartEcho({"oracle"}));
  const Exchange exchange =
      Send("a", {{"x-answer", "said"}, {"x-refuse", "oracle"}});
  EXPECT_THAT(exchange.status,
              IsError(grpc::StatusCode::FAILED_PRECONDITION, "oracle refuses"));
  EXPECT_THAT(exchange.replies, IsEmpty());
}

TEST_P(AnswersTest, OfAnotherTypeAreInternal) {
  ASSERT_NO_FATAL_FAILURE(StartEcho({"oracle"}));
  modelservice::CapturedLog captured;
  const Exchange exchange = Send("a", {{"x-answer", "wrong"}});
  EXPECT_EQ(exchange.status.error_code(), grpc::StatusCode::INTERNAL);
  EXPECT_FALSE(Refusal(exchange.status).info.metadata().at("error_id").empty());
  EXPECT_THAT(exchange.replies, IsEmpty());
  server().Stop(absl::Seconds(10));
  EXPECT_THAT(captured.Take(), HasSubstr("with a guarded.Person in place of a "
                                         "guarded.Text"));
}

TEST_P(AnswersTest, AreForWhoMayCall) {
  ASSERT_NO_FATAL_FAILURE(StartEcho({"oracle"}));
  const auto members = Members::NewStub(server().channel());
  const Exchange anonymous =
      CallShape(*members, GetParam(), "a", {{"x-answer", "said"}});
  EXPECT_EQ(anonymous.status.error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_THAT(anonymous.replies, IsEmpty());
  const Exchange member = CallShape(
      *members, GetParam(), "a", {{"x-answer", "said"}, {"x-caller", "ann"}});
  EXPECT_THAT(member.status, IsOk());
  EXPECT_THAT(member.replies, ElementsAre("said"));
}

TEST_P(AnswersTest, AreCounted) {
  ASSERT_NO_FATAL_FAILURE(StartEcho({"oracle"}));
  const auto limited = Limited::NewStub(server().channel());
  const Metadata answered = {{"x-answer", "said"}, {"x-key", "k"}};
  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(CallShape(*limited, GetParam(), "a", answered).status, IsOk());
  }
  const Exchange refused = CallShape(*limited, GetParam(), "a", answered);
  EXPECT_EQ(refused.status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_THAT(refused.replies, IsEmpty());
}

TEST_P(AnswersTest, AStartThatDecidesNothingOrTwice) {
  ASSERT_NO_FATAL_FAILURE(StartEcho({"first", "careless"}));
  EXPECT_EQ(Send("a").status.error_code(), grpc::StatusCode::INTERNAL);
  EXPECT_THAT(events_.Take(),
              ElementsAre("first before", "first after INTERNAL"));
  modelservice::CapturedLog captured;
  EXPECT_THAT(Send("a", {{"x-careless", "twice"}}).status, IsOk());
  server().Stop(absl::Seconds(10));
  EXPECT_THAT(captured.Take(), HasSubstr("answered a call twice"));
  EXPECT_THAT(events_.Take(), ElementsAre("first before", "first after OK"));
}

INSTANTIATE_TEST_SUITE_P(Forms, AnswersTest, kAllForms);

// Of unary calls alone.
class RepliesTest : public AnswersTest {
 protected:
  grpc::Status Retrieve(const Metadata& metadata, Memo* memo) {
    MemoKey key;
    key.set_id(id_);
    return CallUnary(*memos_, &Memos::Stub::Retrieve, key, metadata, memo)
        .status;
  }
  // A memo of ann's, read with these interceptors around it.
  void StartMemos(const std::vector<std::string>& interceptors) {
    ASSERT_NO_FATAL_FAILURE(StartEcho(interceptors));
    memos_ = Memos::NewStub(server().channel());
    Memo memo = MemoOracle::Full("ann");
    memo.clear_id();
    const auto made =
        modelservice::Objects<Memo>(server().database()).Create(&memo);
    ASSERT_TRUE(made.ok()) << made;
    id_ = memo.id();
  }

  int64_t id_ = 0;
  std::unique_ptr<Memos::Stub> memos_;
};

TEST_P(RepliesTest, AreChangedFromInsideOut) {
  ASSERT_NO_FATAL_FAILURE(StartEcho({"a", "watch", "b"}));
  EXPECT_THAT(Send("x").replies, ElementsAre("xba"));
  EXPECT_THAT(events_.Take(), ElementsAre("got x", "sent xba"));
  EXPECT_THAT(Send("x", {{"x-keep", ""}}).replies, ElementsAre("x"));
  EXPECT_THAT(Send("fail").status,
              IsError(grpc::StatusCode::ABORTED, "as you wish"));
}

TEST_P(RepliesTest, ThatWereAnsweredAreThoseInFronts) {
  ASSERT_NO_FATAL_FAILURE(StartEcho({"a", "oracle", "b"}));
  EXPECT_THAT(Send("x", {{"x-answer", "said"}}).replies, ElementsAre("saida"));
}

TEST_P(RepliesTest, MayBeRefused) {
  ASSERT_NO_FATAL_FAILURE(StartEcho({"first", "a"}));
  EXPECT_THAT(Send("x", {{"x-refuse", "a"}}).status,
              IsError(grpc::StatusCode::FAILED_PRECONDITION, "a refuses"));
  EXPECT_THAT(events_.Take(),
              ElementsAre("first before", "first after FAILED_PRECONDITION"));
  const Refusal thrown(Send("x", {{"x-throw", "a"}}).status);
  EXPECT_EQ(thrown.code, grpc::StatusCode::INTERNAL);
  EXPECT_THAT(thrown.message, testing::Not(HasSubstr("secret")));
}

TEST_P(RepliesTest, ThatWereKeptBackDoNotLeaveWithAForgivenError) {
  ASSERT_NO_FATAL_FAILURE(StartEcho({"first", "watch"}));
  const Exchange exchange = Send("out", {{"x-forget", "first"}});
  EXPECT_THAT(exchange.status, IsOk());
  EXPECT_THAT(exchange.replies, ElementsAre(""));
}

TEST_P(RepliesTest, OfStandardMethodsAreChangedAndMasked) {
  ASSERT_NO_FATAL_FAILURE(StartMemos({"a"}));
  Memo memo;
  // What ann may read; an admin's field stays hidden, whoever puts it there.
  EXPECT_THAT(Retrieve({{"x-caller", "ann"}}, &memo), IsOk());
  EXPECT_EQ(memo.remark(), "r");
  EXPECT_FALSE(memo.has_salary());
  EXPECT_THAT(Retrieve({{"x-caller", "root admin"}}, &memo), IsOk());
  EXPECT_EQ(memo.salary(), 5);
  EXPECT_EQ(memo.remark(), "");
  EXPECT_THAT(Retrieve({{"x-caller", "bob"}}, &memo),
              IsError(grpc::StatusCode::NOT_FOUND, testing::_));
}

TEST_P(RepliesTest, OfAnInterceptorAreMasked) {
  ASSERT_NO_FATAL_FAILURE(StartMemos({"memo_oracle"}));
  const auto answer = [&](const std::string& caller, const char* author) {
    Memo memo;
    EXPECT_THAT(Retrieve({{"x-caller", caller}, {"x-memo-of", author}}, &memo),
                IsOk());
    EXPECT_EQ(memo.id(), 7);
    return memo;
  };
  EXPECT_EQ(answer("ann", "ann").remark(), "r");
  EXPECT_FALSE(answer("ann", "ann").has_salary());
  EXPECT_EQ(answer("ann", "bob").remark(), "");
  EXPECT_EQ(answer("ann reviewer", "bob").remark(), "r");
  EXPECT_EQ(answer("ann admin", "bob").salary(), 5);
  Memo memo;
  EXPECT_EQ(Retrieve({{"x-memo-of", "ann"}}, &memo).error_code(),
            grpc::StatusCode::UNAUTHENTICATED);
}

TEST_P(RepliesTest, AnInterceptorIsOneKindOrTheOther) {
  Options options;
  options.settings.add_interceptor("undecided");
  const auto server = modelservice::TestServer::Start(
      [&](modelservice::Registry& registry) {
        registry.Add<EchoService>();
        registry.AddInterceptor<Undecided>("undecided");
      },
      options);
  EXPECT_THAT(std::string(server.status().message()),
              testing::AllOf(HasSubstr("\"undecided\""), HasSubstr("blocking"),
                             HasSubstr("Start")));
}

INSTANTIATE_TEST_SUITE_P(Unary, RepliesTest, kUnaryForms);

}  // namespace
}  // namespace guarded
