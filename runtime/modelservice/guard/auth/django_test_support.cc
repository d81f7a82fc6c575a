#include "modelservice/guard/auth/django_test_support.h"

#include <cstdlib>
#include <fstream>

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
  static const bool has =
      RunCommand(
          {Variable("PYTHON"), "-c", "import django, rest_framework, psycopg2"})
          .ok();
  return has;
}

void RunSite(const std::vector<std::string>& place,
             const std::vector<std::string>& arguments) {
  std::vector<std::string> command = {Variable("PYTHON"), "-B",
                                      Variable("DJANGO_SITE")};
  command.insert(command.end(), place.begin(), place.end());
  command.insert(command.end(), arguments.begin(), arguments.end());
  const auto done = RunCommand(command);
  ASSERT_TRUE(done.ok()) << done.status();
}

}  // namespace

void DjangoTest::SetUp() {
  if (std::getenv("CI") == nullptr && !HasDjango()) {
    GTEST_SKIP() << "install python3-django, python3-djangorestframework and "
                    "python3-psycopg2";
  }
  if (std::string(GetParam()) == "postgres") {
    CopyPostgres();
  } else {
    CopySqlite();
  }
  if (IsSkipped() || HasFatalFailure()) return;
  auto opened = OpenDatabase(url_);
  ASSERT_TRUE(opened.ok()) << opened.status();
  database_ = *std::move(opened);
}

void DjangoTest::CopySqlite() {
  static const TemporaryFolder folder;
  static const std::string original = [] {
    const std::string path = folder.path() + "/django.db";
    RunSite({"sqlite3", path}, {});
    return path;
  }();
  const std::string path = folder_.path() + "/django.db";
  std::ofstream(path, std::ios::binary)
      << std::ifstream(original, std::ios::binary).rdbuf();
  url_ = "sqlite:" + path;
  place_ = {"sqlite3", path};
}

void DjangoTest::CopyPostgres() {
  const auto cluster = PostgresCluster::Shared();
  if (!cluster.ok() && PostgresCluster::MaySkip(cluster.status())) {
    GTEST_SKIP() << cluster.status().message();
  }
  ASSERT_TRUE(cluster.ok()) << cluster.status();
  const auto place = [&](const std::string& name) {
    return std::vector<std::string>{"postgresql", name, (*cluster)->folder(),
                                    absl::StrCat((*cluster)->port()),
                                    "postgres"};
  };
  static const bool made = [&] {
    EXPECT_TRUE((*cluster)->CreateDatabase("django").ok());
    RunSite(place("django"), {});
    return true;
  }();
  ASSERT_TRUE(made);
  static int copies = 0;
  const std::string name = absl::StrCat("django_", ++copies);
  ASSERT_TRUE((*cluster)->CreateDatabase(name, "django").ok());
  url_ = (*cluster)->url(name);
  place_ = place(name);
}

void DjangoTest::TearDown() {
  server_.reset();
  if (database_ != nullptr) database_->Close();
}

void DjangoTest::SetPassword(const std::string& username,
                             const std::string& password) {
  RunSite(place_, {"password", username, password});
}

std::string DjangoTest::IdOf(const std::string& username) {
  const bool sqlite = database_->dialect().name() == "sqlite";
  const auto rows =
      ReadRows(*database_,
               sqlite ? "SELECT id FROM auth_user WHERE username = ?1"
                      : "SELECT id FROM auth_user WHERE username = $1",
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
