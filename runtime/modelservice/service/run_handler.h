// What every call that runs a handler's own method has in common.
#ifndef MODELSERVICE_SERVICE_RUN_HANDLER_H_
#define MODELSERVICE_SERVICE_RUN_HANDLER_H_

#include <exception>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "modelservice/errors.h"
#include "modelservice/service/plan.h"
#include "modelservice/spans.h"

namespace modelservice {

// The transaction around the handler's method: a standard one that is
// overridden has the one it would have had. A List that streams has none: its
// client decides for how long it lasts.
inline TransactionMode TransactionOf(const Method& method) {
  switch (method.kind) {
    case MethodKind::kCustom:
      return method.transaction;
    case MethodKind::kList:
      return method.streaming == Streaming::kUnary ? TransactionMode::kRead
                                                   : TransactionMode::kNone;
    case MethodKind::kRetrieve:
    case MethodKind::kBatchGet:
    case MethodKind::kAggregate:
      return TransactionMode::kRead;
    // Its client decides for how long it lasts, unless all of it is kept first.
    case MethodKind::kBulkCreate:
      return method.transaction;
    default:
      return TransactionMode::kWrite;
  }
}

inline TransactionOptions OptionsOf(const Method& method,
                                    TransactionMode mode) {
  TransactionOptions options;
  options.read_only = mode == TransactionMode::kRead;
  options.isolation = method.isolation;
  return options;
}

// Runs user code; an exception out of it becomes INTERNAL, and the server
// lives.
template <class Code>
absl::Status Guarded(Code&& code) {
  try {
    return code();
  } catch (const std::exception& e) {
    return absl::InternalError(absl::StrCat("exception: ", e.what()));
  } catch (...) {
    return absl::InternalError("exception of an unknown type");
  }
}

// Runs a hook, as a span of its call.
template <class Hook>
absl::Status RunHook(absl::string_view name, Hook hook) {
  SpanScope span(name);
  const absl::Status status = hook();
  span.set_status(status);
  return status;
}

// What a client is told of a database error in a call of this method.
inline absl::Status Translated(const absl::Status& status,
                               const ServicePlan& service,
                               const MethodPlan& plan) {
  return TranslateDatabaseError(
      status, service.model == nullptr ? nullptr : service.model->table,
      SingleKind(plan.method->kind) == MethodKind::kDestroy ? WriteKind::kDelete
                                                            : WriteKind::kSave);
}

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_RUN_HANDLER_H_
