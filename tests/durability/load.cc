#include "load.h"

#include <gtest/gtest.h>

#include <functional>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace durability {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(60);
// As a client that tries again does.
constexpr absl::Duration kPauseAfterRefusal = absl::Milliseconds(20);

// Letters that cannot be compressed.
std::string NewMemo(int bytes) {
  std::mt19937 random{std::random_device()()};
  std::uniform_int_distribution<int> letter('a', 'z');
  std::string memo;
  for (int i = 0; i < bytes; ++i) {
    memo.push_back(static_cast<char>(letter(random)));
  }
  return memo;
}

template <class ServiceClient>
std::unique_ptr<Client> Connect(const LedgerServer& server) {
  return std::make_unique<ServiceClient>(server.NewChannel());
}

void Await(const char* what, const Answers& answers,
           const std::function<bool()>& reached) {
  const absl::Time until = absl::Now() + kPatience;
  while (!reached()) {
    ASSERT_LT(absl::Now(), until)
        << "waiting for " << what << ": " << answers.acknowledged()
        << " acknowledged, " << answers.refused() << " refused";
    absl::SleepFor(absl::Milliseconds(1));
  }
}

}  // namespace

void Answers::Add(const grpc::Status& status) {
  if (status.ok()) {
    ++acknowledged_;
    return;
  }
  std::lock_guard<std::mutex> lock(mutex_);
  refusals_.push_back(status);
  ++refused_;
}

std::vector<grpc::Status> Answers::TakeRefusals() {
  std::lock_guard<std::mutex> lock(mutex_);
  return std::exchange(refusals_, {});
}

Writer::Writer(std::string prefix, int memo_bytes)
    : prefix_(std::move(prefix)),
      memo_(NewMemo(memo_bytes)),
      random_(std::random_device()()) {}

void Writer::Write(Client& client, const std::atomic<bool>& stop,
                   Answers* answers) {
  while (!stop) {
    const size_t doubts = doubts_.size();
    WriteOnce(client, answers);
    if (doubts_.size() != doubts) absl::SleepFor(kPauseAfterRefusal);
  }
}

void Writer::WriteOnce(Client& client, Answers* answers) {
  const int dice = std::uniform_int_distribution<int>(0, 9)(random_);
  if (known_.empty() || dice < 4) {
    Create(client, answers);
    return;
  }
  const size_t index =
      std::uniform_int_distribution<size_t>(0, known_.size() - 1)(random_);
  if (dice < 9) {
    Change(client, index, /*whole=*/dice < 6, answers);
  } else {
    Destroy(client, index, answers);
  }
}

void Writer::Create(Client& client, Answers* answers) {
  Client::Row row;
  row.amount = ++writes_;
  row.name = absl::StrCat(prefix_, writes_);
  const grpc::Status status = client.Create(memo_, &row);
  if (status.ok()) {
    known_.push_back(row);
  } else {
    doubts_.push_back({row, {row.amount}, /*may_be_gone=*/true});
  }
  answers->Add(status);
}

void Writer::Change(Client& client, size_t index, bool whole,
                    Answers* answers) {
  Client::Row changed = known_[index];
  changed.amount = ++writes_;
  const grpc::Status status =
      whole ? client.Update(memo_, changed) : client.PartialUpdate(changed);
  if (status.ok()) {
    known_[index] = changed;
  } else {
    const Client::Row row = Take(index);
    doubts_.push_back(
        {row, {row.amount, changed.amount}, /*may_be_gone=*/false});
  }
  answers->Add(status);
}

void Writer::Destroy(Client& client, size_t index, Answers* answers) {
  const Client::Row row = Take(index);
  const grpc::Status status = client.Destroy(row);
  if (!status.ok()) {
    doubts_.push_back({row, {row.amount}, /*may_be_gone=*/true});
  }
  answers->Add(status);
}

Client::Row Writer::Take(size_t index) {
  std::swap(known_[index], known_.back());
  Client::Row row = known_.back();
  known_.pop_back();
  return row;
}

void Writer::Check(Rows* found) {
  for (const Client::Row& row : known_) {
    const auto node = found->extract(row.name);
    if (node.empty()) {
      ADD_FAILURE() << "the acknowledged row " << row.name << " is not there";
      continue;
    }
    EXPECT_EQ(node.mapped().id, row.id) << row.name;
    EXPECT_EQ(node.mapped().amount, row.amount)
        << row.name << " is not as it was last acknowledged";
  }
  for (const Doubt& doubt : doubts_) {
    const auto node = found->extract(doubt.row.name);
    if (node.empty()) {
      EXPECT_TRUE(doubt.may_be_gone)
          << doubt.row.name << " is not there, and nobody deleted it";
      continue;
    }
    EXPECT_TRUE(absl::c_linear_search(doubt.amounts, node.mapped().amount))
        << doubt.row.name
        << " has an amount of long ago: " << node.mapped().amount;
    known_.push_back(node.mapped());
  }
  doubts_.clear();
}

Load::Load(const Options& options) {
  services_.push_back({&Connect<AccountsClient>, {}});
  services_.push_back({&Connect<TransfersClient>, {}});
  for (Service& service : services_) {
    for (int i = 0; i < options.threads; ++i) {
      service.writers.emplace_back(absl::StrCat(i, "/"), options.memo_bytes);
    }
  }
}

Load::~Load() { Stop(); }

void Load::Start(const LedgerServer& server) {
  stop_ = false;
  acknowledged_before_ = answers_.acknowledged();
  refused_before_ = answers_.refused();
  for (Service& service : services_) {
    for (Writer& writer : service.writers) {
      threads_.emplace_back([this, &writer, client = service.connect(server)] {
        writer.Write(*client, stop_, &answers_);
      });
    }
  }
}

void Load::Stop() {
  stop_ = true;
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

int Load::acknowledged() const {
  return answers_.acknowledged() - acknowledged_before_;
}

int Load::refused() const { return answers_.refused() - refused_before_; }

void Load::AwaitAcknowledged(int count) const {
  Await("acknowledged writes", answers_,
        [&] { return acknowledged() >= count; });
}

void Load::AwaitRefused(int count) const {
  Await("refusals", answers_, [&] { return refused() >= count; });
}

void Load::Check(const LedgerServer& server) {
  for (Service& service : services_) {
    const std::unique_ptr<Client> client = service.connect(server);
    std::vector<Client::Row> rows;
    const grpc::Status status = client->ReadAll(&rows);
    ASSERT_TRUE(status.ok()) << status.error_message();
    Writer::Rows found;
    for (const Client::Row& row : rows) {
      EXPECT_TRUE(found.emplace(row.name, row).second)
          << row.name << " is there twice";
    }
    for (Writer& writer : service.writers) writer.Check(&found);
    for (const auto& [name, row] : found) {
      ADD_FAILURE() << "the deleted row " << name << " is there";
    }
  }
}

}  // namespace durability
