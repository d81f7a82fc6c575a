#include "modelservice/guard/limits/redis/transport.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "modelservice/base/regular_file.h"
#include "modelservice/guard/limits/steady_time.h"

namespace modelservice {
namespace {

std::string ErrorText(int error) {
  return std::generic_category().message(error);
}

std::string TlsErrorText() {
  char text[256] = "unknown error";
  const unsigned long error = ERR_get_error();
  if (error != 0) ERR_error_string_n(error, text, sizeof(text));
  ERR_clear_error();
  return text;
}

// Whether nobody who is trusted has signed the certificate.
bool IsOfNoAuthority(long verified) {
  return verified == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY ||
         verified == X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE ||
         verified == X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT ||
         verified == X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN ||
         verified == X509_V_ERR_CERT_SIGNATURE_FAILURE;
}

absl::Status Gone() {
  return absl::UnavailableError("Redis closed the connection");
}

absl::Status TimedOut() {
  return absl::UnavailableError("Redis did not answer in time");
}

bool WouldBlock() {
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

// Begins to connect `descriptor`.
bool Begin(int descriptor, const sockaddr* address, socklen_t size) {
  return connect(descriptor, address, size) == 0 || errno == EINPROGRESS;
}

}  // namespace

absl::StatusOr<std::shared_ptr<SSL_CTX>> MakeSslContext(
    const std::string& ca_file) {
  if (!ca_file.empty()) {
    if (auto status = CheckRegularFile(ca_file); !status.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("ca_file: ", ca_file, " ", status.message()));
    }
  }
  const std::shared_ptr<SSL_CTX> context =
      TlsContextPtr(SSL_CTX_new(TLS_client_method()));
  if (context == nullptr) return absl::InternalError(TlsErrorText());
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE |
                                      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  const bool trusts = ca_file.empty()
                          ? SSL_CTX_set_default_verify_paths(context.get()) == 1
                          : SSL_CTX_load_verify_locations(
                                context.get(), ca_file.c_str(), nullptr) == 1;
  if (!trusts) {
    return absl::InvalidArgumentError(
        absl::StrCat("ca_file \"", ca_file,
                     "\" holds no certificates in PEM form that can be read: ",
                     TlsErrorText()));
  }
  return context;
}

RedisTransport::~RedisTransport() {
  if (descriptor_ >= 0) close(descriptor_);
}

absl::StatusOr<std::unique_ptr<RedisTransport>> RedisTransport::Connect(
    const RedisAddress& address, SSL_CTX* context, absl::Time until, int wake) {
  std::unique_ptr<RedisTransport> transport(new RedisTransport(-1));
  absl::Status status = transport->ConnectSocket(address, until, wake);
  if (status.ok() && address.tls) {
    status = transport->Handshake(address, context, until, wake);
  }
  if (!status.ok()) return status;
  return transport;
}

absl::Status RedisTransport::ConnectSocket(const RedisAddress& address,
                                           absl::Time until, int wake) {
  int error = 0;
  const auto try_one = [&](int family, const sockaddr* to, socklen_t size) {
    if (descriptor_ >= 0) close(descriptor_);
    descriptor_ = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor_ < 0 || !Begin(descriptor_, to, size)) {
      error = errno;
      return false;
    }
    if (!Wait(true, until, wake)) {
      error = ETIMEDOUT;
      return false;
    }
    socklen_t length = sizeof(error);
    getsockopt(descriptor_, SOL_SOCKET, SO_ERROR, &error, &length);
    return error == 0;
  };
  if (!address.socket.empty()) {
    sockaddr_un to = {};
    to.sun_family = AF_UNIX;
    if (address.socket.size() >= sizeof(to.sun_path)) {
      return absl::InvalidArgumentError(
          absl::StrCat("the path of a socket has at most ",
                       sizeof(to.sun_path) - 1, " bytes: ", address.socket));
    }
    std::copy(address.socket.begin(), address.socket.end(), to.sun_path);
    if (try_one(AF_UNIX, reinterpret_cast<const sockaddr*>(&to), sizeof(to))) {
      return absl::OkStatus();
    }
    return absl::UnavailableError(ErrorText(error));
  }
  addrinfo hints = {};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int failure = getaddrinfo(
      address.host.c_str(), absl::StrCat(address.port).c_str(), &hints, &found);
  if (failure != 0) return absl::UnavailableError(gai_strerror(failure));
  bool connected = false;
  for (const addrinfo* a = found; a != nullptr && !connected; a = a->ai_next) {
    connected = try_one(a->ai_family, a->ai_addr, a->ai_addrlen);
  }
  freeaddrinfo(found);
  if (!connected) return absl::UnavailableError(ErrorText(error));
  const int yes = 1;
  // A decision is a small packet that nobody should wait for.
  setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
  setsockopt(descriptor_, SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof(yes));
  return absl::OkStatus();
}

absl::Status RedisTransport::Handshake(const RedisAddress& address,
                                       SSL_CTX* context, absl::Time until,
                                       int wake) {
  ssl_.reset(SSL_new(context));
  if (ssl_ == nullptr || SSL_set_fd(ssl_.get(), descriptor_) != 1) {
    return absl::InternalError(TlsErrorText());
  }
  // The certificate must name the host, or its address.
  X509_VERIFY_PARAM* const expected = SSL_get0_param(ssl_.get());
  if (X509_VERIFY_PARAM_set1_ip_asc(expected, address.host.c_str()) != 1) {
    SSL_set1_host(ssl_.get(), address.host.c_str());
    SSL_set_tlsext_host_name(ssl_.get(), address.host.c_str());
  }
  ERR_clear_error();
  while (true) {
    const int result = SSL_connect(ssl_.get());
    if (result == 1) return absl::OkStatus();
    const int error = SSL_get_error(ssl_.get(), result);
    if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) break;
    if (!Wait(error == SSL_ERROR_WANT_WRITE, until, wake)) return TimedOut();
  }
  const long verified = SSL_get_verify_result(ssl_.get());
  std::string reason = verified == X509_V_OK
                           ? TlsErrorText()
                           : X509_verify_cert_error_string(verified);
  if (IsOfNoAuthority(verified)) {
    reason +=
        "; give the certificate of the authority that signed it as "
        "rate_limits.ca_file";
  }
  ERR_clear_error();
  return absl::UnavailableError(absl::StrCat("TLS: ", reason));
}

absl::StatusOr<size_t> RedisTransport::TlsResult(int result) {
  if (result > 0) return static_cast<size_t>(result);
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return 0;
    case SSL_ERROR_WANT_WRITE:
      tls_writes_ = true;
      return 0;
    case SSL_ERROR_ZERO_RETURN:
    case SSL_ERROR_SYSCALL:
      return Gone();
    default:
      return absl::UnavailableError(absl::StrCat("TLS: ", TlsErrorText()));
  }
}

absl::StatusOr<size_t> RedisTransport::Read(char* buffer, size_t size) {
  if (ssl_ != nullptr) {
    tls_writes_ = false;
    ERR_clear_error();
    return TlsResult(SSL_read(ssl_.get(), buffer, static_cast<int>(size)));
  }
  const ssize_t read = recv(descriptor_, buffer, size, 0);
  if (read > 0) return static_cast<size_t>(read);
  if (read < 0 && WouldBlock()) return 0;
  return Gone();
}

absl::StatusOr<size_t> RedisTransport::Write(absl::string_view bytes) {
  if (ssl_ != nullptr) {
    ERR_clear_error();
    const size_t size = std::min<size_t>(bytes.size(), INT_MAX);
    return TlsResult(
        SSL_write(ssl_.get(), bytes.data(), static_cast<int>(size)));
  }
  const ssize_t written =
      send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (written >= 0) return static_cast<size_t>(written);
  if (WouldBlock()) return 0;
  return Gone();
}

bool RedisTransport::Wait(bool write, absl::Time until, int wake) const {
  pollfd ends[2] = {{descriptor_, POLLIN, 0}, {wake, POLLIN, 0}};
  if (write || tls_writes_) ends[0].events |= POLLOUT;
  const absl::Duration left =
      absl::Ceil(std::max(until - MonotonicNow(), absl::ZeroDuration()),
                 absl::Milliseconds(1));
  const int timeout = static_cast<int>(
      std::min<int64_t>(absl::ToInt64Milliseconds(left), INT_MAX));
  return poll(ends, 2, timeout) > 0 && ends[1].revents == 0;
}

}  // namespace modelservice
