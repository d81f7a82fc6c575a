#include "modelservice/testing/test_certificates.h"

#include <fstream>

#include "absl/strings/str_cat.h"
#include "modelservice/testing/child_process.h"

namespace modelservice {

TestCertificates::TestCertificates() {
  Openssl({"req", "-x509", "-newkey", "ec", "-pkeyopt",
           "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=authority",
           "-days", "2", "-keyout", key_file("ca"), "-out",
           certificate_file("ca")});
  Make("server", "/CN=localhost", "DNS:localhost,IP:127.0.0.1");
}

void TestCertificates::Make(const std::string& name, const std::string& subject,
                            const std::string& names) {
  Openssl({"req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
           "-nodes", "-subj", subject, "-keyout", key_file(name), "-out",
           Path(name, ".csr")});
  std::ofstream(Path(name, ".ext"))
      << (names.empty() ? "basicConstraints=CA:FALSE"
                        : absl::StrCat("subjectAltName=", names))
      << "\n";
  Openssl({"x509", "-req", "-in", Path(name, ".csr"), "-CA",
           certificate_file("ca"), "-CAkey", key_file("ca"), "-CAcreateserial",
           "-days", "2", "-extfile", Path(name, ".ext"), "-out",
           certificate_file(name)});
}

std::string TestCertificates::certificate_file(absl::string_view name) const {
  return Path(name, ".pem");
}
std::string TestCertificates::key_file(absl::string_view name) const {
  return Path(name, ".key");
}
std::string TestCertificates::certificate(absl::string_view name) const {
  return ReadFile(certificate_file(name));
}
std::string TestCertificates::key(absl::string_view name) const {
  return ReadFile(key_file(name));
}

std::string TestCertificates::Path(absl::string_view name,
                                   absl::string_view suffix) const {
  return absl::StrCat(folder_.path(), "/", name, suffix);
}

void TestCertificates::Openssl(std::vector<std::string> arguments) {
  if (!status_.ok()) return;
  arguments.insert(arguments.begin(), "openssl");
  status_ = RunCommand(arguments).status();
}

}  // namespace modelservice
