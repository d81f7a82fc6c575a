// Where in a statement its fault is.
#ifndef MODELSERVICE_DB_POSTGRES_STATEMENT_FAULT_H_
#define MODELSERVICE_DB_POSTGRES_STATEMENT_FAULT_H_

#include <cstddef>
#include <optional>

#include "absl/strings/string_view.h"
#include "modelservice/db/postgres/errors.h"

namespace modelservice::postgres {

// In bytes of `sql`, the statement; the server counts characters.
std::optional<size_t> OffsetOf(const ErrorFields& fields,
                               absl::string_view sql);

// The number of the parameter of which the server cannot say of what type it
// is. Of an operator or a function that it cannot choose, for which it names
// none, one that stands beside it and has no cast.
std::optional<size_t> UntypedParameter(const ErrorFields& fields,
                                       absl::string_view sql);

}  // namespace modelservice::postgres

#endif  // MODELSERVICE_DB_POSTGRES_STATEMENT_FAULT_H_
