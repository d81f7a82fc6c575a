// The one owner of OpenSSL: its objects as unique_ptrs, its queue of errors
// kept clean, and what the runtime computes by it.
//
//   const std::string key = Sha256Hex(token);
//   if (!EqualInConstantTime(HmacSha256(secret, text), signature)) ...
//
// All that is computed here fails only when the process is out of memory or
// OpenSSL is misbuilt, and then ends the process: an answer without randomness,
// or of a cipher that did not run, would be worse. Thread-safe, but for an
// AeadCipher, which is a thread's own.
#ifndef MODELSERVICE_BASE_OPENSSL_H_
#define MODELSERVICE_BASE_OPENSSL_H_

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/params.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <array>
#include <cstddef>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"

namespace modelservice {

template <auto Free>
struct OpenSslDeleter {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};

using BioPtr = std::unique_ptr<BIO, OpenSslDeleter<&BIO_free_all>>;
using BignumPtr = std::unique_ptr<BIGNUM, OpenSslDeleter<&BN_free>>;
using CipherContextPtr =
    std::unique_ptr<EVP_CIPHER_CTX, OpenSslDeleter<&EVP_CIPHER_CTX_free>>;
using EcdsaSignaturePtr =
    std::unique_ptr<ECDSA_SIG, OpenSslDeleter<&ECDSA_SIG_free>>;
using DigestContextPtr =
    std::unique_ptr<EVP_MD_CTX, OpenSslDeleter<&EVP_MD_CTX_free>>;
using KeyContextPtr =
    std::unique_ptr<EVP_PKEY_CTX, OpenSslDeleter<&EVP_PKEY_CTX_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, OpenSslDeleter<&EVP_PKEY_free>>;
using ParamBuilderPtr =
    std::unique_ptr<OSSL_PARAM_BLD, OpenSslDeleter<&OSSL_PARAM_BLD_free>>;
using ParamsPtr = std::unique_ptr<OSSL_PARAM, OpenSslDeleter<&OSSL_PARAM_free>>;
using CertificatePtr = std::unique_ptr<X509, OpenSslDeleter<&X509_free>>;
using TlsContextPtr = std::unique_ptr<SSL_CTX, OpenSslDeleter<&SSL_CTX_free>>;
using TlsPtr = std::unique_ptr<SSL, OpenSslDeleter<&SSL_free>>;

// Forgets the errors that come up while it lives. TLS asks the same queue of
// the thread what went wrong, and would take them for its own.
class ForgetOpenSslErrors {
 public:
  ForgetOpenSslErrors() { ERR_set_mark(); }
  ~ForgetOpenSslErrors() { ERR_pop_to_mark(); }
  ForgetOpenSslErrors(const ForgetOpenSslErrors&) = delete;
  ForgetOpenSslErrors& operator=(const ForgetOpenSslErrors&) = delete;
};

inline const unsigned char* UnsignedBytes(absl::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// 32 bytes: of a SHA-256, an HMAC with it, or a key.
using Digest = std::array<unsigned char, 32>;

inline absl::string_view TextOf(const Digest& digest) {
  return absl::string_view(reinterpret_cast<const char*>(digest.data()),
                           digest.size());
}

Digest Sha256(absl::string_view text);
std::string Sha256Hex(absl::string_view text);
// For what others, like Redis, name by it; it protects nothing.
std::string Sha1Hex(absl::string_view text);
Digest HmacSha256(absl::string_view key, absl::string_view text);

// Takes as long wherever they differ.
bool EqualInConstantTime(absl::string_view a, absl::string_view b);

void FillRandomly(unsigned char* bytes, size_t size);
Digest RandomDigest();

// AES-256-GCM, one direction of it. Kept by a thread for many texts: fetching
// the cipher, and setting a key, cost more than a short text does.
class AeadCipher {
 public:
  static constexpr size_t kNonceSize = 12;  // NIST SP 800-38D, 8.2.2
  static constexpr size_t kTagSize = 16;

  enum class Direction { kOpen = 0, kSeal = 1 };
  explicit AeadCipher(Direction direction);

  // Nonce, ciphertext and tag, behind one another. `binding` is protected, too,
  // and no part of it. The nonces are random.
  std::string Seal(const Digest& key, absl::string_view binding,
                   absl::string_view text);

  // Into `text`; false when it was not sealed so.
  bool Open(const Digest& key, absl::string_view binding,
            absl::string_view sealed, std::string* text);

 private:
  EVP_CIPHER_CTX* Start(const Digest& key, const unsigned char* nonce);

  const Direction direction_;
  const CipherContextPtr context_;
  Digest key_{};
  bool has_key_ = false;
};

}  // namespace modelservice

#endif  // MODELSERVICE_BASE_OPENSSL_H_
