#include "plugin/schema/model_finder.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "modelservice/base/compat.h"
#include "plugin/schema/words.h"

namespace modelservice::plugin {
namespace {

namespace pb = google::protobuf;
using compat::Str;

// More names than these help nobody.
constexpr size_t kMaxNames = 12;

}  // namespace

const Model* ModelFinder::Find(const std::string& scope,
                               const std::string& name, NameFault* fault) {
  const pb::Descriptor* const message = resolver_.Message(scope, name);
  if (message == nullptr) {
    *fault = {absl::StrCat("there is no message \"", name, "\""),
              MendOf(scope, name)};
    return nullptr;
  }
  const auto found = models_.find(Str(message->full_name()));
  if (found == models_.end()) {
    *fault = {absl::StrCat(Str(message->full_name()), " is no model"),
              "give it the option (modelservice.model)"};
    return nullptr;
  }
  return found->second;
}

std::string ModelFinder::MendOf(const std::string& scope,
                                const std::string& name) {
  CollectNames();
  absl::string_view written = name;
  absl::ConsumePrefix(&written, ".");
  const auto unseen = unseen_.find(std::string(written));
  if (unseen != unseen_.end()) {
    return absl::StrCat("import \"", unseen->second->proto_file,
                        "\", which has it");
  }
  const std::string closest = Closest(written, names_);
  if (closest.empty()) {
    return "name a message of this file or of one that it imports";
  }
  const Model& meant = *seen_[closest];
  // As short as it can be written there.
  for (const std::string& form : {meant.short_name, meant.name}) {
    const pb::Descriptor* const message = resolver_.Message(scope, form);
    if (message != nullptr && Str(message->full_name()) == meant.full_name) {
      return absl::StrCat("did you mean \"", form, "\"?");
    }
  }
  return absl::StrCat("did you mean \"", meant.full_name, "\"?");
}

void ModelFinder::CollectNames() {
  if (!seen_.empty() || !unseen_.empty()) return;
  for (const auto& [full_name, model] : models_) {
    const bool seen =
        resolver_.Message("", absl::StrCat(".", full_name)) != nullptr;
    for (const std::string& form :
         {model->short_name, model->name, model->full_name}) {
      (seen ? seen_ : unseen_).emplace(form, model);
    }
  }
  for (const auto& [form, model] : seen_) names_.push_back(form);
}

std::string MendOfField(absl::string_view name, const Model& model) {
  std::vector<std::string> names;
  for (const Field& field : model.columns) names.push_back(field.name);
  const std::string closest = Closest(name, names);
  if (!closest.empty()) return absl::StrCat("did you mean \"", closest, "\"?");
  if (names.size() > kMaxNames) {
    names.resize(kMaxNames);
    names.push_back("...");
  }
  return absl::StrCat("name one of ", absl::StrJoin(names, ", "));
}

}  // namespace modelservice::plugin
