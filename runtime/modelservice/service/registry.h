// What a server serves: the models and services that generated code registers
// and a user's main adds to or replaces.
//
//   int main(int argc, char** argv) {
//     return modelservice::Main(argc, argv, [](modelservice::Registry&
//     registry) {
//       shop::RegisterShop(registry);
//       registry.Add<Customers>();  // instead of the generated default
//     });
//   }
//
// Filled by one thread before the server starts.
#ifndef MODELSERVICE_SERVICE_REGISTRY_H_
#define MODELSERVICE_SERVICE_REGISTRY_H_

#include <memory>
#include <utility>
#include <vector>

#include "modelservice/service/handler.h"
#include "modelservice/service/method.h"

namespace modelservice {

class Registry {
 public:
  struct Entry {
    const Service* service;
    // Null for a service that was only expected.
    std::unique_ptr<Handler> handler;
    Overrides overrides;
  };

  // A model whose table the server needs and `migrate` makes. Adding it again
  // changes nothing.
  void AddModel(const Model& model);

  // Serves H's service with an H made from `arguments`, in place of what was
  // added for that service before.
  template <class H, class... Arguments>
  void Add(Arguments&&... arguments) {
    Put({&H::Service(),
         std::make_unique<H>(std::forward<Arguments>(arguments)...),
         H::template OverridesOf<H>()});
  }

  // A service with custom methods, which somebody must Add before the server
  // can start.
  void Expect(const Service& service);

  const std::vector<const Model*>& models() const { return models_; }
  std::vector<Entry>& entries() { return entries_; }

 private:
  void Put(Entry entry);

  std::vector<const Model*> models_;
  std::vector<Entry> entries_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_REGISTRY_H_
