// The services that a subclass changes, and a server of them.
//
// A test says what a hook or method is to do in the call's metadata: "x-fail:
// BeforeCreate" makes that hook refuse, "x-throw: BeforeCreate" makes it throw,
// "x-slow: BeforeCreate" makes it run a statement that does not end,
// "x-owner: ann" says who calls.
#ifndef MODELSERVICE_TESTS_INTEGRATION_NOTES_FIXTURE_H_
#define MODELSERVICE_TESTS_INTEGRATION_NOTES_FIXTURE_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "events.h"
#include "modelservice/objects.h"
#include "notes.grpc.pb.h"
#include "notes.modelservice.pb.h"
#include "test_support.h"

namespace integration {

class HookedNotes : public NotesBase {
 public:
  explicit HookedNotes(Events* events) : events_(*events) {}

  modelservice::Query<Note> Scope(const modelservice::CallContext& call,
                                  modelservice::Query<Note> all) override;
  absl::Status BeforeCreate(const modelservice::CallContext& call,
                            modelservice::Transaction&, Note& note) override;
  absl::Status AfterCreate(const modelservice::CallContext& call,
                           modelservice::Transaction&,
                           const Note& note) override;
  absl::Status BeforeUpdate(const modelservice::CallContext& call,
                            modelservice::Transaction&, const Note& stored,
                            Note& updated) override;
  absl::Status AfterUpdate(const modelservice::CallContext& call,
                           modelservice::Transaction&,
                           const Note& note) override;
  absl::Status BeforeDestroy(const modelservice::CallContext& call,
                             modelservice::Transaction&,
                             const Note& note) override;
  absl::Status AfterDestroy(const modelservice::CallContext& call,
                            modelservice::Transaction&,
                            const Note& note) override;

 private:
  // Writes a Trace in the call's transaction, notes the hook and its commit,
  // and does what the metadata asks for.
  absl::Status Step(const modelservice::CallContext& call,
                    const std::string& hook, const Note& note);

  Events& events_;
};

class LoudNotesService : public LoudNotesBase {
 public:
  absl::StatusOr<modelservice::Reply<ListNotesResponse>> List(
      const modelservice::CallContext& call,
      const ListNotesRequest& request) override;
  absl::Status Stream(const modelservice::CallContext& call,
                      const StreamNotesRequest& request,
                      modelservice::Writer<Note>& writer) override;
  absl::StatusOr<modelservice::Reply<Note>> Retrieve(
      const modelservice::CallContext& call, const NoteKey& request) override;
  absl::StatusOr<modelservice::Reply<Note>> Create(
      const modelservice::CallContext& call, const Note& request) override;
  absl::StatusOr<modelservice::Reply<Note>> Update(
      const modelservice::CallContext& call, const Note& request) override;
  absl::StatusOr<modelservice::Reply<google::protobuf::Empty>> Destroy(
      const modelservice::CallContext& call, const NoteKey& request) override;
};

class WordsService : public WordsBase {
 public:
  explicit WordsService(Events* events) : events_(*events) {}

  absl::StatusOr<modelservice::Reply<Word>> Echo(
      const modelservice::CallContext& call, const Word& request) override;
  absl::Status Repeat(const modelservice::CallContext& call,
                      const Word& request,
                      modelservice::Writer<Word>& writer) override;
  absl::StatusOr<modelservice::Reply<Word>> Join(
      const modelservice::CallContext& call,
      modelservice::Reader<Word>& reader) override;
  absl::Status Chat(const modelservice::CallContext& call,
                    modelservice::Stream<Word, Word>& stream) override;
  absl::StatusOr<modelservice::Reply<Word>> Save(
      const modelservice::CallContext& call, const Word& request) override;
  absl::StatusOr<modelservice::Reply<Word>> Count(
      const modelservice::CallContext& call, const Word& request) override;
  absl::StatusOr<modelservice::Reply<Word>> SaveAll(
      const modelservice::CallContext& call,
      modelservice::Reader<Word>& reader) override;

 private:
  absl::Status SaveTrace(const std::string& text);

  Events& events_;
};

class NotesTest : public ServerTest {
 protected:
  void SetUp() override { StartServer({}); }
  void StartServer(Options options);

  // As Call, with metadata.
  template <class Stub, class Request, class Reply>
  grpc::Status CallWith(const std::map<std::string, std::string>& metadata,
                        Stub& stub,
                        grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                     const Request&, Reply*),
                        const Request& request, Reply* reply) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + kPatience);
    for (const auto& [key, value] : metadata) context.AddMetadata(key, value);
    return (stub.*method)(&context, request, reply);
  }
  // The rows of a table, counted by another program.
  std::string CountOf(const std::string& table) {
    return QuerySql(server().database_url(), "SELECT COUNT(*) FROM " + table);
  }
  static NoteKey KeyOf(int64_t id) {
    NoteKey key;
    key.set_id(id);
    return key;
  }

  Events events_;
  std::unique_ptr<Notes::Stub> notes_;
  std::unique_ptr<LoudNotes::Stub> loud_;
  std::unique_ptr<Words::Stub> words_;
};

}  // namespace integration

#endif  // MODELSERVICE_TESTS_INTEGRATION_NOTES_FIXTURE_H_
