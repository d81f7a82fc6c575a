// Tokens of pages from strangers, and, sealed with the server's own key, what
// another version of it might have put into one.
#include <openssl/evp.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "modelservice/base/openssl.h"
#include "modelservice/service/page_token.h"

namespace modelservice {
namespace {

constexpr char kSecret[] = "a key that nobody guesses";
constexpr char kBinding[] = "/shop.Customers/List";
constexpr size_t kId = 4;
constexpr size_t kSalt = 16;
constexpr size_t kNonce = 12;
constexpr size_t kTag = 16;

void Require(bool holds) {
  if (!holds) std::abort();
}

const unsigned char* Bytes(absl::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// What stands for a server with the same key: a token around any bytes.
std::string SealedBytes(absl::string_view bytes) {
  const Digest secret = Sha256(kSecret);
  // Of the salt that is all zero.
  const std::string salt(kSalt, '\0');
  const Digest key = HmacSha256(TextOf(secret), salt);
  std::string sealed(kNonce + bytes.size() + kTag, '\0');
  unsigned char* const nonce = reinterpret_cast<unsigned char*>(&sealed[0]);
  int length = 0;
  EVP_CIPHER_CTX* const context = EVP_CIPHER_CTX_new();
  const bool ok =
      EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), nullptr, key.data(),
                         nonce) == 1 &&
      EVP_EncryptUpdate(context, nullptr, &length, Bytes(kBinding),
                        sizeof kBinding - 1) == 1 &&
      EVP_EncryptUpdate(context, nonce + kNonce, &length, Bytes(bytes),
                        static_cast<int>(bytes.size())) == 1 &&
      EVP_EncryptFinal_ex(context, nonce + kNonce + length, &length) == 1 &&
      EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, kTag,
                          nonce + kNonce + bytes.size()) == 1;
  EVP_CIPHER_CTX_free(context);
  Require(ok);
  // The id of the key is that of any of its tokens.
  static const std::string id = [] {
    std::string bytes;
    Require(
        absl::WebSafeBase64Unescape(PageTokens(kSecret).Seal("", {}), &bytes));
    return bytes.substr(0, kId);
  }();
  return absl::WebSafeBase64Escape(absl::StrCat(id, salt, sealed));
}

void RequireRefused(const absl::StatusOr<std::vector<Literal>>& opened) {
  Require(opened.status().code() == absl::StatusCode::kInvalidArgument);
}

bool Same(const Literal& a, const Literal& b) {
  const Value left = a.value();
  const Value right = b.value();
  if (left.kind() != right.kind()) return false;
  switch (left.kind()) {
    case Value::Kind::kInteger:
      return left.integer() == right.integer();
    case Value::Kind::kReal:  // NaN is itself, too.
      return left.real() == right.real() || left.real() != left.real();
    case Value::Kind::kTimestamp:
      return left.seconds() == right.seconds() && left.nanos() == right.nanos();
    case Value::Kind::kText:
    case Value::Kind::kBlob:
      return left.text() == right.text();
    default:
      return true;
  }
}

void Fuzz(absl::string_view input) {
  static const PageTokens& tokens = *new PageTokens(kSecret);
  // The fuzzer does not know the key.
  RequireRefused(tokens.Open(kBinding, input));
  RequireRefused(tokens.Open(input, absl::WebSafeBase64Escape(input)));

  const std::string token = SealedBytes(input);
  RequireRefused(tokens.Open("/shop.Customers/Other", token));
  const auto opened = tokens.Open(kBinding, token);
  if (!opened.ok()) return RequireRefused(opened);
  const std::string sealed = tokens.Seal(kBinding, *opened);
  const auto again = tokens.Open(kBinding, sealed);
  Require(again.ok() && again->size() == opened->size());
  for (size_t i = 0; i < again->size(); ++i) {
    Require(Same((*opened)[i], (*again)[i]));
  }
  // No good token is compared here: libFuzzer looks at what is, and sends it.
  std::string damaged = sealed;
  damaged[input.size() % damaged.size()] ^= 1;
  const auto changed = tokens.Open(kBinding, damaged);
  // The last character of base64 may have bits that mean nothing.
  Require(!changed.ok() || changed->size() == opened->size());
}

}  // namespace
}  // namespace modelservice

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  modelservice::Fuzz(
      absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
