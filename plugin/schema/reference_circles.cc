#include "plugin/schema/reference_circles.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace modelservice::plugin {
namespace {

// A reference that every row has.
struct Need {
  const Model* model;
  int key;
  // Positions of the model, and of that which is referred to.
  size_t from;
  size_t to;
  bool met = false;

  std::string words() const { return model->WordsOfKey(key); }
  // What can be made optional: a primary key is never NULL, and a row is
  // always some tenant's.
  void AddMendable(std::vector<std::string>* names) const {
    for (const int column : model->ColumnsOf(key)) {
      const Field& field = model->columns[static_cast<size_t>(column)];
      if (model->IsKey(field) || field.spec().role == Role::kTenant ||
          field.spec().role == Role::kVersion) {
        continue;
      }
      names->push_back(absl::StrCat(model->name, ".", field.name));
    }
  }
};

bool MayBeNull(const Model& model, int key) {
  const std::vector<int> columns = model.ColumnsOf(key);
  return std::any_of(columns.begin(), columns.end(), [&](int column) {
    return model.table.columns[static_cast<size_t>(column)].nullable;
  });
}

class Circles {
 public:
  Circles(const File& file, Diagnostics& diagnostics)
      : diagnostics_(diagnostics) {
    std::map<const Model*, size_t> positions;
    for (const auto& model : file.models) {
      positions.emplace(model.get(), positions.size());
    }
    needs_.resize(positions.size());
    needed_by_.resize(positions.size());
    unmet_.resize(positions.size(), 0);
    for (const auto& model : file.models) {
      const size_t from = positions.at(model.get());
      for (int key = 0; key < model->key_count(); ++key) {
        if (model->TargetOf(key) == nullptr || MayBeNull(*model, key)) continue;
        // Files import each other in no circle.
        const auto to = positions.find(model->TargetOf(key));
        if (to == positions.end()) continue;
        const Need need = {model.get(), key, from, to->second};
        if (to->second == from) {
          CheckSelf(need);
        } else {
          needed_by_[to->second].emplace_back(from, needs_[from].size());
          needs_[from].push_back(need);
          ++unmet_[from];
        }
      }
    }
  }

  void Report() {
    for (size_t i = 0; i < needs_.size(); ++i) {
      if (unmet_[i] == 0) Fill(i);
    }
    for (size_t i = 0; i < needs_.size(); ++i) {
      // What is left only refers to a circle, or is in one.
      while (unmet_[i] > 0) ReportCircle(FindCircle(i));
    }
  }

 private:
  // A row that refers to itself is written at once. Where the database gives it
  // its key, its writer has to guess.
  void CheckSelf(const Need& need) {
    const Model& model = *need.model;
    // A key that the database gives is one of one field.
    if (static_cast<size_t>(need.key) >= model.columns.size()) return;
    const Field& field = model.columns[static_cast<size_t>(need.key)];
    const Field& target = model.FieldOf(
        model.table.ReferenceOf(field.column->name)->referenced[0]);
    if (&target == &field || !target.settings.auto_increment()) return;
    diagnostics_.Note(
        PlaceOf(need), need.words(),
        absl::StrCat("references: the first row can only refer to itself, and "
                     "the database gives it its ",
                     target.name),
        "make the field optional");
  }

  // There can be rows of the table, and so of those that waited for it alone.
  void Fill(size_t first) {
    std::vector<size_t> filled = {first};
    while (!filled.empty()) {
      const size_t table = filled.back();
      filled.pop_back();
      for (const auto& [from, position] : needed_by_[table]) {
        Need& need = needs_[from][position];
        if (need.met) continue;
        need.met = true;
        if (--unmet_[from] == 0) filled.push_back(from);
      }
    }
  }

  // The shortest circle that is met on the way from `start`.
  std::vector<Need*> FindCircle(size_t start) {
    std::vector<bool> seen(needs_.size());
    size_t inside = start;
    while (!seen[inside]) {
      seen[inside] = true;
      inside = FirstUnmet(inside).to;
    }
    // Breadth first, back to where it begins.
    std::vector<Need*> way_to(needs_.size(), nullptr);
    std::vector<size_t> waiting = {inside};
    for (size_t next = 0; way_to[inside] == nullptr; ++next) {
      const size_t table = waiting[next];
      for (Need& need : needs_[table]) {
        if (need.met || way_to[need.to] != nullptr) continue;
        way_to[need.to] = &need;
        waiting.push_back(need.to);
      }
    }
    std::vector<Need*> circle;
    size_t table = inside;
    do {
      circle.push_back(way_to[table]);
      table = way_to[table]->from;
    } while (table != inside);
    std::reverse(circle.begin(), circle.end());
    // By the table that comes first in the file.
    std::rotate(circle.begin(),
                std::min_element(circle.begin(), circle.end(),
                                 [](const Need* a, const Need* b) {
                                   return a->from < b->from;
                                 }),
                circle.end());
    return circle;
  }

  const Need& FirstUnmet(size_t table) const {
    return *std::find_if(needs_[table].begin(), needs_[table].end(),
                         [](const Need& need) { return !need.met; });
  }

  // As if it were mended, so that the others are found.
  void ReportCircle(const std::vector<Need*>& circle) {
    // Of a longer circle these many are named.
    constexpr size_t kNamed = 10;
    std::vector<std::string> words;
    std::vector<std::string> mendable;
    for (size_t i = 0; i < std::min(kNamed, circle.size()); ++i) {
      const Need* const need = circle[i];
      words.push_back(
          absl::StrCat(need->words(), " needs a row of ",
                       circle[(i + 1) % circle.size()]->model->name));
      need->AddMendable(&mendable);
    }
    if (circle.size() > kNamed) {
      words.push_back(
          absl::StrCat("and so on around ", circle.size(), " of them"));
    }
    const Need& first = *circle[0];
    diagnostics_.Report(
        PlaceOf(first), first.model->ElementOfKey(first.key),
        absl::StrCat(first.model->SettingOfKey(first.key),
                     ": no row can be made: ", absl::StrJoin(words, ", ")),
        mendable.empty()       ? std::string("drop one of the references")
        : mendable.size() == 1 ? absl::StrCat("make ", mendable[0], " optional")
                               : absl::StrCat("make one of them optional: ",
                                              absl::StrJoin(mendable, ", ")));
    Need& mended = *circle[0];
    mended.met = true;
    if (--unmet_[mended.from] == 0) Fill(mended.from);
  }

  static const Place& PlaceOf(const Need& need) {
    return need.model->PlaceOfKey(need.key);
  }

  Diagnostics& diagnostics_;
  // By table.
  std::vector<std::vector<Need>> needs_;
  std::vector<std::vector<std::pair<size_t, size_t>>> needed_by_;
  std::vector<size_t> unmet_;
};

}  // namespace

void CheckCircles(const File& file, Diagnostics& diagnostics) {
  Circles(file, diagnostics).Report();
}

}  // namespace modelservice::plugin
