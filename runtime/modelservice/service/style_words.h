// What the clients of a Django style are told in that framework's own words.
#ifndef MODELSERVICE_SERVICE_STYLE_WORDS_H_
#define MODELSERVICE_SERVICE_STYLE_WORDS_H_

#include <vector>

#include "modelservice/base/status_details.h"
#include "modelservice/service/plan.h"

namespace modelservice {

// Rewrites faults of a Validator: what is empty is, for Django REST framework,
// no choice, no date or no number, by the field's kind.
void SayInStyle(const ServicePlan& service, std::vector<Violation>* faults);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_STYLE_WORDS_H_
