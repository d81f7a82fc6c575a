#include "test_support.h"

#include <google/protobuf/util/message_differencer.h>
#include <grpcpp/support/slice.h>
#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdlib.h>

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "modelservice/testing/postgres_cluster.h"

namespace integration {

Refusal::Refusal(const grpc::Status& status)
    : code(status.error_code()), message(status.error_message()) {
  modelservice::StatusDetails details;
  has_details = !status.error_details().empty() &&
                details.ParseFromString(status.error_details()) &&
                details.code() == code && details.message() == message;
  for (const auto& any : details.details()) {
    absl::string_view type = any.type_url();
    absl::ConsumePrefix(&type, "type.googleapis.com/google.rpc.");
    types.emplace_back(type);
    bool parsed = true;
    if (type == "ErrorInfo") {
      parsed = info.ParseFromString(any.value());
    } else if (type == "BadRequest") {
      parsed = bad_request.ParseFromString(any.value());
    } else if (type == "ResourceInfo") {
      parsed = resource.ParseFromString(any.value());
    } else if (type == "RetryInfo") {
      parsed = retry.ParseFromString(any.value());
    }
    EXPECT_TRUE(parsed) << any.type_url();
  }
  for (const auto& violation : bad_request.field_violations()) {
    violations.push_back(
        absl::StrCat(violation.field(), ": ", violation.description()));
  }
}

std::string Difference(const google::protobuf::Message& expected,
                       const google::protobuf::Message& actual) {
  google::protobuf::util::MessageDifferencer differencer;
  google::protobuf::util::DefaultFieldComparator comparator;
  comparator.set_treat_nan_as_equal(true);
  differencer.set_field_comparator(&comparator);
  std::string difference;
  differencer.ReportDifferencesToString(&difference);
  if (differencer.Compare(expected, actual)) return "";
  return difference.empty() ? "they differ" : difference;
}

std::string ToBytes(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  EXPECT_TRUE(buffer.Dump(&slices).ok());
  std::string bytes;
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

bool OnPostgres() {
  const char* const kind = getenv("TEST_DATABASE");
  return kind != nullptr && absl::string_view(kind) == "postgres";
}

std::string NewPostgresDatabase() {
  auto cluster = modelservice::PostgresCluster::Shared();
  EXPECT_TRUE(cluster.ok()) << cluster.status();
  if (!cluster.ok()) return "";
  auto url = (*cluster)->NewDatabase();
  EXPECT_TRUE(url.ok()) << url.status();
  return url.ok() ? *url : "";
}

OtherProgram::OtherProgram(const std::string& url)
    : sqlite_(nullptr, [](sqlite3* db) { sqlite3_close(db); }),
      postgres_(nullptr, [](pg_conn* db) { PQfinish(db); }) {
  absl::string_view file = url;
  if (!absl::ConsumePrefix(&file, "sqlite:")) {
    // Without what libpq does not know.
    postgres_.reset(
        PQconnectdb(url.substr(0, url.find("&read_lanes")).c_str()));
    EXPECT_EQ(PQstatus(postgres_.get()), CONNECTION_OK)
        << PQerrorMessage(postgres_.get());
    return;
  }
  sqlite3* opened = nullptr;
  EXPECT_EQ(sqlite3_open(std::string(file.substr(0, file.find('?'))).c_str(),
                         &opened),
            SQLITE_OK)
      << url;
  sqlite_.reset(opened);
  sqlite3_busy_timeout(opened, 10000);
}

void OtherProgram::Run(const std::string& sql) {
  if (postgres_ != nullptr) {
    PGresult* const result = PQexec(postgres_.get(), sql.c_str());
    EXPECT_THAT(PQresultStatus(result),
                testing::AnyOf(PGRES_COMMAND_OK, PGRES_TUPLES_OK))
        << PQresultErrorMessage(result) << " in " << sql;
    PQclear(result);
    return;
  }
  char* error = nullptr;
  EXPECT_EQ(sqlite3_exec(sqlite_.get(), sql.c_str(), nullptr, nullptr, &error),
            SQLITE_OK)
      << (error == nullptr ? "" : error) << " in " << sql;
  sqlite3_free(error);
}

std::string OtherProgram::Query(const std::string& sql) {
  if (postgres_ != nullptr) {
    PGresult* const result = PQexec(postgres_.get(), sql.c_str());
    EXPECT_GE(PQntuples(result), 1)
        << PQresultErrorMessage(result) << " in " << sql;
    std::string value = PQgetisnull(result, 0, 0) != 0
                            ? "NULL"
                            : std::string(PQgetvalue(result, 0, 0));
    PQclear(result);
    return value;
  }
  sqlite3_stmt* statement = nullptr;
  EXPECT_EQ(
      sqlite3_prepare_v2(sqlite_.get(), sql.c_str(), -1, &statement, nullptr),
      SQLITE_OK)
      << sqlite3_errmsg(sqlite_.get()) << " in " << sql;
  EXPECT_EQ(sqlite3_step(statement), SQLITE_ROW) << sql;
  const auto* text =
      reinterpret_cast<const char*>(sqlite3_column_text(statement, 0));
  std::string value = text == nullptr ? "NULL" : text;
  sqlite3_finalize(statement);
  return value;
}

void RunSql(const std::string& url, const std::string& sql) {
  OtherProgram(url).Run(sql);
}

std::string QuerySql(const std::string& url, const std::string& sql) {
  return OtherProgram(url).Query(sql);
}

}  // namespace integration
