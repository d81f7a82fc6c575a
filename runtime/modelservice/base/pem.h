// What the text of a PEM file holds: TLS says little of files that are wrong,
// and says it when somebody connects.
//
//   const CertificatePtr certificate = CertificateIn(*content);
//   if (certificate == nullptr) return Error(path, "holds no certificate");
//
// Thread-safe.
#ifndef MODELSERVICE_BASE_PEM_H_
#define MODELSERVICE_BASE_PEM_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "modelservice/base/openssl.h"

namespace modelservice {

// The first certificate; null where there is none.
CertificatePtr CertificateIn(absl::string_view pem);

// The key; null where there is none, or none without a password.
KeyPtr KeyIn(absl::string_view pem);

// Whether the certificate is of this key.
bool AreAPair(const CertificatePtr& certificate, const KeyPtr& key);

// The files of a client: whom it trusts, and who it is. What is empty is not
// looked at.
struct ClientPem {
  absl::string_view authorities;
  absl::string_view certificate;
  absl::string_view key;
  // As the caller names the three in its errors: "--ca-file: ca.pem".
  std::string authorities_name;
  std::string certificate_name;
  std::string key_name;
};
// INVALID_ARGUMENT: "--ca-file: ca.pem holds no certificate in PEM".
absl::Status CheckClientPem(const ClientPem& pem);

}  // namespace modelservice

#endif  // MODELSERVICE_BASE_PEM_H_
