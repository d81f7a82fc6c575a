// Certificates for tests of TLS: an authority, the server's for "localhost",
// and what a test asks for, as PEM files in a temporary folder. Made by the
// openssl command.
#ifndef MODELSERVICE_TESTING_TEST_CERTIFICATES_H_
#define MODELSERVICE_TESTING_TEST_CERTIFICATES_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "modelservice/testing/temporary_folder.h"

namespace modelservice {

class TestCertificates {
 public:
  // Makes "ca" and "server"; see status().
  TestCertificates();

  // The first error.
  const absl::Status& status() const { return status_; }

  // A certificate that "ca" signs, called `name`. `names` is its
  // subjectAltName, "DNS:localhost,URI:spiffe://a/b"; empty: it has none.
  void Make(const std::string& name, const std::string& subject,
            const std::string& names);

  // The files of "ca", "server" or what was made.
  std::string certificate_file(absl::string_view name) const;
  std::string key_file(absl::string_view name) const;
  // Their content.
  std::string certificate(absl::string_view name) const;
  std::string key(absl::string_view name) const;

 private:
  std::string Path(absl::string_view name, absl::string_view suffix) const;
  void Openssl(std::vector<std::string> arguments);

  const TemporaryFolder folder_;
  absl::Status status_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_TESTING_TEST_CERTIFICATES_H_
