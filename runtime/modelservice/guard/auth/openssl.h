// Owners of OpenSSL's objects, and its queue of errors kept clean.
#ifndef MODELSERVICE_GUARD_AUTH_OPENSSL_H_
#define MODELSERVICE_GUARD_AUTH_OPENSSL_H_

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/params.h>
#include <openssl/x509.h>

#include <memory>

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

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_AUTH_OPENSSL_H_
