// Connections over TLS, to a server whose certificate is checked.
#include <stdlib.h>

#include "modelservice/db/postgres/test_support.h"
#include "modelservice/testing/child_process.h"
#include "modelservice/testing/temporary_folder.h"

namespace modelservice::postgres {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class TlsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!RunCommand({"openssl", "version"}).ok()) {
      ASSERT_EQ(getenv("CI"), nullptr) << "there is no openssl here";
      GTEST_SKIP() << "there is no openssl on this machine; install it";
    }
    MakeAuthority("right");
    MakeAuthority("wrong");
    Make({"req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=server",
          "-keyout", Path("server.key"), "-out", Path("server.csr"), "-addext",
          "subjectAltName=IP:127.0.0.1"});
    Make({"x509", "-req", "-in", Path("server.csr"), "-CA", Path("right.crt"),
          "-CAkey", Path("right.key"), "-CAcreateserial", "-copy_extensions",
          "copy", "-days", "2", "-out", Path("server.crt")});
    if (HasFatalFailure()) return;

    PostgresCluster::Options options;
    options.tcp = true;
    options.tls_certificate = Path("server.crt");
    options.tls_key = Path("server.key");
    auto started = PostgresCluster::Start(options);
    if (PostgresCluster::MaySkip(started.status())) {
      GTEST_SKIP() << started.status().message();
    }
    ASSERT_TRUE(started.ok()) << started.status();
    cluster_ = *std::move(started);
  }

  std::string Path(absl::string_view name) {
    return absl::StrCat(folder_.path(), "/", name);
  }
  void Make(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "openssl");
    const auto made = RunCommand(arguments);
    ASSERT_TRUE(made.ok()) << made.status();
  }
  void MakeAuthority(const std::string& name) {
    Make({"req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
          "-subj", "/CN=" + name, "-keyout", Path(name + ".key"), "-out",
          Path(name + ".crt")});
  }
  absl::StatusOr<std::unique_ptr<Database>> Open(absl::string_view host,
                                                 absl::string_view authority) {
    auto options = ParsePostgresUrl(
        absl::StrCat("postgresql://postgres@", host, ":", cluster_->port(),
                     "/postgres?sslmode=verify-full&pool_max=2&sslrootcert=",
                     Path(authority)));
    if (!options.ok()) return options.status();
    return OpenPostgres(*options);
  }

  TemporaryFolder folder_;
  std::unique_ptr<PostgresCluster> cluster_;
};

TEST_F(TlsTest, ChecksTheServer) {
  auto db = Open("127.0.0.1", "right.crt");
  ASSERT_TRUE(db.ok()) << db.status();
  EXPECT_THAT(
      Query(**db, "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"),
      ElementsAre("1"));
  EXPECT_TRUE((*db)
                  ->Transact([&](Transaction& tx) {
                    Statement one = Sql("SELECT 1");
                    Rows rows;
                    return tx.Execute(one, rows).status();
                  })
                  .ok());

  const absl::Status wrong = Open("127.0.0.1", "wrong.crt").status();
  EXPECT_THAT(std::string(wrong.message()),
              AllOf(HasSubstr("certificate verify failed; give the certificate "
                              "of the authority that signed the server's as "
                              "sslrootcert"),
                    Not(HasSubstr("\n"))));
  const absl::Status none =
      OpenPostgres([&] {
        auto options = ParsePostgresUrl(
            absl::StrCat("postgresql://postgres@127.0.0.1:", cluster_->port(),
                         "/postgres?sslmode=verify-full"));
        EXPECT_TRUE(options.ok()) << options.status();
        return *options;
      }())
          .status();
  EXPECT_THAT(std::string(none.message()),
              HasSubstr("name the file of the authority that signed the "
                        "server's certificate as sslrootcert"));
  const absl::Status name = Open("localhost", "right.crt").status();
  EXPECT_THAT(std::string(name.message()),
              AllOf(HasSubstr("name the host as the server's certificate does"),
                    Not(HasSubstr("\n"))));
}

}  // namespace
}  // namespace modelservice::postgres
