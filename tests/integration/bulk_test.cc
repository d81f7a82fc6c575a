// 100,000 rows by one stream: in batches, all at once, and with a fault.
#include <string>

#include "ways_fixture.h"

namespace integration::ways {
namespace {

using ::grpc::StatusCode;
using ::testing::ElementsAre;

constexpr int kRows = 100000;

constexpr std::chrono::minutes kPatienceWithMany(2);

class BulkTest : public WaysTest {
 protected:
  void SetUp() override {
    // As long as it takes beside other tests.
    StartWith("?max_write_time=120s");
  }

  void StartWith(const std::string& options) {
    Options started;
    if (OnPostgres()) {
      std::string url = NewPostgresDatabase();
      plain_url_ = url;
      const bool has_query = url.find('?') != std::string::npos;
      absl::StrAppend(&url, has_query ? "&" : "?", options.substr(1));
      started.settings.set_database(url);
    } else {
      started.settings.set_database(absl::StrCat(
          "sqlite:", testing::TempDir(), "/bulk-",
          testing::UnitTest::GetInstance()->current_test_info()->name(), "-",
          getpid(), ".db", options));
    }
    started.settings.set_max_stream_bytes(64 << 20);
    Start([](modelservice::Registry& registry) { RegisterWays(registry); },
          std::move(started));
    readings_ = Readings::NewStub(server().channel());
  }
  using Method = std::unique_ptr<grpc::ClientWriter<Reading>> (
      Readings::Stub::*)(grpc::ClientContext*, CreatedReadings*);
  // The row at `bad` has a number that is too long.
  grpc::Status Create(Method method, int bad, CreatedReadings* reply) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + kPatienceWithMany);
    auto writer = (readings_.get()->*method)(&context, reply);
    Reading reading;
    for (int i = 0; i < kRows; ++i) {
      reading.set_id(i + 1);
      reading.set_number(i == bad ? "12345678901" : std::to_string(i));
      reading.set_total(i);
      if (!writer->Write(reading)) break;
    }
    writer->WritesDone();
    return writer->Finish();
  }
  std::string Rows() {
    return QuerySql(OnPostgres() ? plain_url_ : server().database_url(),
                    "SELECT COUNT(*) FROM reading");
  }

  // Without what libpq does not know.
  std::string plain_url_;
  std::unique_ptr<Readings::Stub> readings_;
};

TEST_F(BulkTest, InBatches) {
  CreatedReadings reply;
  ASSERT_THAT(Create(&Readings::Stub::BulkCreateReadings, -1, &reply), IsOk());
  EXPECT_EQ(reply.count(), kRows);
  EXPECT_EQ(Rows(), std::to_string(kRows));
}

TEST_F(BulkTest, AllAtOnce) {
  CreatedReadings reply;
  ASSERT_THAT(Create(&Readings::Stub::BulkCreateAll, -1, &reply), IsOk());
  EXPECT_EQ(reply.count(), kRows);
  EXPECT_EQ(Rows(), std::to_string(kRows));
}

TEST_F(BulkTest, AFaultNamesItsRowAndWhatStays) {
  CreatedReadings reply;
  const Refusal batches(
      Create(&Readings::Stub::BulkCreateReadings, 70007, &reply));
  EXPECT_EQ(batches.code, StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(batches.violations,
              ElementsAre("[70007].number: Ensure this field has no more than "
                          "10 characters."));
  EXPECT_EQ(batches.info.metadata().at("created"), "70000");
  EXPECT_EQ(Rows(), "70000");
}

TEST_F(BulkTest, AFaultKeepsNothingOfAllAtOnce) {
  CreatedReadings reply;
  const Refusal whole(Create(&Readings::Stub::BulkCreateAll, 70007, &reply));
  EXPECT_EQ(whole.code, StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(whole.violations,
              ElementsAre("[70007].number: Ensure this field has no more than "
                          "10 characters."));
  EXPECT_EQ(whole.info.metadata().at("created"), "0");
  EXPECT_EQ(Rows(), "0");
}

}  // namespace
}  // namespace integration::ways
