// Which rows of each model there are for a caller, by way of the services of
// one server: for references that may name no others.
//
//   VisibleRows visible;
//   visible.Add(table, [](const CallContext& call) { ... });  // each service
//   absl::StatusOr<bool> there = visible.Has(call, tx, reference, value);
//
// Filled before the first call; then safe to use from any thread.
#ifndef MODELSERVICE_SERVICE_VISIBLE_ROWS_H_
#define MODELSERVICE_SERVICE_VISIBLE_ROWS_H_

#include <functional>
#include <vector>

#include "absl/status/statusor.h"
#include "modelservice/call_context.h"
#include "modelservice/database.h"
#include "modelservice/schema/table.h"
#include "modelservice/sql/expression.h"
#include "modelservice/value.h"

namespace modelservice {

class VisibleRows {
 public:
  // May wait: asked on the executor.
  using Rows = std::function<Expression(const CallContext&)>;

  // The rows that a service shows of `table`, which outlives this. Those of
  // several services are added up.
  void Add(const Table& table, Rows rows) {
    served_.push_back({&table, std::move(rows)});
  }

  // Whether any service shows rows of the table referred to.
  bool Serves(const Reference& reference) const;

  // The same of a table, by its own description.
  bool Shows(const Table& table) const;

  // The rows of the table that there are for the caller: all where no service
  // shows any.
  Expression Of(const CallContext& call, const Table& table) const;

  // Whether there is a row for the caller whose column referred to is `value`.
  // Reads in `transaction`.
  absl::StatusOr<bool> Has(const CallContext& call, Transaction& transaction,
                           const Reference& reference, Value value) const;

 private:
  struct Served {
    const Table* table;
    Rows rows;
  };

  std::vector<Served> served_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_VISIBLE_ROWS_H_
