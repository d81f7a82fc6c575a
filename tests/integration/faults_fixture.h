// A server whose calls fail as a test asks: the rows of the table of errors.
#ifndef MODELSERVICE_TESTS_INTEGRATION_FAULTS_FIXTURE_H_
#define MODELSERVICE_TESTS_INTEGRATION_FAULTS_FIXTURE_H_

#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "events.h"
#include "faults.grpc.pb.h"
#include "faults.modelservice.pb.h"
#include "modelservice/db/error.h"
#include "modelservice/objects.h"
#include "modelservice/registry.h"
#include "test_support.h"

namespace integration::faults {

using ::modelservice::CallContext;
using ::modelservice::Objects;

// Does in its transaction what a call's metadata "x-do" asks for.
class DoingParts final : public PartsBase {
 public:
  explicit DoingParts(std::string* url) : url_(*url) {}

  absl::Status BeforeCreate(const CallContext& call,
                            modelservice::Transaction& transaction,
                            Part&) override {
    const auto asked = call.metadata("x-do");
    if (asked == "wait") {
      return database()
          .Query(Sql("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 "
                     "FROM n) SELECT max(i) FROM n",
                     "SELECT count(*) FROM (SELECT pg_sleep(3600)) AS n"))
          .Tuples<int64_t>()
          .status();
    }
    if (asked == "conflict") return Conflict(transaction);
    if (asked == "fill") return Fill();
    return absl::OkStatus();
  }

 private:
  // Another program writes a row that this transaction has read.
  absl::Status Conflict(modelservice::Transaction& transaction) {
    transaction.DoNotRunAgain();
    if (!OnPostgres()) {
      // There is one writer, who is never lost against another: what its driver
      // would say.
      return modelservice::MakeDatabaseError(
          modelservice::DatabaseError::Kind::kSerialization, "zz_driver");
    }
    Objects<Maker> makers(database());
    auto maker = makers.Filter(MakerModel::id == 1).Get();
    if (!maker.ok()) return maker.status();
    RunSql(url_, "UPDATE zz_maker SET name = 'theirs' WHERE id = 1");
    maker->set_name("mine");
    return makers.Update(&*maker);
  }

  // The file of this test's SQLite has no room for what comes.
  absl::Status Fill() {
    const auto pages =
        database().Query("PRAGMA max_page_count = 1").Tuples<int64_t>();
    if (!pages.ok()) return pages.status();
    return database()
        .Execute("INSERT INTO zz_maker (name) VALUES (hex(zeroblob(100000)))")
        .status();
  }

  const std::string& url_;
};

class FaultsTest;

struct Fault {
  const char* name;
  grpc::Status (*provoke)(FaultsTest& test);
  grpc::StatusCode code;
  const char* message;  // a regular expression
  const char* reason;
  std::vector<std::string> violations = {};  // "field: words: REASON"
  const char* resource = "";
  bool again = false;  // has RetryInfo
};

inline void PrintTo(const Fault& fault, std::ostream* out) {
  *out << fault.name;
}

class FaultsTest : public ServerTest,
                   public testing::WithParamInterface<Fault> {
 public:
  void SetUp() override {
    StartAt("");
    Maker maker;
    maker.set_name("one");
    ASSERT_THAT(Call(*makers_, &Makers::Stub::Create, maker, &maker), IsOk());
    ASSERT_THAT(Create("code: 'a' maker_id: 1"), IsOk());
  }

  // A server, or another one on the same database.
  void StartAt(const std::string& url) {
    Options options;
    if (!url.empty()) options.settings.set_database(url);
    former_ = TakeServer();
    Start(
        [this](modelservice::Registry& registry) {
          RegisterFaults(registry);
          registry.Add<DoingParts>(&url_);
          finished_ = registry.signals().request_finished.Connect(
              [this](const CallContext&, const absl::Status& status) {
                ended_.Add(absl::StrCat(absl::StatusCodeToString(status.code()),
                                        " ", std::string(status.message())));
              });
        },
        std::move(options));
    url_ = server().database_url();
    parts_ = Parts::NewStub(server().channel());
    makers_ = Makers::NewStub(server().channel());
  }

  grpc::Status Create(const char* part) {
    Part reply;
    return Call(*parts_, &Parts::Stub::Create, FromText<Part>(part), &reply);
  }
  grpc::Status Doing(const char* what) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + kPatience);
    context.AddMetadata("x-do", what);
    Part reply;
    return parts_->Create(&context, FromText<Part>("code: 'b'"), &reply);
  }
  void Run(const std::string& sql) { RunSql(url_, sql); }
  // Creates fail as PostgreSQL does with this state.
  void RaiseOnPostgres(const char* sqlstate) {
    Run(
        absl::StrCat("CREATE FUNCTION zz_raise() RETURNS trigger AS $$ BEGIN "
                     "RAISE EXCEPTION 'zz_driver' USING ERRCODE = '",
                     sqlstate,
                     "'; END $$ LANGUAGE plpgsql; CREATE TRIGGER zz_trigger "
                     "BEFORE INSERT ON zz_part FOR EACH ROW EXECUTE FUNCTION "
                     "zz_raise()"));
  }

  std::string url_;
  Events ended_;
  modelservice::Connection finished_;
  std::unique_ptr<modelservice::TestServer> former_;
  std::unique_ptr<Parts::Stub> parts_;
  std::unique_ptr<Makers::Stub> makers_;
};

}  // namespace integration::faults

#endif  // MODELSERVICE_TESTS_INTEGRATION_FAULTS_FIXTURE_H_
