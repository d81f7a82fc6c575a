// What the header of a generated file needs: the one runtime header it
// includes.
#ifndef MODELSERVICE_GENERATED_SUPPORT_H_
#define MODELSERVICE_GENERATED_SUPPORT_H_

// First what conditions and queries are made of: what a compiler says of them
// begins with the way to their header.
// clang-format off
#include "modelservice/orm/operand.h"
#include "modelservice/orm/operators.h"
#include "modelservice/orm/json_path.h"
#include "modelservice/column.h"
#include "modelservice/aggregates.h"
#include "modelservice/orm/relation.h"
#include "modelservice/orm/filling.h"
#include "modelservice/query.h"
// clang-format on

#include "modelservice/call_context.h"
#include "modelservice/handler.h"
#include "modelservice/objects.h"
#include "modelservice/orm/to_value.h"
#include "modelservice/schema/model.h"

namespace modelservice {

class Registry;

}  // namespace modelservice

#endif  // MODELSERVICE_GENERATED_SUPPORT_H_
