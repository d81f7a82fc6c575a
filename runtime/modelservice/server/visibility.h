// What the services of a server show of their models, for references that may
// name nothing else.
#ifndef MODELSERVICE_SERVER_VISIBILITY_H_
#define MODELSERVICE_SERVER_VISIBILITY_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "modelservice/permission.h"
#include "modelservice/service/plan.h"
#include "modelservice/service/visible_rows.h"

namespace modelservice {

// Adds the rows that the service shows by Retrieve or else by List, if it has
// either; `default_access` is that of methods that say nothing. All outlive
// `visible`.
absl::Status AddVisibleRows(const ServicePlan& service,
                            const PermissionNames& names,
                            absl::string_view default_access,
                            VisibleRows* visible);

// FAILED_PRECONDITION for a reference of the service's model that is
// visible_only, when no service shows what it refers to.
absl::Status CheckVisibleReferences(const ServicePlan& service,
                                    const VisibleRows& visible);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVER_VISIBILITY_H_
