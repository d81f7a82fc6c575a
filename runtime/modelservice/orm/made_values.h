// Values that the server makes up for rows.
#ifndef MODELSERVICE_ORM_MADE_VALUES_H_
#define MODELSERVICE_ORM_MADE_VALUES_H_

#include <string>

#include "absl/time/time.h"
#include "modelservice/schema/table.h"

namespace modelservice {

// A value that an ETAG has never had: 32 hexadecimal digits.
std::string NewEtag();

// A UUID of RFC 9562: version 4 is random, version 7 grows with time, for those
// of one process strictly.
std::string NewUuid(MadeKey kind, absl::Time now);

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_MADE_VALUES_H_
