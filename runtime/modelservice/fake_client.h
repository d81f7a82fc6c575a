// A service that a test makes up, for code that calls one.
//
//   TEST(BillingTest, NeedsAnOrder) {
//     modelservice::FakeClient<shop::OrderServiceClient> orders;
//     orders.On(shop::OrderServiceClient::kRetrieveMethod,
//               [](const shop::RetrieveOrderRequest& request)
//                   -> absl::StatusOr<shop::Order> {
//                 if (request.id() != 7) return absl::NotFoundError("Gone.");
//                 shop::Order order;
//                 order.set_total("3.50");
//                 return order;
//               });
//     Billing billing(orders.client());
//     const modelservice::TestCallContext call =
//         modelservice::CallContextBuilder().Build();
//     BillRequest request;
//     EXPECT_EQ(billing.Bill(call, request).status().code(),
//               absl::StatusCode::kNotFound);
//     request.set_order_id(7);
//     EXPECT_EQ(billing.Bill(call, request)->message().total(), "3.50");
//     EXPECT_EQ(orders.calls(shop::OrderServiceClient::kRetrieveMethod), 2);
//   }
//
// The clients are real ones, over gRPC inside of the process, without a port:
// deadlines, retries and details are as with a server. Where the service's own
// C++ is at hand, TestServer (testing.h) serves that instead.
//
// Ownership: it outlives the calls of its clients. Thread-safe; what a test
// makes up runs on threads of gRPC, several at a time.
#ifndef MODELSERVICE_FAKE_CLIENT_H_
#define MODELSERVICE_FAKE_CLIENT_H_

#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "modelservice/generated_client.h"

namespace modelservice {

// The part that knows no types.
class FakeServer {
 public:
  // All that a client sent, and all that it gets before the status.
  using Answer = std::function<absl::Status(
      const std::vector<std::string>& requests, std::vector<std::string>*)>;

  FakeServer();
  ~FakeServer();
  FakeServer(const FakeServer&) = delete;
  FakeServer& operator=(const FakeServer&) = delete;

  void Set(const char* path, Answer answer);
  void Hang(const char* path);
  int calls(const char* path) const;
  std::vector<std::pair<std::string, std::string>> metadata(
      const char* path) const;
  std::shared_ptr<grpc::Channel> channel() const;

 private:
  struct Parts;
  const std::unique_ptr<Parts> parts_;
};

// `Client` is a generated one. A method that nothing was said of is
// UNIMPLEMENTED.
template <class Client>
class FakeClient {
  // The method alone says which types it has: a lambda may be given.
  template <class Function>
  using Given = typename std::enable_if<true, Function>::type;

 public:
  // A client of it; its options, but for the address.
  Client client(ClientOptions options = {}) const {
    return Client(server_.channel(), std::move(options));
  }

  // How a method answers from now on. Of streams, all that was sent comes
  // together, when the client has sent it; `replies` go out before the status,
  // so that an error may come in the middle.
  template <class Request, class Reply>
  void On(const client::Unary<Request, Reply>& method,
          Given<std::function<absl::StatusOr<Reply>(const Request&)>> answer) {
    server_.Set(method.path, [answer = std::move(answer)](const auto& requests,
                                                          auto* replies) {
      absl::StatusOr<Reply> reply = answer(One<Request>(requests));
      if (!reply.ok()) return reply.status();
      replies->push_back(reply->SerializeAsString());
      return absl::OkStatus();
    });
  }
  template <class Request, class Reply>
  void On(const client::ServerStream<Request, Reply>& method,
          Given<std::function<absl::Status(const Request&,
                                           std::vector<Reply>* replies)>>
              answer) {
    server_.Set(method.path, [answer = std::move(answer)](const auto& requests,
                                                          auto* replies) {
      std::vector<Reply> made;
      const absl::Status status = answer(One<Request>(requests), &made);
      Serialize(made, replies);
      return status;
    });
  }
  template <class Request, class Reply>
  void On(
      const client::ClientStreaming<Request, Reply>& method,
      Given<std::function<absl::StatusOr<Reply>(const std::vector<Request>&)>>
          answer) {
    server_.Set(method.path, [answer = std::move(answer)](const auto& requests,
                                                          auto* replies) {
      absl::StatusOr<Reply> reply = answer(Parse<Request>(requests));
      if (!reply.ok()) return reply.status();
      replies->push_back(reply->SerializeAsString());
      return absl::OkStatus();
    });
  }
  template <class Request, class Reply>
  void On(const client::Bidi<Request, Reply>& method,
          Given<std::function<absl::Status(const std::vector<Request>&,
                                           std::vector<Reply>* replies)>>
              answer) {
    server_.Set(method.path, [answer = std::move(answer)](const auto& requests,
                                                          auto* replies) {
      std::vector<Reply> made;
      const absl::Status status = answer(Parse<Request>(requests), &made);
      Serialize(made, replies);
      return status;
    });
  }

  // The method fails.
  template <class Method>
  void Fail(const Method& method, absl::Status status) {
    server_.Set(method.path, [status = std::move(status)](const auto&, auto*) {
      return status;
    });
  }
  // The method answers when its caller has given up: by its deadline, or by
  // cancelling.
  template <class Method>
  void Hang(const Method& method) {
    server_.Hang(method.path);
  }

  // How often the method was called, attempts counted each.
  template <class Method>
  int calls(const Method& method) const {
    return server_.calls(method.path);
  }
  // The headers of its last call, by key.
  template <class Method>
  std::vector<std::pair<std::string, std::string>> metadata(
      const Method& method) const {
    return server_.metadata(method.path);
  }

 private:
  // What the client sent, and protobuf wrote.
  template <class Message>
  static void Read(const std::string& bytes, Message* message) {
    (void)message->ParseFromString(bytes);
  }
  template <class Message>
  static std::vector<Message> Parse(const std::vector<std::string>& bytes) {
    std::vector<Message> messages(bytes.size());
    for (size_t i = 0; i < bytes.size(); ++i) {
      Read(bytes[i], &messages[i]);
    }
    return messages;
  }
  template <class Message>
  static Message One(const std::vector<std::string>& bytes) {
    Message message;
    if (!bytes.empty()) Read(bytes.front(), &message);
    return message;
  }
  template <class Message>
  static void Serialize(const std::vector<Message>& messages,
                        std::vector<std::string>* bytes) {
    for (const Message& message : messages) {
      bytes->push_back(message.SerializeAsString());
    }
  }

  FakeServer server_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_FAKE_CLIENT_H_
