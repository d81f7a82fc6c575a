// The signals of calls, in all four shapes, and of rows.
#include <algorithm>
#include <optional>
#include <thread>

#include "fixture.h"
#include "modelservice/objects.h"

namespace guarded {
namespace {

using ::modelservice::Connection;
using ::modelservice::RowChange;
using ::modelservice::Transaction;

class RpcSignalsTest : public GuardTest,
                       public testing::WithParamInterface<Form> {
 protected:
  void SetUp() override {
    StartServer([this](modelservice::Registry& registry) {
      if (GetParam().async) registry.Add<AsyncEchoService>();
      modelservice::RpcSignals& signals = registry.signals();
      connections_.push_back(
          signals.request_started.Connect([this](const CallContext& call) {
            events_.Add(absl::StrCat("started ", call.method()));
          }));
      // The others hear of it all the same.
      connections_.push_back(signals.request_started.Connect(
          [](const CallContext&) { throw std::runtime_error("no matter"); }));
      connections_.push_back(signals.request_finished.Connect(
          [](const CallContext&, const absl::Status&) {
            return absl::InternalError("no matter");
          }));
      connections_.push_back(signals.request_finished.Connect(
          [this](const CallContext&, const absl::Status& status) {
            events_.Add(absl::StrCat("finished ",
                                     absl::StatusCodeToString(status.code())));
          }));
      connections_.push_back(signals.got_request_exception.Connect(
          [this](const CallContext&, const absl::Status& status) {
            events_.Add(absl::StrCat("exception ", status.message()));
          }));
      connections_.push_back(
          signals.shutdown.Connect([this] { events_.Add("shutdown"); }));
    });
    if (!HasFatalFailure()) stub_ = Echo::NewStub(server().channel());
  }

  // The end of a stream is told once the client has it.
  std::vector<std::string> EventsUntil(const std::string& last) {
    EXPECT_TRUE(events_.Await(last));
    server().Stop(absl::ZeroDuration());
    return events_.Take();
  }

  static std::string Started() {
    switch (GetParam()) {
      case Shape::kUnary:
        return "started /guarded.Echo/Unary";
      case Shape::kServerStream:
        return "started /guarded.Echo/ServerStream";
      case Shape::kClientStream:
        return "started /guarded.Echo/ClientStream";
      case Shape::kBidi:
        break;
    }
    return "started /guarded.Echo/Bidi";
  }

  Events events_;
  std::vector<Connection> connections_;
  std::unique_ptr<Echo::Stub> stub_;
};

TEST_P(RpcSignalsTest, OfACallThatEndsWell) {
  EXPECT_THAT(CallShape(*stub_, GetParam(), "a").status, IsOk());
  EXPECT_THAT(EventsUntil("finished OK"),
              ElementsAre(Started(), "finished OK", "shutdown"));
}

TEST_P(RpcSignalsTest, OfACallThatIsRefused) {
  EXPECT_FALSE(CallShape(*stub_, GetParam(), "fail").status.ok());
  EXPECT_THAT(EventsUntil("finished ABORTED"),
              ElementsAre(Started(), "exception as you wish",
                          "finished ABORTED", "shutdown"));
}

TEST_P(RpcSignalsTest, OfAnException) {
  EXPECT_FALSE(CallShape(*stub_, GetParam(), "throw").status.ok());
  EXPECT_THAT(EventsUntil("finished INTERNAL"),
              ElementsAre(Started(), "exception exception: secret",
                          "finished INTERNAL", "shutdown"));
}

TEST_P(RpcSignalsTest, OfAClientThatGoesAway) {
  const auto context = NewContext({});
  Text reply;
  switch (GetParam()) {
    case Shape::kUnary: {
      std::thread canceller([&] {
        EXPECT_TRUE(events_.Await(Started()));
        context->TryCancel();
      });
      stub_->Unary(context.get(), TextOf("wait"), &reply);
      canceller.join();
      server().Stop(absl::Seconds(10));
      // The method ended as it did, and nobody was left to be told; or it did
      // not begin any more.
      EXPECT_THAT(
          events_.Take(),
          AnyOf(ElementsAre(Started(), "finished OK", "shutdown"),
                ElementsAre(Started(), "exception The call was cancelled.",
                            "finished CANCELLED", "shutdown"),
                ElementsAre(Started(), "exception The client went away.",
                            "finished CANCELLED", "shutdown")));
      return;
    }
    case Shape::kServerStream: {
      const auto reader = stub_->ServerStream(context.get(), TextOf("wait"));
      ASSERT_TRUE(reader->Read(&reply));
      context->TryCancel();
      reader->Finish();
      break;
    }
    case Shape::kClientStream: {
      const auto writer = stub_->ClientStream(context.get(), &reply);
      ASSERT_TRUE(writer->Write(TextOf("a")));
      EXPECT_TRUE(events_.Await(Started()));
      context->TryCancel();
      writer->Finish();
      break;
    }
    case Shape::kBidi: {
      const auto stream = stub_->Bidi(context.get());
      ASSERT_TRUE(stream->Write(TextOf("a")));
      ASSERT_TRUE(stream->Read(&reply));
      context->TryCancel();
      stream->Finish();
      break;
    }
  }
  server().Stop(absl::Seconds(10));
  const std::vector<std::string> events = events_.Take();
  EXPECT_THAT(events, testing::Contains(testing::StartsWith("finished ")))
      << testing::PrintToString(events);
  EXPECT_EQ(events.front(), Started());
  EXPECT_EQ(events.back(), "shutdown");
  EXPECT_EQ(std::count_if(events.begin(), events.end(),
                          [](const std::string& event) {
                            return event.rfind("finished ", 0) == 0;
                          }),
            1);
}

INSTANTIATE_TEST_SUITE_P(Forms, RpcSignalsTest, kAllForms);

class RowSignalsTest : public GuardTest {
 protected:
  void SetUp() override {
    StartServer([this](modelservice::Registry& registry) {
      auto signals = registry.ModelSignalsOf<Memo>();
      signals_ = signals;
      connections_.push_back(signals.OnPreSave(
          [this](Transaction& tx, Memo& memo, RowChange change) {
            EXPECT_FALSE(tx.read_only());
            Add("pre_save", memo, change);
            memo.set_title(memo.title() + "!");
          }));
      connections_.push_back(signals.OnPostSave(
          [this](Transaction& tx, const Memo& memo, RowChange change) {
            // Sees its own transaction.
            modelservice::Objects<Memo> memos(tx);
            EXPECT_TRUE(memos.Filter(MemoModel::id == memo.id()).Get().ok());
            Add("post_save", memo, change);
            return absl::InternalError("no matter");
          }));
      connections_.push_back(signals.OnPreDelete(
          [this](Transaction&, const Memo& memo, RowChange change) {
            Add("pre_delete", memo, change);
          }));
      connections_.push_back(signals.OnPostDelete(
          [this](Transaction&, const Memo& memo, RowChange change) {
            Add("post_delete", memo, change);
            throw std::runtime_error("no matter");
          }));
      connections_.push_back(
          signals.OnCommitted([this](const Memo& memo, RowChange change) {
            Add("committed", memo, change);
          }));
    });
    if (!HasFatalFailure()) stub_ = ModeratedMemos::NewStub(server().channel());
  }

  void Add(const std::string& signal, const Memo& memo, RowChange change) {
    const std::vector<std::string> changes = {"created", "updated", "deleted"};
    events_.Add(absl::StrCat(signal, " ", changes[static_cast<size_t>(change)],
                             " ", memo.title()));
  }

  template <class Request, class Response>
  grpc::Status Send(grpc::Status (ModeratedMemos::Stub::*method)(
                        grpc::ClientContext*, const Request&, Response*),
                    const Request& request, Response* response) {
    return CallUnary(
               *stub_, method, request,
               {{"x-caller", "ann add_memo change_memo delete_memo view_memo"}},
               response)
        .status;
  }

  Events events_;
  std::vector<Connection> connections_;
  std::optional<modelservice::ModelSignals<Memo>> signals_;
  std::unique_ptr<ModeratedMemos::Stub> stub_;
};

TEST_F(RowSignalsTest, OfTheStandardMethods) {
  Memo memo;
  memo.set_title("a");
  ASSERT_THAT(Send(&ModeratedMemos::Stub::Create, memo, &memo), IsOk());
  EXPECT_EQ(memo.title(), "a!");
  EXPECT_EQ(memo.author(), "ann");
  EXPECT_THAT(events_.Take(),
              ElementsAre("pre_save created a", "post_save created a!",
                          "committed created a!"));
  ASSERT_THAT(Send(&ModeratedMemos::Stub::Update, memo, &memo), IsOk());
  EXPECT_EQ(memo.title(), "a!!");
  EXPECT_THAT(events_.Take(),
              ElementsAre("pre_save updated a!", "post_save updated a!!",
                          "committed updated a!!"));
  MemoKey key;
  key.set_id(memo.id());
  google::protobuf::Empty empty;
  ASSERT_THAT(Send(&ModeratedMemos::Stub::Destroy, key, &empty), IsOk());
  EXPECT_THAT(events_.Take(),
              ElementsAre("pre_delete deleted a!!", "post_delete deleted a!!",
                          "committed deleted a!!"));
  // What is not there, was not deleted.
  EXPECT_THAT(Send(&ModeratedMemos::Stub::Destroy, key, &empty),
              IsError(grpc::StatusCode::NOT_FOUND, testing::_));
  EXPECT_THAT(events_.Take(), IsEmpty());
}

TEST_F(RowSignalsTest, OfObjects) {
  modelservice::Objects<Memo> memos(server().database());
  Memo memo;
  memo.set_title("b");
  ASSERT_TRUE(memos.Create(&memo).ok());
  EXPECT_EQ(memo.title(), "b!");
  EXPECT_THAT(events_.Take(),
              ElementsAre("pre_save created b", "post_save created b!",
                          "committed created b!"));
  ASSERT_TRUE(memos.Update(&memo).ok());
  EXPECT_EQ(events_.Take().size(), 3u);
  Memo other;
  other.set_title("c");
  ASSERT_TRUE(memos.Create(&other).ok());
  events_.Take();
  // Each row of many, as Django's QuerySet.delete.
  auto deleted = memos.Rows().OrderBy(MemoModel::id.Asc()).Delete();
  ASSERT_TRUE(deleted.ok()) << deleted.status();
  EXPECT_EQ(*deleted, 2);
  EXPECT_THAT(events_.Take(),
              ElementsAre("pre_delete deleted b!!", "pre_delete deleted c!",
                          "post_delete deleted b!!", "post_delete deleted c!",
                          "committed deleted b!!", "committed deleted c!"));
}

TEST_F(RowSignalsTest, OneThatMustSucceedRefusesTheCall) {
  Memo memo;
  memo.set_title("kept");
  ASSERT_THAT(Send(&ModeratedMemos::Stub::Create, memo, &memo), IsOk());
  MemoKey key;
  key.set_id(memo.id());
  google::protobuf::Empty empty;
  modelservice::ModelSignals<Memo>& signals = *signals_;
  const auto refuses = [](Transaction&, const Memo&, RowChange) {
    return absl::FailedPreconditionError("not today");
  };
  const auto must = modelservice::Receiver::kMustSucceed;
  const auto refused =
      IsError(grpc::StatusCode::FAILED_PRECONDITION, "not today");
  Memo reply;
  for (const bool before : {true, false}) {
    const Connection saves = before ? signals.OnPreSave(refuses, must)
                                    : signals.OnPostSave(refuses, must);
    const Connection deletes = before ? signals.OnPreDelete(refuses, must)
                                      : signals.OnPostDelete(refuses, must);
    events_.Take();
    EXPECT_THAT(Send(&ModeratedMemos::Stub::Create, memo, &reply), refused);
    EXPECT_THAT(Send(&ModeratedMemos::Stub::Update, memo, &reply), refused);
    EXPECT_THAT(Send(&ModeratedMemos::Stub::Destroy, key, &empty), refused);
    EXPECT_THAT(
        events_.Take(),
        testing::Not(testing::Contains(testing::StartsWith("committed"))));
  }
  const auto stored =
      modelservice::Objects<Memo>(server().database()).Rows().All();
  ASSERT_TRUE(stored.ok()) << stored.status();
  ASSERT_EQ(stored->size(), 1u);
  EXPECT_EQ(stored->front().title(), "kept!");
}

TEST_F(RowSignalsTest, TellWhatChangedAndForWhom) {
  connections_.clear();
  // "for whom: before, what changed"
  connections_.push_back(
      signals_->OnPostSave([this](Transaction&, const Memo&,
                                  const modelservice::Saved<Memo>& saved) {
        const std::vector<std::string> changed = saved.changed();
        events_.Add(absl::StrCat(
            saved.call() == nullptr ? "nobody"
                                    : saved.call()->principal().subject,
            ": ", saved.created() ? "nothing" : saved.before()->title(), ", ",
            std::count(changed.begin(), changed.end(), "title")));
      }));
  Memo memo;
  memo.set_title("a");
  ASSERT_THAT(Send(&ModeratedMemos::Stub::Create, memo, &memo), IsOk());
  ASSERT_THAT(Send(&ModeratedMemos::Stub::Update, memo, &memo), IsOk());
  memo.set_title("b");
  ASSERT_THAT(Send(&ModeratedMemos::Stub::Update, memo, &memo), IsOk());
  memo.set_title("c");
  modelservice::Objects<Memo> memos(server().database());
  ASSERT_TRUE(memos.Update(&memo).ok());
  EXPECT_THAT(events_.Take(), ElementsAre("ann: nothing, 1", "ann: a, 0",
                                          "ann: a, 1", "nobody: b, 1"));
}

TEST_F(RowSignalsTest, NothingIsCommittedThatIsRolledBack) {
  const absl::Status status =
      server().database().Transact([&](Transaction& tx) {
        Memo memo;
        memo.set_title("d");
        EXPECT_TRUE(modelservice::Objects<Memo>(tx).Create(&memo).ok());
        return absl::AbortedError("not after all");
      });
  EXPECT_EQ(status.code(), absl::StatusCode::kAborted);
  EXPECT_THAT(events_.Take(),
              ElementsAre("pre_save created d", "post_save created d!"));
}

TEST_F(RowSignalsTest, NobodyListensAfterTheConnection) {
  connections_.clear();
  Memo memo;
  memo.set_title("e");
  ASSERT_THAT(Send(&ModeratedMemos::Stub::Create, memo, &memo), IsOk());
  EXPECT_EQ(memo.title(), "e");
  EXPECT_THAT(events_.Take(), IsEmpty());
}

}  // namespace
}  // namespace guarded
