// Several rows of one method, done together: each as its own operation, with
// its hooks, its scope and its faults by their places in the request; as one
// statement where there is nothing else to do and the database gains by it.
//
//   BatchItems items(service, item_plan, call);
//   for (...) items.Add(message, "requests[0]");
//   if (!items.faults().ok()) return items.faults();
//   ... items.Run(transaction, plan.rows_field, reply) ...
//
// Used by one thread at a time.
#ifndef MODELSERVICE_SERVICE_BATCH_ITEMS_H_
#define MODELSERVICE_SERVICE_BATCH_ITEMS_H_

#include <google/protobuf/message.h>

#include <cstddef>
#include <deque>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "modelservice/base/status_details.h"
#include "modelservice/call_context.h"
#include "modelservice/database.h"
#include "modelservice/orm/wire.h"
#include "modelservice/service/operation.h"
#include "modelservice/service/plan.h"

namespace modelservice {

class BatchItems {
 public:
  // All outlive it; `plan` is MethodPlan::item.
  BatchItems(const ServicePlan& service, const MethodPlan& plan,
             const CallContext& call)
      : service_(service), plan_(plan), call_(call) {}
  BatchItems(const BatchItems&) = delete;
  BatchItems& operator=(const BatchItems&) = delete;

  // One more, whose place in the request is `path`. `message` outlives this.
  void Add(const google::protobuf::Message& message, std::string path);
  void Clear();

  // All that is wrong with what was added.
  absl::Status faults() const;
  size_t size() const { return items_.size(); }
  // Operation::needs_latest of any.
  bool needs_latest() const;

  // Does all of it, and appends each row's message as field `rows_field`; 0:
  // none. An error, which names its place, is to roll back. May be run again
  // after a conflict.
  absl::Status Run(Transaction& transaction, int rows_field, WireBuffer* reply);

 private:
  struct Item {
    std::string path;
    Statement statement;
    OperationBox operation;
  };

  const Table& table() const { return *service_.model->table; }
  // The place of what is wrong with `item`.
  std::string PathOf(const Item& item, absl::string_view field) const;
  absl::Status At(Item& item, Transaction& transaction,
                  absl::Status status) const;
  // Whether one statement can do what all of their own would: those are the
  // fixed one, and nothing else happens.
  bool IsPlain() const;
  absl::Status RunEach(Transaction& transaction, int rows_field,
                       WireBuffer* reply);
  // Each says whether it did it; if not, nothing is done.
  absl::StatusOr<bool> InsertTogether(Transaction& transaction, int rows_field,
                                      WireBuffer* reply);
  absl::StatusOr<bool> DeleteTogether(Transaction& transaction);
  absl::Status Insert(Transaction& transaction, size_t first, size_t count,
                      int rows_field, WireBuffer* reply) const;

  const ServicePlan& service_;
  const MethodPlan& plan_;
  const CallContext& call_;
  std::deque<Item> items_;
  std::vector<Violation> violations_;
  absl::Status other_fault_;  // the first that has no violations
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_BATCH_ITEMS_H_
