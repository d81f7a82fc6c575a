#include "modelservice/server/stream_counts.h"

#include <google/protobuf/message.h>
#include <google/protobuf/util/json_util.h>
#include <grpc/grpc.h>
#include <grpc/support/alloc.h>

#include <algorithm>
#include <utility>

#include "modelservice/channelz.pb.h"
#include "modelservice/server/peer_name.h"

namespace modelservice {
namespace {

// In one answer of gRPC.
constexpr int kPage = 500;
// Searches from the last number on, for each that looks at all.
constexpr int kFewSearches = 20;

// Reads what channelz answered; false for null, and for what is no such
// message.
bool Read(char* answer, google::protobuf::Message* message) {
  if (answer == nullptr) return false;
  const std::string json = answer;
  gpr_free(answer);
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;
  return google::protobuf::util::JsonStringToMessage(json, message, options)
      .ok();
}

}  // namespace

std::string PeerOfSocket(absl::string_view name) {
  return PeerName(name.substr(name.rfind(' ') + 1));
}

std::optional<StreamCounts> Channelz::CountsOf(const std::string& peer) {
  auto socket = sockets_.find(peer);
  if (socket == sockets_.end()) {
    FindSockets();
    socket = sockets_.find(peer);
    if (socket == sockets_.end()) return std::nullopt;
  }
  ChannelzSocketReply reply;
  if (!Read(grpc_channelz_get_socket(socket->second), &reply)) {
    sockets_.erase(socket);
    return std::nullopt;
  }
  const ChannelzSocketData& data = reply.socket().data();
  return StreamCounts{data.streams_started(),
                      data.streams_succeeded() + data.streams_failed(),
                      data.messages_received()};
}

void Channelz::FindSockets() {
  if (std::exchange(searched_, true)) return;
  ChannelzServers servers;
  // Of all servers of the process: which is ours gRPC does not say.
  if (!Read(grpc_channelz_get_servers(0), &servers)) return;
  const bool all = ++searches_ % kFewSearches == 0;
  if (all) sockets_.clear();
  const int64_t first = all ? 0 : next_;
  for (const ChannelzServer& server : servers.server()) {
    FindSocketsOf(server.ref().server_id(), first);
  }
}

void Channelz::FindSocketsOf(int64_t server, int64_t first) {
  while (true) {
    ChannelzServerSockets page;
    if (!Read(grpc_channelz_get_server_sockets(server, first, kPage), &page)) {
      return;
    }
    for (const ChannelzSocketRef& socket : page.socket_ref()) {
      sockets_[PeerOfSocket(socket.name())] = socket.socket_id();
      first = std::max(first, socket.socket_id() + 1);
    }
    next_ = std::max(next_, first);
    if (page.end() || page.socket_ref().empty()) return;
  }
}

}  // namespace modelservice
