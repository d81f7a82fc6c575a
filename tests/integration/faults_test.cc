// The table of errors (errors.h), a row at a time, as clients see each.
#include <signal.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "faults_fixture.h"
#include "modelservice/testing/captured_log.h"

namespace integration::faults {
namespace {

using ::grpc::StatusCode;
using ::modelservice::CapturedLog;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

grpc::Status NotFound(FaultsTest& test) {
  Part reply;
  return Call(*test.parts_, &Parts::Stub::Retrieve, FromText<PartKey>("id: 99"),
              &reply);
}

grpc::Status Unique(FaultsTest& test) { return test.Create("code: 'a'"); }

grpc::Status ForeignKeyOfAWrite(FaultsTest& test) {
  return test.Create("code: 'b' maker_id: 99");
}

// Of a column that the model does not know.
grpc::Status NotNull(FaultsTest& test) {
  test.Run(
      Sql("DROP TABLE zz_part; DROP TABLE zz_maker; CREATE TABLE zz_maker "
          "(id INTEGER PRIMARY KEY, name TEXT NOT NULL, born INTEGER NOT "
          "NULL)",
          "TRUNCATE zz_part, zz_maker; ALTER TABLE zz_maker ADD COLUMN "
          "born INTEGER NOT NULL"));
  Maker reply;
  return Call(*test.makers_, &Makers::Stub::Create,
              FromText<Maker>("name: 'two'"), &reply);
}

grpc::Status Check(FaultsTest& test) {
  return test.Create("code: 'b' size: -1");
}

grpc::Status ForeignKeyOfADelete(FaultsTest& test) {
  google::protobuf::Empty reply;
  return Call(*test.makers_, &Makers::Stub::Destroy,
              FromText<MakerKey>("id: 1"), &reply);
}

grpc::Status StaleEtag(FaultsTest& test) {
  Part reply;
  return Call(*test.parts_, &Parts::Stub::Update,
              FromText<Part>("id: 1 code: 'c' etag: 'of another state'"),
              &reply);
}

grpc::Status Serialization(FaultsTest& test) { return test.Doing("conflict"); }

grpc::Status Busy(FaultsTest& test) {
  if (OnPostgres()) {
    test.Run(
        "DO $$ BEGIN EXECUTE 'ALTER DATABASE \"' || current_database() || "
        "'\" SET lock_timeout = ''200ms'''; END $$");
  }
  test.StartAt(absl::StrCat(test.url_, Sql("&busy_timeout=200ms", "")));
  OtherProgram other(test.url_);
  other.Run(Sql("BEGIN IMMEDIATE", "BEGIN; LOCK TABLE zz_part"));
  grpc::Status status = test.Create("code: 'b'");
  other.Run("ROLLBACK");
  return status;
}

// The server lets nobody in any more; the file is gone.
grpc::Status ConnectionLoss(FaultsTest& test) {
  if (!OnPostgres()) {
    std::string file = test.url_.substr(strlen("sqlite:"));
    file.erase(std::min(file.find('?'), file.size()));
    EXPECT_EQ(std::rename(file.c_str(), (file + ".away").c_str()), 0);
    return test.Create("code: 'b'");
  }
  const std::string name = QuerySql(test.url_, "SELECT current_database()");
  OtherProgram other(NewPostgresDatabase());
  other.Run(
      absl::StrCat("ALTER DATABASE \"", name, "\" ALLOW_CONNECTIONS false"));
  other.Run(
      absl::StrCat("SELECT pg_terminate_backend(pid) FROM "
                   "pg_stat_activity WHERE datname = '",
                   name, "'"));
  grpc::Status status = test.Create("code: 'b'");
  other.Run(
      absl::StrCat("ALTER DATABASE \"", name, "\" ALLOW_CONNECTIONS true"));
  return status;
}

// The server has no memory; a file may not grow.
grpc::Status ResourceLoss(FaultsTest& test) {
  if (OnPostgres()) {
    test.RaiseOnPostgres("53200");
    return test.Create("code: 'b'");
  }
  signal(SIGXFSZ, SIG_IGN);
  rlimit before;
  getrlimit(RLIMIT_FSIZE, &before);
  rlimit none = before;
  none.rlim_cur = 0;
  setrlimit(RLIMIT_FSIZE, &none);
  grpc::Status status = test.Create("code: 'b'");
  setrlimit(RLIMIT_FSIZE, &before);
  return status;
}

// The disk that the database is on is full.
grpc::Status FullDisk(FaultsTest& test) {
  if (OnPostgres()) {
    test.RaiseOnPostgres("53100");
    return test.Create("code: 'b'");
  }
  return test.Doing("fill");
}

grpc::Status Timeout(FaultsTest& test) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kPatience);
  context.AddMetadata("x-do", "wait");
  Part reply;
  return test.parts_->CreateSoon(&context, FromText<Part>("code: 'b'"), &reply);
}

// A client that has gone hears nothing: what the server says of it.
grpc::Status Cancel(FaultsTest& test) {
  test.ended_.Take();
  grpc::ClientContext context;
  context.AddMetadata("x-do", "wait");
  std::thread leaves([&context] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    context.TryCancel();
  });
  Part reply;
  grpc::Status status =
      test.parts_->Create(&context, FromText<Part>("code: 'b'"), &reply);
  leaves.join();
  EXPECT_TRUE(test.ended_.Await("CANCELLED The call was cancelled."));
  return status;
}

grpc::Status AnythingElse(FaultsTest& test) {
  test.Run("DROP TABLE zz_part");
  return test.Create("code: 'b'");
}

grpc::Status SeveralFaults(FaultsTest& test) {
  return test.Create("code: 'abcdef' contact: 'nobody' maker_id: 99");
}

const Fault kFaults[] = {
    {"NotFound",
     NotFound,
     StatusCode::NOT_FOUND,
     "Part: 99 not found!",
     "NOT_FOUND",
     {},
     "Part"},
    {"Unique",
     Unique,
     StatusCode::ALREADY_EXISTS,
     "part with this code already exists.",
     "ALREADY_EXISTS",
     {"code: part with this code already exists.: UNIQUE fields=code "
      "model=part"},
     "Part"},
    {"ForeignKeyOfAWrite",
     ForeignKeyOfAWrite,
     StatusCode::INVALID_ARGUMENT,
     "maker_id: Invalid pk \"99\" - object does not exist.",
     "INVALID_ARGUMENT",
     {"maker_id: Invalid pk \"99\" - object does not exist.: DOES_NOT_EXIST "
      "value=99"}},
    {"NotNull",
     NotNull,
     StatusCode::INVALID_ARGUMENT,
     "born: This field may not be null.",
     "INVALID_ARGUMENT",
     {"born: This field may not be null.: NULL"}},
    {"Check",
     Check,
     StatusCode::INVALID_ARGUMENT,
     "These values do not meet a rule of the database.",
     "INVALID_ARGUMENT",
     {": These values do not meet a rule of the database.: CHECK "
      "constraint=zz_part_size"}},
    {"ForeignKeyOfADelete", ForeignKeyOfADelete,
     StatusCode::FAILED_PRECONDITION,
     "Maker cannot be deleted: other rows refer to it.", "FOREIGN_KEY"},
    {"StaleEtag", StaleEtag, StatusCode::ABORTED,
     "Part: 1 has changed: its etag is .*", "STALE_ROW"},
    {"Serialization", Serialization, StatusCode::ABORTED,
     "The database is busy with another write. The call may have done what is "
     "not to be done twice: look before you try again.",
     "DATABASE_BUSY"},
    {"Busy",
     Busy,
     StatusCode::ABORTED,
     "The database is busy with another write; try again.",
     "DATABASE_BUSY",
     {},
     "",
     /*again=*/true},
    {"ConnectionLoss",
     ConnectionLoss,
     StatusCode::UNAVAILABLE,
     "The database cannot be reached; try again later.",
     "DATABASE_UNAVAILABLE",
     {},
     "",
     /*again=*/true},
    {"ResourceLoss",
     ResourceLoss,
     StatusCode::UNAVAILABLE,
     "The database cannot be reached; try again later.",
     "DATABASE_UNAVAILABLE",
     {},
     "",
     /*again=*/true},
    {"FullDisk",
     FullDisk,
     StatusCode::UNAVAILABLE,
     "The database has no space left; try again later.",
     "DATABASE_FULL",
     {},
     "",
     /*again=*/true},
    {"Timeout", Timeout, StatusCode::DEADLINE_EXCEEDED, ".*",
     "DEADLINE_EXCEEDED"},
    {"Cancel", Cancel, StatusCode::CANCELLED, ".*", ""},
    {"AnythingElse", AnythingElse, StatusCode::INTERNAL,
     "Internal error [0-9a-f]+\\.", "INTERNAL"},
    {"SeveralFaults",
     SeveralFaults,
     StatusCode::INVALID_ARGUMENT,
     ".*",
     "INVALID_ARGUMENT",
     {"code: Ensure this field has no more than 5 characters.: MAX_LENGTH "
      "max=5 of=characters",
      "contact: Enter a valid email address.: EMAIL",
      "maker_id: Invalid pk \"99\" - object does not exist.: DOES_NOT_EXIST "
      "value=99"}},
};

// "field: words: REASON parameter=value", each.
std::vector<std::string> ViolationsOf(const grpc::Status& status) {
  const Refusal refusal(status);
  std::vector<std::string> told;
  for (const auto& violation : refusal.bad_request.field_violations()) {
    told.push_back(absl::StrCat(violation.field(), ": ",
                                violation.description(), ": ",
                                violation.reason()));
  }
  modelservice::StatusDetails details;
  EXPECT_TRUE(details.ParseFromString(status.error_details()));
  for (const auto& detail : details.details()) {
    modelservice::ViolatedRules rules;
    if (!absl::EndsWith(detail.type_url(), "/modelservice.ViolatedRules") ||
        !rules.ParseFromString(detail.value())) {
      continue;
    }
    for (const auto& rule : rules.rules()) {
      // In order.
      const std::map<std::string, std::string> parameters(
          rule.parameters().begin(), rule.parameters().end());
      for (const auto& [name, value] : parameters) {
        absl::StrAppend(&told[static_cast<size_t>(rule.violation())], " ", name,
                        "=", value);
      }
    }
  }
  return told;
}

TEST_P(FaultsTest, IsToldSo) {
  const Fault& row = GetParam();
  CapturedLog log;
  const grpc::Status status = row.provoke(*this);
  const Refusal refusal(status);
  EXPECT_EQ(refusal.code, row.code) << refusal.message;
  EXPECT_THAT(refusal.message, MatchesRegex(row.message));
  EXPECT_THAT(ViolationsOf(status), ElementsAreArray(row.violations));
  EXPECT_EQ(refusal.resource.resource_type(), row.resource);
  EXPECT_EQ(refusal.info.reason(), row.reason);
  EXPECT_EQ(refusal.retry.has_retry_delay(), row.again);
  if (*row.reason != '\0') {
    EXPECT_TRUE(refusal.has_details);
    EXPECT_THAT(refusal.info.domain(),
                testing::AnyOf("integration.faults.Parts",
                               "integration.faults.Makers"));
  }
  // No name of the database's is in a text, nor what its driver says.
  EXPECT_THAT(refusal.message, Not(HasSubstr("zz_")));
  for (const std::string& told : refusal.violations) {
    EXPECT_THAT(told, Not(HasSubstr("zz_")));
  }
  const std::string logged = log.Take();
  if (row.code != StatusCode::INTERNAL) {
    // An outage is told seldom.
    EXPECT_TRUE(logged.empty() || row.code == StatusCode::UNAVAILABLE)
        << logged;
  } else {
    const auto id = refusal.info.metadata().find("error_id");
    ASSERT_NE(id, refusal.info.metadata().end());
    EXPECT_THAT(refusal.message, HasSubstr(id->second));
    EXPECT_THAT(logged, HasSubstr(id->second));
    EXPECT_THAT(logged, HasSubstr("zz_part"));
  }
}

INSTANTIATE_TEST_SUITE_P(Table, FaultsTest, testing::ValuesIn(kFaults),
                         [](const testing::TestParamInfo<Fault>& row) {
                           return row.param.name;
                         });

}  // namespace
}  // namespace integration::faults
