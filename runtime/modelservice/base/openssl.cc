#include "modelservice/base/openssl.h"

#include <openssl/crypto.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <cstdlib>
#include <cstring>

#include "absl/strings/escaping.h"

namespace modelservice {
namespace {

void Require(bool ok) {
  if (!ok) std::abort();
}

unsigned char* Bytes(char* p) { return reinterpret_cast<unsigned char*>(p); }

// Random, from a stock: OpenSSL takes as long for one nonce as for all of them,
// and longer than for a whole short text.
void MakeNonce(unsigned char* nonce) {
  constexpr size_t kSize = AeadCipher::kNonceSize;
  struct Stock {
    std::array<unsigned char, 64 * kSize> bytes;
    size_t left = 0;
  };
  thread_local Stock stock;
  if (stock.left == 0) {
    FillRandomly(stock.bytes.data(), stock.bytes.size());
    stock.left = stock.bytes.size();
  }
  stock.left -= kSize;
  std::memcpy(nonce, stock.bytes.data() + stock.left, kSize);
}

}  // namespace

Digest Sha256(absl::string_view text) {
  Digest digest;
  static_assert(sizeof(digest) == SHA256_DIGEST_LENGTH);
  SHA256(UnsignedBytes(text), text.size(), digest.data());
  return digest;
}

std::string Sha256Hex(absl::string_view text) {
  return absl::BytesToHexString(TextOf(Sha256(text)));
}

std::string Sha1Hex(absl::string_view text) {
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest;
  SHA1(UnsignedBytes(text), text.size(), digest.data());
  return absl::BytesToHexString(absl::string_view(
      reinterpret_cast<const char*>(digest.data()), digest.size()));
}

Digest HmacSha256(absl::string_view key, absl::string_view text) {
  Digest digest;
  unsigned int size = 0;
  // An empty view may be of nothing, which HMAC takes for the last key.
  Require(HMAC(EVP_sha256(), key.data() == nullptr ? "" : key.data(),
               static_cast<int>(key.size()), UnsignedBytes(text), text.size(),
               digest.data(), &size) != nullptr &&
          size == digest.size());
  return digest;
}

bool EqualInConstantTime(absl::string_view a, absl::string_view b) {
  return a.size() == b.size() &&
         CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

void FillRandomly(unsigned char* bytes, size_t size) {
  Require(RAND_bytes(bytes, static_cast<int>(size)) == 1);
}

Digest RandomDigest() {
  Digest digest;
  FillRandomly(digest.data(), digest.size());
  return digest;
}

AeadCipher::AeadCipher(Direction direction)
    : direction_(direction), context_(EVP_CIPHER_CTX_new()) {
  Require(EVP_CipherInit_ex(context_.get(), EVP_aes_256_gcm(), nullptr, nullptr,
                            nullptr, static_cast<int>(direction)) == 1);
}

EVP_CIPHER_CTX* AeadCipher::Start(const Digest& key,
                                  const unsigned char* nonce) {
  const bool new_key = !has_key_ || key != key_;
  Require(EVP_CipherInit_ex(context_.get(), nullptr, nullptr,
                            new_key ? key.data() : nullptr, nonce,
                            static_cast<int>(direction_)) == 1);
  key_ = key;
  has_key_ = true;
  return context_.get();
}

std::string AeadCipher::Seal(const Digest& key, absl::string_view binding,
                             absl::string_view text) {
  std::string sealed(kNonceSize + text.size() + kTagSize, '\0');
  unsigned char* const nonce = Bytes(&sealed[0]);
  unsigned char* const out = nonce + kNonceSize;
  int length = 0;
  MakeNonce(nonce);
  EVP_CIPHER_CTX* const context = Start(key, nonce);
  Require(EVP_EncryptUpdate(context, nullptr, &length, UnsignedBytes(binding),
                            static_cast<int>(binding.size())) == 1);
  Require(EVP_EncryptUpdate(context, out, &length, UnsignedBytes(text),
                            static_cast<int>(text.size())) == 1);
  Require(EVP_EncryptFinal_ex(context, out + length, &length) == 1);
  Require(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, kTagSize,
                              out + text.size()) == 1);
  return sealed;
}

bool AeadCipher::Open(const Digest& key, absl::string_view binding,
                      absl::string_view sealed, std::string* text) {
  if (sealed.size() < kNonceSize + kTagSize) return false;
  const ForgetOpenSslErrors forget;
  const absl::string_view tag = sealed.substr(sealed.size() - kTagSize);
  const absl::string_view middle =
      sealed.substr(kNonceSize, sealed.size() - kNonceSize - kTagSize);
  text->assign(middle.size(), '\0');
  int length = 0;
  EVP_CIPHER_CTX* const context = Start(key, UnsignedBytes(sealed));
  Require(EVP_DecryptUpdate(context, nullptr, &length, UnsignedBytes(binding),
                            static_cast<int>(binding.size())) == 1);
  Require(EVP_DecryptUpdate(context, Bytes(&(*text)[0]), &length,
                            UnsignedBytes(middle),
                            static_cast<int>(middle.size())) == 1);
  // OpenSSL reads it only.
  std::array<unsigned char, kTagSize> expected;
  std::memcpy(expected.data(), tag.data(), tag.size());
  Require(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, kTagSize,
                              expected.data()) == 1);
  if (EVP_DecryptFinal_ex(context, Bytes(&(*text)[0]) + length, &length) == 1) {
    return true;
  }
  text->clear();
  return false;
}

}  // namespace modelservice
