// The server around the services: bytes that are no message, health,
// reflection, many clients at once, and the way it stops.
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/slice.h>

#include <array>
#include <atomic>
#include <future>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "legacy.modelservice.pb.h"
#include "notes_fixture.h"

namespace integration {
namespace {

using ::grpc::StatusCode;
using ::testing::HasSubstr;

// One request and one reply, as bytes, of any method.
grpc::Status RawCall(const std::shared_ptr<grpc::Channel>& channel,
                     const std::string& method, const std::string& request,
                     std::string* reply) {
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kPatience);
  grpc::CompletionQueue queue;
  const grpc::Slice slice(request);
  const grpc::ByteBuffer bytes(&slice, 1);
  auto call = stub.PrepareCall(&context, method, &queue);
  grpc::ByteBuffer received;
  grpc::Status status;
  void* tag = nullptr;
  bool ok = false;
  const auto next = [&] { return queue.Next(&tag, &ok) && ok; };
  call->StartCall(nullptr);
  next();
  call->WriteLast(bytes, grpc::WriteOptions(), nullptr);
  next();
  call->Read(&received, nullptr);
  if (next()) {
    std::vector<grpc::Slice> slices;
    EXPECT_TRUE(received.Dump(&slices).ok());
    for (const grpc::Slice& part : slices) {
      reply->append(reinterpret_cast<const char*>(part.begin()), part.size());
    }
  }
  call->Finish(&status, nullptr);
  next();
  return status;
}

class ServingTest : public NotesTest {
 protected:
  grpc::Status Raw(const std::string& method, const std::string& request,
                   std::string* reply) {
    return RawCall(server().channel(), method, request, reply);
  }
};

TEST_F(ServingTest, BytesThatAreNoMessage) {
  std::string reply;
  const auto expect_refused = [&](const std::string& method,
                                  const std::string& bytes) {
    const Refusal refusal(Raw("/integration." + method, bytes, &reply));
    EXPECT_EQ(refusal.code, StatusCode::INVALID_ARGUMENT)
        << method << " " << testing::PrintToString(bytes);
    EXPECT_THAT(refusal.message, HasSubstr("is no valid integration."));
    EXPECT_EQ(refusal.info.reason(), "INVALID_ARGUMENT");
  };
  for (const std::string& bytes : {
           std::string("\xff"),         // a tag cut short
           std::string("\x08"),         // a tag without its value
           std::string("\x0c"),         // the end of no group
           std::string("\x00\x00", 2),  // field 0
           // A number of more than 64 bits.
           std::string("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
       }) {
    for (const char* method :
         {"Notes/Create", "Notes/Retrieve", "Notes/List", "Notes/Update",
          "Notes/Destroy", "Notes/Stream", "Words/Echo", "Words/Repeat",
          "Words/Join", "Words/Chat", "Words/SaveAll"}) {
      expect_refused(method, bytes);
    }
  }
  for (const char* method : {"Notes/Create", "Notes/Update"}) {
    expect_refused(method, "\x1a\x05hi");    // text: a length past the end
    expect_refused(method, "\x1a\x01\xff");  // text: no UTF-8
  }
  EXPECT_EQ(CountOf("note"), "0");
  EXPECT_EQ(CountOf("trace"), "0");
  EXPECT_EQ(reply, "");
}

TEST_F(ServingTest, UnknownFieldsAndEmptyMessagesAreFine) {
  std::string reply;
  EXPECT_THAT(Raw("/integration.Notes/Create", "", &reply), IsOk());
  // Field 1000, a varint.
  EXPECT_THAT(Raw("/integration.Notes/Create", "\xc0\x3e\x01", &reply), IsOk());
  EXPECT_THAT(Raw("/integration.Words/Echo", "", &reply), IsOk());
}

// proto2's required fields: the missing ones are named.
TEST_F(ServingTest, AMessageWithoutItsRequiredFields) {
  auto legacy = modelservice::TestServer::Start(RegisterLegacy);
  ASSERT_TRUE(legacy.ok()) << legacy.status();
  std::string reply;
  const Refusal refusal(RawCall((*legacy)->channel(),
                                "/integration.Records/Create", "\x1a\x01x",
                                &reply));
  EXPECT_EQ(refusal.code, StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(refusal.violations,
              testing::ElementsAre("id: This field is required.",
                                   "name: This field is required."));
}

TEST_F(ServingTest, UnknownMethods) {
  std::string reply;
  EXPECT_THAT(Raw("/integration.Notes/Nope", "", &reply),
              IsError(StatusCode::UNIMPLEMENTED, testing::_));
  EXPECT_THAT(Raw("/integration.Nope/Create", "", &reply),
              IsError(StatusCode::UNIMPLEMENTED, testing::_));
}

TEST_F(ServingTest, ARequestPastTheLimit) {
  Options options;
  options.settings.set_max_request_bytes(1000);
  StartServer(options);
  Word word;
  word.set_text(std::string(900, 'x'));
  Word reply;
  EXPECT_THAT(Call(*words_, &Words::Stub::Echo, word, &reply), IsOk());
  word.set_text(std::string(1001, 'x'));
  EXPECT_THAT(Call(*words_, &Words::Stub::Echo, word, &reply),
              IsError(StatusCode::RESOURCE_EXHAUSTED, testing::_));
}

TEST_F(ServingTest, HealthOfTheServerAndOfItsServices) {
  std::string reply;
  ASSERT_THAT(Raw("/grpc.health.v1.Health/Check", "", &reply), IsOk());
  EXPECT_EQ(reply, "\x08\x01");  // SERVING
  for (const std::string name : {"integration.Notes", "integration.Plans"}) {
    reply.clear();
    ASSERT_THAT(
        Raw("/grpc.health.v1.Health/Check",
            absl::StrCat("\x0a", std::string(1, static_cast<char>(name.size())),
                         name),
            &reply),
        IsOk());
    EXPECT_EQ(reply, "\x08\x01") << name;
  }
  EXPECT_THAT(Raw("/grpc.health.v1.Health/Check", "\x0a\x04nope", &reply),
              IsError(StatusCode::NOT_FOUND, testing::_));
}

TEST_F(ServingTest, ReflectionNamesTheServices) {
  const std::string method =
      "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";
  std::string reply;
  ASSERT_THAT(Raw(method, std::string("\x3a\x00", 2), &reply), IsOk());
  for (const char* name : {"integration.Notes", "integration.LoudNotes",
                           "integration.Words", "grpc.health.v1.Health"}) {
    EXPECT_THAT(reply, HasSubstr(name));
  }
  reply.clear();
  // The file with a symbol.
  ASSERT_THAT(Raw(method, "\x22\x10integration.Note", &reply), IsOk());
  EXPECT_THAT(reply, HasSubstr("notes.proto"));
  Options options;
  options.settings.set_reflection(false);
  options.settings.set_health(false);
  StartServer(options);
  Word word;
  EXPECT_THAT(Call(*words_, &Words::Stub::Echo, word, &word), IsOk());
  EXPECT_THAT(Raw("/grpc.health.v1.Health/Check", "", &reply),
              IsError(StatusCode::UNIMPLEMENTED, testing::_));
  EXPECT_THAT(Raw(method, std::string("\x3a\x00", 2), &reply),
              IsError(StatusCode::UNIMPLEMENTED, testing::_));
}

TEST_F(ServingTest, AnAddressThatIsTaken) {
  Options options;
  options.settings.set_address("127.0.0.1:0");
  StartServer(options);
  options.settings.set_address(server().address());
  const auto second = modelservice::TestServer::Start(RegisterLegacy, options);
  EXPECT_EQ(second.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(second.status().message()),
              HasSubstr(server().address()));
}

TEST_F(ServingTest, AServiceThatNobodyImplemented) {
  const auto started = modelservice::TestServer::Start(RegisterNotes);
  EXPECT_EQ(started.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(started.status().message()),
              HasSubstr("integration.Words"));
}

// Good and bad Creates together: no call is touched by its neighbours.
TEST_F(ServingTest, CreatesFromManyThreads) {
  constexpr int kThreads = 8;
  constexpr int kCalls = 100;
  std::vector<std::thread> threads;
  std::mutex mutex;
  std::set<int64_t> ids;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      const auto stub = Notes::NewStub(server().NewChannel());
      for (int i = 0; i < kCalls; ++i) {
        Note note;
        note.set_text(absl::StrCat(t, "/", i));
        Note created;
        const bool bad = i % 10 == 9;
        const grpc::Status status =
            CallWith({{bad ? "x-fail" : "x-fine", "AfterCreate"}}, *stub,
                     &Notes::Stub::Create, note, &created);
        if (bad) {
          EXPECT_THAT(status, IsError(StatusCode::FAILED_PRECONDITION,
                                      "AfterCreate refuses."));
          continue;
        }
        EXPECT_THAT(status, IsOk());
        EXPECT_EQ(created.text(), note.text());
        Note read;
        EXPECT_THAT(
            Call(*stub, &Notes::Stub::Retrieve, KeyOf(created.id()), &read),
            IsOk());
        EXPECT_THAT(read, EqualsMessage(created));
        std::lock_guard<std::mutex> lock(mutex);
        EXPECT_TRUE(ids.insert(created.id()).second);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(ids.size(), static_cast<size_t>(kThreads * kCalls * 9 / 10));
  EXPECT_EQ(CountOf("note"), absl::StrCat(ids.size()));
  EXPECT_EQ(CountOf("trace"), absl::StrCat(ids.size() * 2));
}

// A write waits for another program's lock as long as its caller does; reads do
// not wait at all.
TEST_F(ServingTest, AnotherProgramsLock) {
  Note note;
  ASSERT_THAT(Call(*loud_, &LoudNotes::Stub::Create, Note(), &note), IsOk());
  OtherProgram other(server().database_url());
  other.Run(Sql("BEGIN IMMEDIATE; INSERT INTO trace (event) VALUES ('x')",
                "BEGIN; LOCK TABLE note, trace IN EXCLUSIVE MODE"));
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() +
                       std::chrono::milliseconds(300));
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_THAT(loud_->Create(&context, Note(), &note),
              testing::AnyOf(IsError(StatusCode::DEADLINE_EXCEEDED, testing::_),
                             IsError(StatusCode::ABORTED, testing::_)));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(3));
  EXPECT_THAT(Call(*loud_, &LoudNotes::Stub::Retrieve, KeyOf(1), &note),
              IsOk());
  if (!OnPostgres()) {
    // Longer than SQLite is patient for (busy_timeout, 5 s).
    const Refusal refusal(
        Call(*loud_, &LoudNotes::Stub::Create, Note(), &note));
    EXPECT_EQ(refusal.code, StatusCode::ABORTED);
    EXPECT_EQ(refusal.info.reason(), "DATABASE_BUSY");
    EXPECT_GT(refusal.retry.retry_delay().nanos(), 0);
  }
  other.Run("ROLLBACK");
  EXPECT_THAT(Call(*loud_, &LoudNotes::Stub::Create, Note(), &note), IsOk());
  EXPECT_EQ(CountOf("note"), "2");
}

TEST_F(ServingTest, StopLetsCallsInFlightEnd) {
  grpc::ClientContext context;
  auto chat = words_->Chat(&context);
  Word word;
  ASSERT_TRUE(chat->Write(Word()));
  ASSERT_TRUE(chat->Read(&word));

  auto stopped = std::async(std::launch::async,
                            [this] { server().Stop(absl::Seconds(30)); });
  // New connections are refused, soon after; one that was made in the instant
  // of stopping may see its call cancelled.
  grpc::Status status;
  grpc::ChannelArguments own;
  own.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  for (int i = 0; i < 100; ++i) {
    const auto stub = Words::NewStub(grpc::CreateCustomChannel(
        server().address(), grpc::InsecureChannelCredentials(), own));
    status = Call(*stub, &Words::Stub::Echo, Word(), &word);
    if (status.error_code() == StatusCode::UNAVAILABLE) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_EQ(status.error_code(), StatusCode::UNAVAILABLE);
  // The old one goes on.
  EXPECT_EQ(stopped.wait_for(std::chrono::milliseconds(50)),
            std::future_status::timeout);
  ASSERT_TRUE(chat->Write(Word()));
  ASSERT_TRUE(chat->Read(&word));
  chat->WritesDone();
  EXPECT_FALSE(chat->Read(&word));
  EXPECT_THAT(chat->Finish(), IsOk());
  EXPECT_EQ(stopped.wait_for(kPatience), std::future_status::ready);
}

TEST_F(ServingTest, StopEndsWhatOutlastsItsGrace) {
  grpc::ClientContext context;
  auto chat = words_->Chat(&context);
  Word word;
  ASSERT_TRUE(chat->Write(Word()));
  ASSERT_TRUE(chat->Read(&word));
  const auto begin = std::chrono::steady_clock::now();
  server().Stop(absl::Milliseconds(100));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
  EXPECT_FALSE(chat->Read(&word));
  EXPECT_FALSE(chat->Finish().ok());
  EXPECT_TRUE(events_.Await("Chat ended"));
}

// Writes that are queued when the server stops are answered truly.
TEST_F(ServingTest, StopUnderWriteLoadLosesNoAcknowledgedWrite) {
  struct Writer {
    int acknowledged = 0;
    grpc::Status end;
  };
  std::atomic<int> acknowledged{0};
  std::array<Writer, 4> writers;
  std::vector<std::thread> threads;
  for (size_t i = 0; i < writers.size(); ++i) {
    threads.emplace_back([this, &acknowledged, &writer = writers[i], i] {
      const auto stub = LoudNotes::NewStub(server().NewChannel());
      Note note;
      note.set_rank(static_cast<int>(i));
      Note created;
      const auto create = [&] {
        return Call(*stub, &LoudNotes::Stub::Create, note, &created);
      };
      while ((writer.end = create()).ok()) {
        ++writer.acknowledged;
        ++acknowledged;
      }
    });
  }
  while (acknowledged < 50) std::this_thread::yield();
  server().Stop(absl::Seconds(10));
  for (std::thread& thread : threads) thread.join();
  for (size_t i = 0; i < writers.size(); ++i) {
    const auto& [answered, end] = writers[i];
    const int stored =
        std::stoi(CountOf(absl::StrCat("note WHERE rank = ", i)));
    // gRPC closes a connection with the last reply: a client that writes at
    // that moment, as the answer to a ping, reads nothing of it any more.
    const std::string why = end.error_message();
    const bool was_cut_off = why == "Broken pipe" || why == "Socket closed" ||
                             why == "Connection reset by peer";
    if (was_cut_off && stored == answered + 1) continue;
    EXPECT_EQ(stored, answered) << end.error_code() << ": " << why;
  }
}

}  // namespace
}  // namespace integration
