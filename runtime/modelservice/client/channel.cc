#include "modelservice/client/channel.h"

#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/channel_arguments.h>
#include <grpcpp/support/slice.h>

#include <algorithm>
#include <limits>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/base/grpc_arguments.h"
#include "modelservice/base/pem.h"
#include "modelservice/base/regular_file.h"
#include "modelservice/client/address.h"

namespace modelservice::client {
namespace {

// Of a file of certificates.
constexpr size_t kMaxFile = 8 << 20;

absl::Status ReadPem(const char* option, const std::string& path,
                     std::string* content) {
  if (path.empty()) return absl::OkStatus();
  auto read = ReadRegularFile(path, kMaxFile);
  if (!read.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "ClientTls::", option, ": ", path, " ", read.status().message()));
  }
  *content = *std::move(read);
  return absl::OkStatus();
}

absl::StatusOr<grpc::SslCredentialsOptions> ReadTls(const ClientTls& tls) {
  if (tls.certificate_file.empty() != tls.key_file.empty()) {
    return absl::InvalidArgumentError(
        "ClientTls::certificate_file and key_file belong together: give both, "
        "or neither");
  }
  grpc::SslCredentialsOptions read;
  auto status = ReadPem("ca_file", tls.ca_file, &read.pem_root_certs);
  if (status.ok()) {
    status =
        ReadPem("certificate_file", tls.certificate_file, &read.pem_cert_chain);
  }
  if (status.ok()) {
    status = ReadPem("key_file", tls.key_file, &read.pem_private_key);
  }
  if (!status.ok()) return status;
  const auto named = [](absl::string_view option, absl::string_view path) {
    return absl::StrCat("ClientTls::", option, ": ", path);
  };
  status = CheckClientPem({read.pem_root_certs, read.pem_cert_chain,
                           read.pem_private_key, named("ca_file", tls.ca_file),
                           named("certificate_file", tls.certificate_file),
                           named("key_file", tls.key_file)});
  if (!status.ok()) return status;
  return read;
}

int Milliseconds(absl::Duration duration) {
  return static_cast<int>(std::clamp<int64_t>(
      absl::ToInt64Milliseconds(duration), 1, std::numeric_limits<int>::max()));
}

grpc::ChannelArguments ArgumentsOf(const ClientOptions& options) {
  grpc::ChannelArguments arguments;
  // Several servers take turns, and one that is gone is passed over.
  arguments.SetLoadBalancingPolicyName("round_robin");
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 10'000);
  // What the DNS says of retries and policies is not the caller's word.
  arguments.SetInt(GRPC_ARG_SERVICE_CONFIG_DISABLE_RESOLUTION, 1);
  arguments.SetMaxReceiveMessageSize(static_cast<int>(
      std::min(options.max_message_bytes,
               static_cast<size_t>(std::numeric_limits<int>::max()))));
  if (options.keepalive > absl::ZeroDuration()) {
    arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS,
                     Milliseconds(options.keepalive));
    arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS,
                     Milliseconds(options.keepalive_timeout));
    // Else later gRPCs wait a minute.
    arguments.SetInt(kPingTimeoutArgument,
                     Milliseconds(options.keepalive_timeout));
    // Else gRPC asks twice, and then waits for ever for a stream of which
    // nothing is to be sent.
    arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  }
  if (options.tls.has_value() && !options.tls->server_name.empty()) {
    arguments.SetSslTargetNameOverride(options.tls->server_name);
  }
  return arguments;
}

// All that a connection is made of, apart by lengths.
std::string KeyOf(const std::string& target, const ClientOptions& options,
                  const grpc::SslCredentialsOptions* tls) {
  std::string key;
  const auto add = [&key](absl::string_view part) {
    absl::StrAppend(&key, part.size(), ":", part);
  };
  add(target);
  add(absl::StrCat(absl::ToInt64Milliseconds(options.keepalive), " ",
                   absl::ToInt64Milliseconds(options.keepalive_timeout), " ",
                   options.max_message_bytes));
  if (tls != nullptr) {
    add(tls->pem_root_certs);
    add(tls->pem_cert_chain);
    add(tls->pem_private_key);
    add(options.tls->server_name);
  }
  return key;
}

class Connections {
 public:
  static Connections& Shared() {
    static auto* const shared = new Connections();
    return *shared;
  }

  template <class Make>
  std::shared_ptr<Connection> Find(const std::string& key, Make make) {
    const MutexLock lock(mutex_);
    std::weak_ptr<Connection>& known = known_[key];
    std::shared_ptr<Connection> found = known.lock();
    if (found != nullptr) return found;
    auto made = make();
    // The entry is gone with what it is of, unless a new one has its place.
    found = std::shared_ptr<Connection>(
        new Connection(std::move(made)), [this, key](Connection* closed) {
          delete closed;
          const MutexLock erase_lock(mutex_);
          const auto entry = known_.find(key);
          if (entry != known_.end() && entry->second.expired()) {
            known_.erase(entry);
          }
        });
    known = found;
    return found;
  }

 private:
  Mutex mutex_;
  std::map<std::string, std::weak_ptr<Connection>> known_
      ABSL_GUARDED_BY(mutex_);
};

// gRPC 1.51 ends the threads that run callbacks with the last channel that has
// had one, on whatever thread that goes: on one of them, which then waits for
// itself in vain and works on with what is gone. A channel that always is there
// keeps them. Nothing can be called over it.
void KeepCallbackThreads() {
  static const bool kept = [] {
    struct Call {
      const std::shared_ptr<grpc::Channel> channel =
          grpc::CreateCustomChannel("", nullptr, {});
      grpc::GenericStub stub{channel};
      grpc::ClientContext context;
      const grpc::Slice nothing;
      const grpc::ByteBuffer request{&nothing, 1};
      grpc::ByteBuffer reply;
    };
    auto* const call = new Call;
    call->stub.UnaryCall(&call->context, "/", {}, &call->request, &call->reply,
                         [](const grpc::Status&) {});
    return true;
  }();
  (void)kept;
}

}  // namespace

Connection::Connection(std::shared_ptr<grpc::Channel> made)
    : channel(std::move(made)) {
  KeepCallbackThreads();
}

bool RetryBudget::Failed() {
  const MutexLock lock(mutex_);
  left_ = std::max(0, left_ - 100);
  return left_ > kMost / 2;
}

void RetryBudget::Succeeded() {
  const MutexLock lock(mutex_);
  left_ = std::min(kMost, left_ + 10);
}

absl::StatusOr<std::shared_ptr<Connection>> Connect(
    const ClientOptions& options, absl::string_view service) {
  const auto target = TargetOf(options.address, service);
  if (!target.ok()) return target.status();
  std::shared_ptr<grpc::ChannelCredentials> credentials;
  std::optional<grpc::SslCredentialsOptions> tls;
  if (options.tls.has_value()) {
    auto read = ReadTls(*options.tls);
    if (!read.ok()) return read.status();
    tls = *std::move(read);
  }
  return Connections::Shared().Find(
      KeyOf(*target, options, tls.has_value() ? &*tls : nullptr), [&] {
        return grpc::CreateCustomChannel(
            *target,
            tls.has_value() ? grpc::SslCredentials(*tls)
                            : grpc::InsecureChannelCredentials(),
            ArgumentsOf(options));
      });
}

}  // namespace modelservice::client
