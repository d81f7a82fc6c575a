#include "handwritten/sqlite/writes.h"

#include <memory>

#include "handwritten/request.h"
#include "handwritten/user_messages.h"
#include "perf.pb.h"

namespace handwritten::sqlite {
namespace {

// A write on its way: its request, and whom to answer.
template <class Request>
class Call : public Write {
 public:
  void Finish(const absl::Status& status) override {
    reactor->Finish(ToGrpc(status));
    delete this;
  }

  Request request;
  grpc::ByteBuffer* reply = nullptr;
  grpc::ServerUnaryReactor* reactor = nullptr;
};

template <class CallType>
void Submit(Writer& writer, const grpc::ByteBuffer& request,
            grpc::ByteBuffer* reply, grpc::ServerUnaryReactor* reactor) {
  auto call = std::make_unique<CallType>();
  if (!ParseRequest(request, &call->request)) {
    reactor->Finish(ToGrpc(MalformedRequest()));
    return;
  }
  call->reply = reply;
  call->reactor = reactor;
  writer.Submit(call.release());
}

template <class Message>
void BindColumns(const Message& from, unsigned columns, Statement* to) {
  if (columns & kUsername) to->Bind(1, absl::string_view(from.username()));
  if (columns & kEmail) to->Bind(2, absl::string_view(from.email()));
  if (columns & kCreatedAt) to->Bind(3, int64_t{from.created_at()});
  if (columns & kIsActive) to->Bind(4, int64_t{from.is_active()});
  if (columns & kScore) to->Bind(5, from.score());
}

// Runs a statement that gives no rows.
absl::Status Execute(Statement& statement, const Connection& connection) {
  const int code = statement.Step();
  absl::Status status;
  if (code != SQLITE_DONE) status = WriteError(connection);
  statement.Reset();
  return status;
}

class CreateCall : public Call<perf::User> {
  absl::Status Run(WriteSession& session) override {
    BindColumns(request, kAllColumns, &session.create);
    absl::Status status = Execute(session.create, session.connection);
    if (!status.ok()) return status;
    UserRow row = RowOf(request);
    row.id = session.connection.LastInsertedKey();
    *reply = EncodeUser(row);
    return status;
  }
};

class UpdateCall : public Call<perf::User> {
  absl::Status Run(WriteSession& session) override {
    BindColumns(request, kAllColumns, &session.update);
    session.update.Bind(6, int64_t{request.id()});
    absl::Status status = Execute(session.update, session.connection);
    if (!status.ok()) return status;
    if (session.connection.Changes() == 0) return NotFound(request.id());
    *reply = EncodeUser(RowOf(request));
    return status;
  }
};

// Reads the row first: RETURNING would be slower, and what it returned might
// turn out not to be sendable after it was written.
class PartialUpdateCall : public Call<perf::PartialUpdateUserRequest> {
  absl::Status Run(WriteSession& session) override {
    session.retrieve.Bind(1, int64_t{request.id()});
    absl::Status status;
    switch (session.retrieve.Step()) {
      case SQLITE_ROW:
        status = Reply(session.retrieve.Row());
        break;
      case SQLITE_DONE:
        status = NotFound(request.id());
        break;
      default:
        status = WriteError(session.connection);
    }
    session.retrieve.Reset();
    const unsigned columns = ColumnsOf(request);
    if (!status.ok() || columns == 0) return status;
    auto update = session.PartialUpdate(columns);
    if (!update.ok()) return update.status();
    BindColumns(request, columns, *update);
    (*update)->Bind(6, int64_t{request.id()});
    return Execute(**update, session.connection);
  }

  // The row as it will be.
  absl::Status Reply(UserRow row) {
    if (request.has_username()) row.username = request.username();
    if (request.has_email()) row.email = request.email();
    if (request.has_created_at()) row.created_at = request.created_at();
    if (request.has_is_active()) row.is_active = request.is_active();
    if (request.has_score()) row.score = request.score();
    if (!HasValidText(row)) return TextIsNotUtf8();
    *reply = EncodeUser(row);
    return absl::OkStatus();
  }
};

class DestroyCall : public Call<perf::DestroyUserRequest> {
  absl::Status Run(WriteSession& session) override {
    session.destroy.Bind(1, int64_t{request.id()});
    absl::Status status = Execute(session.destroy, session.connection);
    if (!status.ok()) return status;
    if (session.connection.Changes() == 0) return NotFound(request.id());
    const grpc::Slice empty;
    *reply = grpc::ByteBuffer(&empty, 1);
    return status;
  }
};

}  // namespace

void CreateUser(Writer& writer, const grpc::ByteBuffer& request,
                grpc::ByteBuffer* reply, grpc::ServerUnaryReactor* reactor) {
  Submit<CreateCall>(writer, request, reply, reactor);
}

void UpdateUser(Writer& writer, const grpc::ByteBuffer& request,
                grpc::ByteBuffer* reply, grpc::ServerUnaryReactor* reactor) {
  Submit<UpdateCall>(writer, request, reply, reactor);
}

void PartialUpdateUser(Writer& writer, const grpc::ByteBuffer& request,
                       grpc::ByteBuffer* reply,
                       grpc::ServerUnaryReactor* reactor) {
  Submit<PartialUpdateCall>(writer, request, reply, reactor);
}

void DestroyUser(Writer& writer, const grpc::ByteBuffer& request,
                 grpc::ByteBuffer* reply, grpc::ServerUnaryReactor* reactor) {
  Submit<DestroyCall>(writer, request, reply, reactor);
}

}  // namespace handwritten::sqlite
