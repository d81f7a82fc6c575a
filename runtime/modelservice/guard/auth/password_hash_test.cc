#include "modelservice/guard/auth/password_hash.h"

#include <gtest/gtest.h>
#include <time.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace modelservice {
namespace {

// RFC 7914, 11 has PBKDF2 with SHA-256 of "passwd" and "salt"; RFC 6070 that
// with SHA-1. Django keeps the first block.
TEST(PasswordHash, KnownAnswers) {
  const auto sha256 = PasswordHash::Parse(
      "pbkdf2_sha256$1$salt$VawEblbjCJ/sFpHCJUS2BflBhSFt3gRl5oudV8INrLw=");
  const auto sha1 =
      PasswordHash::Parse("pbkdf2_sha1$2$salt$6mwBTcctb4zNHtkqzh1B8NjeiVc=");
  ASSERT_TRUE(sha1.has_value());
  EXPECT_EQ(sha1->iterations(), 2);
  EXPECT_TRUE(sha1->Matches("password"));
  EXPECT_FALSE(sha1->Matches("Password"));
  EXPECT_FALSE(sha1->Matches(""));
  ASSERT_TRUE(sha256.has_value());
  EXPECT_TRUE(sha256->Matches("passwd"));
  EXPECT_FALSE(sha256->Matches("password"));
}

TEST(PasswordHash, TellsWhatIsNone) {
  const std::string hash = "VawEblbjCJ/sFpHCJUS2BflBhSFt3gRl5oudV8INrLw=";
  for (const std::string& stored :
       std::vector<std::string>{std::string(),
                                std::string("!"),
                                "!" + std::string(40, 'x'),
                                std::string("password"),
                                "pbkdf2_sha256$1$salt",
                                "$$$",
                                "pbkdf2_sha256$0$salt$" + hash,
                                "pbkdf2_sha256$-1$salt$" + hash,
                                "pbkdf2_sha256$x$salt$" + hash,
                                "pbkdf2_sha256$$salt$" + hash,
                                "pbkdf2_sha256$99999999999$salt$" + hash,
                                "pbkdf2_sha256$1$salt$" + hash + "$",
                                "pbkdf2_sha256$1$salt$",
                                "pbkdf2_sha256$1$salt$AAAA",
                                "pbkdf2_sha256$1$salt$!!!",
                                "pbkdf2_sha1$1$salt$" + hash,
                                "argon2$argon2id$v=19$m=1$x",
                                "bcrypt_sha256$$2b$12$x",
                                "md5$salt$hash",
                                "PBKDF2_SHA256$1$s$" + hash}) {
    EXPECT_FALSE(PasswordHash::Parse(stored).has_value()) << stored;
  }
}

// In iterations of SHA-256, which takes longer than SHA-1 does.
TEST(PasswordHash, KnowsItsWork) {
  EXPECT_EQ(PasswordHash::Nobodys(260000).work(), 260000);
  const auto sha1 = PasswordHash::Parse(
      "pbkdf2_sha1$260000$salt$6mwBTcctb4zNHtkqzh1B8NjeiVc=");
  ASSERT_TRUE(sha1.has_value());
  EXPECT_GT(sha1->work(), 50000);
  EXPECT_LT(sha1->work(), 520000);
  // Of this thread's processor, whatever else runs.
  const auto seconds = [](const PasswordHash& hash) {
    const auto now = [] {
      timespec time = {};
      clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
      return absl::DurationFromTimespec(time);
    };
    absl::Duration least = absl::InfiniteDuration();
    for (int i = 0; i < 5; ++i) {
      const absl::Duration start = now();
      EXPECT_FALSE(hash.Matches("wrong"));
      least = std::min(least, now() - start);
    }
    return absl::ToDoubleSeconds(least);
  };
  const double share =
      seconds(*sha1) / seconds(PasswordHash::Nobodys(sha1->work()));
  EXPECT_GT(share, 0.5);
  EXPECT_LT(share, 2);
}

TEST(PasswordHash, NobodysIsNobodys) {
  const PasswordHash hash = PasswordHash::Nobodys(10);
  EXPECT_EQ(hash.iterations(), 10);
  EXPECT_FALSE(hash.Matches(""));
  EXPECT_FALSE(hash.Matches("nobody"));
}

}  // namespace
}  // namespace modelservice
