// Writes from many threads, and what must be in the database afterwards.
//
//   Load load({});
//   load.Start(server);
//   load.AwaitAcknowledged(100);
//   ... something terrible ...
//   load.Stop();
//   load.Check(server);  // every acknowledged write is there, once
//
// Each thread writes rows of its own, one call after the other, so that it
// knows what the last acknowledged write of a row was. A call that was refused,
// or not answered, may have been done or not; its row is left alone until Check
// has seen which.
//
// Used by one thread. Failures are those of the test.
#ifndef MODELSERVICE_TESTS_DURABILITY_LOAD_H_
#define MODELSERVICE_TESTS_DURABILITY_LOAD_H_

#include <grpcpp/support/status.h>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "client.h"
#include "ledger_server.h"

namespace durability {

// The answers that all threads got.
class Answers {
 public:
  void Add(const grpc::Status& status);

  int acknowledged() const { return acknowledged_; }
  int refused() const { return refused_; }
  // The refusals since the last call.
  std::vector<grpc::Status> TakeRefusals();

 private:
  std::atomic<int> acknowledged_{0};
  std::atomic<int> refused_{0};
  std::mutex mutex_;
  std::vector<grpc::Status> refusals_;
};

// What one thread writes through one service.
class Writer {
 public:
  // Row by name.
  using Rows = std::map<std::string, Client::Row>;

  // Names begin with `prefix`. Rows have a text of `memo_bytes`.
  Writer(std::string prefix, int memo_bytes);

  void Write(Client& client, const std::atomic<bool>& stop, Answers* answers);
  // Takes its rows out of `found` and knows what they are from now on.
  void Check(Rows* found);

 private:
  void WriteOnce(Client& client, Answers* answers);
  void Create(Client& client, Answers* answers);
  // Changes or deletes the row at `index` of known_.
  void Change(Client& client, size_t index, bool whole, Answers* answers);
  void Destroy(Client& client, size_t index, Answers* answers);
  // Moves the row at `index` out of known_.
  Client::Row Take(size_t index);

  // A row of which the last write was not acknowledged.
  struct Doubt {
    Client::Row row;
    // Amounts that it may have; it may be gone, too, if so it says.
    std::vector<int64_t> amounts;
    bool may_be_gone;
  };

  const std::string prefix_;
  const std::string memo_;
  std::mt19937 random_;
  int64_t writes_ = 0;  // names and amounts come from it: none comes twice
  std::vector<Client::Row> known_;
  std::vector<Doubt> doubts_;
};

class Load {
 public:
  struct Options {
    // For each of the two services.
    int threads = 8;
    int memo_bytes = 0;
  };

  explicit Load(const Options& options);
  ~Load();

  void Start(const LedgerServer& server);
  void Stop();
  // Since Start.
  int acknowledged() const;
  int refused() const;
  // Wait until it is that many.
  void AwaitAcknowledged(int count) const;
  void AwaitRefused(int count) const;
  // Of all Starts.
  Answers& answers() { return answers_; }

  // Reads every row through the server and compares.
  void Check(const LedgerServer& server);

 private:
  struct Service {
    std::unique_ptr<Client> (*connect)(const LedgerServer& server);
    std::vector<Writer> writers;
  };

  std::vector<Service> services_;
  std::atomic<bool> stop_{false};
  std::vector<std::thread> threads_;
  Answers answers_;
  int acknowledged_before_ = 0;
  int refused_before_ = 0;
};

}  // namespace durability

#endif  // MODELSERVICE_TESTS_DURABILITY_LOAD_H_
