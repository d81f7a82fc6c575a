// What the system knows of this process, under the names that Prometheus's own
// clients use.
#ifndef MODELSERVICE_OBSERVE_PROCESS_H_
#define MODELSERVICE_OBSERVE_PROCESS_H_

#include "modelservice/base/measures.h"

namespace modelservice {

// What /proc does not tell is left out.
void ReportProcess(Measures& to);

}  // namespace modelservice

#endif  // MODELSERVICE_OBSERVE_PROCESS_H_
