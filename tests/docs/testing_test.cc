// Every block of docs/testing.md stands here (testing_quotes_test), and is run.
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "modelservice/objects.h"
#include "modelservice/testing.h"
#include "news.grpc.pb.h"
#include "news.h"
#include "news.modelservice.pb.h"

namespace news {
namespace {

class ArticlesTest : public testing::Test {
 protected:
  void Start(modelservice::TestServer::Options options = {}) {
    options.settings.add_authenticator()->set_custom("api_key");
    auto server = modelservice::TestServer::Start(
        [this](modelservice::Registry& registry) {
          AddNews(registry, &connections_);
        },
        options);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    articles_ = Articles::NewStub(server_->channel());
  }

  // A Create as a caller makes it: with a key of his, or none.
  grpc::Status Create(const std::string& key, Article* article) {
    grpc::ClientContext call;
    if (!key.empty()) call.AddMetadata("x-api-key", key);
    return articles_->Create(&call, *article, article);
  }

  std::vector<modelservice::Connection> connections_;
  std::unique_ptr<modelservice::TestServer> server_;
  std::unique_ptr<Articles::Stub> articles_;
};

TEST_F(ArticlesTest, BelongToWhoWritesThem) {
  Start();
  Article article;
  article.set_title("Rain");
  EXPECT_EQ(Create("", &article).error_code(),
            grpc::StatusCode::UNAUTHENTICATED);
  const grpc::Status created = Create("key-of-ann", &article);
  ASSERT_TRUE(created.ok()) << created.error_message();
  EXPECT_EQ(article.author(), "ann");
}

TEST_F(ArticlesTest, OfOthersAreNotThere) {
  Start();
  modelservice::Objects<Article> articles(server_->database());
  Article article;
  article.set_author("ann");
  article.set_team("night");
  article.set_title("Rain");
  ASSERT_TRUE(articles.Create(&article).ok());

  grpc::ClientContext call;
  call.AddMetadata("x-api-key", "key-of-eve");
  ArticleKey key;
  key.set_id(article.id());
  EXPECT_EQ(articles_->Retrieve(&call, key, &article).error_code(),
            grpc::StatusCode::NOT_FOUND);
}

TEST_F(ArticlesTest, LieInPostgres) {
  const auto url = modelservice::NewPostgresDatabase();
  if (absl::IsNotFound(url.status())) {
    GTEST_SKIP() << url.status().message();
  }
  ASSERT_TRUE(url.ok()) << url.status();
  modelservice::TestServer::Options options;
  options.settings.set_database(*url);
  Start(options);
  Article article;
  article.set_title("Rain");
  const grpc::Status created = Create("key-of-ann", &article);
  EXPECT_TRUE(created.ok()) << created.error_message();
}

TEST_F(ArticlesTest, EndWithTheServer) {
  Start();
  EXPECT_TRUE(server_->Stop(absl::Seconds(5)));
  Article article;
  EXPECT_EQ(Create("key-of-ann", &article).error_code(),
            grpc::StatusCode::UNAVAILABLE);
}

class Drafts : public ModerationBase {
 public:
  absl::Status BeforeCreate(const modelservice::CallContext& call,
                            modelservice::Transaction&,
                            Article& article) override {
    article.set_author(call.principal().subject);
    return absl::OkStatus();
  }
};

modelservice::Principal Ann() {
  modelservice::Principal ann;
  ann.subject = "ann";
  ann.roles = {"editor"};
  return ann;
}

TEST(Drafts, AreOfWhoCalls) {
  const auto drafts = modelservice::TestHandler<Drafts>::Start(RegisterNews);
  ASSERT_TRUE(drafts.ok()) << drafts.status();
  const modelservice::TestCallContext call =
      modelservice::CallContextBuilder().Principal(Ann()).Build();
  const auto made = (*drafts)->handler().Create(call, Article());
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(made->message().author(), "ann");
}

TEST(NightShift, IsAskedWithoutAServer) {
  const auto night_shift = NewNightShift();
  const modelservice::TestCallContext call =
      modelservice::CallContextBuilder()
          .Method("/news.Desk/Newsroom")
          .Peer("ipv4:10.0.0.1:5")
          .Metadata("x-request-id", "1")
          .Principal(Ann())
          .Build();
  EXPECT_FALSE(night_shift->Allows(call));
}

}  // namespace
}  // namespace news
