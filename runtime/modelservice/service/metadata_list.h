// What django-socio-grpc's clients say in the call's metadata, as JSON: of any
// call `headers`, the headers of HTTP, and of a List `filters`, values by the
// names of fields and lookups, an order and a search, and `pagination`, a page
// and its size, or a limit and an offset.
//
//   headers: {"Authorization": "Token 1f2e3d"}
//   filters: {"name": "ann", "age__gte": 18, "color": ["red", "blue"]}
//   filters: {"search": "ann", "ordering": "-age,name"}
//   pagination: {"page": 2, "page_size": 10}
//   pagination: {"page": "last"}
//   pagination: {"limit": 10, "offset": 10}
#ifndef MODELSERVICE_SERVICE_METADATA_LIST_H_
#define MODELSERVICE_SERVICE_METADATA_LIST_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "modelservice/base/status_details.h"
#include "modelservice/service/plan.h"
#include "modelservice/sql/expression.h"

namespace modelservice {

// By their names in small letters. What is no JSON object has none, and what is
// no text is none.
std::map<std::string, std::string, std::less<>> HeadersOf(
    absl::string_view json);

inline constexpr char kOrdering[] = "ordering";
inline constexpr char kSearch[] = "search";

struct MetadataFilters {
  Expression rows;  // that meet all of them
  // Where the model has no fields of these names.
  std::string ordering;
  std::string search;
};
// What is no filter is told in `violations`: nothing is passed over.
MetadataFilters FiltersOf(const ServicePlan& service, absl::string_view json,
                          std::vector<Violation>* violations);

struct MetadataPage {
  int64_t page = 0;    // from 1 on; 0: none was asked for
  bool last = false;   // in place of `page`, which is 1 then
  int64_t size = 0;    // 0: the model's
  int64_t offset = 0;  // rows in front of the first page
};
// A page that is neither "last" nor a number above 0 is -1: there is none such.
MetadataPage PageOf(absl::string_view json, std::vector<Violation>* violations);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_METADATA_LIST_H_
