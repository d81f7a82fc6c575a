#include "modelservice/protogen/circles.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

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

// The same of a foreign key of several fields.
void TakeBack(int position, Message* message) {
  auto& keys = *message->settings.mutable_foreign_key();
  const ForeignKeySettings key = keys.Get(position);
  keys.DeleteSubrange(position, 1);
  absl::StrAppend(&message->comment, message->comment.empty() ? "" : "\n",
                  "By ", absl::StrJoin(key.field(), ", "), " it references ",
                  key.model(), ", in a circle that no first row could enter.");
}

bool IsNotNull(const Message& message, const ForeignKeySettings& key) {
  return std::all_of(
      key.field().begin(), key.field().end(), [&](const std::string& name) {
        const auto field = std::find_if(
            message.fields.begin(), message.fields.end(),
            [&](const Field& other) { return other.name == name; });
        return field != message.fields.end() && IsNotNull(message, *field);
      });
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
    // A model, and the next of its fields and then of its foreign keys.
    std::vector<std::pair<size_t, size_t>> open;
    const auto enter = [&](size_t model) {
      states_[model] = State::kOpen;
      open.emplace_back(model, 0);
    };
    enter(first);
    while (!open.empty()) {
      const size_t model = open.back().first;
      Message& message = models_[model].message;
      const size_t next = open.back().second++;
      const auto& keys = message.settings.foreign_key();
      if (next == message.fields.size() + static_cast<size_t>(keys.size())) {
        states_[model] = State::kDone;
        open.pop_back();
        continue;
      }
      if (next >= message.fields.size()) {
        const int key = static_cast<int>(next - message.fields.size());
        const auto target = positions_.find(keys.Get(key).model());
        if (target == positions_.end() || target->second == model ||
            !IsNotNull(message, keys.Get(key))) {
          continue;
        }
        if (states_[target->second] == State::kOpen) {
          TakeBack(key, &message);
          --open.back().second;
        } else if (states_[target->second] == State::kNew) {
          enter(target->second);
        }
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
