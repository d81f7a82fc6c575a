#include "modelservice/guard/auth/django_test_support.h"

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "modelservice/guard/auth/sql_row.h"
#include "modelservice/manage/databases.h"
#include "modelservice/testing/child_process.h"
#include "modelservice/testing/postgres_cluster.h"

namespace modelservice {
namespace {

std::string Variable(const char* name) {
  const char* const value = std::getenv(name);
  EXPECT_NE(value, nullptr) << "run it with ctest, which sets " << name;
  return value == nullptr ? "" : value;
}

bool HasDjango() {
  return RunCommand({Variable("PYTHON"), "-c",
                     "import django, rest_framework, psycopg2"})
      .ok();
}

}  // namespace

void DjangoTest::SetUp() {
  if (!HasDjango() && std::getenv("CI") == nullptr) {
    GTEST_SKIP() << "install python3-django, python3-djangorestframework and "
                    "python3-psycopg2";
  }
  std::string url;
  if (std::string(GetParam()) == "postgres") {
    const auto cluster = PostgresCluster::Shared();
    if (!cluster.ok() && PostgresCluster::MaySkip(cluster.status())) {
      GTEST_SKIP() << cluster.status().message();
    }
    ASSERT_TRUE(cluster.ok()) << cluster.status();
    static int databases = 0;
    const std::string name = absl::StrCat("django_", ++databases);
    ASSERT_TRUE((*cluster)->CreateDatabase(name).ok());
    url = (*cluster)->url(name);
    place_ = {"postgresql", name, (*cluster)->folder(),
              absl::StrCat((*cluster)->port()), "postgres"};
  } else {
    const std::string path = folder_.path() + "/django.db";
    url = "sqlite:" + path;
    place_ = {"sqlite3", path};
  }
  const auto made = RunCommand(Site());
  ASSERT_TRUE(made.ok()) << made.status();
  auto opened = OpenDatabase(url);
  ASSERT_TRUE(opened.ok()) << opened.status();
  database_ = *std::move(opened);
}

void DjangoTest::TearDown() {
  server_.reset();
  if (database_ != nullptr) database_->Close();
}

std::vector<std::string> DjangoTest::Site() const {
  std::vector<std::string> command = {Variable("PYTHON"), "-B",
                                      Variable("DJANGO_SITE")};
  command.insert(command.end(), place_.begin(), place_.end());
  return command;
}

void DjangoTest::SetPassword(const std::string& username,
                             const std::string& password) {
  std::vector<std::string> command = Site();
  command.insert(command.end(), {"password", username, password});
  const auto done = RunCommand(command);
  ASSERT_TRUE(done.ok()) << done.status();
}

std::string DjangoTest::IdOf(const std::string& username) {
  const auto rows =
      ReadRows(*database_,
               SqlText(database_->dialect())
                   .Text("SELECT id FROM auth_user WHERE username = ")
                   .Parameter()
                   .sql(),
               {Value::Text(username)}, nullptr);
  EXPECT_TRUE(rows.ok()) << rows.status();
  return rows.ok() && !rows->empty() ? rows->front()[0] : "";
}

void DjangoTest::Execute(const std::string& sql) {
  const absl::Status status = database_->RunScript(sql);
  ASSERT_TRUE(status.ok()) << status;
}

std::string DatabaseName(const testing::TestParamInfo<const char*>& info) {
  return info.param;
}

}  // namespace modelservice
