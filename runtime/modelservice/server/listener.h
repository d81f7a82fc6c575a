// Takes clients' connections and hands them to gRPC.
//
// gRPC could listen itself, but before 1.57 it never takes another connection
// once one could not be taken because the process had no descriptor left
// (CVE-2023-4785). It has no bound on the number of connections either, nor on
// what one of them makes it do: its connections are looked at here (breaker.h).
//
//   absl::StatusOr<ListeningSockets> sockets = ListeningSockets::Open(address);
//   Listener listener(*std::move(sockets), {/*connections=*/10000, 2000});
//   auto acceptor = builder.experimental().AddExternalConnectionAcceptor(...);
//   ... builder.BuildAndStart() ...
//   listener.Start(std::move(acceptor));
#ifndef MODELSERVICE_SERVER_LISTENER_H_
#define MODELSERVICE_SERVER_LISTENER_H_

#include <grpcpp/server_builder.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "modelservice/base/measures.h"
#include "modelservice/base/mutex.h"
#include "modelservice/base/thread.h"
#include "modelservice/log.h"
#include "modelservice/server/address.h"
#include "modelservice/server/breaker.h"
#include "modelservice/server/connections.h"
#include "modelservice/server/memory_return.h"
#include "modelservice/server/slow_lane.h"
#include "modelservice/server/stream_counts.h"

namespace modelservice {

// Start and Stop are called by one thread, Drop by any.
class Listener {
 public:
  using Acceptor = grpc::experimental::ExternalConnectionAcceptor;

  struct Most {
    // At a time; one more is closed at once.
    int connections;
    // Streams of one connection, those among them that are over and not cleared
    // away yet; with more it is cut.
    int64_t streams;
    // Bytes by which the process may grow before connections with requests that
    // came in part are cut, and for how long these may have had such.
    int64_t bytes;
    absl::Duration request;
  };

  Listener(ListeningSockets sockets, const Most& most);
  // As Stop.
  ~Listener() { Stop(); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  const std::string& address() const { return sockets_.address(); }

  // Takes connections from here on, on a thread of its own, unless there is
  // none to be had.
  absl::Status Start(std::unique_ptr<Acceptor> acceptor);
  // How many connections there are, and what became of others.
  void Report(Measures& to);
  // Takes no more; those that there are stay.
  void Stop();
  // Cuts the connection of a peer, as gRPC writes it, and what has come of it
  // and was not read yet. Nothing when it is no more, and for unix sockets,
  // whose clients have no names in gRPC.
  void Drop(const std::string& peer);
  // Closes the connections without a call: for a server that ends, and has told
  // its clients so. gRPC would wait until each has said that it knows, which a
  // client that does nothing else says after five seconds and more. Those of
  // unix sockets of whose calls nothing is known only where `unknown` says so.
  void CloseIdle(bool unknown);

 private:
  void Listen();
  // All that wait at this socket.
  void AcceptFrom(int socket);
  void Take(const SlowLane::Connection& connection);
  void Hand(const SlowLane::Connection& connection);
  // No connection could be taken, as errno says. False when there is nothing to
  // take now.
  bool CannotAccept(int socket);
  // The connection joins those that there are, unless there is no room.
  bool Add(const SlowLane::Connection& connection);
  SlowLane::Way WayOf(const SlowLane::Connection& connection);
  bool HasConnections();
  // Those that have waited long enough.
  void HandDue();
  // Cuts the connections that flood the server, if it has much to do, or
  // little memory.
  void CutFloods();
  void Cut(const std::string& peer) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  ListeningSockets sockets_;
  const Most most_;
  std::unique_ptr<Acceptor> acceptor_;
  int wake_ = -1;
  // To close when there is no other descriptor left, so that a client can be
  // turned away.
  int spare_ = -1;
  Mutex mutex_;
  Connections connections_ ABSL_GUARDED_BY(mutex_);
  SlowLane slow_lane_ ABSL_GUARDED_BY(mutex_);
  Channelz channelz_ ABSL_GUARDED_BY(mutex_);
  // Of the thread.
  MemoryReturn memory_;
  SteadyTime looked_;
  SteadyTime next_look_;
  SteadyTime next_idle_look_;
  SteadyTime next_half_sent_;
  absl::Duration worked_;  // of the process, until `looked_`
  SeldomLog failed_;
  SeldomLog full_;
  SeldomLog cut_;
  Counter taken_;
  Counter refused_;
  Counter cut_connections_;
  Thread thread_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVER_LISTENER_H_
