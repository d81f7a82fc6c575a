// Numbers as text, in the format of OpenMetrics 1.0, which has exemplars:
// https://prometheus.io/docs/specs/om/open_metrics_spec/
#ifndef MODELSERVICE_OBSERVE_OPENMETRICS_H_
#define MODELSERVICE_OBSERVE_OPENMETRICS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "modelservice/base/measures.h"

namespace modelservice {

// What HTTP calls it.
constexpr char kOpenMetricsType[] =
    "application/openmetrics-text; version=1.0.0; charset=utf-8";

// Whether the header Accept of a request asks for it.
bool AcceptsOpenMetrics(absl::string_view accept);

std::string OpenMetricsOf(const Measures& measures);

}  // namespace modelservice

#endif  // MODELSERVICE_OBSERVE_OPENMETRICS_H_
