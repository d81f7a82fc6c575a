// What is bounded, and that the refusal names the setting that raises it.
#include <deque>
#include <thread>

#include "modelservice/base/waiting.h"
#include "modelservice/db/sqlite/test_support.h"

namespace modelservice::sqlite {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kValues[] = "SELECT v FROM t ORDER BY v";

class BoundsTest : public SqliteTest,
                   public ::testing::WithParamInterface<bool> {
 protected:
  BoundsTest() {
    if (GetParam()) options_.path = ":memory:";
  }
  void OpenTable() {
    Open("CREATE TABLE t (v); INSERT INTO t VALUES (1), (2), (3)");
  }
  static void ExpectBound(const absl::Status& status,
                          absl::string_view setting) {
    EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(std::string(setting)));
    EXPECT_TRUE(status.GetPayload("type.googleapis.com/google.rpc.RetryInfo")
                    .has_value());
    EXPECT_TRUE(status.GetPayload("type.googleapis.com/google.rpc.ErrorInfo")
                    .has_value());
  }
};

TEST_P(BoundsTest, Cursors) {
  options_.max_cursors = 3;
  OpenTable();
  std::vector<std::unique_ptr<Cursor>> open;
  for (int i = 0; i < 3; ++i) {
    auto cursor = db_->Open(Sql(kValues), nullptr);
    ASSERT_TRUE(cursor.ok()) << cursor.status();
    open.push_back(*std::move(cursor));
  }
  // Opening waits for nothing, so that it can be refused anywhere.
  const NoWaiting here;
  ExpectBound(db_->Open(Sql(kValues), nullptr).status(), "max_cursors");
  // Those that are through count, too, until they go.
  Rows rows;
  {
    std::thread([&] {
      bool more = true;
      EXPECT_TRUE(FetchInto(*open[0], 9, &rows, &more).ok());
      EXPECT_FALSE(more);
    }).join();
  }
  ExpectBound(db_->Open(Sql(kValues), nullptr).status(), "max_cursors");
  open.pop_back();
  EXPECT_TRUE(db_->Open(Sql(kValues), nullptr).ok());
}

TEST_P(BoundsTest, ManyCursorsThatAreNotReadStopNobody) {
  options_.busy_timeout = absl::ZeroDuration();
  OpenTable();
  std::deque<std::unique_ptr<Cursor>> open;
  int refused = 0;
  for (int i = 0; i < 500; ++i) {
    auto cursor = db_->Open(Sql(kValues), nullptr);
    if (!cursor.ok()) {
      ExpectBound(cursor.status(), "max_cursors");
      ++refused;
      continue;
    }
    open.push_back(*std::move(cursor));
    Rows rows;
    bool more = false;
    EXPECT_TRUE(FetchInto(*open.back(), 1, &rows, &more).ok());
    EXPECT_TRUE(more);
  }
  EXPECT_EQ(refused, 500 - 48);
  EXPECT_EQ(Query(*db_, kValues).size(), 3u);
  EXPECT_TRUE(Exec(*db_, Write("INSERT INTO t VALUES (4)")).ok());
}

TEST_P(BoundsTest, CursorsLeaveAConnectionToOthers) {
  options_.max_readers = 3;
  options_.busy_timeout = absl::ZeroDuration();
  OpenTable();
  std::deque<std::unique_ptr<Cursor>> open;
  for (int i = 0; i < 48; ++i) {
    auto cursor = db_->Open(Sql(kValues), nullptr);
    if (!cursor.ok()) {
      ExpectBound(cursor.status(), "max_readers");
      break;
    }
    open.push_back(*std::move(cursor));
    Rows rows;
    bool more = false;
    EXPECT_TRUE(FetchInto(*open.back(), 1, &rows, &more).ok());
  }
  EXPECT_EQ(open.size(), GetParam() ? 48u : 2u);
  EXPECT_EQ(Query(*db_, kValues).size(), 3u);
}

TEST_P(BoundsTest, WritesThatWait) {
  options_.max_queue = 5;
  OpenTable();
  std::deque<Call> calls;
  for (int i = 0; i < 8; ++i) {
    calls.emplace_back(Write("INSERT INTO t VALUES (4)"));
  }
  absl::Status transact;
  {
    const HeldWriter held(*db_);
    for (Call& call : calls) db_->Execute(call);
    transact = db_->Transact([](Transaction&) {
      ADD_FAILURE() << "run";
      return absl::OkStatus();
    });
  }
  for (size_t i = 0; i < calls.size(); ++i) {
    if (i < 5) {
      EXPECT_TRUE(calls[i].Wait().ok()) << calls[i].Wait();
    } else {
      ExpectBound(calls[i].Wait(), "max_queue");
    }
  }
  ExpectBound(transact, "max_queue");
  EXPECT_THAT(Query(*db_, "SELECT count(*) FROM t"), ElementsAre("8"));
  // There is room again.
  EXPECT_TRUE(db_->Transact([&](Transaction&) {
                   return Exec(*db_, Write("DELETE FROM t"));
                 })
                  .ok());
}

TEST_P(BoundsTest, Connections) {
  options_.max_readers = 1;
  options_.busy_timeout = absl::Milliseconds(20);
  OpenTable();
  const char* const setting = GetParam() ? "busy_timeout" : "max_readers";
  Call read(Sql(kValues)), hurried(Sql(kValues));
  BodyCall body;
  EXPECT_TRUE(db_->Read([&](Transaction&) {
                   std::thread([&] { db_->Execute(read); }).join();
                   std::thread([&] {
                     const NoWaiting here;
                     db_->Execute(hurried);
                   }).join();
                   body.Read(*db_,
                             [](Transaction&) { return absl::OkStatus(); });
                   ExpectBound(read.Wait(), setting);
                   ExpectBound(hurried.Wait(), setting);
                   ExpectBound(body.Wait(), setting);
                   return absl::OkStatus();
                 })
                  .ok());
}

INSTANTIATE_TEST_SUITE_P(All, BoundsTest, ::testing::Bool(),
                         [](const auto& info) {
                           return info.param ? "Memory" : "File";
                         });

}  // namespace
}  // namespace modelservice::sqlite
