#include "modelservice/service/update_texts.h"

#include <utility>

#include "modelservice/orm/kept_values.h"

namespace modelservice {
namespace {

// As many as a connection keeps prepared: clients may ask for every
// combination.
constexpr size_t kMostTexts = 256;

}  // namespace

std::shared_ptr<const std::string> UpdateTexts::For(
    absl::Span<const int> columns) {
  const absl::string_view key(reinterpret_cast<const char*>(columns.data()),
                              columns.size() * sizeof(int));
  const MutexLock lock(mutex_);
  const auto found = by_columns_.find(key);
  if (found != by_columns_.end()) {
    kept_.splice(kept_.begin(), kept_, found->second);
    return kept_.front().text;
  }
  if (kept_.size() >= kMostTexts) {
    by_columns_.erase(kept_.back().columns);
    kept_.pop_back();
  }
  kept_.push_front(
      {std::string(key),
       std::make_shared<const std::string>(
           Write(UpdateKeeping(table_, other_forms_, columns,
                               ColumnsAreParameters(table_, table_.key),
                               returning_),
                 dialect_)
               .text)});
  by_columns_.emplace(kept_.front().columns, kept_.begin());
  return kept_.front().text;
}

}  // namespace modelservice
