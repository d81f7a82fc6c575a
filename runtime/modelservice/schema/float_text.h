// A float as a double that is what was meant by it, and a number as text.
#ifndef MODELSERVICE_SCHEMA_FLOAT_TEXT_H_
#define MODELSERVICE_SCHEMA_FLOAT_TEXT_H_

#include <string>

namespace modelservice {

// The double that is written with the fewest digits that mean this float: 0.1
// of 0.1f, where a cast makes 0.10000000149011612. So a column of doubles holds
// what other programs write into it for the same number. A cast of the result
// is the float again.
double Widened(float value);

// The fewest digits that mean this number and no other.
std::string ShortestText(double value);

}  // namespace modelservice

#endif  // MODELSERVICE_SCHEMA_FLOAT_TEXT_H_
