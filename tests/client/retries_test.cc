// What is tried again, and what is not.
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <optional>

#include "client_fixture.h"
#include "modelservice/error_details.h"

namespace notes {
namespace {

using ::modelservice::CallOptions;

TEST_F(ClientTest, ReadsAreTriedAgain) {
  front_.script.Fail(Unavailable(), 2);
  EXPECT_TRUE(desk_.Read(Say("x")).ok());
  EXPECT_EQ(front_.script.calls(), 3);
  // Not for ever.
  front_.script.Fail(Unavailable(), 5);
  EXPECT_EQ(desk_.Read(Say("x")).status().code(),
            absl::StatusCode::kUnavailable);
  EXPECT_EQ(front_.script.calls(), 8);
}

TEST_F(ClientTest, WritesAreNot) {
  front_.script.Fail(Unavailable(), 1);
  EXPECT_EQ(desk_.Write(Say("x")).status().code(),
            absl::StatusCode::kUnavailable);
  EXPECT_EQ(front_.script.calls(), 1);
  // Unless the caller says that they may.
  front_.script.Fail(Unavailable(), 1);
  CallOptions options;
  options.idempotent = true;
  EXPECT_TRUE(desk_.Write(Say("x"), options).ok());
  EXPECT_EQ(front_.script.calls(), 3);
}

TEST_F(ClientTest, StreamsAreTriedAgainUntilTheyBegin) {
  front_.script.Fail(Unavailable(), 2);
  CallOptions options;
  options.idempotent = true;
  auto words = desk_.Count(Say(""), options);
  EXPECT_EQ(words.Next(), nullptr);
  EXPECT_TRUE(words.status().ok()) << words.status();
  EXPECT_EQ(front_.script.calls(), 3);
}

TEST_F(ClientTest, TheServersPauseIsKept) {
  absl::Status later = absl::ResourceExhaustedError("Too many.");
  modelservice::AddRetryInfo(&later, absl::Milliseconds(700));
  front_.script.Fail(later, 1);
  absl::Time start = absl::Now();
  EXPECT_TRUE(desk_.Read(Say("x")).ok());
  EXPECT_GE(absl::Now() - start, absl::Milliseconds(700));
  // What cannot be in time is not waited for.
  modelservice::AddRetryInfo(&later, absl::Seconds(60));
  front_.script.Fail(later, 1);
  start = absl::Now();
  const absl::Status refused = desk_.Read(Say("x")).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(modelservice::RetryDelayOf(refused), absl::Seconds(60));
  EXPECT_LT(absl::Now() - start, absl::Seconds(10));
}

// A hook of Update that takes longer than a transaction may.
class SlowPages : public PageServiceBase {
 public:
  // `once`: it does what must not be done twice.
  SlowPages(bool once, std::atomic<int>* runs) : once_(once), runs_(runs) {}

  absl::Status BeforeUpdate(const CallContext&, modelservice::Transaction& tx,
                            const Page&, Page&) override {
    ++*runs_;
    if (once_) tx.DoNotRunAgain();
    absl::SleepFor(absl::Milliseconds(400));
    return absl::OkStatus();
  }

 private:
  const bool once_;
  std::atomic<int>* const runs_;
};

// With an etag an Update may be tried again, and is, when its transaction was
// lost; unless a hook of it said that it must not.
TEST(LostTransactions, AreTriedAgainWhereTheirHooksMayBe) {
  for (const bool once : {false, true}) {
    const modelservice::TemporaryFolder folder;
    std::atomic<int> runs{0};
    modelservice::TestServer::Options options;
    options.settings.set_database(absl::StrCat(
        "sqlite:", folder.path(), "/pages.db?max_write_time=200ms"));
    const auto server = modelservice::TestServer::Start(
        [&](modelservice::Registry& registry) {
          RegisterNotes(registry);
          registry.Add<ScriptedDesk>(nullptr, std::nullopt);
          registry.Add<SlowPages>(once, &runs);
        },
        options);
    ASSERT_TRUE(server.ok()) << server.status();
    const PageServiceClient pages((*server)->channel());
    Page page;
    page.set_text("draft");
    const auto made = pages.Create(page);
    ASSERT_TRUE(made.ok()) << made.status();
    UpdatePageRequest request;
    *request.mutable_page() = *made;
    request.mutable_page()->set_text("final");
    const absl::Status status = pages.Update(request).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kAborted) << status;
    EXPECT_EQ(modelservice::ErrorInfoOf(status)->reason(),
              "TRANSACTION_TOO_LONG");
    EXPECT_EQ(modelservice::RetryDelayOf(status).has_value(), !once);
    EXPECT_EQ(runs == 1, once) << runs;
  }
}

}  // namespace
}  // namespace notes
