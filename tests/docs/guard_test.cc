// What docs/guard.md says of the options and the C++ that it quotes.
#include "fixture.h"
#include "modelservice/testing/captured_log.h"

namespace news {
namespace {

class LimitsTest : public NewsTest {
 protected:
  void SetUp() override { Start(); }

  // How many calls are admitted before one is refused; `refusal_` is how.
  int AdmittedBy(DeskMethod method, const Metadata& metadata = {},
                 const Text& text = Text()) {
    for (int admitted = 0; admitted < 1000; ++admitted) {
      refusal_ = Ask(method, metadata, text);
      if (!refusal_.ok()) return admitted;
    }
    return 1000;
  }

  grpc::Status refusal_;
};

// A window may end while a test calls: then there is a second one.
auto IsLimit(int calls) {
  return testing::AllOf(testing::Ge(calls), testing::Le(2 * calls));
}

TEST_F(LimitsTest, TheFirstOne) {
  EXPECT_THAT(AdmittedBy(&Desk::Stub::SayHello, {{"x-user", "ann"}}),
              IsLimit(10));
  EXPECT_THAT(refusal_, IsError(grpc::StatusCode::RESOURCE_EXHAUSTED,
                                testing::MatchesRegex(
                                    "Reached limit of 10 calls per 60 seconds. "
                                    "Resource will be available in [0-9]+ "
                                    "seconds.")));
  const Refusal refusal(refusal_);
  EXPECT_EQ(refusal.info.reason(), "RATE_LIMIT_EXCEEDED");
  EXPECT_EQ(refusal.info.metadata().at("limit"), "news.Desk.SayHello");
  EXPECT_EQ(refusal.info.metadata().at("group"), "news.Desk.SayHello");
  EXPECT_EQ(refusal.types.size(), 3u);
  EXPECT_EQ(trailers_["ratelimit-limit"], "10");
  EXPECT_EQ(trailers_["ratelimit-remaining"], "0");
  EXPECT_EQ(trailers_.count("ratelimit-reset"), 1u);
  EXPECT_THAT(Ask(&Desk::Stub::SayHello, {{"x-user", "bob"}}), IsOk());
  EXPECT_THAT(trailers_,
              testing::Not(testing::Contains(testing::Key("ratelimit-limit"))));
}

TEST_F(LimitsTest, SeveralOnOneMethod) {
  EXPECT_THAT(AdmittedBy(&Desk::Stub::Search), IsLimit(5));
  EXPECT_EQ(Refusal(refusal_).info.metadata().at("limit"), "minute");
  // Fixed windows count what is refused, too.
  int calls = 0;
  std::string limit = "minute";
  while (limit == "minute" && ++calls < 50) {
    const Refusal refusal(Ask(&Desk::Stub::Search));
    if (refusal.code != grpc::StatusCode::OK) {
      limit = refusal.info.metadata().at("limit");
    }
  }
  EXPECT_EQ(limit, "hour");
}

TEST_F(LimitsTest, ABucketAndWhatCallsCost) {
  const auto translate = [this](const std::string& text) {
    return Ask(&Desk::Stub::Translate, {}, FromText<Text>(text));
  };
  EXPECT_THAT(translate("user { id: 'a' } words: 100"), IsOk());
  EXPECT_THAT(translate("user { id: 'a' } words: 90"),
              IsError(grpc::StatusCode::RESOURCE_EXHAUSTED,
                      HasSubstr("Reached limit of 1000 calls per 3600")));
  EXPECT_EQ(trailers_["ratelimit-limit"], "100");
  EXPECT_THAT(translate("user { id: 'b' } words: 90"), IsOk());
  const Refusal never(translate("user { id: 'c' } words: 101"));
  EXPECT_EQ(never.message,
            "This call counts as 101 calls, of which only 100 are admitted at "
            "once.");
  EXPECT_THAT(never.types,
              testing::Not(testing::Contains(HasSubstr("RetryInfo"))));
  EXPECT_THAT(translate("user { id: 'b' } words: -1"),
              IsError(grpc::StatusCode::INVALID_ARGUMENT, testing::_));
}

TEST_F(LimitsTest, AGroup) {
  EXPECT_THAT(Ask(&Desk::Stub::SendLetter), IsOk());
  EXPECT_THAT(AdmittedBy(&Desk::Stub::SendMail), testing::Le(20));
  EXPECT_EQ(Refusal(refusal_).info.metadata().at("limit"), "mail");
  EXPECT_THAT(Ask(&Desk::Stub::SendLetter),
              IsError(grpc::StatusCode::RESOURCE_EXHAUSTED, testing::_));
}

TEST_F(LimitsTest, AShadowRefusesNobody) {
  modelservice::CapturedLog captured;
  const int admitted = AdmittedBy(&Desk::Stub::ResetPassword, {},
                                  FromText<Text>("user { id: 'a' }"));
  EXPECT_THAT(captured.Take(),
              HasSubstr("rate limit \"resets everywhere\" is a shadow and "
                        "would have refused /news.Desk/ResetPassword"));
  EXPECT_THAT(admitted, IsLimit(5));
}

TEST_F(LimitsTest, AFunctionOfTheProgram) {
  EXPECT_THAT(AdmittedBy(&Desk::Stub::Weather, {{"x-country", "at-9"}}),
              IsLimit(3));
  EXPECT_THAT(Ask(&Desk::Stub::Weather, {{"x-country", "is"}}), IsOk());
}

TEST_F(LimitsTest, InHandWrittenCode) {
  const Text ann = FromText<Text>("user { id: 'ann@example.org' }");
  EXPECT_THAT(AdmittedBy(&Desk::Stub::SignUp, {}, ann), IsLimit(5));
  const Refusal refusal(refusal_);
  EXPECT_EQ(refusal.code, grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(refusal.info.metadata().at("limit"), "sign-ups");
  EXPECT_THAT(Ask(&Desk::Stub::SignUp), IsOk());
}

TEST_F(LimitsTest, OfTheServiceAndOfTheFile) {
  EXPECT_THAT(AdmittedBy(&Desk::Stub::WhoAmI), IsLimit(100));
  const auto articles = Articles::NewStub(server().channel());
  ArticleCount count;
  int admitted = 0;
  while (admitted < 2000 &&
         Call(*articles, &Articles::Stub::CountArticles,
              google::protobuf::Empty(), &count, {{"x-api-key", "key-of-ann"}})
             .ok()) {
    ++admitted;
  }
  EXPECT_THAT(admitted, IsLimit(500));
}

class ChainTest : public NewsTest {
 protected:
  grpc::Status ReadHeadlines(const std::string& text, const Metadata& metadata,
                             int* read) {
    grpc::ClientContext context;
    for (const auto& [key, value] : metadata) context.AddMetadata(key, value);
    Text request;
    request.set_text(text);
    const auto reader = desk_->Headlines(&context, request);
    *read = 0;
    while (reader->Read(&answer_)) ++*read;
    return reader->Finish();
  }
};

TEST_F(ChainTest, Interceptors) {
  ASSERT_NO_FATAL_FAILURE(Start());
  int read = 0;
  EXPECT_THAT(
      ReadHeadlines("rain", {}, &read),
      IsError(grpc::StatusCode::INVALID_ARGUMENT, "x-request-id is missing."));
  EXPECT_THAT(ReadHeadlines("rain", {{"x-request-id", "1"}}, &read), IsOk());
  EXPECT_EQ(read, 2);
  EXPECT_THAT(
      ReadHeadlines("a secret", {{"x-request-id", "2"}}, &read),
      IsError(grpc::StatusCode::INTERNAL, testing::Not(HasSubstr("secret"))));
  EXPECT_EQ(read, 0);
  EXPECT_THAT(Ask(&Desk::Stub::WhoAmI), IsOk());
  // The end of a stream is told once the client has it.
  server().Stop(absl::Seconds(10));
  const std::string stream = "/news.Desk/Headlines";
  EXPECT_THAT(
      TakeRecords(),
      testing::UnorderedElementsAre(
          "started " + stream, "failed: x-request-id is missing.",
          "finished " + stream + ": INVALID_ARGUMENT", "started " + stream,
          "1 " + stream + " OK", "finished " + stream + ": OK",
          "started " + stream, "2 " + stream + " INTERNAL",
          "failed: a secret was about to leave",
          "finished " + stream + ": INTERNAL", "started /news.Desk/WhoAmI",
          "finished /news.Desk/WhoAmI: OK", "shutdown"));
}

TEST_F(ChainTest, AnswersAndReplies) {
  Options options;
  options.settings.add_interceptor("signature");
  options.settings.add_interceptor("drill");
  ASSERT_NO_FATAL_FAILURE(Start(std::move(options)));
  EXPECT_THAT(Ask(&Desk::Stub::WhoAmI), IsOk());
  EXPECT_EQ(answer_.text(), "anonymous The desk.");
  EXPECT_THAT(Ask(&Desk::Stub::WhoAmI, {{"x-drill", "1"}}), IsOk());
  EXPECT_EQ(answer_.text(), "This is a drill. The desk.");
  // Who may not call is not answered either.
  EXPECT_THAT(Ask(&Desk::Stub::Newsroom, {{"x-drill", "1"}}),
              IsError(grpc::StatusCode::UNAUTHENTICATED, testing::_));
}

// What docs/handlers.md says of methods that go on.
TEST_F(ChainTest, Followers) {
  ASSERT_NO_FATAL_FAILURE(Start());
  grpc::ClientContext context;
  Text topic = FromText<Text>("user { id: 'rain' } text: 'here'");
  const auto follower = desk_->Follow(&context, topic);
  Text text;
  ASSERT_TRUE(follower->Read(&text));
  EXPECT_EQ(text.text(), "here");
  for (const char* told :
       {"user { id: 'snow' } text: 'no'", "user { id: 'rain' } text: 'yes'"}) {
    EXPECT_THAT(Ask(&Desk::Stub::Tell, {}, FromText<Text>(told)), IsOk());
  }
  ASSERT_TRUE(follower->Read(&text));
  EXPECT_EQ(text.text(), "yes");
  context.TryCancel();
  EXPECT_EQ(follower->Finish().error_code(), grpc::StatusCode::CANCELLED);
  EXPECT_THAT(Ask(&Desk::Stub::Tell, {}, topic), IsOk());
}

class PermissionsTest : public NewsTest {
 protected:
  void SetUp() override {
    Start();
    if (HasFatalFailure()) return;
    articles_ = Articles::NewStub(server().channel());
    moderation_ = Moderation::NewStub(server().channel());
  }

  Article& answer() { return article_; }
  static Metadata As(const std::string& name) {
    return {{"x-api-key", "key-of-" + name}};
  }

  std::unique_ptr<Articles::Stub> articles_;
  std::unique_ptr<Moderation::Stub> moderation_;

 private:
  Article article_;
};

TEST_F(PermissionsTest, OfAMethod) {
  EXPECT_EQ(CallerWith({}), "anonymous");
  EXPECT_EQ(CallerWith(As("ann")), "api_key:ann");
  EXPECT_EQ(CallerWith(As("nobody")), "Unknown API key.");
  EXPECT_THAT(Ask(&Desk::Stub::Newsroom),
              IsError(grpc::StatusCode::UNAUTHENTICATED,
                      "Authentication credentials were not provided."));
  EXPECT_THAT(Ask(&Desk::Stub::Newsroom, As("editor")), IsOk());
  EXPECT_THAT(Ask(&Desk::Stub::Newsroom, As("ann")), IsOk());
  EXPECT_THAT(Ask(&Desk::Stub::Newsroom, As("eve")),
              IsError(grpc::StatusCode::PERMISSION_DENIED,
                      "You do not have permission to perform this action."));
}

TEST_F(PermissionsTest, OfRowsAndFields) {
  Article article = FromText<Article>("title: ' Rain ' team: 'night'");
  ASSERT_THAT(
      Call(*articles_, &Articles::Stub::Create, article, &article, As("ann")),
      IsOk());
  EXPECT_EQ(article.author(), "ann");
  EXPECT_EQ(article.title(), "Rain");  // pre_save
  EXPECT_THAT(TakeRecords(), testing::Contains("new article: Rain"));
  article.set_review("good");
  EXPECT_THAT(
      Call(*articles_, &Articles::Stub::Update, article, &answer(), As("ann")),
      IsError(grpc::StatusCode::PERMISSION_DENIED, HasSubstr("review")));
  EXPECT_THAT(Call(*articles_, &Articles::Stub::Update, article, &answer(),
                   As("editor")),
              IsOk());

  // Her own, her team's, and not there.
  ArticleKey key;
  key.set_id(article.id());
  const auto retrieve = [&](const std::string& name) {
    return Call(*articles_, &Articles::Stub::Retrieve, key, &answer(),
                As(name));
  };
  EXPECT_THAT(retrieve("ann"), IsOk());
  EXPECT_EQ(answer().review(), "good");
  EXPECT_THAT(retrieve("bob"), IsOk());
  EXPECT_EQ(answer().review(), "");
  EXPECT_THAT(retrieve("eve"),
              IsError(grpc::StatusCode::NOT_FOUND, HasSubstr("not found!")));
  const auto count = [&](const std::string& name) {
    ArticleCount reply;
    EXPECT_THAT(Call(*articles_, &Articles::Stub::CountArticles,
                     google::protobuf::Empty(), &reply, As(name)),
                IsOk());
    return reply.count();
  };
  EXPECT_EQ(count("bob"), 1);
  EXPECT_EQ(count("eve"), 0);

  const auto archive = Archive::NewStub(server().channel());
  EXPECT_THAT(Call(*archive, &Archive::Stub::Retrieve, key, &answer()),
              IsError(grpc::StatusCode::UNAUTHENTICATED, testing::_));
  EXPECT_THAT(
      Call(*archive, &Archive::Stub::Retrieve, key, &answer(), As("eve")),
      IsOk());
  google::protobuf::Empty nothing;
  EXPECT_THAT(Call(*archive, &Archive::Stub::Destroy, key, &nothing, As("eve")),
              IsError(grpc::StatusCode::PERMISSION_DENIED, testing::_));

  ListArticlesResponse list;
  EXPECT_THAT(
      Call(*articles_, &Articles::Stub::List, ListArticlesRequest(), &list),
      IsError(grpc::StatusCode::UNAUTHENTICATED, testing::_));
  EXPECT_THAT(Call(*moderation_, &Moderation::Stub::List, ListArticlesRequest(),
                   &list, As("editor")),
              IsError(grpc::StatusCode::PERMISSION_DENIED, testing::_));
  EXPECT_THAT(Call(*moderation_, &Moderation::Stub::Create, Article(),
                   &answer(), As("editor")),
              IsOk());
  EXPECT_THAT(
      Call(*archive, &Archive::Stub::Destroy, key, &nothing, As("editor")),
      IsOk());
}

}  // namespace
}  // namespace news
