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

#include <functional>
#include <memory>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "modelservice/interceptor.h"
#include "modelservice/permission.h"
#include "modelservice/schema/model.h"
#include "modelservice/service/method.h"
#include "modelservice/service/row_access.h"

namespace modelservice {

// `model` is that of the method's service, or null; `others` are those whose
// messages its replies have besides. `default_access` is the expression of a
// method that has none; empty: anybody may call it. All and `names` outlive the
// interceptor, which stands behind authentication in a chain. Null when there
// is nothing to ask: anybody may call and use every column. INVALID_ARGUMENT
// for an expression that is none, or names what is not there.
absl::StatusOr<std::unique_ptr<Interceptor>> MakePermissions(
    const Method& method, const Model* model, const PermissionNames& names,
    absl::string_view default_access = "",
    absl::Span<const Model* const> others = {});

// The expression of who may call the method; empty: anybody may.
absl::string_view RequiredAccess(const Method& method,
                                 absl::string_view default_access);

// The rows of `model` that there are for who may call `method`, which is its
// service's and reads; asking may wait. INVALID_ARGUMENT likewise.
absl::StatusOr<std::function<Expression(const CallContext&)>> MakeRowRule(
    const Method& method, const Model& model, const PermissionNames& names,
    absl::string_view default_access);

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_PERMISSIONS_H_
