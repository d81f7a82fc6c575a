#include "modelservice/base/openssl.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "absl/strings/escaping.h"

namespace modelservice {
namespace {

std::string Hex(const Digest& digest) {
  return absl::BytesToHexString(TextOf(digest));
}

// FIPS 180-4's example, and of nothing.
TEST(OpenSslTest, Digests) {
  EXPECT_EQ(Sha256Hex("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Sha256Hex(absl::string_view()),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Hex(Sha256("abc")), Sha256Hex("abc"));
  EXPECT_EQ(Sha1Hex("abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
}

// RFC 4231, 4.3; and without a key, as Python's hmac has it.
TEST(OpenSslTest, Hmac) {
  EXPECT_EQ(Hex(HmacSha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(Hex(HmacSha256(absl::string_view(), "")),
            "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(OpenSslTest, EqualInConstantTime) {
  EXPECT_TRUE(EqualInConstantTime("", ""));
  EXPECT_TRUE(EqualInConstantTime("abc", "abc"));
  EXPECT_FALSE(EqualInConstantTime("abc", "abd"));
  EXPECT_FALSE(EqualInConstantTime("abc", "ab"));
  EXPECT_FALSE(EqualInConstantTime("", "a"));
}

TEST(OpenSslTest, RandomIsNeverTheSame) {
  EXPECT_NE(RandomDigest(), RandomDigest());
}

TEST(AeadCipherTest, OpensWhatWasSealed) {
  AeadCipher seal(AeadCipher::Direction::kSeal);
  AeadCipher open(AeadCipher::Direction::kOpen);
  const Digest key = Sha256("key");
  // More than the stock of nonces has.
  for (size_t size = 0; size < 200; ++size) {
    const std::string text(size, 'x');
    const std::string sealed = seal.Seal(key, "binding", text);
    EXPECT_EQ(sealed.size(),
              AeadCipher::kNonceSize + size + AeadCipher::kTagSize);
    std::string opened;
    ASSERT_TRUE(open.Open(key, "binding", sealed, &opened)) << size;
    EXPECT_EQ(opened, text);
  }
  EXPECT_NE(seal.Seal(key, "", "text"), seal.Seal(key, "", "text"));
}

TEST(AeadCipherTest, OpensNothingElse) {
  AeadCipher seal(AeadCipher::Direction::kSeal);
  AeadCipher open(AeadCipher::Direction::kOpen);
  const Digest key = Sha256("key");
  const std::string sealed = seal.Seal(key, "binding", "text");
  std::string opened;
  EXPECT_FALSE(open.Open(Sha256("other"), "binding", sealed, &opened));
  EXPECT_FALSE(open.Open(key, "other", sealed, &opened));
  EXPECT_FALSE(open.Open(key, "", sealed, &opened));
  for (size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(open.Open(key, "binding", changed, &opened)) << i;
    EXPECT_FALSE(open.Open(key, "binding", sealed.substr(0, i), &opened)) << i;
    // Of what is not authentic nothing is shown.
    EXPECT_EQ(opened, "");
  }
  EXPECT_FALSE(open.Open(key, "binding", sealed + "x", &opened));
  // One failure harms no other text, and leaves no error for TLS to find.
  EXPECT_TRUE(open.Open(key, "binding", sealed, &opened));
  EXPECT_EQ(opened, "text");
  EXPECT_EQ(ERR_peek_error(), 0u);
}

// Each thread has a stock of nonces of its own.
TEST(AeadCipherTest, Threads) {
  const Digest key = Sha256("key");
  std::thread threads[4];
  for (std::thread& thread : threads) {
    thread = std::thread([&] {
      AeadCipher seal(AeadCipher::Direction::kSeal);
      AeadCipher open(AeadCipher::Direction::kOpen);
      for (int i = 0; i < 200; ++i) {
        std::string opened;
        EXPECT_TRUE(open.Open(key, "b", seal.Seal(key, "b", "t"), &opened));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace modelservice
