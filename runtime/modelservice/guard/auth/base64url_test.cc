#include "modelservice/guard/auth/base64url.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "modelservice/guard/auth/jwt_test_support.h"

namespace modelservice {
namespace {

TEST(Base64Url, DecodesEveryByte) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) {
    bytes.push_back(static_cast<char>(i));
    EXPECT_EQ(DecodeBase64Url(EncodeBase64Url(bytes)), bytes);
  }
}

TEST(Base64Url, TheEmptyTextIsNoBytes) { EXPECT_EQ(DecodeBase64Url(""), ""); }

TEST(Base64Url, RefusesOtherAlphabetsPaddingAndWhiteSpace) {
  for (const char* text :
       {"+w", "/w", "-w==", "-w=", "-w ", " -w", "-\nw", "-w.", "\xff\xff"}) {
    EXPECT_EQ(DecodeBase64Url(text), std::nullopt) << text;
  }
  EXPECT_EQ(DecodeBase64Url(absl::string_view("A\0", 2)), std::nullopt);
}

TEST(Base64Url, RefusesASingleCharacterTooMany) {
  EXPECT_EQ(DecodeBase64Url("A"), std::nullopt);
  EXPECT_EQ(DecodeBase64Url("AAAAA"), std::nullopt);
}

TEST(Base64Url, BytesHaveOneSpelling) {
  EXPECT_EQ(DecodeBase64Url("AQ"), "\x01");
  for (const char* text : {"AR", "Af", "AAB", "AAD"}) {
    EXPECT_EQ(DecodeBase64Url(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace modelservice
