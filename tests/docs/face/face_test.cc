// Every example in the headers of runtime/modelservice stands here, token for
// token (header_quotes_test.py), and so compiles; what can be, is run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <syslog.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "events.modelservice.pb.h"
#include "face.grpc.pb.h"
#include "face.modelservice.pb.h"
#include "modelservice/async_stream.h"
#include "modelservice/authenticator.h"
#include "modelservice/database.h"
#include "modelservice/errors.h"
#include "modelservice/interceptor.h"
#include "modelservice/log.h"
#include "modelservice/main.h"
#include "modelservice/objects.h"
#include "modelservice/permission.h"
#include "modelservice/rate_limiter.h"
#include "modelservice/registry.h"
#include "modelservice/server.h"
#include "modelservice/settings.h"
#include "modelservice/signal.h"
#include "modelservice/spans.h"
#include "modelservice/sqlite.h"
#include "modelservice/testing.h"
#include "modelservice/testing_matchers.h"
#include "modelservice/transaction.h"
#include "modelservice/validate.h"
#include "modelservice/value.h"
#ifdef HAS_POSTGRES
#include "modelservice/postgres.h"
#endif

// As in a program that says so itself.
using namespace modelservice;  // NOLINT
using shop::Customer;
using shop::CustomerKey;
using shop::CustomerModel;
using shop::CustomerServiceBase;
using shop::Event;
using shop::WatchRequest;

namespace {

class ApiKeys : public modelservice::Authenticator {
 public:
  bool Recognizes(const CallContext& call) const override {
    return call.metadata("x-api-key").has_value();
  }
  absl::StatusOr<Principal> Authenticate(const CallContext& call) override {
    const auto caller = callers_.find(*call.metadata("x-api-key"));
    if (caller == callers_.end()) {
      return absl::UnauthenticatedError("Unknown API key.");
    }
    return caller->second;
  }

 private:
  std::map<std::string, Principal, std::less<>> callers_;
};

class IsStaff : public modelservice::Permission {
 public:
  bool Allows(const CallContext& call) override {
    return call.principal().HasClaim("staff", "true");
  }
};
// Object level: part of the query, so that other rows are never read.
class SameTeam : public modelservice::ObjectPermission<Customer> {
 public:
  Condition<Customer> Rows(const CallContext& call) override {
    return CustomerModel::team == call.principal().Claim("team").value_or("");
  }
};

class Audit : public modelservice::Interceptor {
 public:
  absl::Status Before(CallContext& call) override {
    return call.metadata("x-request-id").has_value()
               ? absl::OkStatus()
               : absl::InvalidArgumentError("x-request-id is missing.");
  }
  void After(CallContext& call, absl::Status& status) override {
    modelservice::Log(modelservice::Severity::kInfo,
                      absl::StrCat(call.method(), ": ", status.ToString()));
  }
};

namespace handlers {

class Customers : public shop::CustomerServiceBase {
 public:
  Query<Customer> Scope(const CallContext& call, Query<Customer> all) override {
    return all.Filter(CustomerModel::owner == call.principal().subject);
  }
  absl::Status BeforeCreate(const CallContext& call, Transaction& tx,
                            Customer& customer) override {
    customer.set_owner(call.principal().subject);
    return absl::OkStatus();
  }
};

}  // namespace handlers

class Customers : public CustomerServiceBase {
 public:
  absl::Status BeforeCreate(const CallContext& call, Transaction&,
                            Customer& customer) override {
    if (call.metadata("x-tenant") != "acme") {
      return absl::PermissionDeniedError("Only acme may do this.");
    }
    customer.set_author(call.principal().subject);
    return absl::OkStatus();
  }

  absl::StatusOr<Reply<Customer>> Retrieve(
      const CallContext& call, const CustomerKey& request) override {
    auto reply = CustomerServiceBase::Retrieve(call, request);
    if (reply.ok()) reply->mutable_message().clear_phone();
    return reply;
  }
};

class Events : public shop::EventServiceBase {
 public:
  absl::Status Watch(const CallContext& call, const WatchRequest& request,
                     Writer<Event>& writer) override {
    for (const Event& event : events_) {
      if (!writer.Write(event)) return absl::CancelledError("");
    }
    return absl::OkStatus();
  }

 private:
  const std::vector<Event> events_{3};
};

class Hub {
 public:
  int64_t Add(const std::string&, AsyncWriter<Event> watcher) {
    watchers_.push_back(std::move(watcher));
    return static_cast<int64_t>(watchers_.size());
  }
  void Remove(int64_t) {}
  void Tell(const Event& event) {
    for (AsyncWriter<Event>& watcher : watchers_) {
      // Later, for each event and watcher:
      absl::Status sent = watcher.Write(event);
      if (!sent.ok()) Log(Severity::kInfo, sent.ToString());
    }
  }

 private:
  std::vector<AsyncWriter<Event>> watchers_;
};

class LaterEvents : public shop::EventServiceBase {
 public:
  // rpc Watch(WatchRequest) returns (stream Event);
  void StartWatch(const CallContext& call, const WatchRequest& request,
                  AsyncWriter<Event> watcher) override {
    const int64_t id = hub_.Add(request.topic(), watcher);
    watcher.OnDone([this, id](const absl::Status&) { hub_.Remove(id); });
  }

 private:
  Hub hub_;
};

void Register(modelservice::Registry& registry) {
  shop::RegisterFace(registry);
  registry.Add<Customers>();  // instead of the generated default
  registry.AddInterceptor<Audit>("audit");
}

[[maybe_unused]] int main(int argc, char** argv) {
  return modelservice::Main(argc, argv, Register);
}

class Recorder final : public modelservice::SpanSink {
 public:
  void Add(const modelservice::Span& span) override {
    modelservice::Log(modelservice::Severity::kInfo, span.name);
  }
};

void RegisterMore(Registry& registry) {
  registry.SetSpanSink(std::make_unique<Recorder>());
  registry.Add<Customers>();
  registry.Add<Events>();
  registry.AddAuthenticator<ApiKeys>("api_key");
  registry.AddPermission<IsStaff>("is_staff");
  registry.AddPermission<SameTeam>("same_team");
  registry.signals()
      .request_finished
      .Connect([](const CallContext& call, const absl::Status& status) {
        modelservice::Log(modelservice::Severity::kInfo,
                          absl::StrCat(call.method(), ": ", status.ToString()));
      })
      .Release();
}

[[maybe_unused]] absl::Status Serve(Registry registry, const Settings& settings,
                                    std::unique_ptr<Database> database) {
  absl::StatusOr<std::unique_ptr<Server>> server =
      Server::Start(std::move(registry), settings, std::move(database));
  if (!server.ok()) return server.status();
  Log(Severity::kInfo, (*server)->address());
  (*server)->Stop(absl::Seconds(30));
  return absl::OkStatus();
}

[[maybe_unused]] absl::StatusOr<Settings> Load() {
  absl::StatusOr<Settings> settings =
      LoadSettings({"--address=0.0.0.0:50051", "--config=prod.textproto"});
  return settings;
}

[[maybe_unused]] absl::StatusOr<std::unique_ptr<Database>> OpenShop() {
  absl::StatusOr<SqliteOptions> options =
      ParseSqliteUrl("sqlite:shop.db?synchronous=normal");
  if (!options.ok()) return options.status();
  absl::StatusOr<std::unique_ptr<Database>> db = OpenSqlite(*options);
  return db;
}

#ifdef HAS_POSTGRES
[[maybe_unused]] absl::StatusOr<std::unique_ptr<Database>> OpenRemoteShop() {
  absl::StatusOr<PostgresOptions> options =
      ParsePostgresUrl("postgresql://shop@db.example/shop?sslmode=require");
  if (!options.ok()) return options.status();
  absl::StatusOr<std::unique_ptr<Database>> db = OpenPostgres(*options);
  return db;
}
#endif

[[maybe_unused]] void SetUpLog() {
  // In main: less of it, and into the program's own logger.
  SetLogLevel(Severity::kWarning);
  SetLogSink([](const LogLine& line) {
    syslog(line.severity == Severity::kError ? LOG_ERR : LOG_WARNING, "%.*s",
           static_cast<int>(line.text.size()), line.text.data());
  });
  const std::string path = "shop.db";
  Log(Severity::kError, absl::StrCat("cannot open ", path));
}

absl::Status OnlyAdmins(const CallContext& call) {
  const Principal& caller = call.principal();
  if (!caller.HasRole("admin")) return PermissionDenied();
  std::optional<std::string> tenant = caller.Claim("tenant.id");
  return absl::OkStatus();
}

absl::Status SignUp(LimitStore& store, const std::string& email) {
  constexpr RateLimit kSignups("signups", 5, absl::Minutes(10));

  absl::StatusOr<RateLimiter> limiter = RateLimiter::Create(&store, {kSignups});
  if (!limiter.ok()) return limiter.status();
  absl::Status status = limiter->Check({email});
  if (!status.ok()) return status;  // "Reached limit of 5 calls per 600 ..."
  return absl::OkStatus();
}

TEST(Customers, AreCreated) {
  auto server = modelservice::TestServer::Start(Register);
  ASSERT_TRUE(server.ok()) << server.status();
  auto stub = shop::CustomerService::NewStub((*server)->channel());
  Customer customer, created;
  customer.set_email("ann@b.c");
  {
    grpc::ClientContext context;
    const grpc::Status status = stub->Create(&context, customer, &created);
    EXPECT_EQ(status.error_message(), "Only acme may do this.");
  }
  grpc::ClientContext context;
  context.AddMetadata("x-tenant", "acme");
  const grpc::Status status = stub->Create(&context, customer, &created);
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(*Objects<Customer>((*server)->database()).Count(), 1);
  // Behind the service's back:
  modelservice::Objects<shop::Customer> customers((*server)->database());
}

TEST(Calls, AreMadeByTests) {
  Principal ann;
  ann.subject = "ann";
  ann.roles = {"admin"};
  (*ann.claims.mutable_fields())["staff"].set_string_value("true");
  using NightShift = IsStaff;
  const modelservice::TestCallContext call = modelservice::CallContextBuilder()
                                                 .Peer("ipv4:10.0.0.1:5")
                                                 .Metadata("x-id", "1")
                                                 .Principal(ann)
                                                 .Build();
  EXPECT_TRUE(NightShift().Allows(call));
  EXPECT_TRUE(OnlyAdmins(call).ok());
}

TEST(Rules, AreChecked) {
  Customer customer;
  customer.set_email("nobody");
  absl::Status status = modelservice::Validate(customer);
  // INVALID_ARGUMENT "email: Enter a valid email address. name: This field
  // may not be blank."
  EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr("email: "));
}

TEST(Signals, TellWhoAsked) {
  Registry registry;
  Register(registry);
  RegisterMore(registry);
  Customer customer;
  Signal<const Customer&> moved("moved");
  {
    Connection connection = moved.Connect([](const Customer& customer) {
      Log(Severity::kInfo, customer.email());
    });
    moved.Send(customer);
  }  // Nobody is told any more.
  moved.Send(customer);
  registry.Add<handlers::Customers>();
  registry.Add<LaterEvents>();
}

TEST(Limits, CountBeforeTheyAnswer) {
  const auto store = NewMemoryLimitStore({});
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(SignUp(*store, "a@b.c").ok());
  EXPECT_EQ(SignUp(*store, "a@b.c").code(),
            absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(SignUp(*store, "c@b.c").ok());
  Value v = Value::Text("a@b.c");
  if (v.kind() == Value::Kind::kText) Log(Severity::kInfo, v.text());
}

// testing_matchers.h
TEST(MatchersTest, LookIntoStatusesAndMessages) {
  using ::testing::HasSubstr;
  using ::testing::Not;
  const absl::Status status;
  const absl::StatusOr<Customer> missing =
      absl::NotFoundError("Customer: 99 not found!");
  Customer customer;
  customer.set_id(1);
  customer.set_email("a@b");
  EXPECT_THAT(status, modelservice::IsOk());
  EXPECT_THAT(missing, modelservice::StatusIs(absl::StatusCode::kNotFound,
                                              HasSubstr("99")));
  EXPECT_THAT(customer, modelservice::EqualsProto(R"pb(id: 1 email: "a@b")pb"));
  EXPECT_THAT(missing, Not(modelservice::StatusIs(absl::StatusCode::kAborted)));
  EXPECT_THAT(grpc::Status(grpc::StatusCode::ABORTED, "busy"),
              modelservice::StatusIs(absl::StatusCode::kAborted, "busy"));
  EXPECT_THAT(customer, Not(modelservice::EqualsProto("id: 1")));
  EXPECT_THAT(customer, Not(modelservice::EqualsProto("no: 1")));
}

}  // namespace
