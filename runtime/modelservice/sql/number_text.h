// Numbers of floating point as texts, and the texts that SQLite makes numbers
// of.
//
// Pure functions: safe from any thread.
#ifndef MODELSERVICE_SQL_NUMBER_TEXT_H_
#define MODELSERVICE_SQL_NUMBER_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"

namespace modelservice {

// The shortest digits that mean the number, without an exponent: a decimal has
// none.
std::string RealText(double value);

// What SQLite's NUMERIC affinity makes of a text that is a number, as a string
// shows it; "" where it stays what it is
// (https://sqlite.org/datatype3.html#type_affinity).
std::string NumberOfText(absl::string_view text);

}  // namespace modelservice

#endif  // MODELSERVICE_SQL_NUMBER_TEXT_H_
