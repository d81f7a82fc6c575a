// The text form of COPY: a row a line, a tab between the values.
// https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.2
#ifndef MODELSERVICE_DB_POSTGRES_COPY_TEXT_H_
#define MODELSERVICE_DB_POSTGRES_COPY_TEXT_H_

#include <libpq-fe.h>

#include <string>

#include "modelservice/value.h"

namespace modelservice::postgres {

// Appends a value of a column of this type, with its escapes. False when the
// type cannot hold it; `copy` is then of no use behind its former end.
bool AppendCopyText(const Value& value, Oid type, std::string* copy);

}  // namespace modelservice::postgres

#endif  // MODELSERVICE_DB_POSTGRES_COPY_TEXT_H_
