// A server of hosts whose keys are of any type.
#ifndef MODELSERVICE_TESTS_INTEGRATION_KEYS_FIXTURE_H_
#define MODELSERVICE_TESTS_INTEGRATION_KEYS_FIXTURE_H_

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "columns_fixture.h"

namespace integration {

class KeysTest : public ColumnsTest {
 protected:
  // A key of the type, with one row, and a column of it beside.
  void StartHosts(const std::string& type, const std::string& key) {
    Start(RegisterColumns,
          Made(absl::StrCat(
              OnPostgres() ? "CREATE TYPE mood AS ENUM ('sad', 'happy'); "
                             "CREATE DOMAIN net AS inet CHECK (VALUE << "
                             "'10.0.0.0/8'); "
                           : "",
              "CREATE TABLE host (address ", type,
              " NOT NULL PRIMARY KEY, name text NOT NULL, other ", type,
              "); INSERT INTO host VALUES ('", key, "', 'a', NULL)")));
    hosts_ = Hosts::NewStub(server().channel());
  }

  std::unique_ptr<Hosts::Stub> hosts_;
};

}  // namespace integration

#endif  // MODELSERVICE_TESTS_INTEGRATION_KEYS_FIXTURE_H_
