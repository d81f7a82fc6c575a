// The numbers of the process's log.
#ifndef MODELSERVICE_BASE_LOG_NUMBERS_H_
#define MODELSERVICE_BASE_LOG_NUMBERS_H_

#include "modelservice/base/measures.h"

namespace modelservice {

// The lines that wait to be written, and those that were dropped because nobody
// took them.
void ReportLog(Measures& to);

}  // namespace modelservice

#endif  // MODELSERVICE_BASE_LOG_NUMBERS_H_
