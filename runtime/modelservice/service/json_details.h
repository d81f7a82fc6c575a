// An error's message as django-socio-grpc's clients read it: JSON.
//
//   {"username": [{"message": "This field may not be blank.",
//                  "code": "blank"}]}
//   {"message": "User: 99 not found!", "code": "not_found"}
#ifndef MODELSERVICE_SERVICE_JSON_DETAILS_H_
#define MODELSERVICE_SERVICE_JSON_DETAILS_H_

#include "absl/status/status.h"

namespace modelservice {

// `status`, made for a client, with such a message; its details stay as they
// are.
absl::Status WithJsonMessage(const absl::Status& status);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_JSON_DETAILS_H_
