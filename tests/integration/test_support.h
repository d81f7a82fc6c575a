// What every integration test needs: a server, calls on it, and readable
// comparisons of what comes back.
#ifndef MODELSERVICE_TESTS_INTEGRATION_TEST_SUPPORT_H_
#define MODELSERVICE_TESTS_INTEGRATION_TEST_SUPPORT_H_

#include <gmock/gmock.h>
#include <google/protobuf/message.h>
#include <google/protobuf/text_format.h>
#include <grpcpp/client_context.h>
#include <grpcpp/support/byte_buffer.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "modelservice/status.pb.h"
#include "modelservice/testing.h"

struct pg_conn;
struct sqlite3;

namespace grpc {

// For GoogleTest.
inline void PrintTo(const Status& status, std::ostream* out) {
  *out << "code " << status.error_code() << ": " << status.error_message();
}

}  // namespace grpc

namespace integration {

// A call that no test waits for longer than this.
constexpr std::chrono::seconds kPatience(30);

// Calls one unary method of a stub:
//
//   Call(*stub, &Things::Stub::Create, thing, &reply)
template <class Stub, class Request, class Reply>
grpc::Status Call(Stub& stub,
                  grpc::Status (Stub::*method)(grpc::ClientContext*,
                                               const Request&, Reply*),
                  const Request& request, Reply* reply) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kPatience);
  return (stub.*method)(&context, request, reply);
}

// Reads a server stream to its end.
template <class Stub, class Request, class Reply>
grpc::Status ReadAll(Stub& stub,
                     std::unique_ptr<grpc::ClientReader<Reply>> (Stub::*method)(
                         grpc::ClientContext*, const Request&),
                     const Request& request, std::vector<Reply>* replies) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kPatience);
  auto reader = (stub.*method)(&context, request);
  Reply reply;
  while (reader->Read(&reply)) replies->push_back(reply);
  return reader->Finish();
}

// A message from its text form; a wrong text fails the test.
template <class Message>
Message FromText(absl::string_view text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(std::string(text),
                                                            &message))
      << text;
  return message;
}

// A refusal as a client reads it, with its details from
// grpc-status-details-bin.
struct Refusal {
  explicit Refusal(const grpc::Status& status);

  grpc::StatusCode code;
  std::string message;
  // Whether the trailer was there and agrees with code and message.
  bool has_details = false;
  modelservice::ErrorInfo info;
  modelservice::BadRequest bad_request;
  modelservice::ResourceInfo resource;
  modelservice::RetryInfo retry;
  std::vector<std::string> types;  // of the details
  // "field: description", each.
  std::vector<std::string> violations;
};

// Whether the servers of this program are on PostgreSQL; else on SQLite. Every
// test runs on both: the environment variable TEST_DATABASE chooses.
bool OnPostgres();

// The text that is right for the database of this program.
inline std::string Sql(const char* sqlite, const char* postgres) {
  return OnPostgres() ? postgres : sqlite;
}

// A database, opened as another program would.
class OtherProgram {
 public:
  explicit OtherProgram(const std::string& url);

  void Run(const std::string& sql);
  // The first column of the first row, as text; "NULL" for NULL.
  std::string Query(const std::string& sql);

 private:
  template <class T>
  using Handle = std::unique_ptr<T, void (*)(T*)>;

  Handle<sqlite3> sqlite_;
  Handle<pg_conn> postgres_;
};

// The same for one statement.
void RunSql(const std::string& url, const std::string& sql);
std::string QuerySql(const std::string& url, const std::string& sql);

MATCHER(IsOk, "is OK") { return arg.ok(); }

// A status with this code and a message that matches.
MATCHER_P2(IsError, code, message,
           "has code " + testing::PrintToString(static_cast<int>(code)) +
               " and a message that " +
               testing::DescribeMatcher<std::string>(message)) {
  return arg.error_code() == code &&
         testing::Matches(testing::Matcher<std::string>(message))(
             arg.error_message());
}

// What differs, field by field; empty when they are equal. NaN equals NaN,
// absent differs from zero.
std::string Difference(const google::protobuf::Message& expected,
                       const google::protobuf::Message& actual);

MATCHER_P(EqualsMessage, expected, "equals\n" + expected.DebugString()) {
  const std::string difference = Difference(expected, arg);
  *result_listener << difference;
  return difference.empty();
}

// The bytes of a raw reply.
std::string ToBytes(const grpc::ByteBuffer& buffer);

// The url of an empty database on the program's PostgreSQL server.
std::string NewPostgresDatabase();

// A test with a server of its own.
class ServerTest : public testing::Test {
 protected:
  using Options = modelservice::TestServer::Options;

  void Start(const std::function<void(modelservice::Registry&)>& services,
             Options options = {}) {
    if (OnPostgres() && !options.settings.has_database()) {
      options.settings.set_database(NewPostgresDatabase());
    }
    auto started =
        modelservice::TestServer::Start(services, std::move(options));
    ASSERT_TRUE(started.ok()) << started.status();
    server_ = *std::move(started);
  }
  modelservice::TestServer& server() { return *server_; }
  // For tests with several.
  std::unique_ptr<modelservice::TestServer> TakeServer() {
    return std::move(server_);
  }

 private:
  std::unique_ptr<modelservice::TestServer> server_;
};

}  // namespace integration

#endif  // MODELSERVICE_TESTS_INTEGRATION_TEST_SUPPORT_H_
