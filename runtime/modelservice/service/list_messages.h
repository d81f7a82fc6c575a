// The messages of a LIST as a stream, made of rows.
#ifndef MODELSERVICE_SERVICE_LIST_MESSAGES_H_
#define MODELSERVICE_SERVICE_LIST_MESSAGES_H_

#include <google/protobuf/message.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "modelservice/call_context.h"
#include "modelservice/orm/wire.h"
#include "modelservice/service/listing.h"
#include "modelservice/service/plan.h"
#include "modelservice/statement.h"

namespace modelservice {

// Rows come in fetches; between two of them the rest of the rows can be asked
// for anew, by a statement that goes on behind the last one.
class ListMessages final : public RowSink {
 public:
  // All outlive it.
  ListMessages(const ServicePlan& service, const MethodPlan& plan,
               const CallContext& call);

  absl::Status Read(const google::protobuf::Message& request);

  // The rows that have not come yet, at most `most` of them: all by default.
  Statement SelectRest(std::optional<int64_t> most = std::nullopt) const
      ABSL_ATTRIBUTE_LIFETIME_BOUND;

  // A fetch begins, of at most this many rows.
  void BeginFetch(size_t most);
  // Whether SelectRest can go on behind the rows of the last fetch.
  bool knows_place() const { return knows_place_; }
  // Whether the last fetch brought as many rows as it was to.
  bool fetch_was_full() const { return rows_in_fetch_ == fetch_; }
  int64_t rows_in_fetch() const { return static_cast<int64_t>(rows_in_fetch_); }
  // How many rows the next fetch should bring: so many as come to a bounded
  // number of bytes, since they wait in memory for the client.
  size_t next_fetch() const;

  absl::Status OnRow(Row row) override;
  // Of a fetch: what came of it so far is forgotten.
  void OnRestart() override;
  // After the last row. NOT_FOUND for a page that there is not.
  absl::Status End();

  // What is asked for of each row; those that are ready have no fields without
  // a column yet.
  const ReadMask& read_mask() const { return listing_.read_mask(); }
  absl::Span<WireBuffer> ready() {
    return absl::MakeSpan(buffers_.data(), ready_);
  }
  void ClearReady() { ready_ = 0; }

 private:
  // What a restart goes back to.
  struct Mark {
    size_t chunk_size = 0;
    int64_t rows_in_chunk = 0;
    size_t ready = 0;
    size_t bytes = 0;
    int64_t rows = 0;
  };

  bool chunked() const { return plan_.method->rows_field != 0; }
  void EndChunk();

  const ServicePlan& service_;
  const MethodPlan& plan_;
  const CallContext& call_;
  Listing listing_;
  // The most rows there are in all; of a stream of rows, its page_size.
  std::optional<int64_t> most_rows_;
  int64_t rows_ = 0;
  int64_t chunk_rows_ = 0;
  int64_t rows_in_chunk_ = 0;
  WireBuffer chunk_;
  // The first `ready_` of them are messages; the others keep their memory for
  // the next ones.
  std::vector<WireBuffer> buffers_;
  size_t ready_ = 0;
  size_t bytes_ = 0;  // of all messages so far
  size_t fetch_ = 0;
  size_t rows_in_fetch_ = 0;
  bool knows_place_ = true;
  // The order's columns of the last row of a full fetch.
  std::vector<Literal> last_;
  Mark mark_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_LIST_MESSAGES_H_
