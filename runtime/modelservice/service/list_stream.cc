#include "modelservice/service/list_stream.h"

#include <memory>
#include <string>
#include <utility>

#include "modelservice/base/clock.h"
#include "modelservice/base/mutex.h"
#include "modelservice/base/waiting.h"
#include "modelservice/orm/tenant.h"
#include "modelservice/service/access.h"
#include "modelservice/service/call_ways.h"
#include "modelservice/service/end_of_time.h"
#include "modelservice/service/list_messages.h"
#include "modelservice/service/related.h"
#include "modelservice/service/run_handler.h"
#include "modelservice/service/stream_keeper.h"
#include "modelservice/service/wire_message.h"

namespace modelservice {
namespace {

class ListStream final : private GuardedCall, private StreamKeeper::Stream {
 public:
  ListStream(const ServicePlan& service, const MethodPlan& plan,
             grpc::CallbackServerContext* context)
      : GuardedCall(service, plan, context), messages_(service, plan, call_) {}

  Reactor* Start() {
    Begin();
    return this;
  }

  void OnWriteDone(bool ok) override {
    const NoWaiting on_grpcs_thread;
    if (!ok) return End(absl::CancelledError("The client went away."));
    Next();
  }

 private:
  void Run(absl::Status status) override {
    if (!status.ok() || !ReadMayWait(service_, plan_, *request(), call_)) {
      return RunHere(std::move(status));
    }
    service_.executor->Post(
        "filter", &call_, [this](const absl::Status& room) { RunHere(room); });
  }

  void RunHere(absl::Status status) {
    // Scope is the user's.
    const auto read = [&] { return messages_.Read(*request()); };
    if (status.ok()) status = Guarded(read);
    if (!status.ok()) return End(status);
    end_of_time_.Set(call_);
    service_.streams->Add(*this);
    watched_ = true;
    Next();
  }

  // Sends what is ready, else reads on.
  void Next() {
    if (next_ < messages_.ready().size()) return Send();
    if (!more_) return End(absl::OkStatus());
    messages_.ClearReady();
    next_ = 0;
    const absl::StatusOr<Cursor*> cursor = TakeCursor();
    if (!cursor.ok()) return End(cursor.status());
    const size_t fetch = messages_.next_fetch();
    messages_.BeginFetch(fetch);
    fetch_start_ = SteadyNow();
    (*cursor)->Fetch(fetch, messages_, [this](absl::StatusOr<bool> more) {
      NoteFetch();
      GiveCursor();
      if (!more.ok()) return End(more.status());
      more_ = *more;
      if (!more_) {
        if (auto status = messages_.End(); !status.ok()) return End(status);
      }
      HasRelated(service_) ? FillReady() : Next();
    });
  }

  // Where it may wait.
  void FillReady() {
    service_.executor->Post(
        "related", &call_, [this](const absl::Status& room) {
          absl::Status status = room;
          if (status.ok()) {
            // Scopes are the user's.
            status = Guarded([this] {
              const TenantsOfCall tenants(call_);
              const CallTenant works_for(tenants);
              return FillReplies(service_, plan_, call_, messages_.read_mask(),
                                 Session(*service_.database),
                                 messages_.ready());
            });
          }
          status.ok() ? Next() : End(status);
        });
  }

  // The cursor for one fetch; a new one behind the rows that came if the last
  // was given back.
  absl::StatusOr<Cursor*> TakeCursor() {
    const MutexLock lock(mutex_);
    if (cursor_ == nullptr) {
      Statement rest = messages_.SelectRest();
      sql_ = std::string(rest.text);
      is_new_ = true;
      auto opened = service_.database->Open(std::move(rest), &call_);
      if (!opened.ok()) return opened.status();
      cursor_ = *std::move(opened);
    }
    fetching_ = true;
    return cursor_.get();
  }

  void NoteFetch() {
    StatementLog& log = service_.database->statement_log();
    const int64_t rows = messages_.rows_in_fetch();
    if (std::exchange(is_new_, false)) {
      log.Note(sql_, fetch_start_, rows, call_.counts());
    } else {
      log.NoteMore(sql_, fetch_start_, rows, call_.counts());
    }
  }

  void GiveCursor() {
    const MutexLock lock(mutex_);
    fetching_ = false;
    unused_since_ = SteadyNow();
  }

  void GiveBackUnusedSince(SteadyTime time) override {
    std::unique_ptr<Cursor> unused;
    const MutexLock lock(mutex_);
    if (fetching_ || cursor_ == nullptr || unused_since_ > time ||
        !messages_.knows_place()) {
      return;
    }
    unused = std::move(cursor_);
  }

  void Send() {
    const absl::string_view wire = messages_.ready()[next_++].bytes();
    if (auto status = CheckSent(wire); !status.ok()) return End(status);
    buffer_ = CopyToByteBuffer(wire);
    grpc::WriteOptions options;
    // gRPC may collect hinted messages into one write. Not the first one, which
    // carries the headers, nor the last one of what is ready.
    if (!first_ && next_ < messages_.ready().size()) options.set_buffer_hint();
    first_ = false;
    StartWrite(&buffer_, options);
  }

  void End(const absl::Status& status) {
    if (watched_) service_.streams->Remove(*this);
    {
      const MutexLock lock(mutex_);
      cursor_.reset();
    }
    end_of_time_.Cancel();
    LeaveWith([this, status] { Finish(Leave(status)); });
  }

  EndOfTime end_of_time_;
  ListMessages messages_;
  Mutex mutex_;
  std::unique_ptr<Cursor> cursor_ ABSL_GUARDED_BY(mutex_);
  bool fetching_ ABSL_GUARDED_BY(mutex_) = false;
  SteadyTime unused_since_ ABSL_GUARDED_BY(mutex_);
  // Of the cursor's statement, and of the fetch from it.
  std::string sql_;
  bool is_new_ = false;
  SteadyTime fetch_start_;
  bool watched_ = false;
  size_t next_ = 0;
  bool more_ = true;
  bool first_ = true;
  grpc::ByteBuffer buffer_;
};

}  // namespace

Reactor* StartListStream(const ServicePlan& service, const MethodPlan& plan,
                         grpc::CallbackServerContext* context) {
  return (new ListStream(service, plan, context))->Start();
}

absl::Status WriteList(const ServicePlan& service, const MethodPlan& plan,
                       const CallContext& call,
                       const google::protobuf::Message& request,
                       MessageStream& stream) {
  ListMessages messages(service, plan, call);
  if (auto status = messages.Read(request); !status.ok()) return status;
  // A statement for each part: while the client takes one, nothing is held, and
  // no more of the table is in memory.
  do {
    const size_t fetch = messages.next_fetch();
    messages.BeginFetch(fetch);
    auto outcome = service.database->Run(
        messages.SelectRest(static_cast<int64_t>(fetch)), messages, &call);
    if (!outcome.ok()) return outcome.status();
    if (!messages.fetch_was_full()) {
      if (auto status = messages.End(); !status.ok()) return status;
    }
    if (HasRelated(service)) {
      auto status = FillReplies(service, plan, call, messages.read_mask(),
                                Session(*service.database), messages.ready());
      if (!status.ok()) return status;
    }
    for (WireBuffer& wire : messages.ready()) {
      if (!stream.Write(std::move(wire))) {
        return absl::CancelledError("The client went away.");
      }
    }
    messages.ClearReady();
  } while (messages.fetch_was_full());
  return absl::OkStatus();
}

}  // namespace modelservice
