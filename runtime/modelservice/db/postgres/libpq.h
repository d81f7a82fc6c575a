// What libpq hands out, owned.
#ifndef MODELSERVICE_DB_POSTGRES_LIBPQ_H_
#define MODELSERVICE_DB_POSTGRES_LIBPQ_H_

#include <libpq-fe.h>

#include <memory>

namespace modelservice::postgres {

struct LibpqDeleter {
  void operator()(PGconn* connection) const { PQfinish(connection); }
  void operator()(PGresult* result) const { PQclear(result); }
  void operator()(PGcancel* cancel) const { PQfreeCancel(cancel); }
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
  void operator()(char* text) const { PQfreemem(text); }
  void operator()(unsigned char* bytes) const { PQfreemem(bytes); }
};

template <class T>
using Libpq = std::unique_ptr<T, LibpqDeleter>;

using Result = Libpq<PGresult>;

}  // namespace modelservice::postgres

#endif  // MODELSERVICE_DB_POSTGRES_LIBPQ_H_
