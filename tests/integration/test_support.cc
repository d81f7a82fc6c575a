#include "test_support.h"

#include <sqlite3.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

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

SqliteFile::SqliteFile(const std::string& file) {
  EXPECT_EQ(sqlite3_open(file.c_str(), &database_), SQLITE_OK) << file;
  sqlite3_busy_timeout(database_, 10000);
}

SqliteFile::~SqliteFile() { sqlite3_close(database_); }

void SqliteFile::Run(const std::string& sql) {
  char* error = nullptr;
  EXPECT_EQ(sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, &error),
            SQLITE_OK)
      << (error == nullptr ? "" : error) << " in " << sql;
  sqlite3_free(error);
}

std::string SqliteFile::Query(const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  EXPECT_EQ(sqlite3_prepare_v2(database_, sql.c_str(), -1, &statement, nullptr),
            SQLITE_OK)
      << sqlite3_errmsg(database_) << " in " << sql;
  EXPECT_EQ(sqlite3_step(statement), SQLITE_ROW) << sql;
  const auto* text =
      reinterpret_cast<const char*>(sqlite3_column_text(statement, 0));
  std::string value = text == nullptr ? "NULL" : text;
  sqlite3_finalize(statement);
  return value;
}

void RunSql(const std::string& file, const std::string& sql) {
  SqliteFile(file).Run(sql);
}

std::string QuerySql(const std::string& file, const std::string& sql) {
  return SqliteFile(file).Query(sql);
}

}  // namespace integration
