// Faults of a row that only the database knows: values that another row has,
// and references to rows that are not there. Asked for once something is wrong,
// so that a client is told of every fault at once; a row that is right costs
// nothing.
#ifndef MODELSERVICE_SERVICE_COLLISIONS_H_
#define MODELSERVICE_SERVICE_COLLISIONS_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "modelservice/base/status_details.h"
#include "modelservice/call_context.h"
#include "modelservice/database.h"
#include "modelservice/service/plan.h"

namespace modelservice {

// Whether rows of the table can have such faults.
bool MayCollide(const Table& table);
// Whether the database refused a row for one.
bool IsCollision(const absl::Status& status);

// `status` - a refusal of values, whose violations are `faults`, or of the
// database - with all that is wrong with the `columns` of `row`, which holds
// them as they are stored. Of a row that `exists` the key says which one it is.
// Reads in `transaction`; where that fails, `status` as it is.
absl::Status WithCollisions(const ServicePlan& service, const CallContext& call,
                            Transaction& transaction,
                            const absl::Status& status,
                            std::vector<Violation> faults, Row row,
                            absl::Span<const int> columns, bool exists);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_COLLISIONS_H_
