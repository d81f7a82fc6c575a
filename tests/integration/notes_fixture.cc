#include "notes_fixture.h"

#include <stdexcept>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace integration {

using ::modelservice::CallContext;
using ::modelservice::Objects;
using ::modelservice::Query;
using ::modelservice::Reader;
using ::modelservice::Reply;
using ::modelservice::Stream;
using ::modelservice::Writer;

namespace {

// What the caller asked for: a refusal or an exception.
absl::Status Obey(const CallContext& call, absl::string_view name) {
  if (call.metadata("x-fail") == name) {
    return absl::FailedPreconditionError(absl::StrCat(name, " refuses."));
  }
  if (call.metadata("x-throw") == name) {
    throw std::runtime_error("what nobody may read");
  }
  if (call.metadata("x-throw-number") == name) throw 42;
  return absl::OkStatus();
}

// The database works on it for longer than any test waits.
std::string StatementWithoutEnd() {
  return Sql(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
      "SELECT max(i) FROM n",
      "SELECT count(*) FROM (SELECT pg_sleep(3600)) AS n");
}

void Shout(Note* note) { note->set_text(absl::AsciiStrToUpper(note->text())); }

absl::StatusOr<Reply<Note>> Loud(absl::StatusOr<Reply<Note>> reply) {
  if (reply.ok()) Shout(&reply->mutable_message());
  return reply;
}

}  // namespace

Query<Note> HookedNotes::Scope(const CallContext& call, Query<Note> all) {
  (void)Obey(call, "Scope");
  const auto owner = call.metadata("x-owner");
  return owner.has_value() ? all.Filter(NoteModel::owner == *owner) : all;
}

absl::Status HookedNotes::Step(const CallContext& call, const std::string& hook,
                               const Note& note) {
  const std::string event = absl::StrCat(hook, " ", note.id(), " ", note.text(),
                                         " ", note.password());
  events_.Add(event);
  Trace trace;
  trace.set_event(event);
  if (auto status = Objects<Trace>(database()).Create(&trace); !status.ok()) {
    return status;
  }
  auto* transaction = modelservice::Transaction::Current(database());
  if (transaction == nullptr) return absl::InternalError("no transaction");
  transaction->OnCommit([this, hook] { events_.Add(hook + " committed"); });
  if (call.metadata("x-slow") == hook) {
    events_.Add(hook + " is slow");
    return database().Query(StatementWithoutEnd()).Tuples<int64_t>().status();
  }
  return Obey(call, hook);
}

absl::Status HookedNotes::BeforeCreate(const CallContext& call,
                                       modelservice::Transaction&, Note& note) {
  note.set_owner(std::string(call.metadata("x-owner").value_or("nobody")));
  if (note.text() == "too long later") note.set_text(std::string(101, 'x'));
  return Step(call, "BeforeCreate", note);
}
absl::Status HookedNotes::AfterCreate(const CallContext& call,
                                      modelservice::Transaction&,
                                      const Note& note) {
  return Step(call, "AfterCreate", note);
}
absl::Status HookedNotes::BeforeUpdate(const CallContext& call,
                                       modelservice::Transaction&,
                                       const Note& stored, Note& updated) {
  if (updated.text() == "append") {
    updated.set_text(absl::StrCat(stored.text(), "+"));
  }
  return Step(call, "BeforeUpdate", updated);
}
absl::Status HookedNotes::AfterUpdate(const CallContext& call,
                                      modelservice::Transaction&,
                                      const Note& note) {
  return Step(call, "AfterUpdate", note);
}
absl::Status HookedNotes::BeforeDestroy(const CallContext& call,
                                        modelservice::Transaction&,
                                        const Note& note) {
  return Step(call, "BeforeDestroy", note);
}
absl::Status HookedNotes::AfterDestroy(const CallContext& call,
                                       modelservice::Transaction&,
                                       const Note& note) {
  return Step(call, "AfterDestroy", note);
}

absl::StatusOr<Reply<ListNotesResponse>> LoudNotesService::List(
    const CallContext& call, const ListNotesRequest& request) {
  auto reply = LoudNotesBase::List(call, request);
  if (!reply.ok()) return reply;
  for (Note& note : *reply->mutable_message().mutable_notes()) Shout(&note);
  return reply;
}

absl::Status LoudNotesService::Stream(const CallContext& call,
                                      const StreamNotesRequest& request,
                                      Writer<Note>& writer) {
  Note mark;
  mark.set_text("FIRST");
  writer.Write(mark);
  auto status = LoudNotesBase::Stream(call, request, writer);
  if (!status.ok()) return status;
  mark.set_text("LAST");
  writer.Write(mark);
  return Obey(call, "Stream");
}

absl::StatusOr<Reply<Note>> LoudNotesService::Retrieve(const CallContext& call,
                                                       const NoteKey& request) {
  return Loud(LoudNotesBase::Retrieve(call, request));
}

absl::StatusOr<Reply<Note>> LoudNotesService::Create(const CallContext& call,
                                                     const Note& request) {
  auto reply = LoudNotesBase::Create(call, request);
  if (auto status = Obey(call, "Create"); !status.ok()) return status;
  return Loud(std::move(reply));
}

absl::StatusOr<Reply<Note>> LoudNotesService::Update(const CallContext& call,
                                                     const Note& request) {
  auto reply = LoudNotesBase::Update(call, request);
  if (auto status = Obey(call, "Update"); !status.ok()) return status;
  return Loud(std::move(reply));
}

absl::StatusOr<Reply<google::protobuf::Empty>> LoudNotesService::Destroy(
    const CallContext& call, const NoteKey& request) {
  auto reply = LoudNotesBase::Destroy(call, request);
  if (auto status = Obey(call, "Destroy"); !status.ok()) return status;
  return reply;
}

absl::StatusOr<Reply<Word>> WordsService::Echo(const CallContext& call,
                                               const Word& request) {
  if (auto status = Obey(call, "Echo"); !status.ok()) return status;
  call.AddTrailer("x-echo", "yes");
  return request;
}

absl::Status WordsService::Repeat(const CallContext& call, const Word& request,
                                  Writer<Word>& writer) {
  for (int i = 0; i < request.times(); ++i) {
    Word word = request;
    word.set_times(i);
    if (!writer.Write(word)) {
      events_.Add("Repeat stopped");
      return absl::CancelledError("The client went away.");
    }
    if (i == 0) events_.Add("Repeat began");
  }
  return Obey(call, "Repeat");
}

absl::StatusOr<Reply<Word>> WordsService::Join(const CallContext& call,
                                               Reader<Word>& reader) {
  Word joined;
  for (Word word; reader.Read(&word);) {
    if (joined.times() == 0) events_.Add("Join began");
    joined.set_text(absl::StrCat(joined.text(), word.text()));
    joined.set_times(joined.times() + 1);
    if (word.text() == "enough") break;
  }
  events_.Add(call.cancelled() ? "Join cancelled" : "Join ended");
  if (auto status = Obey(call, "Join"); !status.ok()) return status;
  return joined;
}

absl::Status WordsService::Chat(const CallContext& call,
                                modelservice::Stream<Word, Word>& stream) {
  for (Word word; stream.Read(&word);) {
    word.set_times(word.times() + 1);
    if (!stream.Write(word)) break;
    if (auto status = Obey(call, "Chat"); !status.ok()) return status;
  }
  events_.Add("Chat ended");
  return absl::OkStatus();
}

absl::Status WordsService::SaveTrace(const std::string& text) {
  Trace trace;
  trace.set_event(text);
  return Objects<Trace>(database()).Create(&trace);
}

absl::StatusOr<Reply<Word>> WordsService::Save(const CallContext& call,
                                               const Word& request) {
  if (auto status = SaveTrace(request.text()); !status.ok()) return status;
  if (auto status = Obey(call, "Save"); !status.ok()) return status;
  return request;
}

absl::StatusOr<Reply<Word>> WordsService::Count(const CallContext& call,
                                                const Word& request) {
  if (call.metadata("x-write").has_value()) {
    if (auto status = SaveTrace(request.text()); !status.ok()) return status;
  }
  auto count = Objects<Trace>(database()).Count();
  if (!count.ok()) return count.status();
  Word word;
  word.set_times(static_cast<int32_t>(*count));
  return word;
}

absl::StatusOr<Reply<Word>> WordsService::SaveAll(const CallContext& call,
                                                  Reader<Word>& reader) {
  Word saved;
  for (Word word; reader.Read(&word);) {
    if (auto status = SaveTrace(word.text()); !status.ok()) return status;
    saved.set_times(saved.times() + 1);
  }
  if (auto status = Obey(call, "SaveAll"); !status.ok()) return status;
  return saved;
}

void NotesTest::StartServer(Options options) {
  Start(
      [this](modelservice::Registry& registry) {
        RegisterNotes(registry);
        registry.Add<HookedNotes>(&events_);
        registry.Add<LoudNotesService>();
        registry.Add<WordsService>(&events_);
      },
      std::move(options));
  notes_ = Notes::NewStub(server().channel());
  loud_ = LoudNotes::NewStub(server().channel());
  words_ = Words::NewStub(server().channel());
}

}  // namespace integration
