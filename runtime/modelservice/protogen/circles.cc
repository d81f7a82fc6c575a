#include "modelservice/protogen/circles.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace modelservice::proto {
namespace {

bool IsKey(const Message& message, const Field& field) {
  const auto& key = message.settings.primary_key();
  return field.settings.primary_key() ||
         std::find(key.begin(), key.end(), field.name) != key.end();
}

// Whether a row without a value for the field is refused.
bool IsNotNull(const Message& message, const Field& field) {
  const auto& behavior = field.settings.behavior();
  const bool has_presence =
      field.label == "optional" || absl::StrContains(field.type, ".");
  return !has_presence || IsKey(message, field) ||
         std::find(behavior.begin(), behavior.end(), FieldSettings::REQUIRED) !=
             behavior.end();
}

void TakeBack(Field* field) {
  const std::string model = field->settings.references().model();
  field->settings.clear_references();
  absl::StrAppend(&field->comment, field->comment.empty() ? "" : "\n",
                  "References ", model,
                  ", in a circle that no first row could enter.");
}

class CircleBreaker {
 public:
  explicit CircleBreaker(std::vector<Model>* models) : models_(*models) {
    for (size_t i = 0; i < models_.size(); ++i) {
      positions_.emplace(models_[i].message.name, i);
    }
    states_.resize(models_.size(), State::kNew);
  }

  void Break() {
    for (size_t i = 0; i < models_.size(); ++i) Visit(i);
  }

 private:
  enum class State { kNew, kOpen, kDone };

  // Depth first, without recursion: a schema may be as deep as it is large.
  void Visit(size_t first) {
    if (states_[first] != State::kNew) return;
    std::vector<std::pair<size_t, size_t>> open;  // a model and its next field
    const auto enter = [&](size_t model) {
      states_[model] = State::kOpen;
      open.emplace_back(model, 0);
    };
    enter(first);
    while (!open.empty()) {
      const size_t model = open.back().first;
      Message& message = models_[model].message;
      const size_t next = open.back().second++;
      if (next == message.fields.size()) {
        states_[model] = State::kDone;
        open.pop_back();
        continue;
      }
      Field& field = message.fields[next];
      const auto target = positions_.find(field.settings.references().model());
      if (!field.settings.has_references() || target == positions_.end() ||
          !IsNotNull(message, field)) {
        continue;
      }
      // A row may refer to itself.
      if (target->second == model) continue;
      if (states_[target->second] == State::kOpen) {
        TakeBack(&field);
      } else if (states_[target->second] == State::kNew) {
        enter(target->second);
      }
    }
  }

  std::vector<Model>& models_;
  std::map<std::string, size_t> positions_;
  std::vector<State> states_;
};

}  // namespace

void BreakCircles(std::vector<Model>* models) { CircleBreaker(models).Break(); }

}  // namespace modelservice::proto
