// Databases that Django made (django_test_site.py), for tests.
#ifndef MODELSERVICE_GUARD_AUTH_DJANGO_TEST_SUPPORT_H_
#define MODELSERVICE_GUARD_AUTH_DJANGO_TEST_SUPPORT_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "modelservice/database.h"
#include "modelservice/guard/auth/auth_test_support.h"
#include "modelservice/testing/temporary_folder.h"

namespace modelservice {

// One test on a database with Django's users. The parameter is "sqlite" or
// "postgres"; skipped where that or Django is not installed, but not in CI.
class DjangoTest : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override;
  void TearDown() override;

  const std::string& url() const { return url_; }
  // The id of a user, as text.
  std::string IdOf(const std::string& username);
  void Execute(const std::string& sql);
  // By Django itself.
  void SetPassword(const std::string& username, const std::string& password);

  std::unique_ptr<Database> database_;
  std::unique_ptr<AuthServer> server_;

 private:
  void CopySqlite();
  void CopyPostgres();

  const TemporaryFolder folder_;
  std::string url_;
  std::vector<std::string> place_;  // the site's arguments
};

std::string DatabaseName(const testing::TestParamInfo<const char*>& info);

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_AUTH_DJANGO_TEST_SUPPORT_H_
