// A server of news.h for one test, and calls on it.
#ifndef MODELSERVICE_TESTS_DOCS_FIXTURE_H_
#define MODELSERVICE_TESTS_DOCS_FIXTURE_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "news.grpc.pb.h"
#include "news.h"
#include "test_support.h"

namespace news {

using ::integration::FromText;
using ::integration::IsError;
using ::integration::IsOk;
using ::integration::Refusal;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Metadata = std::map<std::string, std::string>;

class NewsTest : public testing::Test {
 protected:
  using Options = modelservice::TestServer::Options;

  // The page's authenticator is there unless the settings have others.
  void Start(Options options = {}) {
    if (options.settings.authenticator().empty()) {
      options.settings.add_authenticator()->set_custom("api_key");
    }
    auto started = modelservice::TestServer::Start(
        [this](modelservice::Registry& registry) {
          AddNews(registry, &connections_);
        },
        std::move(options));
    ASSERT_TRUE(started.ok()) << started.status();
    server_ = *std::move(started);
    TakeRecords();
    // With TLS a test has channels of its own.
    if (!server_->channel()) return;
    desk_ = Desk::NewStub(server_->channel());
  }

  // The trailers of the call are kept.
  template <class Stub, class Request, class Response>
  grpc::Status Call(Stub& stub,
                    grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                 const Request&, Response*),
                    const Request& request, Response* response,
                    const Metadata& metadata = {}) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() +
                         integration::kPatience);
    for (const auto& [key, value] : metadata) context.AddMetadata(key, value);
    const grpc::Status status = (stub.*method)(&context, request, response);
    trailers_.clear();
    for (const auto& [key, value] : context.GetServerTrailingMetadata()) {
      trailers_.emplace(std::string(key.data(), key.size()),
                        std::string(value.data(), value.size()));
    }
    return status;
  }
  using DeskMethod = grpc::Status (Desk::Stub::*)(grpc::ClientContext*,
                                                  const Text&, Text*);
  grpc::Status Ask(DeskMethod method, const Metadata& metadata = {},
                   const Text& text = Text()) {
    return Call(*desk_, method, text, &answer_, metadata);
  }
  // Who the server takes the caller for; what it says when the call fails.
  std::string CallerWith(const Metadata& metadata) {
    const grpc::Status status = Ask(&Desk::Stub::WhoAmI, metadata);
    return status.ok() ? answer_.text() : status.error_message();
  }

  modelservice::TestServer& server() { return *server_; }
  std::unique_ptr<modelservice::TestServer> TakeServer() {
    return std::move(server_);
  }

  std::unique_ptr<Desk::Stub> desk_;
  std::map<std::string, std::string> trailers_;
  Text answer_;

 private:
  std::vector<modelservice::Connection> connections_;
  std::unique_ptr<modelservice::TestServer> server_;
};

}  // namespace news

#endif  // MODELSERVICE_TESTS_DOCS_FIXTURE_H_
