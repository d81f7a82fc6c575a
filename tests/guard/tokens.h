// Web tokens for tests.
#ifndef MODELSERVICE_TESTS_GUARD_TOKENS_H_
#define MODELSERVICE_TESTS_GUARD_TOKENS_H_

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace guarded {

// A token that the secret signs with HS256.
inline std::string Jwt(const std::string& secret, const std::string& claims) {
  const auto encode = [](absl::string_view bytes) {
    return absl::StrReplaceAll(absl::WebSafeBase64Escape(bytes), {{"=", ""}});
  };
  const std::string text =
      absl::StrCat(encode(R"({"alg":"HS256"})"), ".", encode(claims));
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac,
       &size);
  return absl::StrCat(
      text, ".",
      encode(absl::string_view(reinterpret_cast<const char*>(mac), size)));
}

}  // namespace guarded

#endif  // MODELSERVICE_TESTS_GUARD_TOKENS_H_
