#include "modelservice/protogen/request_update.h"

#include <algorithm>
#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modelservice/protogen/model_update.h"

namespace modelservice::proto {
namespace {

const Field* FindField(const Message& message, const std::string& name) {
  for (const Field& field : message.fields) {
    if (field.name == name) return &field;
  }
  return nullptr;
}

// Whether the request is one that has the key alone.
bool FindsByKey(const Message& request, const std::string& model) {
  return request.name == absl::StrCat(model, "RetrieveRequest") ||
         request.name == absl::StrCat("Get", model, "Request") ||
         request.name == absl::StrCat("Delete", model, "Request");
}

// Whether the request, as it is, asks for one field that is unique by itself.
bool AsksForUnique(const ExistingModel& request, const Model& built) {
  if (request.fields.size() != 1) return false;
  const Field* field = FindField(built.message, request.fields[0].name);
  return field != nullptr && field->settings.unique();
}

// What the request is to be: the key, and of what is there what is no field of
// the model, which somebody else put there.
Message Wanted(const ExistingModel& request, const ExistingModel& model,
               const Message& key) {
  Message wanted = key;
  for (const ExistingField& field : request.fields) {
    if (FindField(key, field.name) != nullptr ||
        model.FindField(field.name) != nullptr) {
      continue;
    }
    Field kept;
    kept.name = field.name;
    kept.type = field.type;
    kept.label = field.repeated ? "repeated" : "";
    wanted.fields.push_back(kept);
  }
  return wanted;
}

}  // namespace

absl::Status UpdateRequests(const ExistingFile& file,
                            const std::vector<ExistingModel>& all,
                            const ExistingModel& model, const Model& built,
                            Style style, TextEdit* edit,
                            std::set<std::string>* types) {
  for (const Message& request : built.requests) {
    if (!FindsByKey(request, built.message.name)) continue;
    const bool has_twin = HasTwin(all, built.message.name);
    const auto existing = std::find_if(
        all.begin(), all.end(), [&](const ExistingModel& candidate) {
          const std::string& name = candidate.message->name();
          return !candidate.has_settings &&
                 (has_twin ? name == request.name
                           : absl::EqualsIgnoreCase(name, request.name));
        });
    if (existing == all.end() || AsksForUnique(*existing, built)) continue;
    const Message wanted = Wanted(*existing, model, request);
    const std::map<std::string, Enum> enums;
    ModelUpdate update(file, *existing, wanted, enums, style, edit);
    if (auto status = update.Apply(types); !status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace modelservice::proto
