// A method of a service made ready for a database: its statements' texts and
// the places of its request's fields, worked out once.
//
// Immutable after building, so safe to share.
#ifndef MODELSERVICE_SERVICE_PLAN_H_
#define MODELSERVICE_SERVICE_PLAN_H_

#include <google/protobuf/descriptor.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "modelservice/db/database.h"
#include "modelservice/orm/validator.h"
#include "modelservice/service/handler.h"
#include "modelservice/service/method.h"
#include "modelservice/service/page_token.h"
#include "modelservice/sql/statements.h"

namespace modelservice {

struct MethodPlan {
  struct Field {
    const google::protobuf::FieldDescriptor* descriptor;
    RequestField::Role role;
    int column;
  };

  const Method* method = nullptr;
  // The handler's own method runs: it is custom, or overridden.
  bool runs_handler = false;
  std::vector<Field> fields;
  // The columns that the statement's parameters stand for, in order.
  std::vector<int> columns;
  // The statement of the common case; for LIST the first page's.
  std::string sql;
  std::string next_page_sql;  // LIST after a token, where no order is nullable
  // Whether a Create or Update can answer with the values it wrote: no column's
  // stored value is the database's to choose.
  bool echoes = false;
  Returning returning = Returning::kNothing;  // CREATE

  const Field* Find(RequestField::Role role) const;
};

struct ServicePlan {
  const Service* service = nullptr;
  const Model* model = nullptr;  // null: every method is custom
  Database* database = nullptr;
  const PageTokens* tokens = nullptr;
  Handler* handler = nullptr;
  Overrides overrides;
  std::unique_ptr<Validator> validator;  // null without a model
  std::vector<MethodPlan> methods;
};

ServicePlan MakePlan(const Service& service, Database& database,
                     const PageTokens& tokens, Handler& handler,
                     const Overrides& overrides);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_PLAN_H_
