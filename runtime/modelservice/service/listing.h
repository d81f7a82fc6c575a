// What a LIST request asks for, whatever shape its rows are sent in: a page, a
// stream of rows or a stream of pages.
#ifndef MODELSERVICE_SERVICE_LISTING_H_
#define MODELSERVICE_SERVICE_LISTING_H_

#include <google/protobuf/message.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/attributes.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "modelservice/call_context.h"
#include "modelservice/service/plan.h"

namespace modelservice {

// Logs what a List leaves out: a row that cannot be read (RowCodec), while the
// others can.
void LogLeftOut(const absl::Status& unreadable);

class Listing {
 public:
  // Both outlive the listing.
  Listing(const ServicePlan& service, const MethodPlan& plan)
      : service_(service), plan_(plan) {}

  // INVALID_ARGUMENT for a negative page_size, a token that does not belong to
  // the request, or a filter value that its column cannot hold.
  absl::Status Read(const google::protobuf::Message& request,
                    const CallContext& call);

  // The request's page_size; 0 when it names none.
  int64_t requested_size() const { return requested_size_; }

  // At most `limit` rows, or all for none.
  Statement SelectFirst(std::optional<int64_t> limit) const
      ABSL_ATTRIBUTE_LIFETIME_BOUND {
    return SelectAfter({}, limit);
  }
  // The same behind the row whose place is `last`, if that is not empty.
  Statement SelectAfter(absl::Span<const Literal> last,
                        std::optional<int64_t> limit) const
      ABSL_ATTRIBUTE_LIFETIME_BOUND;
  // How many rows there are on all pages, counted no further than `most`.
  Statement Count(int64_t most) const ABSL_ATTRIBUTE_LIFETIME_BOUND;
  // The values of the order's columns.
  std::vector<Literal> PlaceOf(Row row) const;

  // The token of the page after the row at this place.
  std::string TokenAt(const std::vector<Literal>& place) const;
  // The token of the page after `row`.
  std::string TokenAfter(Row row) const;

 private:
  const ServicePlan& service_;
  const MethodPlan& plan_;
  int64_t requested_size_ = 0;
  // What the request filters by; a token belongs to it.
  Expression filter_;
  // With the caller's scope.
  Expression where_;
  // What the caller may read, where there are rules; else empty.
  std::vector<Expression> readable_;
  std::string binding_;
  std::vector<Literal> after_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_LISTING_H_
