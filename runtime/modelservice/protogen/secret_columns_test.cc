#include "modelservice/protogen/secret_columns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace modelservice::proto {
namespace {

using ::testing::ElementsAre;

TEST(SecretColumnsTest, DjangosOwn) {
  EXPECT_TRUE(IsSecretColumn("auth_user", "password"));
  EXPECT_TRUE(IsSecretColumn("authtoken_token", "key"));
  EXPECT_TRUE(IsSecretColumn("modelservice_token", "key"));
  EXPECT_TRUE(IsSecretColumn("django_session", "session_key"));
  EXPECT_TRUE(IsSecretColumn("django_session", "session_data"));
  for (const char* column : {"id", "username", "email", "last_login",
                             "is_superuser", "date_joined"}) {
    EXPECT_FALSE(IsSecretColumn("auth_user", column)) << column;
  }
  EXPECT_FALSE(IsSecretColumn("django_session", "expire_date"));
  EXPECT_FALSE(IsSecretColumn("authtoken_token", "user_id"));
  EXPECT_FALSE(IsSecretColumn("shop_setting", "key"));
}

TEST(SecretColumnsTest, ByName) {
  for (const char* column : {"password",
                             "Password",
                             "passwd",
                             "pwd",
                             "passphrase",
                             "password_hash",
                             "hashed_password",
                             "encrypted_password",
                             "password_salt",
                             "client_secret",
                             "secret",
                             "secretKey",
                             "api_key",
                             "apiKey",
                             "apikey",
                             "access_token",
                             "accessToken",
                             "refresh_token",
                             "reset_token_digest",
                             "private_key",
                             "totp_secret",
                             "API_KEY"}) {
    EXPECT_TRUE(IsSecretColumn("account", column)) << column;
  }
  for (const char* column :
       {"key", "token_type", "password_changed_at", "secretary", "tokens",
        "hash", "salt", "", "_", "primary_key", "passed", "keyword", "session",
        "token_count", "secret_santa_id"}) {
    EXPECT_FALSE(IsSecretColumn("account", column)) << column;
  }
}

TEST(SecretColumnsTest, TheField) {
  Field field;
  field.type = "string";
  field.comment = "The user's.";
  EXPECT_TRUE(MarkSecret(&field));
  EXPECT_THAT(field.settings.behavior(),
              ElementsAre(FieldSettings::INPUT_ONLY, FieldSettings::IMMUTABLE));
  EXPECT_EQ(field.comment,
            "The user's.\nA secret by its name: only Create writes it, and no "
            "reply has it.");
  for (const char* type : {"int64", "google.protobuf.Timestamp", "bool"}) {
    Field other;
    other.type = type;
    EXPECT_FALSE(MarkSecret(&other));
    EXPECT_EQ(other.settings.ByteSizeLong(), 0u);
  }
}

}  // namespace
}  // namespace modelservice::proto
