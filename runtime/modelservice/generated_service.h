// What the source of a generated file needs besides generated_support.h, and
// its users do not.
#ifndef MODELSERVICE_GENERATED_SERVICE_H_
#define MODELSERVICE_GENERATED_SERVICE_H_

#include "modelservice/registry.h"
#include "modelservice/service/invoke.h"

#endif  // MODELSERVICE_GENERATED_SERVICE_H_
