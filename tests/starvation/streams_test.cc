// Clients that send nothing, or take nothing.
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "fixture.h"

namespace starvation {
namespace {

using StreamsTest = StarvationTest;

TEST_F(StreamsTest, IdleOnesLeaveTheMethodsServed) {
  ASSERT_NO_FATAL_FAILURE(StartServer());
  std::vector<std::unique_ptr<grpc::ClientContext>> contexts;
  std::vector<std::unique_ptr<grpc::ClientReaderWriter<Word, Word>>> streams;
  Word word;
  for (int i = 0; i < 40; ++i) {
    contexts.push_back(std::make_unique<grpc::ClientContext>());
    contexts.back()->set_deadline(std::chrono::system_clock::now() +
                                  integration::kPatience);
    streams.push_back(work_->Talk(contexts.back().get()));
    ASSERT_TRUE(streams.back()->Write(Word()));
    ASSERT_TRUE(streams.back()->Read(&word)) << "stream " << i;
  }
  for (int i = 0; i < 10; ++i) {
    const SteadyTime start = SteadyNow();
    EXPECT_THAT(Call(*work_, &Work::Stub::Echo, Word(), &word), IsOk());
    EXPECT_LT(Since(start), absl::Seconds(3));
    ExpectHealthy();
  }
  for (const auto& stream : streams) {
    stream->WritesDone();
    while (stream->Read(&word)) {
    }
    EXPECT_THAT(stream->Finish(), IsOk());
  }
}

TEST_F(StreamsTest, ManyThatNobodyReadsLeaveTheMethodsServed) {
  ASSERT_NO_FATAL_FAILURE(StartServer());
  // More than a stream's window holds, which later gRPCs widen.
  std::vector<Account> rows(10000);
  for (Account& row : rows) row.set_note(std::string(1000, 'x'));
  const auto created = Objects<Account>(server().database()).BulkCreate(rows);
  ASSERT_TRUE(created.ok()) << created.status();
  const int64_t id = NewAccount(7).id();

  constexpr int kStreams = 100;
  std::vector<std::unique_ptr<Accounts::Stub>> clients;
  for (int i = 0; i < 10; ++i) {
    // Streams of one connection share its window.
    clients.push_back(Accounts::NewStub(server().NewChannel()));
  }
  struct Unread {
    grpc::ClientContext context;
    std::unique_ptr<grpc::ClientReader<Account>> reader;
    bool open = false;
  };
  std::vector<Unread> streams(kStreams);
  int open = 0;
  Account row;
  for (int i = 0; i < kStreams; ++i) {
    Unread& stream = streams[static_cast<size_t>(i)];
    stream.context.set_deadline(std::chrono::system_clock::now() +
                                4 * integration::kPatience);
    stream.reader = clients[static_cast<size_t>(i) % clients.size()]->Stream(
        &stream.context, StreamAccountsRequest());
    stream.open = stream.reader->Read(&row);
    if (stream.open) {
      ++open;
    } else {
      EXPECT_THAT(stream.reader->Finish(),
                  IsError(StatusCode::RESOURCE_EXHAUSTED, HasSubstr("max_")));
    }
  }
  EXPECT_GT(open, 0);
  EXPECT_LT(open, kStreams) << "there is no bound";
  for (int i = 0; i < 20; ++i) {
    ExpectHealthy();
    ExpectWrites();
    Account reply;
    EXPECT_THAT(Call(*accounts_, &Accounts::Stub::Retrieve, KeyOf(id), &reply),
                IsOk());
    Word word;
    EXPECT_THAT(Call(*work_, &Work::Stub::Echo, Word(), &word), IsOk());
    ListAccountsResponse page;
    EXPECT_THAT(
        Call(*accounts_, &Accounts::Stub::List, ListAccountsRequest(), &page),
        IsOk());
  }
  for (Unread& stream : streams) {
    if (!stream.open) continue;
    stream.context.TryCancel();
    EXPECT_THAT(stream.reader->Finish(),
                IsError(StatusCode::CANCELLED, testing::_));
  }
}

class UnreadStreamsTest : public StarvationTest {
 protected:
  static constexpr int kRows = 20000;

  // How often each row came.
  using Seen = std::map<int64_t, int>;

  void SetUp() override {
    Options options = WithDatabase("max_cursors=1");
    options.settings.set_idle_stream(0.3);
    ASSERT_NO_FATAL_FAILURE(StartServer(std::move(options)));
    std::vector<Account> rows(kRows);
    for (Account& row : rows) row.set_note(std::string(500, 'x'));
    const auto created = Objects<Account>(server().database()).BulkCreate(rows);
    ASSERT_TRUE(created.ok()) << created.status();
  }

  static void ReadOn(grpc::ClientReader<Account>& reader, Seen* seen) {
    Account account;
    while (reader.Read(&account)) ++(*seen)[account.id()];
  }
  static void ExpectEachOnce(const Seen& seen) {
    EXPECT_EQ(seen.size(), static_cast<size_t>(kRows));
    for (const auto& [id, times] : seen) EXPECT_EQ(times, 1) << id;
  }
};

TEST_F(UnreadStreamsTest, GiveTheirCursorBackAndGoOn) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() +
                       integration::kPatience);
  const auto unread = accounts_->Stream(&context, StreamAccountsRequest());
  Seen seen;
  Account first;
  ASSERT_TRUE(unread->Read(&first));
  ++seen[first.id()];

  const SteadyTime start = SteadyNow();
  grpc::Status status;
  do {
    grpc::ClientContext second_context;
    second_context.set_deadline(std::chrono::system_clock::now() +
                                integration::kPatience);
    const auto second =
        accounts_->Stream(&second_context, StreamAccountsRequest());
    Seen all;
    ReadOn(*second, &all);
    status = second->Finish();
    ExpectHealthy();
    if (status.ok()) {
      ExpectEachOnce(all);
      break;
    }
    EXPECT_THAT(status, IsError(StatusCode::RESOURCE_EXHAUSTED,
                                HasSubstr("max_cursors")));
    SleepMs(20);
  } while (Since(start) < absl::Seconds(10));
  EXPECT_THAT(status, IsOk());

  SleepMs(200);
  ReadOn(*unread, &seen);
  EXPECT_THAT(unread->Finish(), IsOk());
  ExpectEachOnce(seen);
}

}  // namespace
}  // namespace starvation
