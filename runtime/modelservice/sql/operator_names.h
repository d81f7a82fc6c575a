// How operators and functions are written, the same in every database.
#ifndef MODELSERVICE_SQL_OPERATOR_NAMES_H_
#define MODELSERVICE_SQL_OPERATOR_NAMES_H_

#include "absl/strings/string_view.h"
#include "modelservice/sql/expression.h"

namespace modelservice {

inline absl::string_view Operator(Comparison comparison) {
  switch (comparison) {
    case Comparison::kEqual:
      return " = ";
    case Comparison::kNotEqual:
      return " <> ";
    case Comparison::kLess:
      return " < ";
    case Comparison::kLessOrEqual:
      return " <= ";
    case Comparison::kGreater:
      return " > ";
    case Comparison::kGreaterOrEqual:
      return " >= ";
  }
  return " = ";
}

inline absl::string_view Operator(Arithmetic arithmetic) {
  switch (arithmetic) {
    case Arithmetic::kAdd:
      return " + ";
    case Arithmetic::kSubtract:
      return " - ";
    case Arithmetic::kMultiply:
      return " * ";
    case Arithmetic::kDivide:
      return " / ";
    case Arithmetic::kConcatenate:
      return " || ";
  }
  return " + ";
}

inline absl::string_view FunctionName(AggregateFunction function) {
  switch (function) {
    case AggregateFunction::kCount:
      return "COUNT(";
    case AggregateFunction::kSum:
      return "SUM(";
    case AggregateFunction::kAverage:
      return "AVG(";
    case AggregateFunction::kMin:
      return "MIN(";
    case AggregateFunction::kMax:
      return "MAX(";
  }
  return "COUNT(";
}

}  // namespace modelservice

#endif  // MODELSERVICE_SQL_OPERATOR_NAMES_H_
