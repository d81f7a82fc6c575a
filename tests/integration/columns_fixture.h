// Tables that another program made, of columns.proto's models.
#ifndef MODELSERVICE_TESTS_INTEGRATION_COLUMNS_FIXTURE_H_
#define MODELSERVICE_TESTS_INTEGRATION_COLUMNS_FIXTURE_H_

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "columns.grpc.pb.h"
#include "columns.modelservice.pb.h"
#include "modelservice/testing/temporary_folder.h"
#include "test_support.h"

namespace integration {

inline constexpr char kNoJson[] = "Value must be valid JSON.";

class ColumnsTest : public ServerTest {
 protected:
  // A database that another program has made so.
  Options Made(const std::string& sql) {
    Options options;
    url_ = OnPostgres() ? NewPostgresDatabase()
                        : absl::StrCat("sqlite:", folder_.path(), "/t.db");
    RunSql(url_, sql);
    options.settings.set_database(url_);
    options.migrate = false;
    return options;
  }
  // What the database itself has in a row.
  std::string Raw(const std::string& table, const std::string& column,
                  int64_t id) {
    return QuerySql(
        url_,
        absl::StrCat("SELECT ",
                     OnPostgres() ? absl::StrCat(column, "::text")
                                  : absl::StrCat("typeof(", column,
                                                 ") || quote(", column, ")"),
                     " FROM ", table, " WHERE id = ", id));
  }

  const modelservice::TemporaryFolder folder_;
  std::string url_;
};

}  // namespace integration

#endif  // MODELSERVICE_TESTS_INTEGRATION_COLUMNS_FIXTURE_H_
