// What the source of a generated file with services needs besides
// generated_support.h, and its users do not.
#ifndef MODELSERVICE_GENERATED_SERVICE_H_
#define MODELSERVICE_GENERATED_SERVICE_H_

#include "modelservice/service/invoke.h"

#endif  // MODELSERVICE_GENERATED_SERVICE_H_
