// The server that the client's tests call.
#ifndef MODELSERVICE_TESTS_CLIENT_NOTES_SERVER_H_
#define MODELSERVICE_TESTS_CLIENT_NOTES_SERVER_H_

#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "modelservice/base/mutex.h"
#include "modelservice/on_behalf_of.h"
#include "modelservice/testing.h"
#include "notes.modelservice.client.pb.h"
#include "notes.modelservice.pb.h"

namespace notes {

using ::modelservice::CallContext;
using ::modelservice::Reply;

inline Word Say(const std::string& text) {
  Word word;
  word.set_text(text);
  return word;
}

// What a test tells a Desk, and hears of it.
class Script {
 public:
  // The next calls fail so; those after them do not.
  void Fail(absl::Status status, int times) {
    const modelservice::MutexLock lock(mutex_);
    failures_.insert(failures_.end(), static_cast<size_t>(times), status);
  }
  // A call begins: how it ends.
  absl::Status Next() {
    const modelservice::MutexLock lock(mutex_);
    ++calls_;
    if (failures_.empty()) return absl::OkStatus();
    const absl::Status status = failures_.front();
    failures_.pop_front();
    return status;
  }
  int calls() const {
    const modelservice::MutexLock lock(mutex_);
    return calls_;
  }
  // Calls that saw their caller go.
  void Saw() {
    const modelservice::MutexLock lock(mutex_);
    ++cancelled_;
  }
  bool SeesCancelled(int times) const {
    for (int i = 0; i < 1000; ++i) {
      {
        const modelservice::MutexLock lock(mutex_);
        if (cancelled_ >= times) return true;
      }
      absl::SleepFor(absl::Milliseconds(10));
    }
    return false;
  }

 private:
  mutable modelservice::Mutex mutex_;
  std::deque<absl::Status> failures_ ABSL_GUARDED_BY(mutex_);
  int calls_ ABSL_GUARDED_BY(mutex_) = 0;
  int cancelled_ ABSL_GUARDED_BY(mutex_) = 0;
};

class ScriptedDesk : public DeskBase {
 public:
  // Relay calls the Desk behind `next`.
  ScriptedDesk(Script* script, std::optional<DeskClient> next)
      : script_(script), next_(std::move(next)) {}

  absl::StatusOr<Reply<Word>> Read(const CallContext& call,
                                   const Word& request) override {
    return Answer(call, request);
  }
  absl::StatusOr<Reply<Word>> Write(const CallContext& call,
                                    const Word& request) override {
    return Answer(call, request);
  }
  // One word for each letter, then how the script says.
  absl::Status Count(const CallContext& call, const Word& request,
                     modelservice::Writer<Word>& writer) override {
    const absl::Status end = script_->Next();
    for (const char c : request.text()) {
      if (!writer.Write(Say(std::string(1, c)))) {
        script_->Saw();
        return absl::CancelledError("");
      }
      // Long enough that the other side can leave in the middle.
      if (c == '.') WaitForTheEnd(call);
    }
    return end;
  }
  absl::StatusOr<Reply<Word>> Join(
      const CallContext&, modelservice::Reader<Word>& reader) override {
    std::string all;
    Word word;
    while (reader.Read(&word)) {
      if (word.text() == "stop") return absl::FailedPreconditionError("Stop.");
      absl::StrAppend(&all, word.text(), " ");
    }
    return Say(all);
  }
  absl::Status Talk(const CallContext&,
                    modelservice::Stream<Word, Word>& stream) override {
    Word word;
    while (stream.Read(&word)) {
      if (word.text() == "stop") return absl::FailedPreconditionError("Stop.");
      if (!stream.Write(Say(absl::StrCat("re: ", word.text())))) break;
    }
    return absl::OkStatus();
  }
  absl::StatusOr<Reply<Word>> Relay(const CallContext& call,
                                    const Word& request) override {
    const bool as_caller = request.text() == "headers of the caller";
    auto word = next_->Write(
        as_caller ? Say("headers") : request,
        modelservice::OnBehalfOf(
            call, as_caller ? modelservice::CallerToken::kGoesOn
                            : modelservice::CallerToken::kStaysHere));
    if (!word.ok()) return word.status();
    return *std::move(word);
  }

 private:
  absl::StatusOr<Reply<Word>> Answer(const CallContext& call,
                                     const Word& request) {
    const absl::Status status = script_->Next();
    if (!status.ok()) return status;
    if (request.text() == "wait") WaitForTheEnd(call);
    if (request.text() == "time") {
      return Say(absl::StrCat(
          absl::ToInt64Milliseconds(call.deadline() - absl::Now())));
    }
    if (request.text() == "trailers") {
      call.AddTrailer("x-who", "Zo\xc3\xab");
      call.AddTrailer("X-Who", "ann");
      call.AddTrailer("x-who", "a\nb");
    }
    if (request.text() == "who") return Say(call.principal().subject);
    if (request.text() != "headers") return request;
    std::string headers;
    for (const char* key :
         {"authorization", "traceparent", "tracestate", "x-request-id"}) {
      absl::StrAppend(&headers, call.metadata(key).value_or("-"), " ");
    }
    return Say(headers);
  }
  void WaitForTheEnd(const CallContext& call) {
    while (!call.cancelled()) absl::SleepFor(absl::Milliseconds(5));
    script_->Saw();
  }

  Script* const script_;
  const std::optional<DeskClient> next_;
};

// A server with all of it.
struct NotesServer {
  explicit NotesServer(std::optional<DeskClient> next = std::nullopt,
                       modelservice::TestServer::Options options = {}) {
    auto started = modelservice::TestServer::Start(
        [&](modelservice::Registry& registry) {
          RegisterNotes(registry);
          registry.Add<ScriptedDesk>(&script, std::move(next));
        },
        std::move(options));
    if (started.ok()) server = *std::move(started);
    status = started.status();
  }
  modelservice::ClientOptions options() const {
    modelservice::ClientOptions made;
    made.address = server->address();
    return made;
  }

  Script script;
  absl::Status status;
  std::unique_ptr<modelservice::TestServer> server;
};

}  // namespace notes

#endif  // MODELSERVICE_TESTS_CLIENT_NOTES_SERVER_H_
