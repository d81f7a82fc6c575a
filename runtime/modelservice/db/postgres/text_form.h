// Values in the text form of a type of the server, which it parses.
#ifndef MODELSERVICE_DB_POSTGRES_TEXT_FORM_H_
#define MODELSERVICE_DB_POSTGRES_TEXT_FORM_H_

#include <libpq-fe.h>

#include <string>

#include "modelservice/schema/interval_text.h"
#include "modelservice/value.h"

namespace modelservice::postgres {

// Appends `value`, which is not NULL, as a value of `type`. False when the type
// cannot hold it; `text` is then of no use behind its former end.
bool AppendTextForm(Value value, Oid type, std::string* text);

// Appends `1 mons 2 days 03:04:05`.
void AppendIntervalText(const Interval& interval, std::string* text);

// `{"1","2"}`: the values as an array whose elements are of type `element`.
// Those that it cannot hold are left out: no value of it is equal to them.
std::string ArrayOf(const Value& list, Oid element);

}  // namespace modelservice::postgres

#endif  // MODELSERVICE_DB_POSTGRES_TEXT_FORM_H_
