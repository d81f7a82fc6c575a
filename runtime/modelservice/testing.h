// What tests of services are made of: a server, and calls without one.
//
// TestServer is a server in the test's own process, with a fresh database and a
// channel to it: a test calls a service as its clients will.
//
//   TEST(Customers, AreCreated) {
//     auto server = modelservice::TestServer::Start(Register);
//     ASSERT_TRUE(server.ok()) << server.status();
//     auto stub = shop::CustomerService::NewStub((*server)->channel());
//     // ...
//     // Behind the service's back:
//     modelservice::Objects<shop::Customer> customers((*server)->database());
//   }
//
// Every server has a temporary folder of its own, which holds its SQLite file
// and the unix socket that it listens on; both go with the object. The tables
// of all registered models are made. Nothing here depends on a test framework.
//
// CallContextBuilder makes a call for code that is called with one - handlers,
// hooks, permissions, interceptors, limit keys -, without any server:
//
//   const modelservice::TestCallContext call =
//       modelservice::CallContextBuilder()
//           .Peer("ipv4:10.0.0.1:5")
//           .Metadata("x-id", "1")
//           .Principal(ann)
//           .Build();
//   EXPECT_TRUE(NightShift().Allows(call));
//
// TestHandler has a handler and a fresh database, for methods and hooks that
// need one: test_handler.h.
//
// NewPostgresDatabase has PostgreSQL for those tests that are to run on it.
// Besides there are callers (test_caller.h), rows, statements and both
// databases (test_database.h), signals (recorded_signals.h), a clock
// (fake_clock.h) and, to be included by itself, matchers for GoogleMock
// (testing_matchers.h).
//
// Ownership: each object owns what it made. Threads: a TestServer is
// thread-safe, but for Stop and the destructor, which one thread calls when no
// other uses the server; the others as they say. Start and Stop wait.
#ifndef MODELSERVICE_TESTING_H_
#define MODELSERVICE_TESTING_H_

#include <grpcpp/channel.h>

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "modelservice/config.pb.h"
#include "modelservice/registry.h"
#include "modelservice/server.h"
#include "modelservice/testing/call_context_builder.h"
#include "modelservice/testing/fake_clock.h"
#include "modelservice/testing/recorded_signals.h"
#include "modelservice/testing/temporary_folder.h"
#include "modelservice/testing/test_caller.h"
#include "modelservice/testing/test_database.h"
#include "modelservice/testing/test_handler.h"

namespace modelservice {

class TestServer {
 public:
  struct Options {
    // As for a real server. `address` and `database` are chosen by the test
    // server unless they are set here: "127.0.0.1:0" takes a free port.
    Settings settings;
    // Whether the tables are made; else the server starts on a database as it
    // finds it.
    bool migrate = true;
    // Whether calls may say by TestCaller who makes them.
    bool test_callers = false;
    // What rate limits count by in place of the system's clocks; outlives the
    // server.
    FakeClock* limit_clock = nullptr;
  };

  // `register_services` is what a main gives to modelservice::Main. Errors are
  // those of opening the database, making its tables and starting the server.
  static absl::StatusOr<std::unique_ptr<TestServer>> Start(
      const std::function<void(Registry&)>& register_services);
  static absl::StatusOr<std::unique_ptr<TestServer>> Start(
      const std::function<void(Registry&)>& register_services, Options options);

  // As Stop without grace.
  ~TestServer() = default;

  // A connection that all callers share; null where the port speaks TLS, for
  // which a test has its own credentials.
  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }
  // A connection of its own, like that of another client.
  std::shared_ptr<grpc::Channel> NewChannel() const;

  const std::string& address() const { return server_->address(); }
  Database& database() { return server_->database(); }
  // The server's numbers (base/measures.h).
  Measures measures() const {
    Measures measures;
    server_->Report(measures);
    return measures;
  }
  // As SIGHUP does to a server: see Server::Apply.
  void Apply(const Settings& settings) { server_->Apply(settings); }
  // For tools that open the database themselves.
  const std::string& database_url() const { return database_url_; }

  // What SIGTERM does to a server: see Server::Stop.
  bool Stop(absl::Duration grace) { return server_->Stop(grace); }

 private:
  TestServer() = default;
  // Destroyed from the end: the folder goes last.
  std::unique_ptr<TemporaryFolder> folder_;
  std::string database_url_;
  std::unique_ptr<Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

// The URL of a new, empty database on PostgreSQL. Its server runs in a
// temporary folder, is started by the first call and ends with the program,
// however that ends. NotFound, with what to install, when this machine has no
// PostgreSQL server; the other errors are of starting it. Thread-safe; blocks,
// the first time for some seconds.
absl::StatusOr<std::string> NewPostgresDatabase();

}  // namespace modelservice

#endif  // MODELSERVICE_TESTING_H_
