// What one call's filters may know of rows that are related to its own: those
// that there are for its caller, by tenant, and by the Scope and the access of
// the services that show them.
//
//   if (ReadMayWait(service, plan, request, call)) ... // on the executor:
//   CallWays ways(service, call);
//   auto rows = FilterCondition(filter, {..., service.model, &ways}, &fault);
//   if (!ways.status().ok()) return ways.status();
//
// Lives as long as its call; used by one thread at a time.
#ifndef MODELSERVICE_SERVICE_CALL_WAYS_H_
#define MODELSERVICE_SERVICE_CALL_WAYS_H_

#include <google/protobuf/message.h>

#include <memory>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "modelservice/call_context.h"
#include "modelservice/service/filter_target.h"
#include "modelservice/service/plan.h"

namespace modelservice {

// Whether a List's request may filter or order by rows of other models, or ask
// for the last page. Then Listing waits when it reads it, for permissions, and
// for what the database has of these.
bool ReadMayWait(const ServicePlan& service, const MethodPlan& plan,
                 const google::protobuf::Message& request,
                 const CallContext& call);

// A column of the row at the steps' end, whoever may see it.
Expression ColumnAt(const Table& from,
                    absl::Span<const RequestField::Path::Step> steps,
                    int column);

class CallWays final : public FilterWays {
 public:
  // Both outlive it.
  CallWays(const ServicePlan& service, const CallContext& call)
      : service_(service), call_(call) {}

  bool Shows(const Model& model) const override;
  Expression RowsOf(const Model& model) override;
  Expression RowsBetween(const Table& table, absl::string_view alias) override;
  absl::Span<const ColumnForm> FormsOf(const Model& model) override;

  // The rows of `from` whose every row along the steps is there for the caller.
  Expression Reaching(const Table& from,
                      absl::Span<const RequestField::Path::Step> steps);

  // A column of the row at the steps' end; NULL where one on the way is not
  // there for the caller.
  Expression ValueAt(const Table& from,
                     absl::Span<const RequestField::Path::Step> steps,
                     int column);

  // Why it could not be told.
  const absl::Status& status() const { return status_; }

 private:
  // Of the caller's tenant; none where it has none.
  Expression TenantsRows(const Table& table, absl::string_view alias);
  absl::Span<const ColumnForm> FormsOf(const Table& table);

  const ServicePlan& service_;
  const CallContext& call_;
  absl::Status status_;
  // What was asked for already.
  std::vector<std::pair<const Table*, Expression>> rows_;
  std::vector<std::pair<const Table*, std::shared_ptr<const LiveTable>>> live_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_CALL_WAYS_H_
