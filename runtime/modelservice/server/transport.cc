#include "modelservice/server/transport.h"

#include <grpc/grpc.h>
#include <grpcpp/resource_quota.h>
#include <sys/resource.h>

#include <algorithm>
#include <limits>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "modelservice/base/grpc_arguments.h"
#include "modelservice/log.h"
#include "modelservice/server/machine_memory.h"

namespace modelservice {
namespace {

// Clients may ask as often whether the server is still there: gRPC would take
// one that does so every five minutes for an attacker. A little less than the
// ten seconds that are promised, for clocks differ.
constexpr int kClientPings = 9000;

// Until a connection is one: TLS is agreed on, and both have said what they
// take. gRPC has two minutes, in which who says nothing keeps a place.
constexpr int kHandshake = 20000;

// Arguments of gRPC that settings are about.
struct OwnArgument {
  absl::string_view name;
  absl::string_view setting;
};
constexpr OwnArgument kOwnArguments[] = {
    {GRPC_ARG_MAX_RECEIVE_MESSAGE_LENGTH, "max_request_bytes"},
    {GRPC_ARG_MAX_CONCURRENT_STREAMS, "max_connection_calls"},
    {GRPC_ARG_MAX_CONNECTION_IDLE_MS, "idle_connection"},
    {GRPC_ARG_MAX_CONNECTION_AGE_MS, "max_connection_age"},
    {GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, "grace_period"},
    {GRPC_ARG_KEEPALIVE_TIME_MS, "keepalive"},
    {GRPC_ARG_KEEPALIVE_TIMEOUT_MS, "keepalive_timeout"},
    {kPingTimeoutArgument, "keepalive_timeout"},
    {GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION, "compression"},
    {GRPC_COMPRESSION_CHANNEL_ENABLED_ALGORITHMS_BITSET, "compression"},
    {GRPC_ARG_RESOURCE_QUOTA, "max_transport_bytes"},
    // What floods a server is seen by it.
    {GRPC_ARG_ENABLE_CHANNELZ, "max_connection_resets"},
};

// Descriptors for everything but connections: files of a database, its
// connections, gRPC's own.
constexpr int kOtherDescriptors = 256;

absl::Status CheckOption(const ChannelOption& option, int place) {
  const auto error = [&](absl::string_view fault) {
    return absl::InvalidArgumentError(
        absl::StrCat("channel_option[", place, "]: ", fault));
  };
  if (!absl::StartsWith(option.name(), "grpc.")) {
    return error(absl::StrCat("name is \"", option.name(),
                              "\"; it must be an argument of gRPC's, as in "
                              "\"grpc.http2.max_frame_size\""));
  }
  for (const OwnArgument& own : kOwnArguments) {
    if (option.name() == own.name) {
      return error(
          absl::StrCat(own.name, " is what ", own.setting, " sets; set that"));
    }
  }
  if (option.value_case() == ChannelOption::VALUE_NOT_SET) {
    return error(
        absl::StrCat(option.name(), " has no value; set number or text"));
  }
  return absl::OkStatus();
}

int Milliseconds(double seconds) {
  return static_cast<int>(
      std::min(seconds * 1000, double{std::numeric_limits<int>::max()}));
}

}  // namespace

size_t TransportBytes(const Settings& settings) {
  // One request must fit, with what connections need.
  const int64_t least = int64_t{settings.max_request_bytes()} * 2 + (16 << 20);
  const int64_t bytes = settings.has_max_transport_bytes()
                            ? settings.max_transport_bytes()
                            : MachineMemory() / 4;
  return static_cast<size_t>(std::max(bytes, least));
}

void BoundTransport(const Settings& settings, grpc::ServerBuilder& builder) {
  // What the options name is theirs: of two of a name some versions of gRPC
  // take the first, others the last.
  const auto set = [&](const char* name, int value) {
    for (const ChannelOption& option : settings.channel_option()) {
      if (option.name() == name) return;
    }
    builder.AddChannelArgument(std::string(name), value);
  };
  builder.SetMaxReceiveMessageSize(settings.max_request_bytes());
  builder.SetResourceQuota(
      grpc::ResourceQuota("modelservice").Resize(TransportBytes(settings)));
  set(GRPC_ARG_MAX_CONCURRENT_STREAMS, settings.max_connection_calls());
  set(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, kHandshake);
  if (!settings.compression()) {
    // Refused by the headers; and what was compressed before they were looked
    // at stays so.
    for (const auto algorithm : {GRPC_COMPRESS_DEFLATE, GRPC_COMPRESS_GZIP}) {
      builder.SetCompressionAlgorithmSupportStatus(algorithm, false);
    }
    set(GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION, 0);
  }
  if (settings.idle_connection() > 0) {
    set(GRPC_ARG_MAX_CONNECTION_IDLE_MS,
        std::max(1, Milliseconds(settings.idle_connection())));
  }
  if (settings.has_max_connection_age()) {
    set(GRPC_ARG_MAX_CONNECTION_AGE_MS,
        std::max(1, Milliseconds(settings.max_connection_age())));
    set(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS,
        Milliseconds(settings.grace_period()));
  }
  if (settings.keepalive() > 0) {
    set(GRPC_ARG_KEEPALIVE_TIME_MS,
        std::max(1000, Milliseconds(settings.keepalive())));
    set(GRPC_ARG_KEEPALIVE_TIMEOUT_MS,
        std::max(1, Milliseconds(settings.keepalive_timeout())));
    // Else later gRPCs wait a minute.
    set(kPingTimeoutArgument,
        std::max(1, Milliseconds(settings.keepalive_timeout())));
    // Without calls, too, and without data between the pings.
    set(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
    set(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  }
  set(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, kClientPings);
  for (const ChannelOption& option : settings.channel_option()) {
    if (option.has_number()) {
      builder.AddChannelArgument(option.name(), option.number());
    } else {
      builder.AddChannelArgument(option.name(), option.text());
    }
  }
}

absl::Status CheckChannelOptions(const Settings& settings) {
  for (int i = 0; i < settings.channel_option_size(); ++i) {
    auto status = CheckOption(settings.channel_option(i), i);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

int RaiseDescriptorLimit() {
  rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
  if (limit.rlim_cur < limit.rlim_max) {
    rlimit raised = limit;
    raised.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  }
  constexpr rlim_t kMost = std::numeric_limits<int>::max();
  const int files = static_cast<int>(std::min(limit.rlim_cur, kMost));
  return files;
}

int MostConnections(const Settings& settings) {
  const int files = RaiseDescriptorLimit();
  const int room = std::max(files / 2, files - kOtherDescriptors);
  if (room < settings.max_connections() && settings.has_max_connections()) {
    Log(Severity::kWarning,
        absl::StrCat("the limit of open files is ", files, ": there can be ",
                     room, " connections and not ", settings.max_connections(),
                     " (max_connections)"));
  }
  return std::min(room, settings.max_connections());
}

}  // namespace modelservice
