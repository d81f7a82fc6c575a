// A handler with a fresh database and no server: a test calls its methods and
// hooks as the runtime would, the generated methods among them.
//
//   TEST(Customers, AreTheirMakers) {
//     auto customers =
//         modelservice::TestHandler<Customers>::Start(shop::RegisterShop);
//     ASSERT_TRUE(customers.ok()) << customers.status();
//     const auto call = modelservice::CallContextBuilder()
//                           .Principal(ann)
//                           .Build();
//     auto made = (*customers)->handler().Create(call, shop::Customer());
//     ASSERT_TRUE(made.ok()) << made.status();
//     EXPECT_EQ(made->message().author(), "ann");
//   }
//
// Nothing stands around such calls: no interceptor, no permission, no limit, no
// signal of calls. Each is a transaction of its own, unless the test opens one
// on database().
#ifndef MODELSERVICE_TESTING_TEST_HANDLER_H_
#define MODELSERVICE_TESTING_TEST_HANDLER_H_

#include <functional>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "modelservice/database.h"
#include "modelservice/handler.h"
#include "modelservice/registry.h"
#include "modelservice/service/method.h"

namespace modelservice {

// The part that needs no template.
class HandlerHost {
 public:
  // With a database of its own that has the tables of all models that
  // `register_services` adds. Errors are those of opening it.
  static absl::StatusOr<std::unique_ptr<HandlerHost>> Start(
      const std::function<void(Registry&)>& register_services);
  ~HandlerHost();

  Database& database();
  // Gives the handler what the runtime gives it. Once.
  void Host(const Service& service, std::unique_ptr<Handler> handler,
            const Overrides& overrides);

 private:
  struct Parts;
  explicit HandlerHost(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

// Owns its handler and its database. As safe for several threads as the handler
// is.
template <class H>
class TestHandler {
 public:
  // An H made of `arguments`, as Registry::Add makes one. `register_services`
  // is what a main gives to modelservice::Main. Errors are those of opening the
  // database.
  template <class... Arguments>
  static absl::StatusOr<std::unique_ptr<TestHandler>> Start(
      const std::function<void(Registry&)>& register_services,
      Arguments&&... arguments) {
    auto host = HandlerHost::Start(register_services);
    if (!host.ok()) return host.status();
    auto handler = std::make_unique<H>(std::forward<Arguments>(arguments)...);
    std::unique_ptr<TestHandler> made(
        new TestHandler(*std::move(host), handler.get()));
    made->host_->Host(H::Service(), std::move(handler),
                      H::template OverridesOf<H>());
    return made;
  }

  H& handler() { return *handler_; }
  Database& database() { return host_->database(); }

 private:
  TestHandler(std::unique_ptr<HandlerHost> host, H* handler)
      : host_(std::move(host)), handler_(handler) {}

  std::unique_ptr<HandlerHost> host_;
  H* handler_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_TESTING_TEST_HANDLER_H_
