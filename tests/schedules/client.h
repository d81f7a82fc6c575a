// Those who write: by Objects, and by the methods of a service with hooks.
#ifndef MODELSERVICE_TESTS_SCHEDULES_CLIENT_H_
#define MODELSERVICE_TESTS_SCHEDULES_CLIENT_H_

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "faulty_database.h"
#include "modelservice/objects.h"
#include "schedules.grpc.pb.h"
#include "schedules.modelservice.pb.h"

namespace schedules {

using ::modelservice::CallContext;
using ::modelservice::Objects;
using ::modelservice::Reply;

class TrailedEntries : public EntriesBase {
 public:
  absl::Status AfterCreate(const CallContext&, modelservice::Transaction&,
                           const Entry& entry) override {
    Trail trail;
    trail.set_note(entry.note());
    return Objects<Trail>(database()).Create(&trail);
  }
  absl::Status BeforeDestroy(const CallContext&, modelservice::Transaction&,
                             const Entry& entry) override {
    return Objects<Trail>(database())
        .Filter(TrailModel::note == entry.note())
        .Delete()
        .status();
  }
};

class CounterService : public CounterBase {
 public:
  absl::StatusOr<Reply<Entry>> Add(const CallContext&,
                                   const EntryKey& request) override {
    const Objects<Entry> entries(database());
    auto entry = entries.Filter(EntryModel::id == request.id()).Get();
    if (!entry.ok()) return entry.status();
    entry->set_balance(entry->balance() + 1);
    absl::Status status = entries.Update(&*entry);
    if (!status.ok()) return status;
    return *std::move(entry);
  }
};

// One caller. The codes are those of absl::Status and of gRPC.
class Client {
 public:
  virtual ~Client() = default;
  // Gives the entry its key.
  virtual absl::StatusCode Create(Entry* entry) = 0;
  virtual absl::StatusCode Update(const Entry& entry) = 0;
  virtual absl::StatusCode Delete(int64_t id) = 0;
  virtual absl::StatusCode Add(int64_t id) = 0;
};

class ObjectsClient final : public Client {
 public:
  explicit ObjectsClient(Database& database) : database_(database) {}

  absl::StatusCode Create(Entry* entry) override {
    return Objects<Entry>(database_).Create(entry).code();
  }
  // In one of three ways, in turn.
  absl::StatusCode Update(const Entry& entry) override {
    const int way = turn_++ % 3;
    if (way == 0) {
      Entry updated = entry;
      const absl::Status status = Objects<Entry>(database_).Update(&updated);
      if (status.ok()) {
        EXPECT_EQ(updated.balance(), entry.balance());
      }
      return status.code();
    }
    if (way == 1) {
      const auto changed =
          Objects<Entry>(database_)
              .Filter(EntryModel::id == entry.id())
              .Update(EntryModel::balance.Set(entry.balance()));
      if (!changed.ok()) return changed.status().code();
      return *changed == 1 ? absl::StatusCode::kOk
                           : absl::StatusCode::kNotFound;
    }
    return UpdateInABody(entry);
  }
  absl::StatusCode Delete(int64_t id) override {
    Entry entry;
    entry.set_id(id);
    return Objects<Entry>(database_).Delete(entry).code();
  }
  absl::StatusCode Add(int64_t id) override {
    const auto changed =
        Objects<Entry>(database_)
            .Filter(EntryModel::id == id)
            .Update(EntryModel::balance.Set(EntryModel::balance + 1));
    if (!changed.ok()) return changed.status().code();
    EXPECT_EQ(*changed, 1);
    return absl::StatusCode::kOk;
  }

 private:
  absl::StatusCode UpdateInABody(const Entry& entry) {
    int told = 0;
    const absl::Status status =
        database_.Transact([&](Transaction& transaction) -> absl::Status {
          const Objects<Entry> entries(transaction);
          auto stored =
              entries.Filter(EntryModel::id == entry.id()).ForUpdate().Get();
          if (!stored.ok()) return stored.status();
          stored->set_balance(entry.balance());
          transaction.OnCommit([&told] { ++told; });
          return entries.Update(&*stored);
        });
    // Once for what is committed, be it in doubt for who asked.
    if (status.ok() || absl::IsDeadlineExceeded(status)) {
      EXPECT_EQ(told, 1);
    } else {
      EXPECT_EQ(told, 0) << status;
    }
    return status.code();
  }

  Database& database_;
  int turn_ = 0;
};

class StubClient final : public Client {
 public:
  explicit StubClient(const std::shared_ptr<grpc::Channel>& channel)
      : entries_(Entries::NewStub(channel)),
        counter_(Counter::NewStub(channel)) {}

  absl::StatusCode Create(Entry* entry) override {
    const Entry request = *entry;
    return CodeOf(Call(*entries_, &Entries::Stub::Create, request, entry));
  }
  absl::StatusCode Update(const Entry& entry) override {
    Entry reply;
    return CodeOf(Call(*entries_, &Entries::Stub::Update, entry, &reply));
  }
  absl::StatusCode Delete(int64_t id) override {
    google::protobuf::Empty reply;
    return CodeOf(Call(*entries_, &Entries::Stub::Destroy, KeyOf(id), &reply));
  }
  absl::StatusCode Add(int64_t id) override {
    Entry reply;
    return CodeOf(Call(*counter_, &Counter::Stub::Add, KeyOf(id), &reply));
  }

 private:
  template <class Stub, class Request, class Response>
  static grpc::Status Call(Stub& stub,
                           grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                        const Request&,
                                                        Response*),
                           const Request& request, Response* response) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() +
                         std::chrono::seconds(30));
    return (stub.*method)(&context, request, response);
  }
  static absl::StatusCode CodeOf(const grpc::Status& status) {
    return static_cast<absl::StatusCode>(status.error_code());
  }
  static EntryKey KeyOf(int64_t id) {
    EntryKey key;
    key.set_id(id);
    return key;
  }

  const std::unique_ptr<Entries::Stub> entries_;
  const std::unique_ptr<Counter::Stub> counter_;
};

}  // namespace schedules

#endif  // MODELSERVICE_TESTS_SCHEDULES_CLIENT_H_
