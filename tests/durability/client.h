// The two services of the ledger as one interface: what is written is the same,
// how the server does it is not.
#ifndef MODELSERVICE_TESTS_DURABILITY_CLIENT_H_
#define MODELSERVICE_TESTS_DURABILITY_CLIENT_H_

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "ledger.grpc.pb.h"

namespace durability {

// Thread-safe.
class Client {
 public:
  struct Row {
    int64_t id = 0;
    std::string name;
    int64_t amount = 0;
  };

  virtual ~Client() = default;

  // Fills the row's id.
  virtual grpc::Status Create(const std::string& memo, Row* row) = 0;
  virtual grpc::Status Update(const std::string& memo, const Row& row) = 0;
  // Writes the amount alone.
  virtual grpc::Status PartialUpdate(const Row& row) = 0;
  virtual grpc::Status Destroy(const Row& row) = 0;
  virtual grpc::Status Retrieve(int64_t id, Row* row) = 0;
  // Every row, appended.
  virtual grpc::Status ReadAll(std::vector<Row>* rows) = 0;
};

template <class Service, class Message>
class ServiceClient : public Client {
 public:
  explicit ServiceClient(const std::shared_ptr<grpc::Channel>& channel)
      : stub_(Service::NewStub(channel)) {}

  grpc::Status Create(const std::string& memo, Row* row) override {
    Message reply;
    const grpc::Status status =
        Call(&Stub::Create, MessageOf(*row, memo), &reply);
    row->id = reply.id();
    return status;
  }
  grpc::Status Update(const std::string& memo, const Row& row) override {
    Message reply;
    return Call(&Stub::Update, MessageOf(row, memo), &reply);
  }
  grpc::Status PartialUpdate(const Row& row) override {
    Message message;
    message.set_id(row.id);
    message.set_amount(row.amount);
    Message reply;
    return Call(&Stub::PartialUpdate, message, &reply);
  }
  grpc::Status Destroy(const Row& row) override {
    google::protobuf::Empty reply;
    return Call(&Stub::Destroy, KeyOf(row.id), &reply);
  }
  grpc::Status Retrieve(int64_t id, Row* row) override {
    Message reply;
    const grpc::Status status = Call(&Stub::Retrieve, KeyOf(id), &reply);
    *row = RowOf(reply);
    return status;
  }
  grpc::Status ReadAll(std::vector<Row>* rows) override {
    grpc::ClientContext context;
    SetDeadline(&context);
    const auto reader = stub_->Stream(&context, Everything());
    Message message;
    while (reader->Read(&message)) rows->push_back(RowOf(message));
    return reader->Finish();
  }

 private:
  using Stub = typename Service::Stub;

  static void SetDeadline(grpc::ClientContext* context) {
    // Nobody waits for longer than this: a call ends by what the server does.
    context->set_deadline(std::chrono::system_clock::now() +
                          std::chrono::seconds(60));
  }
  static Message MessageOf(const Row& row, const std::string& memo) {
    Message message;
    message.set_id(row.id);
    message.set_name(row.name);
    message.set_amount(row.amount);
    message.set_memo(memo);
    return message;
  }
  static Row RowOf(const Message& message) {
    return {message.id(), message.name(), message.amount()};
  }
  static Key KeyOf(int64_t id) {
    Key key;
    key.set_id(id);
    return key;
  }
  template <class Request, class Reply>
  grpc::Status Call(grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                 const Request&, Reply*),
                    const Request& request, Reply* reply) {
    grpc::ClientContext context;
    SetDeadline(&context);
    return (stub_.get()->*method)(&context, request, reply);
  }

  const std::unique_ptr<Stub> stub_;
};

using AccountsClient = ServiceClient<Accounts, Account>;
using TransfersClient = ServiceClient<Transfers, Transfer>;

}  // namespace durability

#endif  // MODELSERVICE_TESTS_DURABILITY_CLIENT_H_
