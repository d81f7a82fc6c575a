// The shop's server: two generated services, one of them with changes.

#include "modelservice/main.h"

#include "shop.modelservice.pb.h"

namespace {

using ::modelservice::CallContext;
using ::modelservice::Objects;
using ::modelservice::Reply;
using ::shop::Order;
using ::shop::OrderModel;

class Orders : public shop::OrderServiceBase {
 public:
  // Inside of the call's transaction, before the row is written.
  absl::Status BeforeCreate(const CallContext&, modelservice::Transaction&,
                            Order& order) override {
    order.set_state(Order::OPEN);
    if (order.lines().empty()) {
      return absl::InvalidArgumentError("An order needs at least one line.");
    }
    return absl::OkStatus();
  }

  absl::StatusOr<Reply<Order>> Pay(
      const CallContext&, const shop::PayOrderRequest& request) override {
    Objects<Order> orders(database());
    auto order = orders.Filter(OrderModel::id == request.id()).Get();
    if (!order.ok()) return order.status();
    if (order->state() != Order::OPEN) {
      return absl::FailedPreconditionError("Only an open order can be paid.");
    }
    order->set_state(Order::PAID);
    if (auto status = orders.Update(&*order); !status.ok()) return status;
    return *std::move(order);
  }
};

}  // namespace

int main(int argc, char** argv) {
  return modelservice::Main(argc, argv, [](modelservice::Registry& registry) {
    shop::RegisterShop(registry);
    registry.Add<Orders>();
  });
}
