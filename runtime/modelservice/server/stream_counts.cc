#include "modelservice/server/stream_counts.h"

#include <google/protobuf/message.h>
#include <google/protobuf/util/json_util.h>
#include <grpc/grpc.h>
#include <grpc/support/alloc.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/functional/function_ref.h"
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

// The sockets of a server from the number `first` on.
void ForEachSocket(int64_t server, int64_t first,
                   absl::FunctionRef<void(const ChannelzSocketRef&)> look) {
  while (true) {
    ChannelzServerSockets page;
    if (!Read(grpc_channelz_get_server_sockets(server, first, kPage), &page)) {
      return;
    }
    for (const ChannelzSocketRef& socket : page.socket_ref()) {
      look(socket);
      first = std::max(first, socket.socket_id() + 1);
    }
    if (page.end() || page.socket_ref().empty()) return;
  }
}

}  // namespace

std::string PeerOfSocket(absl::string_view name) {
  return PeerName(name.substr(name.rfind(' ') + 1));
}

std::optional<StreamCounts> Channelz::CountsOf(const std::string& peer) {
  auto& sockets = IsUnixPeer(peer) ? unix_ : sockets_;
  auto socket = sockets.find(peer);
  if (socket == sockets.end()) {
    if (IsUnixPeer(peer)) return std::nullopt;
    FindSockets();
    socket = sockets.find(peer);
    if (socket == sockets.end()) return std::nullopt;
  }
  ChannelzSocketReply reply;
  if (!Read(grpc_channelz_get_socket(socket->second), &reply)) {
    sockets.erase(socket);
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
  ForEachSocket(server, first, [&](const ChannelzSocketRef& socket) {
    sockets_[PeerOfSocket(socket.name())] = socket.socket_id();
    next_ = std::max(next_, socket.socket_id() + 1);
  });
}

void Channelz::AfterUnix(const std::string& peer) {
  const std::vector<int64_t> found = FindUnix();
  if (found.size() != 1) return;
  if (unix_.size() >= sweep_at_) SweepUnix();
  unix_[peer] = found.front();
}

std::vector<int64_t> Channelz::FindUnix() {
  std::vector<int64_t> found;
  ChannelzServers servers;
  if (!Read(grpc_channelz_get_servers(0), &servers)) return found;
  const int64_t first = next_unix_;
  for (const ChannelzServer& server : servers.server()) {
    ForEachSocket(server.ref().server_id(), first,
                  [&](const ChannelzSocketRef& socket) {
                    next_unix_ = std::max(next_unix_, socket.socket_id() + 1);
                    if (IsUnixPeer(PeerOfSocket(socket.name()))) {
                      found.push_back(socket.socket_id());
                    }
                  });
  }
  return found;
}

void Channelz::SweepUnix() {
  for (auto socket = unix_.begin(); socket != unix_.end();) {
    ChannelzSocketReply reply;
    const bool there = Read(grpc_channelz_get_socket(socket->second), &reply);
    socket = there ? std::next(socket) : unix_.erase(socket);
  }
  // Not again before there are many more.
  sweep_at_ = std::max<size_t>(1000, unix_.size() * 2);
}

}  // namespace modelservice
