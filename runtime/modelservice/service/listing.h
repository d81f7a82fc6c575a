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
#include "absl/types/span.h"
#include "modelservice/base/status_details.h"
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

  // INVALID_ARGUMENT, with every fault, for a negative page_size, a token that
  // does not belong to the request, a value that its column cannot hold, or a
  // filter or an order that is none.
  absl::Status Read(const google::protobuf::Message& request,
                    const CallContext& call);

  // Of a page by its number: what is said of it once this many rows of it have
  // come. NOT_FOUND behind the last one, but for the first.
  absl::Status CheckPage(int64_t rows) const;
  // Whether the rows of one page are all that is asked for.
  bool is_page() const { return page_ > 0; }

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
  // Each reads one field of the request, and tells its faults.
  absl::Status ReadOne(const google::protobuf::Message& request,
                       const MethodPlan::Field& field, const CallContext& call);
  absl::Status ReadColumn(const google::protobuf::Message& request,
                          const MethodPlan::Field& field,
                          const CallContext& call);
  void ReadFilter(const std::string& name, absl::string_view text);
  void ReadOrder(const std::string& name, absl::string_view text);
  void ReadSearch(const std::string& name, absl::string_view text);
  absl::Status OpenToken();
  // What django-socio-grpc's clients say in metadata.
  absl::Status ReadMetadata(const CallContext& call);

  const Table& table() const { return *service_.model->table; }
  absl::Span<const Ordering> order() const {
    return own_order_.empty() ? table().ordering
                              : absl::MakeConstSpan(own_order_);
  }

  const ServicePlan& service_;
  const MethodPlan& plan_;
  int64_t requested_size_ = 0;
  int64_t page_ = 0;  // by its number, from 1 on
  // Rows to leave out, behind the token's.
  int64_t skip_ = 0;
  // The order that the request asks for; empty: the model's.
  std::vector<Ordering> own_order_;
  // What the request filters by, and then the caller's scope.
  Expression where_;
  std::vector<Violation> violations_;
  std::string token_;
  // What the caller may read, where there are rules; else empty.
  std::vector<Expression> readable_;
  // What a token belongs to.
  std::string binding_;
  std::vector<Literal> after_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_LISTING_H_
