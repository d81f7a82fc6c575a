// What the header of a generated file needs: the one runtime header it
// includes.
#ifndef MODELSERVICE_GENERATED_SUPPORT_H_
#define MODELSERVICE_GENERATED_SUPPORT_H_

#include "modelservice/orm/column.h"
#include "modelservice/orm/objects.h"
#include "modelservice/orm/query.h"
#include "modelservice/orm/to_value.h"
#include "modelservice/schema/model.h"
#include "modelservice/service/call_context.h"
#include "modelservice/service/handler.h"
#include "modelservice/server/registry.h"

#endif  // MODELSERVICE_GENERATED_SUPPORT_H_
