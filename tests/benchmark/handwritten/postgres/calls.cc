#include "handwritten/postgres/calls.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "handwritten/list_request.h"
#include "handwritten/postgres/statements.h"
#include "handwritten/request.h"
#include "handwritten/user_messages.h"
#include "perf.pb.h"

namespace handwritten::postgres {
namespace {

// A statement on its way: whom to answer.
class Call : public Operation {
 public:
  Call(grpc::ByteBuffer* reply, grpc::ServerUnaryReactor* reactor)
      : reply_(reply), reactor_(reactor) {}

  void Finish(const absl::Status& status) override {
    reactor_->Finish(ToGrpc(status));
    delete this;
  }

 protected:
  absl::Status Reply(const UserRow& row) {
    *reply_ = EncodeUser(row);
    return absl::OkStatus();
  }
  // The one row of `result`, that of `id`.
  absl::Status ReplyRow(const Result& result, int64_t id) {
    return result.rows() == 0 ? NotFound(id) : Reply(result.Row(0));
  }

  grpc::ByteBuffer* const reply_;

 private:
  grpc::ServerUnaryReactor* const reactor_;
};

template <class Request>
class MessageCall : public Call {
 public:
  using Call::Call;

  bool Parse(const grpc::ByteBuffer& bytes) {
    return ParseRequest(bytes, &request_);
  }

 protected:
  Request request_;
};

template <class CallType>
void Submit(Lane& lane, const grpc::ByteBuffer& request,
            grpc::ByteBuffer* reply, grpc::ServerUnaryReactor* reactor) {
  auto call = std::make_unique<CallType>(reply, reactor);
  if (!call->Parse(request)) return reactor->Finish(ToGrpc(MalformedRequest()));
  lane.Submit(call.release());
}

// A user's columns, but for the key.
template <class Message>
Parameters ColumnsFrom(const Message& message, unsigned columns) {
  Parameters parameters;
  if (columns & kUsername) {
    parameters.Add(absl::string_view(message.username()));
  }
  if (columns & kEmail) parameters.Add(absl::string_view(message.email()));
  if (columns & kCreatedAt) parameters.Add(int64_t{message.created_at()});
  if (columns & kIsActive) parameters.Add(message.is_active());
  if (columns & kScore) parameters.Add(message.score());
  return parameters;
}

Parameters Key(int64_t id) {
  Parameters parameters;
  parameters.Add(id);
  return parameters;
}

class RetrieveCall : public MessageCall<perf::RetrieveUserRequest> {
 public:
  using MessageCall::MessageCall;

  bool Send(Connection& connection) override {
    return connection.SendPrepared(kRetrieve, Key(request_.id()));
  }
  absl::Status OnResult(const Result& result) override {
    return ReplyRow(result, request_.id());
  }
};

class ListCall : public Call {
 public:
  ListCall(const ListRequest& request, grpc::ByteBuffer* reply,
           grpc::ServerUnaryReactor* reactor)
      : Call(reply, reactor), request_(request) {}

  bool Send(Connection& connection) override {
    Parameters parameters = Key(request_.after_id);
    // One row more than the page tells whether there is a next one.
    parameters.Add(int64_t{request_.RowsOnPage()} + 1);
    return connection.SendPrepared(kList, parameters);
  }
  absl::Status OnResult(const Result& result) override {
    static thread_local PageEncoder page;
    const int rows = std::min(result.rows(), request_.RowsOnPage());
    for (int i = 0; i < rows; ++i) page.Add(result.Row(i));
    if (rows < result.rows()) {
      page.SetNextPageToken(absl::StrCat(result.Key(rows - 1)));
    }
    *reply_ = page.Take();
    return absl::OkStatus();
  }

 private:
  const ListRequest request_;
};

class CreateCall : public MessageCall<perf::User> {
 public:
  using MessageCall::MessageCall;

  bool Send(Connection& connection) override {
    return connection.SendPrepared(kCreate, ColumnsFrom(request_, kAllColumns));
  }
  absl::Status OnResult(const Result& result) override {
    UserRow row = RowOf(request_);
    row.id = result.Key(0);
    return Reply(row);
  }
};

class UpdateCall : public MessageCall<perf::User> {
 public:
  using MessageCall::MessageCall;

  bool Send(Connection& connection) override {
    Parameters parameters = ColumnsFrom(request_, kAllColumns);
    parameters.Add(int64_t{request_.id()});
    return connection.SendPrepared(kUpdate, parameters);
  }
  absl::Status OnResult(const Result& result) override {
    if (result.ChangedRows() == 0) return NotFound(request_.id());
    return Reply(RowOf(request_));
  }
};

class PartialUpdateCall : public MessageCall<perf::PartialUpdateUserRequest> {
 public:
  using MessageCall::MessageCall;

  bool Send(Connection& connection) override {
    const unsigned columns = ColumnsOf(request_);
    Parameters parameters = ColumnsFrom(request_, columns);
    parameters.Add(int64_t{request_.id()});
    return connection.SendPrepared(
        columns == 0 ? kRetrieve : PartialUpdateOf(columns), parameters);
  }
  absl::Status OnResult(const Result& result) override {
    return ReplyRow(result, request_.id());
  }
};

class DestroyCall : public MessageCall<perf::DestroyUserRequest> {
 public:
  using MessageCall::MessageCall;

  bool Send(Connection& connection) override {
    return connection.SendPrepared(kDestroy, Key(request_.id()));
  }
  absl::Status OnResult(const Result& result) override {
    if (result.ChangedRows() == 0) return NotFound(request_.id());
    const grpc::Slice empty;
    *reply_ = grpc::ByteBuffer(&empty, 1);
    return absl::OkStatus();
  }
};

}  // namespace

void Retrieve(Lane& lane, const grpc::ByteBuffer& request,
              grpc::ByteBuffer* reply, grpc::ServerUnaryReactor* reactor) {
  Submit<RetrieveCall>(lane, request, reply, reactor);
}

void List(Lane& lane, const grpc::ByteBuffer& request, grpc::ByteBuffer* reply,
          grpc::ServerUnaryReactor* reactor) {
  auto list = ListRequest::Parse(request);
  if (!list.ok()) return reactor->Finish(ToGrpc(list.status()));
  lane.Submit(std::make_unique<ListCall>(*list, reply, reactor).release());
}

void Create(Lane& lane, const grpc::ByteBuffer& request,
            grpc::ByteBuffer* reply, grpc::ServerUnaryReactor* reactor) {
  Submit<CreateCall>(lane, request, reply, reactor);
}

void Update(Lane& lane, const grpc::ByteBuffer& request,
            grpc::ByteBuffer* reply, grpc::ServerUnaryReactor* reactor) {
  Submit<UpdateCall>(lane, request, reply, reactor);
}

void PartialUpdate(Lane& lane, const grpc::ByteBuffer& request,
                   grpc::ByteBuffer* reply, grpc::ServerUnaryReactor* reactor) {
  Submit<PartialUpdateCall>(lane, request, reply, reactor);
}

void Destroy(Lane& lane, const grpc::ByteBuffer& request,
             grpc::ByteBuffer* reply, grpc::ServerUnaryReactor* reactor) {
  Submit<DestroyCall>(lane, request, reply, reactor);
}

}  // namespace handwritten::postgres
