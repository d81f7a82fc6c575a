// A server that calls another one. The shop's address is what the environment
// says: GRPC_SERVER_ADDR.
#include "modelservice/main.h"

#include "absl/strings/str_cat.h"
#include "checkout.modelservice.pb.h"
#include "modelservice/on_behalf_of.h"
#include "shop.modelservice.client.pb.h"

namespace {

using ::modelservice::CallContext;
using ::modelservice::OnBehalfOf;
using ::modelservice::Reply;

class Checkout : public checkout::CheckoutServiceBase {
 public:
  // Each call to the shop has what is left of the time of ours, and ends when
  // our caller goes away.
  absl::StatusOr<Reply<checkout::BuyReply>> Buy(
      const CallContext& call, const checkout::BuyRequest& request) override {
    shop::RetrieveCustomerRequest wanted;
    wanted.set_id(request.customer_id());
    const auto customer = customers_.Retrieve(wanted, OnBehalfOf(call));
    // To our caller the shop's answer means something else.
    if (absl::IsNotFound(customer.status())) {
      return absl::FailedPreconditionError(
          absl::StrCat("Nobody has the number ", request.customer_id(),
                       "; become a customer first."));
    }
    // Any other goes on as it is, with what it says of itself.
    if (!customer.ok()) return customer.status();

    shop::Order order;
    order.set_customer_id(customer->id());
    order.add_lines()->set_article(request.article());
    order.set_total(request.price());
    const auto made = orders_.Create(order, OnBehalfOf(call));
    if (!made.ok()) return made.status();

    shop::PayOrderRequest pay;
    pay.set_id(made->id());
    const auto paid = orders_.Pay(pay, OnBehalfOf(call));
    if (!paid.ok()) return paid.status();
    checkout::BuyReply reply;
    reply.set_order_id(paid->id());
    reply.set_email(customer->email());
    return reply;
  }

  // Page after page, as fast as the caller reads.
  absl::Status Letters(
      const CallContext& call, const checkout::LettersRequest&,
      modelservice::Writer<checkout::Letter>& writer) override {
    auto customers = customers_.List({}, OnBehalfOf(call));
    for (const shop::Customer& customer : customers) {
      checkout::Letter letter;
      letter.set_line(
          absl::StrCat(customer.name(), " <", customer.email(), ">"));
      if (!writer.Write(letter)) break;
    }
    return customers.status();
  }

 private:
  const shop::CustomerServiceClient customers_;
  const shop::OrderServiceClient orders_;
};

}  // namespace

int main(int argc, char** argv) {
  return modelservice::Main(argc, argv, [](modelservice::Registry& registry) {
    registry.Add<Checkout>();
  });
}
