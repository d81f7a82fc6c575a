#include "modelservice/server/credentials.h"

#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_credentials_options.h>

#include <string>
#include <type_traits>

#include "absl/strings/str_cat.h"
#include "modelservice/base/openssl.h"
#include "modelservice/base/pem.h"
#include "modelservice/base/regular_file.h"

namespace modelservice {
namespace {

// Seconds between looks at the files.
constexpr unsigned kRefresh = 10;
// Of a file of certificates.
constexpr size_t kMaxFile = 8 << 20;

absl::Status Wrong(absl::string_view setting, const std::string& path,
                   absl::string_view fault) {
  return absl::InvalidArgumentError(
      absl::StrCat("tls.", setting, ": ", path, " ", fault));
}

// What is in a PEM file: `read` is of base/pem.h.
template <class Owned>
absl::StatusOr<Owned> Load(absl::string_view setting, const std::string& path,
                           absl::string_view what,
                           Owned (*read)(absl::string_view)) {
  if (path.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "tls.", setting, " is missing: name the PEM file of ", what));
  }
  const absl::StatusOr<std::string> content = ReadRegularFile(path, kMaxFile);
  if (!content.ok()) return Wrong(setting, path, content.status().message());
  Owned loaded = read(*content);
  if (loaded == nullptr) {
    return Wrong(setting, path,
                 absl::StrCat("does not hold ", what, " in PEM"));
  }
  return loaded;
}

// `Pair` has the two files; `prefix` is what their settings' names begin with.
template <class Pair>
absl::Status CheckPair(const Pair& pair, absl::string_view prefix) {
  const std::string key_setting = absl::StrCat(prefix, "key_file");
  const auto certificate = Load<CertificatePtr>(
      absl::StrCat(prefix, "certificate_file"), pair.certificate_file(),
      "the server's certificate", &CertificateIn);
  if (!certificate.ok()) return certificate.status();
  const auto key = Load<KeyPtr>(key_setting, pair.key_file(),
                                "the server's unencrypted key", &KeyIn);
  if (!key.ok()) return key.status();
  if (!AreAPair(*certificate, *key)) {
    return Wrong(key_setting, pair.key_file(),
                 absl::StrCat("is not the key of ", pair.certificate_file()));
  }
  return absl::OkStatus();
}

absl::Status CheckTls(const TlsSettings& tls) {
  if (auto status = CheckPair(tls, ""); !status.ok()) return status;
  for (int i = 0; i < tls.more_size(); ++i) {
    auto status = CheckPair(tls.more(i), absl::StrCat("more[", i, "]."));
    if (!status.ok()) return status;
  }
  if (tls.has_client_ca_file()) {
    return Load<CertificatePtr>("client_ca_file", tls.client_ca_file(),
                                "the certificates of those who sign clients'",
                                &CertificateIn)
        .status();
  }
  if (tls.require_client_certificate()) {
    return absl::InvalidArgumentError(
        "tls.require_client_certificate: set tls.client_ca_file, too, which "
        "says whose certificates are taken");
  }
  return absl::OkStatus();
}

using Provider =
    std::shared_ptr<grpc::experimental::CertificateProviderInterface>;

// Of newer versions of gRPC, where certificates of two kinds may come from two
// places.
template <class Options>
auto MakeOptions(const Provider& files, bool asks_clients, int)
    -> std::decay_t<decltype(*Options::Create(files))> {
  auto options = *Options::Create(files);
  if (asks_clients) options.set_root_certificate_provider(files);
  return options;
}
// Of 1.51.
template <class Options>
Options MakeOptions(const Provider& files, bool asks_clients, long) {
  Options options(files);
  options.watch_identity_key_cert_pairs();
  if (asks_clients) options.watch_root_certs();
  return options;
}

grpc_ssl_client_certificate_request_type RequestTypeOf(const TlsSettings& tls) {
  if (!tls.has_client_ca_file()) {
    return GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE;
  }
  return tls.require_client_certificate()
             ? GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY
             : GRPC_SSL_REQUEST_CLIENT_CERTIFICATE_AND_VERIFY;
}

// gRPC watches the files of one pair alone: several are read once.
absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> WithSeveralPairs(
    const TlsSettings& tls) {
  grpc::SslServerCredentialsOptions options(RequestTypeOf(tls));
  absl::Status fault;
  const auto read = [&](const std::string& path) {
    auto content = ReadRegularFile(path, kMaxFile);
    if (!content.ok()) fault = content.status();
    return content.value_or("");
  };
  const auto add = [&](const auto& pair) {
    options.pem_key_cert_pairs.push_back(
        {read(pair.key_file()), read(pair.certificate_file())});
  };
  add(tls);
  for (const CertificatePair& pair : tls.more()) add(pair);
  if (tls.has_client_ca_file()) {
    options.pem_root_certs = read(tls.client_ca_file());
  }
  if (!fault.ok()) return fault;
  return grpc::SslServerCredentials(options);
}

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> MakeCredentials(
    const Settings& settings) {
  if (!settings.has_tls()) return grpc::InsecureServerCredentials();
  const TlsSettings& tls = settings.tls();
  if (auto status = CheckTls(tls); !status.ok()) return status;
  if (tls.more_size() > 0) return WithSeveralPairs(tls);
  namespace experimental = grpc::experimental;
  const auto files =
      std::make_shared<experimental::FileWatcherCertificateProvider>(
          tls.key_file(), tls.certificate_file(), tls.client_ca_file(),
          kRefresh);
  auto options = MakeOptions<experimental::TlsServerCredentialsOptions>(
      files, tls.has_client_ca_file(), 0);
  options.set_cert_request_type(RequestTypeOf(tls));
  return experimental::TlsServerCredentials(options);
}

}  // namespace modelservice
