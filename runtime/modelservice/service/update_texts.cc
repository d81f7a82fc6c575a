#include "modelservice/service/update_texts.h"

#include <cstddef>

namespace modelservice {
namespace {

// As many as a connection keeps prepared: clients may ask for every
// combination.
constexpr size_t kMostTexts = 256;

}  // namespace

absl::string_view UpdateTexts::For(absl::Span<const int> columns,
                                   TextArena& arena) {
  const absl::string_view key(reinterpret_cast<const char*>(columns.data()),
                              columns.size() * sizeof(int));
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = texts_.find(key);
  if (found != texts_.end()) return *found->second;
  std::string text = UpdateSql(table_, dialect_, columns, returning_);
  if (texts_.size() >= kMostTexts) return arena.Own(std::move(text));
  return *texts_
              .emplace(std::string(key),
                       std::make_unique<const std::string>(std::move(text)))
              .first->second;
}

}  // namespace modelservice
