#include "modelservice/manage/load_order.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modelservice/base/compat.h"

namespace modelservice {
namespace {

using TableId = std::pair<absl::string_view, absl::string_view>;

TableId IdOf(const Table& table) { return {table.schema, table.name}; }

// Without any of its columns in `nullable`, always there.
struct Key {
  ReferenceToLoad reference;
  std::vector<int> nullable;

  TableId to() const { return {reference.schema, reference.table}; }
};

std::vector<Key> KeysOf(const Table& table) {
  std::vector<Key> keys;
  const auto add = [&](const Reference& to, absl::Span<const int> columns,
                       absl::Span<const absl::string_view> referenced) {
    Key& key = keys.emplace_back();
    key.reference.columns.assign(columns.begin(), columns.end());
    key.reference.schema = to.schema;
    key.reference.table = to.table;
    key.reference.referenced.assign(referenced.begin(), referenced.end());
    for (const int column : columns) {
      if (table.columns[static_cast<size_t>(column)].nullable) {
        key.nullable.push_back(column);
      }
    }
  };
  for (size_t i = 0; i < table.columns.size(); ++i) {
    const Reference* const to = table.columns[i].reference;
    if (to != nullptr) add(*to, {static_cast<int>(i)}, {to->column});
  }
  for (const ForeignKey& key : table.foreign_keys) {
    add(key.to, key.columns, key.referenced);
  }
  return keys;
}

// Finds places for models, one after the other.
class Placing {
 public:
  explicit Placing(absl::Span<const Model* const> models)
      : left_(models.begin(), models.end()) {
    for (const Model* model : models) unplaced_.insert(IdOf(*model->table));
  }

  std::vector<TableToLoad> Place() {
    while (!left_.empty()) {
      // Without any deferral but of references to its own rows; then with
      // some; then, in a circle that cannot be deferred, as it comes.
      auto next = std::find_if(left_.begin(), left_.end(), [&](const Model* m) {
        return Waiting(*m, /*nullable=*/true) == 0;
      });
      if (next == left_.end()) {
        next = std::find_if(left_.begin(), left_.end(), [&](const Model* m) {
          return Waiting(*m, /*nullable=*/false) == 0;
        });
      }
      if (next == left_.end()) next = left_.begin();
      Add(**next);
      left_.erase(next);
    }
    return std::move(steps_);
  }

 private:
  bool IsUnplaced(const Key& key) const {
    return unplaced_.count(key.to()) > 0;
  }

  // How many references to other tables have none of their rows yet; those that
  // may be NULL included or not.
  int Waiting(const Model& model, bool nullable) const {
    int waiting = 0;
    for (const Key& key : KeysOf(*model.table)) {
      if ((!key.nullable.empty() && !nullable) ||
          key.to() == IdOf(*model.table)) {
        continue;
      }
      if (IsUnplaced(key)) ++waiting;
    }
    return waiting;
  }

  void Add(const Model& model) {
    TableToLoad step;
    step.model = &model;
    std::set<int> deferred;
    for (Key& key : KeysOf(*model.table)) {
      if (IsUnplaced(key)) {
        deferred.insert(key.nullable.begin(), key.nullable.end());
        key.reference.late = key.nullable.empty();
      }
      step.references.push_back(std::move(key.reference));
    }
    step.deferred.assign(deferred.begin(), deferred.end());
    unplaced_.erase(IdOf(*model.table));
    steps_.push_back(std::move(step));
  }

  std::vector<const Model*> left_;
  std::set<TableId> unplaced_;
  std::vector<TableToLoad> steps_;
};

}  // namespace

std::vector<TableToLoad> LoadOrder(absl::Span<const Model* const> models) {
  return Placing(models).Place();
}

std::string MessageNameOf(const Model& model) {
  return compat::Str(model.prototype().GetDescriptor()->full_name());
}

const Model* FindModel(absl::Span<const Model* const> models,
                       absl::string_view name) {
  const Model* found = nullptr;
  for (const Model* model : models) {
    const std::string full = MessageNameOf(*model);
    if (full == name) return model;
    if (!absl::EndsWith(full, absl::StrCat(".", name))) continue;
    if (found != nullptr) return nullptr;
    found = model;
  }
  return found;
}

}  // namespace modelservice
