// A connected, non-blocking byte stream to a Redis: a socket, or TLS on one.
//
// hiredis parses what comes; moving the bytes is ours, because the release that
// Debian 12 has does not speak TLS.
#ifndef MODELSERVICE_GUARD_LIMITS_REDIS_TRANSPORT_H_
#define MODELSERVICE_GUARD_LIMITS_REDIS_TRANSPORT_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "modelservice/base/openssl.h"
#include "modelservice/guard/limits/redis/address.h"

namespace modelservice {

// Trusts who is signed by those in the PEM file; empty: the system's.
absl::StatusOr<std::shared_ptr<SSL_CTX>> MakeSslContext(
    const std::string& ca_file);

// Not thread-safe.
class RedisTransport {
 public:
  // Waits until `until` (MonotonicNow) at most, or until `wake` is readable.
  // `context` is for TLS and outlives the transport.
  static absl::StatusOr<std::unique_ptr<RedisTransport>> Connect(
      const RedisAddress& address, SSL_CTX* context, absl::Time until,
      int wake);

  ~RedisTransport();
  RedisTransport(const RedisTransport&) = delete;
  RedisTransport& operator=(const RedisTransport&) = delete;

  // How many bytes moved; 0: none can now. An error when the other end is gone.
  absl::StatusOr<size_t> Read(char* buffer, size_t size);
  absl::StatusOr<size_t> Write(absl::string_view bytes);

  // Waits until something can be read, or, with `write`, written. False when
  // `until` came or `wake` is readable.
  bool Wait(bool write, absl::Time until, int wake) const;

 private:
  explicit RedisTransport(int descriptor) : descriptor_(descriptor) {}
  absl::Status ConnectSocket(const RedisAddress& address, absl::Time until,
                             int wake);
  absl::Status Handshake(const RedisAddress& address, SSL_CTX* context,
                         absl::Time until, int wake);
  // What a result of SSL_read and the like means.
  absl::StatusOr<size_t> TlsResult(int result);

  int descriptor_;
  TlsPtr ssl_;
  // TLS may have to write before it can read on.
  bool tls_writes_ = false;
};

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_LIMITS_REDIS_TRANSPORT_H_
