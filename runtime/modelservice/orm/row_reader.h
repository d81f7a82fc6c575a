// Rows one by one, in constant memory.
#ifndef MODELSERVICE_ORM_ROW_READER_H_
#define MODELSERVICE_ORM_ROW_READER_H_

#include <google/protobuf/message.h>

#include <cstddef>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "modelservice/database.h"
#include "modelservice/db/copied_rows.h"
#include "modelservice/orm/codec.h"
#include "modelservice/orm/projection.h"
#include "modelservice/orm/row_set.h"
#include "modelservice/orm/session.h"

namespace modelservice {

// Reads a few hundred rows at a time, on one snapshot. Inside of a transaction,
// whose rows nothing can hold open, all of them are read at first. Not
// thread-safe.
class RowReader {
 public:
  // The projection outlives it.
  RowReader(const Session& session, const Projection& projection,
            const RowSet& rows);

  // Whether there was another row, which is `message` now. After false,
  // status() says whether that was the end.
  bool Next(google::protobuf::Message* message);
  const absl::Status& status() const { return status_; }

 private:
  absl::Status Start();
  absl::Status Fetch();
  const RowCodec& codec() const;
  // Decodes the page, and fills what a statement of its own is for.
  absl::Status FillPage();

  const Session session_;
  const Projection& projection_;
  std::optional<RowCodec> live_codec_;
  const RowSet rows_;
  bool started_ = false;
  bool more_ = true;
  std::unique_ptr<Cursor> cursor_;  // null: all rows were read
  CopiedRows page_;
  size_t next_ = 0;  // in page_
  // The page's, where they are filled.
  std::vector<std::unique_ptr<google::protobuf::Message>> filled_;
  // Of the cursor's statement, once there is one.
  std::string sql_;
  bool fetched_ = false;
  absl::Status status_;
};

// For a range-for, once. What is at hand is valid until the next one, and may
// be changed or moved away.
template <class Message>
class RowRange {
 public:
  class iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Message;
    using difference_type = std::ptrdiff_t;
    using pointer = Message*;
    using reference = Message&;

    explicit iterator(RowRange* range) : range_(range) {}
    Message& operator*() const { return range_->message_; }
    Message* operator->() const { return &range_->message_; }
    iterator& operator++() {
      if (!range_->reader_->Next(&range_->message_)) range_ = nullptr;
      return *this;
    }
    friend bool operator==(const iterator& a, const iterator& b) {
      return a.range_ == b.range_;
    }
    friend bool operator!=(const iterator& a, const iterator& b) {
      return a.range_ != b.range_;
    }

   private:
    RowRange* range_;
  };

  explicit RowRange(std::unique_ptr<RowReader> reader)
      : reader_(std::move(reader)) {}
  iterator begin() { return ++iterator(this); }
  iterator end() { return iterator(nullptr); }
  // Whether the loop came to the end of the rows, or to an error.
  const absl::Status& status() const { return reader_->status(); }

 private:
  std::unique_ptr<RowReader> reader_;
  Message message_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_ROW_READER_H_
