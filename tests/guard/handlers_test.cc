// Handlers, and what else is called with a call, without a server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

#include "modelservice/interceptor.h"
#include "modelservice/objects.h"
#include "modelservice/testing.h"
#include "services.h"

namespace guarded {
namespace {

using ::modelservice::CallContextBuilder;
using ::modelservice::TestCallContext;
using ::modelservice::TestHandler;

modelservice::Principal PrincipalOf(const std::string& subject) {
  modelservice::Principal principal;
  principal.subject = subject;
  return principal;
}

// Numbers titles by the call's header, and refuses those of others.
class HookedMemos : public MemosService {
 public:
  explicit HookedMemos(std::string prefix) : prefix_(std::move(prefix)) {}

  modelservice::Query<Memo> Scope(const CallContext& call,
                                  modelservice::Query<Memo> all) override {
    return all.Filter(MemoModel::author == call.principal().subject);
  }
  absl::Status BeforeCreate(const CallContext& call,
                            modelservice::Transaction& tx,
                            Memo& memo) override {
    const auto number = call.metadata("x-number");
    if (!number.has_value()) {
      return absl::InvalidArgumentError("x-number is missing.");
    }
    auto others = modelservice::Objects<Memo>(tx).Count();
    if (!others.ok()) return others.status();
    memo.set_title(absl::StrCat(prefix_, *number, " of ", *others));
    call.AddTrailer("x-title", memo.title());
    return absl::OkStatus();
  }

 private:
  const std::string prefix_;
};

TEST(Handlers, HooksAndGeneratedMethods) {
  const auto memos = TestHandler<HookedMemos>::Start(RegisterGuarded, "no. ");
  ASSERT_TRUE(memos.ok()) << memos.status();
  const TestCallContext call = CallContextBuilder()
                                   .Principal(PrincipalOf("ann"))
                                   .Metadata("x-number", "7")
                                   .Build();
  const auto made = (*memos)->handler().Create(call, Memo());
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(made->message().author(), "ann");
  EXPECT_EQ(made->message().title(), "no. 7 of 0");
  EXPECT_EQ(call.trailer("x-title"), "no. 7 of 0");

  const TestCallContext bobs =
      CallContextBuilder().Principal(PrincipalOf("bob")).Build();
  EXPECT_EQ((*memos)->handler().Create(bobs, Memo()).status(),
            absl::InvalidArgumentError("x-number is missing."));
  MemoKey key;
  key.set_id(made->message().id());
  EXPECT_TRUE((*memos)->handler().Retrieve(call, key).ok());
  EXPECT_EQ((*memos)->handler().Retrieve(bobs, key).status().code(),
            absl::StatusCode::kNotFound);
  // One of its own, by Visible.
  const auto count = (*memos)->handler().CountVisible(call, {});
  ASSERT_TRUE(count.ok()) << count.status();
  EXPECT_EQ(count->message().total_size(), 1);
  EXPECT_EQ(*modelservice::Objects<Memo>((*memos)->database()).Rows().Count(),
            1);
}

TEST(Handlers, WithoutADatabase) {
  EchoService echo;
  const TestCallContext call = CallContextBuilder().Build();
  const auto reply = echo.Unary(call, TextOf("a"));
  ASSERT_TRUE(reply.ok());
  EXPECT_EQ(reply->message().text(), "a");
  // One that waits ends with its call.
  EXPECT_TRUE(
      echo.Unary(CallContextBuilder().Cancelled().Build(), TextOf("wait"))
          .ok());
}

// Knows the caller by a header, for a little while, and answers some itself.
class Gate : public modelservice::Interceptor {
 public:
  absl::Status Before(CallContext& call) override {
    const auto name = call.metadata("x-name");
    if (!name.has_value()) return absl::PermissionDeniedError("no name");
    call.set_principal(PrincipalOf(std::string(*name)));
    call.LimitTime(absl::Seconds(5));
    call.Put(std::string("kept"));
    if (*name == "ann") call.Answer(TextOf("hello, ann"));
    return absl::OkStatus();
  }
  void After(CallContext& call, absl::Status& status) override {
    call.AddTrailer("x-code", absl::StatusCodeToString(status.code()));
  }
};

TEST(Handlers, Interceptors) {
  Gate gate;
  TestCallContext nobody = CallContextBuilder().Build();
  EXPECT_EQ(gate.Before(nobody), absl::PermissionDeniedError("no name"));
  TestCallContext ann = CallContextBuilder().Metadata("x-name", "ann").Build();
  EXPECT_TRUE(gate.Before(ann).ok());
  EXPECT_EQ(ann.principal().subject, "ann");
  EXPECT_LT(ann.deadline(), absl::InfiniteFuture());
  EXPECT_EQ(*ann.Get<std::string>(), "kept");
  ASSERT_NE(ann.answer(), nullptr);
  EXPECT_EQ(static_cast<const Text&>(*ann.answer()).text(), "hello, ann");
  absl::Status status = absl::AbortedError("");
  gate.After(ann, status);
  EXPECT_EQ(ann.trailer("x-code"), "ABORTED");
}

TEST(Handlers, PermissionsAndAuthenticators) {
  const TestCallContext call = CallContextBuilder()
                                   .Principal(PrincipalOf("anna"))
                                   .Metadata("x-caller", "bob admin")
                                   .Build();
  EXPECT_TRUE(EvenSubject().Allows(call));
  Named named;
  EXPECT_TRUE(named.Recognizes(call));
  const auto who = named.Authenticate(call);
  ASSERT_TRUE(who.ok());
  EXPECT_EQ(who->subject, "bob");
  EXPECT_TRUE(who->HasRole("admin"));
}

}  // namespace
}  // namespace guarded
