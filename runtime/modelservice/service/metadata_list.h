// What django-socio-grpc's clients say of a List in the call's metadata, as
// JSON: `filters`, values by the names of fields and lookups, and
// `pagination`, a page and its size.
//
//   filters: {"name": "ann", "age__gte": 18, "color": ["red", "blue"]}
//   pagination: {"page": 2, "page_size": 10}
#ifndef MODELSERVICE_SERVICE_METADATA_LIST_H_
#define MODELSERVICE_SERVICE_METADATA_LIST_H_

#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "modelservice/base/status_details.h"
#include "modelservice/service/plan.h"
#include "modelservice/sql/expression.h"

namespace modelservice {

// The rows that meet all of the filters. What is none is told in
// `violations`: nothing is passed over.
Expression RowsOfFilters(const ServicePlan& service, absl::string_view json,
                         std::vector<Violation>* violations);

struct MetadataPage {
  int64_t page = 0;  // from 1 on; 0: none was asked for
  int64_t size = 0;  // 0: the model's
};
// A page that is no number above 0 is -1: there is none such.
MetadataPage PageOf(absl::string_view json, std::vector<Violation>* violations);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_METADATA_LIST_H_
