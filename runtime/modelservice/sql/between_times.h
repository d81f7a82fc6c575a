// Comparisons with a time that lies between two which a column can hold: no row
// has it, and the column's own comparison would take it for one of the two.
//
// Pure functions: safe from any thread.
#ifndef MODELSERVICE_SQL_BETWEEN_TIMES_H_
#define MODELSERVICE_SQL_BETWEEN_TIMES_H_

#include <cstdint>
#include <optional>

#include "modelservice/sql/expression.h"
#include "modelservice/value.h"

namespace modelservice {

// The one before it of the times that are whole `step`s, of nanoseconds;
// nullopt where it is one itself, or the last of all, which is infinity, or no
// time. A second is whole steps, or a step whole seconds.
std::optional<Value> TimeBelow(Value time, int64_t step);

// How what lies below compares, where `comparison`, which is of order, is with
// what lies between it and the next.
Comparison WithBelow(Comparison comparison);

// `column` compared with a time between `below` and the next that it can hold.
Expression CompareBehind(const Expression& column, Comparison comparison,
                         Literal below);

// `compare` in times that its column holds, which counts `step`s; nullopt where
// it is so already, or of no column of times: those in JSON are as fine as they
// are written.
std::optional<Expression> InTimesHeld(const Expression::CompareNode& compare,
                                      int64_t step);
// Whether `operand` is such a column, and `literal` between two of its times.
bool IsBetweenTimes(const Expression& operand, const Literal& literal,
                    int64_t step);

// What holds of b and a where `comparison` does of a and b.
Comparison Mirrored(Comparison comparison);

}  // namespace modelservice

#endif  // MODELSERVICE_SQL_BETWEEN_TIMES_H_
