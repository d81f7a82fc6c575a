// What permissions leave of a model for one call.
#ifndef MODELSERVICE_SERVICE_ROW_ACCESS_H_
#define MODELSERVICE_SERVICE_ROW_ACCESS_H_

#include <vector>

#include "modelservice/sql/expression.h"

namespace modelservice {

struct Model;

// Which rows the caller has a right to. Not any Expression says "none".
struct RowCondition {
  bool never = false;
  Expression rows;  // when not `never`; the default is every row

  static RowCondition Always() { return {}; }
  static RowCondition Never() { return {true, {}}; }
  bool always() const {
    return !never && rows.kind() == Expression::Kind::kTrue;
  }
};

struct RowAccess {
  // A column with rules of its own.
  struct ColumnRule {
    int column;  // a position in Table::columns
    RowCondition read;
    RowCondition write;
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
