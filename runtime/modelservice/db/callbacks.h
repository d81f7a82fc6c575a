// What Transaction::OnCommit was given, for the backends to keep.
#ifndef MODELSERVICE_DB_CALLBACKS_H_
#define MODELSERVICE_DB_CALLBACKS_H_

#include <cstddef>
#include <utility>
#include <vector>

#include "absl/functional/any_invocable.h"

namespace modelservice {

class Callbacks {
 public:
  void Add(absl::AnyInvocable<void()> callback) {
    callbacks_.push_back(std::move(callback));
  }
  size_t size() const { return callbacks_.size(); }
  // Forgets those behind the first `count`: their savepoint was undone.
  void KeepFirst(size_t count);
  // Calls all, in order. Committed is committed, whatever one of them throws.
  void Run();

 private:
  std::vector<absl::AnyInvocable<void()>> callbacks_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_DB_CALLBACKS_H_
