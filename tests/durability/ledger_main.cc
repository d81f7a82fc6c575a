// The program that the durability tests start, kill and starve.
#include <signal.h>
#include <sys/prctl.h>

#include "ledger.modelservice.pb.h"
#include "modelservice/main.h"

namespace {

using ::durability::Account;
using ::durability::Line;
using ::durability::LineModel;
using ::durability::Transfer;
using ::modelservice::CallContext;
using ::modelservice::Objects;

// Keeps the lines of each transfer, in its transaction.
class Transfers : public durability::TransfersBase {
 public:
  absl::Status AfterCreate(const CallContext&, modelservice::Transaction&,
                           const Transfer& transfer) override {
    return AddLines(transfer);
  }
  absl::Status AfterUpdate(const CallContext&, modelservice::Transaction&,
                           const Transfer& transfer) override {
    absl::Status status = RemoveLines(transfer);
    return status.ok() ? AddLines(transfer) : status;
  }
  absl::Status AfterDestroy(const CallContext&, modelservice::Transaction&,
                            const Transfer& transfer) override {
    return RemoveLines(transfer);
  }

 private:
  absl::Status AddLines(const Transfer& transfer) {
    const Objects<Line> lines(database());
    for (const int64_t amount : {transfer.amount(), -transfer.amount()}) {
      Line line;
      line.set_transfer(transfer.id());
      line.set_amount(amount);
      absl::Status status = lines.Create(&line);
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }
  absl::Status RemoveLines(const Transfer& transfer) {
    return Objects<Line>(database())
        .Filter(LineModel::transfer == transfer.id())
        .Delete()
        .status();
  }
};

// Ends the server when the row is stored and nobody has been told.
class Orders : public durability::OrdersBase {
 public:
  absl::Status AfterCreate(const CallContext&,
                           modelservice::Transaction& transaction,
                           const Account&) override {
    transaction.OnCommit([] { raise(SIGKILL); });
    return absl::OkStatus();
  }
};

}  // namespace

int main(int argc, char** argv) {
  // A test that is killed leaves no server behind.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  return modelservice::Main(argc, argv, [](modelservice::Registry& registry) {
    durability::RegisterLedger(registry);
    registry.Add<Transfers>();
    registry.Add<Orders>();
  });
}
