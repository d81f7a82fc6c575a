// Keeps exceptions of user code out of the threads and locks of a backend.
//
// The project itself throws nothing, but hooks and row sinks are other people's
// code.
#ifndef MODELSERVICE_DB_NO_THROW_H_
#define MODELSERVICE_DB_NO_THROW_H_

#if defined(__cpp_exceptions)
#include <exception>

#include "absl/strings/str_cat.h"
#include "modelservice/db/error.h"
#endif
#include "absl/status/status.h"

namespace modelservice {

// Calls `call`, which returns an absl::Status; what it throws becomes kOther.
template <class Call>
absl::Status NoThrow(Call&& call) {
#if defined(__cpp_exceptions)
  try {
    return call();
  } catch (const std::exception& e) {
    return MakeDatabaseError(
        DatabaseError::Kind::kOther,
        absl::StrCat("user code threw an exception: ", e.what()));
  } catch (...) {
    return MakeDatabaseError(DatabaseError::Kind::kOther,
                             "user code threw an exception");
  }
#else
  return call();
#endif
}

}  // namespace modelservice

#endif  // MODELSERVICE_DB_NO_THROW_H_
