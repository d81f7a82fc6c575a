// The program that docs/guard.md quotes: services, what stands around them, and
// what listens to them.
#ifndef MODELSERVICE_TESTS_DOCS_NEWS_H_
#define MODELSERVICE_TESTS_DOCS_NEWS_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "modelservice/permission.h"
#include "modelservice/registry.h"
#include "modelservice/signal.h"

namespace news {

// Everything that the page adds. It listens as long as `connections` lives.
void AddNews(modelservice::Registry& registry,
             std::vector<modelservice::Connection>* connections);

// One of the page's permissions, alone.
std::unique_ptr<modelservice::Permission> NewNightShift();

// What interceptors and receivers of signals have recorded since it was last
// asked, in order.
std::vector<std::string> TakeRecords();

}  // namespace news

#endif  // MODELSERVICE_TESTS_DOCS_NEWS_H_
