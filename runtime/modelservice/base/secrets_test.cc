#include "modelservice/base/secrets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace modelservice {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(SecretsTest, UrlsWithoutSecretsStay) {
  for (const char* url :
       {"postgresql://shop@db:5432/shop?sslmode=verify-full&pool_max=20",
        "postgresql://a:1,b:2/shop", "postgresql://[::1]:5432/shop",
        "postgresql:///shop?host=/var/run", "redis://cache:6379/1",
        "sqlite:/data/a@b:c.db?synchronous=normal", "sqlite::memory:",
        "postgresql://db/shop?sslkey=/etc/key.pem&passfile=/etc/pass", "",
        "://"}) {
    EXPECT_EQ(MaskUrl(url), url);
    EXPECT_EQ(MaskSecrets(url), url);
  }
}

TEST(SecretsTest, PasswordsOfUrls) {
  for (const auto& [url, shown] : {
           std::pair("postgres://shop:hunter2@db/shop",
                     "postgres://shop:...@db/shop"),
           std::pair("redis://:hunter2@cache", "redis://:...@cache"),
           // Characters that should have been escaped.
           std::pair("postgres://shop:a@hunter2@db/shop",
                     "postgres://shop:...@db/shop"),
           std::pair("postgres://shop:a/hunter2@db/shop",
                     "postgres://shop:...@db/shop"),
           std::pair("postgres://shop:a?hunter2@db/shop?x=y",
                     "postgres://shop:...@db/shop?x=y"),
           std::pair("postgres://shop:a:hunter2@db", "postgres://shop:...@db"),
           // The host was forgotten.
           std::pair("postgres://shop:hunter2", "postgres://shop:..."),
           std::pair("redis://shop:hunter2:6379", "redis://shop:..."),
           std::pair("postgres://shop:hunter2/shop",
                     "postgres://shop:.../shop"),
           std::pair("postgres://db/shop?password=hunter2&user=shop",
                     "postgres://db/shop?password=...&user=shop"),
           std::pair("postgres://db/shop?password=hunter2&user=a@b:c",
                     "postgres://db/shop?password=...&user=a@b:c"),
           std::pair("postgres://db/shop?user=shop&sslpassword=hunter2",
                     "postgres://db/shop?user=shop&sslpassword=..."),
       }) {
    EXPECT_EQ(MaskUrl(url), shown);
    EXPECT_EQ(MaskSecrets(std::string("in \"") + url + "\": x"),
              std::string("in \"") + shown + "\": x");
  }
}

TEST(SecretsTest, OtherTexts) {
  for (const char* text : {
           "unexpected argument \"postgres://shop:hunter2@db/shop\"",
           "two: redis://:hunter2@a and redis://:hunter2@b",
           "host=db password=hunter2 user=shop",
           "password='hunter2 hunter2' user=shop",
           "secret_key: \"hunter2\" workers: 1",
           "{\"secretKey\": \"hunter2\"}",
           "MODELSERVICE_SECRET_KEY=hunter2",
           "--secret-key=hunter2",
           "token=hunter2, the rest",
           "password=\"hunter2",
       }) {
    EXPECT_THAT(MaskSecrets(text), Not(HasSubstr("hunter2"))) << text;
    EXPECT_THAT(MaskSecrets(text), HasSubstr("...")) << text;
  }
  EXPECT_EQ(MaskSecrets("host=db password=hunter2 user=shop"),
            "host=db password=... user=shop");
  EXPECT_EQ(MaskSecrets("secret_key must have at least 16 characters"),
            "secret_key must have at least 16 characters");
  EXPECT_EQ(MaskSecrets("jwt.secret_file: /etc/key cannot be read"),
            "jwt.secret_file: /etc/key cannot be read");
  EXPECT_EQ(MaskSecrets("authenticator[0].token.table: x is not there"),
            "authenticator[0].token.table: x is not there");
  EXPECT_EQ(MaskSecrets("password"), "password");
  EXPECT_EQ(MaskSecrets("password="), "password=");
}

}  // namespace
}  // namespace modelservice
