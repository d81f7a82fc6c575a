// One unary call, from its bytes to its answer. Lives in the memory of gRPC's
// call, which is given back all at once, and ends itself.
//
// Where the server limits its time and a handler's own code runs, the client is
// answered when that time is over, whatever the code does; the call itself goes
// on until the code ends, with its place in the budget.
#ifndef MODELSERVICE_SERVICE_UNARY_CALL_H_
#define MODELSERVICE_SERVICE_UNARY_CALL_H_

#include <google/protobuf/message.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include <atomic>
#include <memory>
#include <optional>
#include <utility>

#include "modelservice/service/end_of_time.h"
#include "modelservice/service/guarded_call.h"
#include "modelservice/service/operation.h"
#include "modelservice/service/plan.h"
#include "modelservice/stream.h"

namespace modelservice {

class UnaryCall final : public Execution,
                        private GuardedCall,
                        private MessageStream {
 public:
  // `context` is one of KeptContexts; the others outlive the call. Returns the
  // reactor for the gRPC library.
  static Reactor* Start(const ServicePlan& service, const MethodPlan& plan,
                        grpc::CallbackServerContext* context);
  // The same where gRPC has read the request, and sends the response that it
  // finds in `response`.
  static grpc::ServerUnaryReactor* Start(const ServicePlan& service,
                                         const MethodPlan& plan,
                                         grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer& request,
                                         grpc::ByteBuffer* response);

 private:
  // gRPC's side of a call whose request it has read.
  class ReadByGrpc final : public grpc::ServerUnaryReactor {
   public:
    ReadByGrpc(UnaryCall& call, grpc::ByteBuffer* response)
        : call_(call), response_(*response) {}
    void EndWith(grpc::ByteBuffer* message, grpc::Status status) {
      if (message != nullptr) response_.Swap(message);
      Finish(std::move(status));
    }
    void OnCancel() override { call_.OnCancel(); }
    void OnDone() override { call_.OnDone(); }
    bool InternalInlineable() override { return true; }

   private:
    UnaryCall& call_;
    grpc::ByteBuffer& response_;
  };

  static UnaryCall* Make(const ServicePlan& service, const MethodPlan& plan,
                         grpc::CallbackServerContext* context);
  UnaryCall(const ServicePlan& service, const MethodPlan& plan,
            grpc::CallbackServerContext* context)
      : GuardedCall(service, plan, context), context_(*context) {}

  void Run(absl::Status admitted) override;
  void RunAnswered() override;
  void EndWith(grpc::ByteBuffer* message, grpc::Status status) override;
  void OnDone() override;
  void Delete() override;

  // Execution: the rows of the one statement.
  absl::Status OnRow(Row row) override {
    ++rows_;
    return operation_->OnRow(row);
  }
  void OnRestart() override {
    rows_ = 0;
    operation_->OnRestart();
  }
  void OnDone(const absl::Status& status, const Outcome& outcome) override;

  // MessageStream: the handler's own reply.
  bool Read(google::protobuf::Message*) override { return false; }
  bool Write(WireBuffer wire) override;

  void RunStandard();
  // With the operation made, where its request may be read.
  void RunPrepared();
  void RunHandler();
  // Answers with an error of the operation, and all that belongs to it.
  void Fail(const absl::Status& status);
  // Has the client answered when the time is over.
  void WatchTime();
  void AnswerLate();
  void Answer(absl::Status status);
  void AnswerHere(absl::Status status);
  // By gRPC, and by the code of a call that was answered late: the last
  // deletes.
  void Part();

  grpc::CallbackServerContext& context_;
  std::optional<ReadByGrpc> read_by_grpc_;
  EndOfTime end_of_time_;
  OperationBox operation_;
  SteadyTime statement_start_;
  int64_t rows_ = 0;
  WireBuffer reply_;
  absl::Status explained_;
  // Answered before the code ended. Written before anything that lets another
  // thread read it.
  bool late_ = false;
  std::atomic<int> parties_{2};
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_UNARY_CALL_H_
