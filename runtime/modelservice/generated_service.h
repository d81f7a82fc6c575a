// What the source of a generated file with services needs besides
// generated_support.h: gRPC's side, which the generated header keeps out.
#ifndef MODELSERVICE_GENERATED_SERVICE_H_
#define MODELSERVICE_GENERATED_SERVICE_H_

#include "modelservice/service/invoke.h"
#include "modelservice/service/runtime.h"

#endif  // MODELSERVICE_GENERATED_SERVICE_H_
