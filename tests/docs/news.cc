#include "news.h"

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modelservice/rate_limiter.h"
#include "news.modelservice.pb.h"

namespace news {
namespace {

using ::modelservice::CallContext;
using ::modelservice::Principal;
using ::modelservice::Reply;
using ::modelservice::RowChange;

// What was told, by any thread.
class Records {
 public:
  void Add(absl::string_view line) {
    std::lock_guard<std::mutex> lock(mutex_);
    lines_.emplace_back(line);
  }
  std::vector<std::string> Take() {
    std::lock_guard<std::mutex> lock(mutex_);
    return std::exchange(lines_, {});
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> lines_;
};

Records& AllRecords() {
  static Records* const records = new Records();
  return *records;
}

void Record(absl::string_view line) { AllRecords().Add(line); }

class SignUps {
 public:
  explicit SignUps(modelservice::LimitStore* store)
      : limiter_(modelservice::RateLimiter::Create(store, {kSignUps})) {}

  absl::Status Check(const std::string& email) const {
    if (!limiter_.ok()) return limiter_.status();
    return limiter_->Check({email});
  }

 private:
  static constexpr modelservice::RateLimit kSignUps =
      modelservice::RateLimit("sign-ups", 5, absl::Minutes(10))
          .By(modelservice::LimitAlgorithm::kSlidingWindow);

  const absl::StatusOr<modelservice::RateLimiter> limiter_;
};

// Who follows what.
class Followers {
 public:
  int Add(const std::string& topic, modelservice::AsyncWriter<Text> follower) {
    std::lock_guard<std::mutex> lock(mutex_);
    all_.emplace(next_, Follower{topic, std::move(follower)});
    return next_++;
  }
  void Remove(int id) {
    std::lock_guard<std::mutex> lock(mutex_);
    all_.erase(id);
  }
  void Tell(const Text& text) {
    std::lock_guard<std::mutex> lock(mutex_);
    for (auto& [id, follower] : all_) {
      if (follower.topic != text.user().id()) continue;
      // One that takes nothing misses what there is no more room for.
      (void)follower.writer.Write(text);
    }
  }

 private:
  struct Follower {
    std::string topic;
    modelservice::AsyncWriter<Text> writer;
  };

  std::mutex mutex_;
  int next_ = 0;
  std::map<int, Follower> all_;
};

#define NEWS_ECHO(Name)                                                       \
  absl::StatusOr<Reply<Text>> Name(const CallContext&, const Text& text) override { \
    return text;                                                              \
  }

class Desk : public DeskBase {
 public:
  NEWS_ECHO(SayHello)
  NEWS_ECHO(Search)
  NEWS_ECHO(Translate)
  NEWS_ECHO(SendMail)
  NEWS_ECHO(SendLetter)
  NEWS_ECHO(ResetPassword)
  NEWS_ECHO(Weather)
  NEWS_ECHO(Newsroom)

  absl::StatusOr<Reply<Text>> SignUp(const CallContext&,
                                     const Text& text) override {
    if (absl::Status status = sign_ups_.Check(text.user().id()); !status.ok()) {
      return status;
    }
    return text;
  }
  absl::Status Headlines(const CallContext&, const Text& text,
                         modelservice::Writer<Text>& writer) override {
    for (int i = 0; i < 2; ++i) {
      if (!writer.Write(text)) return absl::CancelledError("gone");
    }
    return absl::OkStatus();
  }
  void StartFollow(const CallContext&, const Text& request,
                   modelservice::AsyncWriter<Text> follower) override {
    const int id = followers_.Add(request.user().id(), follower);
    follower.OnDone(
        [this, id](const absl::Status&) { followers_.Remove(id); });
    (void)follower.Write(request);  // it is followed from now on
  }
  absl::StatusOr<Reply<Text>> Tell(const CallContext&,
                                   const Text& text) override {
    followers_.Tell(text);
    return text;
  }
  absl::StatusOr<Reply<Text>> WhoAmI(const CallContext& call, const Text&) override {
    const Principal& caller = call.principal();
    Text text;
    text.set_text(caller.is_anonymous()
                      ? "anonymous"
                      : absl::StrCat(caller.scheme, ":", caller.subject));
    return text;
  }

 private:
  const std::unique_ptr<modelservice::LimitStore> store_ =
      modelservice::NewMemoryLimitStore({});
  const SignUps sign_ups_{store_.get()};
  Followers followers_;
};

#undef NEWS_ECHO

class Articles : public ArticlesBase {
 public:
  absl::StatusOr<Reply<ArticleCount>> CountArticles(
      const CallContext& call, const google::protobuf::Empty&) override {
    absl::StatusOr<int64_t> count = Visible(call).Count();
    if (!count.ok()) return count.status();
    ArticleCount reply;
    reply.set_count(*count);
    return reply;
  }
};

class Audit : public modelservice::Interceptor {
 public:
  absl::Status Before(CallContext& call) override {
    const auto id = call.metadata("x-request-id");
    if (!id.has_value()) {
      return absl::InvalidArgumentError("x-request-id is missing.");
    }
    call.Put(RequestId{std::string(*id)});
    return absl::OkStatus();
  }
  void After(CallContext& call, absl::Status& status) override {
    const RequestId* const id = call.Get<RequestId>();
    if (id == nullptr) return;  // Before refused
    Record(absl::StrCat(id->text, " ", call.method(), " ",
                        absl::StatusCodeToString(status.code())));
  }

 private:
  struct RequestId {
    std::string text;
  };
};

class NoSecrets : public modelservice::Interceptor {
 public:
  absl::Status OnMessage(CallContext&, Direction direction,
                         const google::protobuf::Message& message) override {
    if (direction == Direction::kSent &&
        absl::StrContains(message.ShortDebugString(), "secret")) {
      return absl::InternalError("a secret was about to leave");
    }
    return absl::OkStatus();
  }
};

class Drill : public modelservice::Interceptor {
 public:
  absl::Status Before(CallContext& call) override {
    if (call.metadata("x-drill").has_value()) {
      Text text;
      text.set_text("This is a drill.");
      call.Answer(text);
    }
    return absl::OkStatus();
  }
};

class Signature : public modelservice::Interceptor {
 public:
  absl::Status OnReply(CallContext&, modelservice::AnyReply& reply) override {
    if (Text* const text = reply.MutableAs<Text>()) {
      text->set_text(text->text() + " The desk.");
    }
    return absl::OkStatus();
  }
};

class ApiKeys : public modelservice::Authenticator {
 public:
  explicit ApiKeys(std::map<std::string, Principal> callers)
      : callers_(std::move(callers)) {}

  bool Recognizes(const CallContext& call) const override {
    return call.metadata("x-api-key").has_value();
  }
  absl::StatusOr<Principal> Authenticate(const CallContext& call) override {
    const auto caller = callers_.find(std::string(*call.metadata("x-api-key")));
    if (caller == callers_.end()) {
      return absl::UnauthenticatedError("Unknown API key.");
    }
    return caller->second;
  }

 private:
  const std::map<std::string, Principal> callers_;
};

class NightShift : public modelservice::Permission {
 public:
  bool Allows(const CallContext& call) override {
    return call.principal().HasClaim("team", "night");
  }
};

class SameTeam : public modelservice::ObjectPermission<Article> {
 public:
  modelservice::Condition<Article> Rows(const CallContext& call) override {
    const std::optional<std::string> team = call.principal().Claim("team");
    return team.has_value() ? ArticleModel::team == *team
                            : ArticleModel::team.In({});
  }
};

// By their keys.
std::map<std::string, Principal> Callers() {
  std::map<std::string, Principal> callers;
  for (const char* name : {"ann", "bob", "eve"}) {
    Principal& caller = callers[absl::StrCat("key-of-", name)];
    caller.subject = name;
    // Eve is in none.
    if (caller.subject == "eve") continue;
    (*caller.claims.mutable_fields())["team"].set_string_value("night");
  }
  Principal& editor = callers["key-of-editor"];
  editor.subject = "editor";
  editor.roles = {"editor"};
  editor.permissions = {"news.add_article"};
  return callers;
}

}  // namespace

void AddNews(modelservice::Registry& registry,
             std::vector<modelservice::Connection>* connections) {
  RegisterNews(registry);
  registry.Add<Desk>();
  registry.Add<Articles>();

  registry.AddInterceptor<Audit>("audit");
  registry.AddInterceptor<NoSecrets>("no_secrets");
  registry.AddInterceptor<Drill>("drill");
  registry.AddInterceptor<Signature>("signature");

  registry.AddAuthenticator<ApiKeys>("api_key", Callers());

  registry.AddPermission<NightShift>("night_shift");
  registry.AddPermission<SameTeam>("same_team");

  registry.AddLimitKey("region", [](const CallContext& call) {
    return std::string(call.metadata("x-country").value_or("").substr(0, 2));
  });

  modelservice::RpcSignals& signals = registry.signals();
  signals.request_started
      .Connect([](const CallContext& call) {
        Record(absl::StrCat("started ", call.method()));
      })
      .Release();
  signals.request_finished
      .Connect([](const CallContext& call, const absl::Status& status) {
        Record(absl::StrCat("finished ", call.method(), ": ",
                            absl::StatusCodeToString(status.code())));
      })
      .Release();
  signals.got_request_exception
      .Connect([](const CallContext&, const absl::Status& status) {
        Record(absl::StrCat("failed: ", status.message()));
      })
      .Release();
  signals.shutdown.Connect([] { Record("shutdown"); }).Release();

  modelservice::ModelSignals<Article> articles =
      registry.ModelSignalsOf<Article>();
  connections->push_back(articles.OnPreSave([](modelservice::Transaction&,
                                               Article& article, RowChange) {
    article.set_title(std::string(absl::StripAsciiWhitespace(article.title())));
  }));
  connections->push_back(
      articles.OnCommitted([](const Article& article, RowChange change) {
        if (change == RowChange::kCreated) {
          Record(absl::StrCat("new article: ", article.title()));
        }
      }));
}

std::unique_ptr<modelservice::Permission> NewNightShift() {
  return std::make_unique<NightShift>();
}

std::vector<std::string> TakeRecords() { return AllRecords().Take(); }

}  // namespace news
