// Rows whose fields are filled from others, by the key that those refer to them
// by.
//
//   Parents parents(model, {id}, messages);
//   select.where = parents.Are({Expression::Column(items, order_id)});
//   parents.ForEach(parents.TextOf({order_id}), give);
//
// The messages must outlive it.
#ifndef MODELSERVICE_ORM_PARENTS_H_
#define MODELSERVICE_ORM_PARENTS_H_

#include <google/protobuf/message.h>

#include <cstddef>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "modelservice/schema/model.h"
#include "modelservice/sql/expression.h"
#include "modelservice/sql/literal.h"
#include "modelservice/value.h"

namespace modelservice {

class Parents {
 public:
  using Message = google::protobuf::Message;

  // By these columns of `model`. A row where one of them is NULL is nobody's.
  Parents(const Model& model, std::vector<int> columns,
          absl::Span<Message* const> messages);

  bool empty() const { return by_key_.empty(); }

  // Whether `columns`, as many, have the key of one of the rows. A key of
  // several columns, of very many rows, may be put together of two rows' keys:
  // Has knows.
  Expression Are(absl::Span<const Expression> columns) const;

  // Equal texts for equal keys.
  static std::string TextOf(absl::Span<const Value> key);
  bool Has(absl::string_view key) const { return by_key_.contains(key); }

  // Calls `give` for each row with this key, and whether it is the last one.
  template <class Give>
  void ForEach(absl::string_view key, const Give& give) const {
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return;
    const std::vector<size_t>& same = found->second;
    for (size_t i = 0; i < same.size(); ++i) {
      give(messages_[same[i]], i + 1 == same.size());
    }
  }

 private:
  const absl::Span<Message* const> messages_;
  absl::flat_hash_map<std::string, std::vector<size_t>> by_key_;
  // By column, those of each different key.
  std::vector<std::vector<Literal>> values_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_PARENTS_H_
