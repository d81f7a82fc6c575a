// Rows that a call gives one after the other, whether they come in pages, as a
// stream of rows or of chunks.
#ifndef MODELSERVICE_CLIENT_ROWS_H_
#define MODELSERVICE_CLIENT_ROWS_H_

#include <cstddef>
#include <iterator>
#include <memory>
#include <utility>

#include "absl/status/status.h"

namespace modelservice {
namespace client {

// Where rows come from.
template <class Row>
class Source {
 public:
  virtual ~Source() = default;
  // The next row, which lives until the call after; null at the end.
  virtual Row* Next() = 0;
  // Why it ended; OK as long as it has not.
  virtual const absl::Status& status() const = 0;
};

// Says in the log that a range ended early and nobody asked.
void LogUnseen(const absl::Status& status);

}  // namespace client

// A range to go through once, with a call for each page or one for all:
//
//   auto customers = client.List(request);
//   for (shop::Customer& customer : customers) { ... }
//   if (!customers.status().ok()) return customers.status();
//
// An error ends it. When nobody asks for status() then, the log has it. Left
// early, what the server still sends is given up. Not for several threads.
template <class Row>
class Rows {
 public:
  explicit Rows(std::unique_ptr<client::Source<Row>> source)
      : source_(std::move(source)) {}
  Rows(Rows&& other) noexcept = default;
  Rows& operator=(Rows&& other) = delete;
  ~Rows() {
    if (source_ != nullptr && !asked_) client::LogUnseen(source_->status());
  }

  class iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Row;
    using difference_type = std::ptrdiff_t;
    using pointer = Row*;
    using reference = Row&;

    Row& operator*() const { return *row_; }
    Row* operator->() const { return row_; }
    iterator& operator++() {
      row_ = rows_->Next();
      return *this;
    }
    bool operator==(const iterator& other) const { return row_ == other.row_; }
    bool operator!=(const iterator& other) const { return row_ != other.row_; }

   private:
    friend class Rows;
    iterator(Rows* rows, Row* row) : rows_(rows), row_(row) {}
    Rows* rows_;
    Row* row_;
  };

  // Waits for the first row; once.
  iterator begin() { return iterator(this, Next()); }
  iterator end() { return iterator(this, nullptr); }

  // The next row, to be changed or moved from, until the next call; null at the
  // end. Waits for it.
  Row* Next() { return source_->Next(); }

  // Why it ended: OK after the last row.
  const absl::Status& status() const {
    asked_ = true;
    return source_->status();
  }

 private:
  std::unique_ptr<client::Source<Row>> source_;
  mutable bool asked_ = false;
};

}  // namespace modelservice

#endif  // MODELSERVICE_CLIENT_ROWS_H_
