// What docs/guard.md and docs/handlers.md say of tests without a server.
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "modelservice/testing.h"
#include "modelservice/testing/test_handler.h"
#include "news.h"
#include "news.modelservice.pb.h"

namespace news {
namespace {

TEST(Unit, APermission) {
  const auto night_shift = NewNightShift();
  modelservice::Principal ann;
  ann.subject = "ann";
  (*ann.claims.mutable_fields())["team"].set_string_value("night");
  const modelservice::TestCallContext call =
      modelservice::CallContextBuilder()
          .Method("/news.Desk/Newsroom")
          .Peer("ipv4:10.0.0.1:5")
          .Metadata("x-request-id", "1")
          .Deadline(absl::Seconds(1))
          .Principal(ann)
          .Build();
  EXPECT_TRUE(night_shift->Allows(call));
  EXPECT_FALSE(
      night_shift->Allows(modelservice::CallContextBuilder().Build()));
}

class Drafts : public ModerationBase {
  absl::Status BeforeCreate(const modelservice::CallContext&,
                            modelservice::Transaction&,
                            Article& article) override {
    article.set_title(absl::StrCat("Draft: ", article.title()));
    return absl::OkStatus();
  }
};

TEST(Unit, AHandler) {
  const auto articles = modelservice::TestHandler<Drafts>::Start(RegisterNews);
  ASSERT_TRUE(articles.ok()) << articles.status();
  modelservice::Principal ann;
  ann.subject = "ann";
  const modelservice::TestCallContext call =
      modelservice::CallContextBuilder().Principal(ann).Build();
  Article article;
  article.set_title("Rain");
  const auto made = (*articles)->handler().Create(call, article);
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(made->message().title(), "Draft: Rain");
}

}  // namespace
}  // namespace news
