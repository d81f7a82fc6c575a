// What permissions leave of a model for one call.
#ifndef MODELSERVICE_SERVICE_ROW_ACCESS_H_
#define MODELSERVICE_SERVICE_ROW_ACCESS_H_

#include <vector>

#include "modelservice/sql/expression.h"

namespace modelservice {

struct Model;

struct RowAccess {
  // A column with rules of its own: the rows in which it may be read, and
  // written.
  struct ColumnRule {
    int column;  // a position in Table::columns
    Expression read;
    Expression write;
  };

  // The columns of another model whose messages the method replies with.
  struct OtherModel {
    const Model* model;
    std::vector<ColumnRule> columns;
  };

  // The rows that there are for this caller.
  Expression rows;
  std::vector<ColumnRule> columns;
  std::vector<OtherModel> others;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_ROW_ACCESS_H_
