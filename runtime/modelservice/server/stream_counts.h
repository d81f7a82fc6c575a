// What gRPC counts of each connection. It drops a call that is reset before its
// request came, and tells nobody but these counts.
#ifndef MODELSERVICE_SERVER_STREAM_COUNTS_H_
#define MODELSERVICE_SERVER_STREAM_COUNTS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace modelservice {

struct StreamCounts {
  // Streams that the client opened, and those of them that are over and whose
  // memory gRPC has given back.
  int64_t begun = 0;
  int64_t ended = 0;
  // Messages that came, as a whole.
  int64_t messages = 0;

  int64_t open() const { return begun - ended; }
};

// By channelz, which the server is built with. Not thread-safe.
class Channelz {
 public:
  // Before a round of questions: connections that came since the last one are
  // looked for once.
  void BeginRound() { searched_ = false; }
  // Of the connection with the client of this PeerName. None when gRPC does not
  // have it: not yet, or no more.
  std::optional<StreamCounts> CountsOf(const std::string& peer);
  // Forgets a connection.
  void Forget(const std::string& peer) {
    sockets_.erase(peer);
    unix_.erase(peer);
  }

  // Those of unix sockets have one name in gRPC; each is known by being new
  // there once it was handed over:
  //
  //   channelz.BeforeUnix();
  //   ... hands the connection to gRPC ...
  //   channelz.AfterUnix("unix:1234:7");  // is its name from here on
  //
  // It is not known when gRPC takes its time, or takes another one meanwhile.
  void BeforeUnix() { FindUnix(); }
  void AfterUnix(const std::string& peer);

 private:
  // Takes in those that came since the last time, or, from time to time, all:
  // they need not come in the order of their numbers.
  void FindSockets();
  void FindSocketsOf(int64_t server, int64_t first);
  // The unix sockets that were not seen before.
  std::vector<int64_t> FindUnix();
  void SweepUnix();

  // gRPC's numbers, by PeerName, and the first one that was not seen.
  std::map<std::string, int64_t> sockets_;
  int64_t next_ = 0;
  // The same of unix sockets.
  std::map<std::string, int64_t> unix_;
  int64_t next_unix_ = 0;
  size_t sweep_at_ = 1000;
  int searches_ = 0;
  bool searched_ = false;
};

// Of channelz' name of a connection, "chttp2 ipv4:127.0.0.1:5000", the
// PeerName.
std::string PeerOfSocket(absl::string_view name);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVER_STREAM_COUNTS_H_
