// A running gRPC server for what a Registry holds.
//
//   absl::StatusOr<std::unique_ptr<Server>> server =
//       Server::Start(std::move(registry), settings, std::move(database));
//   if (!server.ok()) return server.status();
//   Log(Severity::kInfo, (*server)->address());
//   (*server)->Stop(absl::Seconds(30));
//
// Ownership: of registry, database and limits. Threads: thread-safe, but for
// Stop, which one thread calls. Blocking: Start opens the port, and Stop waits
// for calls that run.
#ifndef MODELSERVICE_SERVER_H_
#define MODELSERVICE_SERVER_H_

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "modelservice/base/measures.h"
#include "modelservice/config.pb.h"
#include "modelservice/database.h"
#include "modelservice/guard/limits/limit_store.h"
#include "modelservice/registry.h"

namespace modelservice {

// The services, by their full names, that are not fit to be served, and "", the
// server, where it is not. May block.
using UnfitServices = std::function<std::set<std::string>()>;

class Server {
 public:
  // Opens the port and serves; `limits` keeps the counts of rate limits, null:
  // in memory. Health says SERVING of the server and of each of
  // its services, but for what `unfit` says, if it is there; it is asked at the
  // start, and every five seconds for as long as it has any to name, on a
  // thread of the server's. INVALID_ARGUMENT for a wrong port,
  // FAILED_PRECONDITION for an expected service that nobody added, UNAVAILABLE
  // for an address that cannot be had.
  static absl::StatusOr<std::unique_ptr<Server>> Start(
      Registry registry, const Settings& settings,
      std::unique_ptr<Database> database,
      std::unique_ptr<LimitStore> limits = nullptr,
      UnfitServices unfit = nullptr);
  // Stops with no grace if Stop was not called.
  ~Server();

  // Where it listens, with the port that a port 0 became.
  const std::string& address() const;

  Database& database();

  // Its numbers of this moment: calls, limits, queues, the database. From any
  // thread.
  void Report(Measures& to) const;

  // What may change while it runs: the levels and the form of the log, the
  // request log, slow_call, slow_statement and trace_share. The other settings
  // stay as they were.
  void Apply(const Settings& settings);

  // Says NOT_SERVING, refuses new calls, gives those in flight `grace` to end
  // and then cancels them, answers what still waits for its turn with
  // UNAVAILABLE, and closes the database once it has written what is queued.
  // Takes no more than a second longer: false when a method, or the sink of
  // spans, has not ended by then. It is left behind, with what it uses, and the
  // process should end.
  bool Stop(absl::Duration grace);

 private:
  struct Parts;
  explicit Server(std::shared_ptr<Parts> parts);

  // With a method that was left behind it outlives this.
  const std::shared_ptr<Parts> parts_;
  bool stopped_ = false;
  bool ended_ = false;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVER_H_
