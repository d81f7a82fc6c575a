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
#include "modelservice/orm/row_set.h"
#include "modelservice/service/plan.h"
#include "modelservice/service/read_mask.h"

namespace modelservice {

// Logs what a List leaves out: a row that cannot be read (RowCodec), while the
// others can.
void LogLeftOut(const absl::Status& unreadable);

// What a statement that counts yields.
class CountSink final : public RowSink {
 public:
  absl::Status OnRow(Row row) override {
    count = row[0].integer();
    return absl::OkStatus();
  }
  void OnRestart() override { count = 0; }
  int64_t count = 0;
};

class Listing {
 public:
  // Both outlive the listing.
  Listing(const ServicePlan& service, const MethodPlan& plan)
      : service_(service), plan_(plan) {}

  // Waits where ReadMayWait (call_ways.h). INVALID_ARGUMENT, with every
  // fault, for a negative page_size, a token that does not belong to the
  // request, a value that its column cannot hold, or a filter or an order that
  // is none.
  absl::Status Read(const google::protobuf::Message& request,
                    const CallContext& call);

  // Of a page by its number: what is said of it once this many rows of it have
  // come. NOT_FOUND behind the last one, but for the first.
  absl::Status CheckPage(int64_t rows) const;
  // Whether the rows of one page are all that is asked for.
  bool is_page() const { return page_ > 0; }

  // The rows that are asked for and that the caller may see.
  const Expression& where() const { return where_; }

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
  Statement Count(std::optional<int64_t> most) const
      ABSL_ATTRIBUTE_LIFETIME_BOUND;
  // Appends what is asked of the row, as field `field` of a message or, for 0,
  // as it is. DATA_LOSS, as of a RowCodec, for what makes no message, and for a
  // row without a key.
  absl::Status Encode(int field, Row row, WireBuffer& wire) {
    if (readable_.empty()) {
      for (const int column : table().key) {
        if (row[static_cast<size_t>(column)].is_null()) return NoKey(column);
      }
    }
    if (read_mask_.is_of_no_row()) return absl::OkStatus();
    if (!read_mask_.is_whole()) {
      return read_mask_.Encode(codec(), field, row, wire);
    }
    return field == 0 ? codec().Encode(row, Audience::kClient, wire)
                      : codec().EncodeAs(field, row, Audience::kClient, wire);
  }
  const ReadMask& read_mask() const { return read_mask_; }
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
  absl::Status ReadFilterOf(const google::protobuf::Message& request,
                            const MethodPlan::Field& field,
                            const CallContext& call);
  absl::Status ReadFilter(const std::string& name, absl::string_view text,
                          const CallContext& call);
  absl::Status ReadOrder(const std::string& name, absl::string_view text,
                         const CallContext& call);
  void ReadSearch(const std::string& name, absl::string_view text);
  // Asks the database which page is the last.
  absl::Status FindLastPage(const CallContext& call);
  absl::Status OpenToken();
  // What the order compares, each of them.
  std::vector<OrderBy> OrderParts() const;
  // Whether the part is a column of the List's own table, and not one of
  // `others_`.
  bool IsOwn(const Ordering& part) const {
    return static_cast<size_t>(part.column) < table().columns.size();
  }
  // Of a row, with NULL in this column.
  absl::Status NoKey(int column) const;
  // Whether the place has NULL where the order's column should have none.
  bool IsOddNull(size_t part, const Literal& value) const;
  bool HasOddNull(absl::Span<const Literal> place) const;
  // The rows behind the one at the place.
  Expression Behind(absl::Span<const Literal> place) const;
  // What a handler finds in the request's other fields.
  absl::Status ReadCustom(const google::protobuf::Message& request,
                          const CallContext& call);
  // What django-socio-grpc's clients say in metadata.
  absl::Status ReadMetadata(const CallContext& call);

  const Table& table() const { return *service_.model->table; }
  const RowCodec& codec() const { return service_.projection->codec(); }
  absl::Span<const Ordering> order() const {
    return own_order_.empty() ? table().ordering
                              : absl::MakeConstSpan(own_order_);
  }

  const ServicePlan& service_;
  const MethodPlan& plan_;
  int64_t requested_size_ = 0;
  int64_t page_ = 0;  // by its number, from 1 on
  bool last_page_ = false;
  // Rows to leave out, behind the token's.
  int64_t skip_ = 0;
  // The order that the request asks for; empty: the model's.
  std::vector<Ordering> own_order_;
  // What else than the table's columns it is by: the order has their places
  // behind those of the columns, as the rows have the values.
  struct OtherValue {
    std::string path;
    Expression value;
  };
  std::vector<OtherValue> others_;
  // What the request filters by, and then the caller's scope.
  Deleted deleted_ = Deleted::kHidden;
  Expression where_;
  std::vector<Violation> violations_;
  std::string token_;
  // What the caller may read and asks for, where that is not all; else empty.
  std::vector<Expression> readable_;
  ReadMask read_mask_;
  // What a token belongs to.
  std::string binding_;
  std::vector<Literal> after_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_LISTING_H_
