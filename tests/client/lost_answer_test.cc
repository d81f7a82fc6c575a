// Writes that say in which state the row has to be, over a connection that
// breaks before the answer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>

#include "lossy_proxy.h"
#include "modelservice/error_details.h"
#include "notes_server.h"

namespace notes {
namespace {

using ::modelservice::CallOptions;
using ::modelservice::ClientOptions;
using ::modelservice::HadLostAttempt;

class LostAnswerTest : public ::testing::Test {
 protected:
  LostAnswerTest()
      : server_(std::nullopt,
                [] {
                  modelservice::TestServer::Options options;
                  options.settings.set_address("127.0.0.1:0");
                  return options;
                }()),
        proxy_(server_.server->address()),
        direct_(server_.options()),
        pages_([this] {
          ClientOptions options;
          options.address = proxy_.address();
          return options;
        }()) {}

  // A page, seen by the client whose answers get lost.
  Page Make() {
    Page page;
    page.set_text("draft");
    const auto made = pages_.Create(page);
    EXPECT_TRUE(made.ok()) << made.status();
    return made.ok() ? *made : page;
  }
  absl::StatusOr<Page> Stored(int64_t id) {
    RetrieveNoteRequest request;
    request.set_id(id);
    return direct_.Retrieve(request);
  }
  static DestroyPageRequest DestroyOf(const Page& page) {
    DestroyPageRequest request;
    request.set_id(page.id());
    request.set_etag(page.etag());
    return request;
  }
  static UpdatePageRequest UpdateOf(const Page& page) {
    UpdatePageRequest request;
    *request.mutable_page() = page;
    request.mutable_page()->set_text("final");
    return request;
  }

  NotesServer server_;
  LossyProxy proxy_;
  const PageServiceClient direct_;
  const PageServiceClient pages_;
};

TEST_F(LostAnswerTest, AreNotMissedWhereNothingIsLost) {
  const auto updated = pages_.Update(UpdateOf(Make()));
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_EQ(updated->text(), "final");
  EXPECT_TRUE(pages_.Destroy(DestroyOf(*updated)).ok());
  // A refusal at once is none of one's own.
  const absl::Status gone = pages_.Destroy(DestroyOf(*updated)).status();
  EXPECT_EQ(gone.code(), absl::StatusCode::kNotFound);
  EXPECT_FALSE(HadLostAttempt(gone));
}

TEST_F(LostAnswerTest, ADestroyIsAskedForAgain) {
  const Page page = Make();
  proxy_.LoseNext();
  const absl::Status status = pages_.Destroy(DestroyOf(page)).status();
  EXPECT_EQ(proxy_.lost(), 1);
  // The second attempt's answer, and that there was a first one.
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound) << status;
  EXPECT_TRUE(HadLostAttempt(status));
  EXPECT_TRUE(modelservice::ResourceInfoOf(status).has_value());
  EXPECT_EQ(Stored(page.id()).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(LostAnswerTest, AnUpdateIsAskedForAgain) {
  const Page page = Make();
  proxy_.LoseNext();
  const absl::Status status = pages_.Update(UpdateOf(page)).status();
  EXPECT_EQ(proxy_.lost(), 1);
  EXPECT_EQ(status.code(), absl::StatusCode::kAborted) << status;
  EXPECT_TRUE(HadLostAttempt(status));
  // It was done, once: whoever reads the row anew sees that.
  const auto stored = Stored(page.id());
  ASSERT_TRUE(stored.ok()) << stored.status();
  EXPECT_EQ(stored->text(), "final");
  EXPECT_NE(stored->etag(), page.etag());
}

TEST_F(LostAnswerTest, TheOtherFormIsTheSame) {
  Page page = Make();
  page.set_text("final");
  proxy_.LoseNext();
  std::promise<absl::Status> ended;
  pages_.StartPartialUpdate(page, [&](const absl::StatusOr<Page>& answer) {
    ended.set_value(answer.status());
  });
  const absl::Status status = ended.get_future().get();
  EXPECT_EQ(status.code(), absl::StatusCode::kAborted) << status;
  EXPECT_TRUE(HadLostAttempt(status));
  EXPECT_EQ(Stored(page.id())->text(), "final");
}

TEST_F(LostAnswerTest, WithoutAStateNothingIsAskedForAgain) {
  Page page = Make();
  page.clear_etag();
  for (const bool destroys : {false, true}) {
    proxy_.LoseNext();
    const absl::Status status = destroys
                                    ? pages_.Destroy(DestroyOf(page)).status()
                                    : pages_.Update(UpdateOf(page)).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable) << status;
    EXPECT_FALSE(HadLostAttempt(status));
    // Done all the same, which is why.
    const auto stored = Stored(page.id());
    EXPECT_EQ(destroys ? stored.status().code() : absl::StatusCode::kOk,
              destroys ? absl::StatusCode::kNotFound : stored.status().code());
    // The connection is there again.
    CallOptions waits;
    waits.wait_for_ready = true;
    RetrieveNoteRequest request;
    request.set_id(page.id());
    (void)pages_.Retrieve(request, waits);
  }
}

TEST_F(LostAnswerTest, CallsThatSayTheyMayComeTwiceDoThat) {
  Page page = Make();
  page.clear_etag();
  CallOptions twice;
  twice.idempotent = true;
  proxy_.LoseNext();
  const auto updated = pages_.Update(UpdateOf(page), twice);
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_EQ(updated->text(), "final");
  proxy_.LoseNext();
  const absl::Status status = pages_.Destroy(DestroyOf(page), twice).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound) << status;
  EXPECT_TRUE(HadLostAttempt(status));
  EXPECT_EQ(proxy_.lost(), 2);
}

}  // namespace
}  // namespace notes
