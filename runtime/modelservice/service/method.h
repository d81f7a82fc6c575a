// The description of a service and its methods: constant data that generated
// code holds and the runtime reads.
#ifndef MODELSERVICE_SERVICE_METHOD_H_
#define MODELSERVICE_SERVICE_METHOD_H_

#include <google/protobuf/message.h>

#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "modelservice/database.h"
#include "modelservice/schema/guard.h"
#include "modelservice/schema/method_kind.h"
#include "modelservice/schema/model.h"
#include "modelservice/service/lookup.h"

namespace modelservice {

class AsyncMessages;
class CallContext;
class Handler;
class MessageStream;

enum class Streaming : uint8_t { kUnary, kServer, kClient, kBidi };

enum class TransactionMode : uint8_t { kNone, kRead, kWrite };

// What one field of a standard method's request means.
struct RequestField {
  enum class Role : uint8_t {
    kResource,  // the message that is created or updated
    // A column's value: a key of Retrieve, Update and Destroy, a filter of
    // List, a field to write of PartialUpdate.
    kColumn,
    kUpdateMask,           // google.protobuf.FieldMask
    kPartialUpdateFields,  // repeated string, django-socio-grpc's mask
    kPageSize,             // an integer: rows on a page
    kPageToken,            // a string
    kFilter,               // a string: AIP-160's language
    kOrderBy,              // a string: "year desc, title", or "-year,title"
    kSearch,               // a string: words to look for
    kSkip,                 // an integer: rows to leave out
    kEtag,                 // a string: what the row's ETAG has to be
    kShowDeleted,          // a bool: whether rows that are deleted come, too
    // Repeated messages of a batch, one for each row: requests, or the model's.
    kItems,
    // Of a batch, a list of the values of a unique column: the rows with them.
    kKeys,
    kValidateOnly,  // a bool: whether nothing is to be kept
    kAllowMissing,  // a bool: whether the row need not be there
    kRequestId,     // a string: by which a repeated call is known
    kReadMask,      // google.protobuf.FieldMask: what to reply
    kGroupBy,       // repeated string: the groups of an Aggregate
    kCustomFilter,  // a filter of List that FilterList reads
    kFilterOf,      // a filter of List over what `any_of` says
    kView,          // an enum: a name of which fields to reply (AIP-157)
  };
  // A field of the model, or of one that it refers to.
  struct Path {
    struct Step {
      int column;  // which refers to a row of `model`
      const Model& (*model)();
    };
    absl::Span<const Step> steps;
    int column;  // of the model at their end
  };
  int number;
  Role role;
  int column = -1;  // kColumn: a position in Table::columns
  // kColumn, as a filter of List: a repeated field is one that takes a list.
  Lookup lookup = Lookup::kExact;
  // kFilterOf: one of these is to meet the lookup.
  absl::Span<const Path> any_of = {};
};

// What one field of an Aggregate's group is: the value that all of its rows
// have in a column, or what is computed of them.
struct GroupField {
  enum class Role : uint8_t { kKey, kCount, kSum, kAverage, kMin, kMax };
  int number;
  Role role;
  int column = -1;  // kCount: of whole rows without one
};

// Runs the handler's own method. A unary request, or a server stream's, is
// `request` (else null); every other message moves through `stream`, the single
// reply of a unary or client-streaming call too.
using Invoke = absl::Status (*)(Handler& handler, const CallContext& call,
                                const google::protobuf::Message* request,
                                MessageStream& stream);

// Starts the handler's method in its other form, which goes on with `messages`
// after it has returned (async_stream.h). `request` is as for Invoke.
using StartFunction = void (*)(Handler& handler, const CallContext& call,
                               const google::protobuf::Message* request,
                               std::shared_ptr<AsyncMessages> messages);

class Method {
 public:
  // `path` is "/shop.CustomerService/Retrieve".
  constexpr Method(absl::string_view path, MethodKind kind, Streaming streaming,
                   const google::protobuf::Message& (*request)(),
                   const google::protobuf::Message& (*reply)(), Invoke invoke)
      : path(path),
        kind(kind),
        streaming(streaming),
        request(request),
        reply(reply),
        invoke(invoke) {}

  // Of a standard method; with none that writes, the request is the resource
  // itself.
  constexpr Method RequestFields(absl::Span<const RequestField> v) const {
    Method copy = *this;
    copy.request_fields = v;
    return copy;
  }
  // The reply carries rows in the repeated field `rows`, and, where they are
  // not 0, the token of the next page in the string field `next_page_token` and
  // the number of rows on all pages in the integer field `total_size`.
  constexpr Method Page(int rows, int next_page_token, int total_size) const {
    Method copy = *this;
    copy.rows_field = rows;
    copy.next_page_token_field = next_page_token;
    copy.total_size_field = total_size;
    return copy;
  }
  // What each message of kItems says, as RequestFields has it of a request.
  constexpr Method ItemFields(absl::Span<const RequestField> v) const {
    Method copy = *this;
    copy.item_fields = v;
    return copy;
  }
  // Of an AGGREGATE: what the reply's rows, which are groups, hold.
  constexpr Method GroupFields(absl::Span<const GroupField> v) const {
    Method copy = *this;
    copy.group_fields = v;
    return copy;
  }
  // The reply is google.protobuf.Empty.
  constexpr Method EmptyReply() const {
    Method copy = *this;
    copy.empty_reply = true;
    return copy;
  }
  // The transaction around a custom method.
  constexpr Method In(TransactionMode v) const {
    Method copy = *this;
    copy.transaction = v;
    return copy;
  }

  // The other form of a custom method.
  constexpr Method Starts(StartFunction v) const {
    Method copy = *this;
    copy.start = v;
    return copy;
  }

  // How much that transaction, or the one of a standard method's hooks, sees of
  // others.
  constexpr Method Isolated(Isolation v) const {
    Method copy = *this;
    copy.isolation = v;
    return copy;
  }
  // What stands around it.
  constexpr Method GuardedBy(const Guard* v) const {
    Method copy = *this;
    copy.guard = v;
    return copy;
  }

  absl::string_view path;
  MethodKind kind;
  Streaming streaming;
  const google::protobuf::Message& (*request)();
  const google::protobuf::Message& (*reply)();
  Invoke invoke;
  StartFunction start = nullptr;
  absl::Span<const RequestField> request_fields;
  absl::Span<const RequestField> item_fields;
  absl::Span<const GroupField> group_fields;
  bool empty_reply = false;
  int rows_field = 0;
  int next_page_token_field = 0;
  int total_size_field = 0;
  TransactionMode transaction = TransactionMode::kNone;
  Isolation isolation = Isolation::kRepeatableRead;
  const Guard* guard = nullptr;
};

struct Service {
  absl::string_view name;   // "shop.CustomerService"
  const Model& (*model)();  // null: every method is custom
  absl::Span<const Method> methods;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_METHOD_H_
