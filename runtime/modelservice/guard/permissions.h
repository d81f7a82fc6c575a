// Who may call a method, and which rows and columns of its model there are for
// the caller: the interceptor behind `access`, `read_requires` and
// `write_requires` in options.
//
//   absl::StatusOr<std::unique_ptr<Interceptor>> permissions =
//       MakePermissions(method, service.model(), names);
//
// It refuses with PERMISSION_DENIED, or UNAUTHENTICATED where nobody is known
// to call, and leaves what is about rows and columns in
// CallContext::row_access(). On Create that holds what permissions of the
// program's own say of the new row; `owner` is true there for whom the row will
// be.
#ifndef MODELSERVICE_GUARD_PERMISSIONS_H_
#define MODELSERVICE_GUARD_PERMISSIONS_H_

#include <memory>

#include "absl/status/statusor.h"
#include "modelservice/guard/permission.h"
#include "modelservice/schema/model.h"
#include "modelservice/service/interceptor.h"
#include "modelservice/service/method.h"

namespace modelservice {

// `model` is that of the method's service, or null. `default_access` is the
// expression of a method that has none; empty: anybody may call it. All outlive
// the interceptor, which stands behind authentication in a chain. Null when
// there is nothing to ask: anybody may call and use every column.
// INVALID_ARGUMENT for an expression that is none, or names what is not there.
absl::StatusOr<std::unique_ptr<Interceptor>> MakePermissions(
    const Method& method, const Model* model, const PermissionNames& names,
    absl::string_view default_access = "");

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_PERMISSIONS_H_
