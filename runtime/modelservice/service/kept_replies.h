// Replies of writes by the request_id of their requests (AIP-155), in the
// write's own transaction: a request that is repeated, because its reply was
// lost, is answered as it was, and not done again.
//
//   const KeptReplies kept(call, method.path, request_id, request);
//   absl::StatusOr<bool> first = kept.Claim(tx, lifetime, &reply);
//   if (!first.ok() || !*first) return ...;  // `reply` is what it was
//   ... write ...
//   kept.Keep(tx, reply);
//
// The table is `migrate`'s to make, where a served method has a request_id.
#ifndef MODELSERVICE_SERVICE_KEPT_REPLIES_H_
#define MODELSERVICE_SERVICE_KEPT_REPLIES_H_

#include <google/protobuf/message.h>

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "modelservice/call_context.h"
#include "modelservice/database.h"
#include "modelservice/orm/wire.h"
#include "modelservice/schema/model.h"
#include "modelservice/service/method.h"

namespace modelservice {

// The table alone: it stores no message.
const Model& RequestModel();
// Whether the service has a method that needs it.
bool NeedsRequestTable(const Service& service);

class KeptReplies {
 public:
  // Of one call; the id is the caller's, in its tenant if it has one, and the
  // method's.
  KeptReplies(const CallContext& call, const std::optional<std::string>& tenant,
              absl::string_view method, absl::string_view request_id,
              const google::protobuf::Message& request);

  // Whether the request is a new one. Else `reply` is that of the first;
  // INVALID_ARGUMENT where that was another request. Conflicts of two that come
  // at once are the transaction's.
  absl::StatusOr<bool> Claim(Transaction& transaction, absl::Duration lifetime,
                             WireBuffer* reply) const;
  absl::Status Keep(Transaction& transaction, const WireBuffer& reply) const;

 private:
  absl::StatusOr<bool> Insert(Transaction& transaction, absl::Time now) const;

  const std::string key_;
  const std::string hash_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_KEPT_REPLIES_H_
