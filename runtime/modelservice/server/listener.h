// Takes clients' connections and hands them to gRPC.
//
// gRPC could listen itself, but before 1.57 it never takes another connection
// once one could not be taken because the process had no descriptor left
// (CVE-2023-4785). It has no bound on the number of connections either.
//
//   absl::StatusOr<ListeningSockets> sockets = ListeningSockets::Open(address);
//   Listener listener(*std::move(sockets), {/*most=*/10000});
//   auto acceptor = builder.experimental().AddExternalConnectionAcceptor(...);
//   ... builder.BuildAndStart() ...
//   listener.Start(std::move(acceptor));
#ifndef MODELSERVICE_SERVER_LISTENER_H_
#define MODELSERVICE_SERVER_LISTENER_H_

#include <grpcpp/server_builder.h>
#include <sys/socket.h>

#include <memory>
#include <string>
#include <thread>

#include "modelservice/base/mutex.h"
#include "modelservice/log.h"
#include "modelservice/server/address.h"
#include "modelservice/server/connections.h"
#include "modelservice/server/memory_return.h"

namespace modelservice {

// Start and Stop are called by one thread, Drop by any.
class Listener {
 public:
  using Acceptor = grpc::experimental::ExternalConnectionAcceptor;

  // At most `most` connections at a time; one more is closed at once.
  Listener(ListeningSockets sockets, int most);
  // As Stop.
  ~Listener() { Stop(); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  const std::string& address() const { return sockets_.address(); }

  // Takes connections from here on, on a thread of its own.
  void Start(std::unique_ptr<Acceptor> acceptor);
  // Takes no more; those that there are stay.
  void Stop();
  // Cuts the connection of a peer, as gRPC writes it, and what has come of it
  // and was not read yet. Nothing when it is no more, and for unix sockets,
  // whose clients have no names.
  void Drop(const std::string& peer);

 private:
  void Listen();
  // All that wait at this socket.
  void AcceptFrom(int socket);
  void Hand(int listener, int connection, const sockaddr_storage& peer);
  // No connection could be taken, as errno says. False when there is nothing to
  // take now.
  bool CannotAccept(int socket);
  // The connection joins those that there are, unless there is no room.
  bool Add(int connection, const sockaddr_storage& peer);

  ListeningSockets sockets_;
  const int most_;
  std::unique_ptr<Acceptor> acceptor_;
  int wake_ = -1;
  // To close when there is no other descriptor left, so that a client can be
  // turned away.
  int spare_ = -1;
  Mutex mutex_;
  Connections connections_ ABSL_GUARDED_BY(mutex_);
  MemoryReturn memory_;  // of the thread, which has little else to do
  SeldomLog failed_;
  SeldomLog full_;
  std::thread thread_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVER_LISTENER_H_
