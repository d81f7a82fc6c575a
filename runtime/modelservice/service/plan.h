// A method of a service made ready for a database: its statements' texts and
// the places of its request's fields, worked out once.
//
// Immutable after building, so safe to share.
#ifndef MODELSERVICE_SERVICE_PLAN_H_
#define MODELSERVICE_SERVICE_PLAN_H_

#include <google/protobuf/descriptor.h>

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "modelservice/database.h"
#include "modelservice/handler.h"
#include "modelservice/orm/projection.h"
#include "modelservice/orm/validator.h"
#include "modelservice/rpc_signals.h"
#include "modelservice/service/call_budget.h"
#include "modelservice/service/call_numbers.h"
#include "modelservice/service/chain.h"
#include "modelservice/service/filter_syntax.h"
#include "modelservice/service/method.h"
#include "modelservice/service/page_token.h"
#include "modelservice/service/row_access.h"
#include "modelservice/service/update_texts.h"
#include "modelservice/sql/table_statements.h"

namespace modelservice {

class Arrivals;
class CallTracing;
class CancelledCalls;
class RequestLog;
class StreamKeeper;
class VisibleRows;

struct MethodPlan {
  struct Field {
    const google::protobuf::FieldDescriptor* descriptor;
    RequestField::Role role;
    int column;
    Lookup lookup;
    absl::Span<const RequestField::Path> any_of;
  };

  const Method* method = nullptr;
  // The same, where it is none of a service's.
  std::unique_ptr<const Method> own_method;
  Chain chain;
  // The type of the request, or of a batch's part.
  const google::protobuf::Descriptor* request = nullptr;
  // The handler's own method runs: it is custom, or overridden.
  bool runs_handler = false;
  // In its other form (Method::start).
  bool starts = false;
  // The reply may have messages of the model in it.
  bool reply_has_model = false;
  std::vector<Field> fields;
  // The columns that the statement's parameters stand for, in order; of an
  // UPDATE or PARTIAL_UPDATE those that it may write.
  std::vector<int> columns;
  // The statement of the common case; for LIST the first page's.
  std::string sql;
  std::string next_page_sql;  // LIST after a token, where no order is nullable
  // LIST: an index gives the model's order, so that a page costs its rows.
  bool ordered_by_index = false;
  // Of a CREATE: the column of role OWNER, or -1.
  int owner_column = -1;
  // Whether a Create or Update can answer with the values it wrote: no column's
  // stored value is the database's to choose.
  bool echoes = false;
  // Of a Create that asks for no more than the key: the last one that fits into
  // the reply.
  int64_t most_key = std::numeric_limits<int64_t>::max();
  // What the statement of a write gives back.
  Returning returning = Returning::kNothing;
  // Of a CREATE: a column may be left to the database's DEFAULT.
  bool leaves_out = false;
  // Reads the row that an UPDATE wrote, where the dialect reads back.
  std::string read_back;
  // Of UPDATE and PARTIAL_UPDATE.
  std::unique_ptr<UpdateTexts> updates;
  // UPDATE without a mask: every one of `columns`.
  bool writes_all = false;
  // The request's fields are the columns' values, as they are: no resource has
  // to be made of them.
  bool reads_values = false;
  // Of a method that does several of one kind: what is done for each.
  std::unique_ptr<const MethodPlan> item;
  // Of an UPDATE with allow_missing: what makes the row.
  std::unique_ptr<const MethodPlan> create;
  // The request may say how the write is to be done (write_options.h).
  bool has_write_options = false;
  std::unique_ptr<MethodNumbers> numbers = std::make_unique<MethodNumbers>();

  const Field* Find(RequestField::Role role) const;
};

// How much one call may take.
struct Bounds {
  // A page of a List ends before it is larger.
  size_t reply_bytes = 4 << 20;
  // How far rows are counted for a page's total_size.
  int64_t total_size = 1000000;
  // The messages of a stream around a transaction, which wait for its start or
  // its end.
  size_t stream_bytes = 16 << 20;
  // A List's filter; a search is bounded likewise.
  FilterBounds filter;
  // How long a request is known by its request_id.
  absl::Duration request_id_lifetime = absl::Hours(24);
};

struct ServicePlan {
  const Service* service = nullptr;
  const Model* model = nullptr;  // null: every method is custom
  Database* database = nullptr;
  const PageTokens* tokens = nullptr;
  const RpcSignals* signals = nullptr;
  Executor* executor = nullptr;
  CallBudget* budget = nullptr;
  Arrivals* arrivals = nullptr;
  CancelledCalls* cancelled = nullptr;
  StreamKeeper* streams = nullptr;
  RequestLog* request_log = nullptr;
  const CallTracing* tracing = nullptr;
  ErrorReasons* reasons = nullptr;
  const VisibleRows* visible = nullptr;
  Bounds bounds;
  Handler* handler = nullptr;
  Overrides overrides;
  // Null without a model.
  std::unique_ptr<const Projection> projection;
  std::unique_ptr<const Validator> validator;
  // Whether a row may be refused for what other rows hold.
  bool may_collide = false;
  // Of each column.
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  bool has_oneofs = false;
  // The model's table in the database; null without a model.
  std::shared_ptr<const LiveTable> live;
  // How the model's fields lie in it; empty: as they are.
  absl::Span<const ColumnForm> forms;
  // Whether values of a column that are equal have the same bytes, so that code
  // of ours can tell; else only the database can.
  std::vector<bool> equal_by_bytes;
  // Those that may hold what no client can write - JSON's numbers with more
  // digits than a double, days and months of a span - so that what is equal to
  // its reply is not written.
  std::vector<int> lossy_columns;
  // Columns of SQLite's that may hold the same value in another form.
  std::vector<int> other_forms;
  // In a Django style, the lists of the message that are in no column: its
  // relations to many, which nothing here writes.
  std::vector<const google::protobuf::FieldDescriptor*> unserved;
  // Those whose references are Reference::visible_only, or hiding.
  std::vector<int> visible_references;
  std::vector<MethodPlan> methods;
};

// What a server has for all of its services; outlives them.
struct ServerParts {
  Database& database;
  const PageTokens& tokens;
  const RpcSignals& signals;
  Executor& executor;
  CallBudget& budget;
  Arrivals& arrivals;
  CancelledCalls& cancelled;
  StreamKeeper& streams;
  RequestLog& request_log;
  const CallTracing& tracing;
  ErrorReasons& reasons;
  // Complete before the first call.
  const VisibleRows& visible;
  Bounds bounds;
};

// `chains` are those of the service's methods, in order; `live` is its model's
// table (Database::LiveTableOf), and null where there is no model.
ServicePlan MakePlan(const Service& service, const ServerParts& server,
                     Handler& handler, const Overrides& overrides,
                     std::vector<Chain> chains,
                     std::shared_ptr<const LiveTable> live);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_PLAN_H_
