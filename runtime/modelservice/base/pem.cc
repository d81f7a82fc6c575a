#include "modelservice/base/pem.h"

#include <openssl/pem.h>

#include "absl/strings/str_cat.h"

namespace modelservice {
namespace {

// An encrypted key would be asked about on the terminal.
int NoPassword(char*, int, int, void*) { return -1; }

// `read` is OpenSSL's PEM_read_bio_...
template <class Owned, class Read>
Owned FirstIn(absl::string_view pem, Read read) {
  const ForgetOpenSslErrors forget;
  const BioPtr bytes(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  return Owned(read(bytes.get(), nullptr, &NoPassword, nullptr));
}

absl::Status Wrong(absl::string_view name, absl::string_view fault) {
  return absl::InvalidArgumentError(absl::StrCat(name, " ", fault));
}

}  // namespace

CertificatePtr CertificateIn(absl::string_view pem) {
  return FirstIn<CertificatePtr>(pem, &PEM_read_bio_X509);
}

KeyPtr KeyIn(absl::string_view pem) {
  return FirstIn<KeyPtr>(pem, &PEM_read_bio_PrivateKey);
}

bool AreAPair(const CertificatePtr& certificate, const KeyPtr& key) {
  const ForgetOpenSslErrors forget;
  return X509_check_private_key(certificate.get(), key.get()) == 1;
}

absl::Status CheckClientPem(const ClientPem& pem) {
  if (!pem.authorities.empty() && CertificateIn(pem.authorities) == nullptr) {
    return Wrong(pem.authorities_name, "holds no certificate in PEM");
  }
  if (pem.certificate.empty() && pem.key.empty()) return absl::OkStatus();
  const CertificatePtr certificate = CertificateIn(pem.certificate);
  if (certificate == nullptr) {
    return Wrong(pem.certificate_name, "holds no certificate in PEM");
  }
  const KeyPtr key = KeyIn(pem.key);
  if (key == nullptr) {
    return Wrong(pem.key_name, "holds no unencrypted key in PEM");
  }
  if (!AreAPair(certificate, key)) {
    return Wrong(pem.key_name,
                 absl::StrCat("is not the key of ", pem.certificate_name));
  }
  return absl::OkStatus();
}

}  // namespace modelservice
