#include "modelservice/registry.h"

#include <algorithm>

#include "modelservice/service/kept_replies.h"

namespace modelservice {

void Registry::AddModel(const Model& model) {
  if (std::find(models_.begin(), models_.end(), &model) == models_.end()) {
    models_.push_back(&model);
  }
}

void Registry::Expect(const Service& service) {
  for (const Entry& entry : entries_) {
    if (entry.service == &service) return;
  }
  Put({&service, nullptr, Overrides()});
}

void Registry::Put(Entry entry) {
  if (entry.service->model != nullptr) AddModel(entry.service->model());
  if (NeedsRequestTable(*entry.service)) AddModel(RequestModel());
  for (Entry& existing : entries_) {
    if (existing.service == entry.service) {
      existing = std::move(entry);
      return;
    }
  }
  entries_.push_back(std::move(entry));
}

}  // namespace modelservice
