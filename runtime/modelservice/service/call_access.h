// What only the runtime's own guards may do to a call.
#ifndef MODELSERVICE_SERVICE_CALL_ACCESS_H_
#define MODELSERVICE_SERVICE_CALL_ACCESS_H_

#include <memory>
#include <utility>

#include "modelservice/call_context.h"
#include "modelservice/service/row_access.h"

namespace modelservice {

struct CallAccess {
  // What permissions leave of the model's rows and columns.
  static void set_row_access(CallContext& call,
                             std::shared_ptr<const RowAccess> access) {
    call.row_access_ = std::move(access);
  }
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_CALL_ACCESS_H_
