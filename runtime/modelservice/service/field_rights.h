// What an Update may write of the columns that have rules of their own. Each
// that the request is about is written, stays as it is, or is refused; which of
// these it is never depends on a value that the caller may not read:
//
//   asked for, and one may write it   written
//   asked for, and one may not        no write, if one sees that it is the same
//                                     value; else refused
//   left out of a whole Update        stays, unless one may read and write it
//
//   FieldRights rights(service, call);
//   rights.Settle(&change);           // what needs no row
//   if (rights.needs_row()) ...       // the rest: Apply, and then CheckWritten
//
// Lives as long as its call; used by one thread at a time.
#ifndef MODELSERVICE_SERVICE_FIELD_RIGHTS_H_
#define MODELSERVICE_SERVICE_FIELD_RIGHTS_H_

#include <google/protobuf/message.h>

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "modelservice/call_context.h"
#include "modelservice/service/access.h"
#include "modelservice/service/plan.h"
#include "modelservice/service/resource.h"

namespace modelservice {

class FieldRights {
 public:
  // Both outlive it.
  FieldRights(const ServicePlan& service, const CallContext& call)
      : service_(service), call_(call) {}

  // Whether there are rules at all; then the change needs its resource.
  bool has_rules() const { return !ColumnRulesOf(call_).empty(); }

  // Takes what surely stays as it is out of the change. PERMISSION_DENIED for
  // what is surely refused.
  absl::Status Settle(Change* change);
  // Whether it depends on the row what is written.
  bool needs_row() const { return !open_.empty(); }
  // Of the change's columns those that are surely written.
  Change::Columns Written(const Change& change) const;

  // Puts what stays as it is back from `stored` into `updated`, which has the
  // changes. PERMISSION_DENIED naming the fields that are refused.
  absl::Status Apply(const google::protobuf::Message& stored,
                     google::protobuf::Message* updated);
  // After Apply: PERMISSION_DENIED for what the caller may not write of the row
  // as it is now.
  absl::Status CheckWritten(Row row) const;

 private:
  struct Open {
    const RowAccess::ColumnRule* rule;
    bool left_out;
  };

  const Table& table() const { return *service_.model->table; }
  bool IsLeftOut(const Change& change, int column) const;
  void Keep(int column, const google::protobuf::Message& stored,
            google::protobuf::Message* updated) const;
  absl::Status Refuse(const std::vector<int>& columns) const;

  const ServicePlan& service_;
  const CallContext& call_;
  std::vector<int> kept_;
  std::vector<Open> open_;
  std::vector<const RowAccess::ColumnRule*> written_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_FIELD_RIGHTS_H_
