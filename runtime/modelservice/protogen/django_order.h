// The order in which Django declares the fields of its own models. Its
// migrations make some tables anew on SQLite, with a changed column at the end,
// so that the database does not tell.
#ifndef MODELSERVICE_PROTOGEN_DJANGO_ORDER_H_
#define MODELSERVICE_PROTOGEN_DJANGO_ORDER_H_

#include <cstddef>

#include "absl/strings/string_view.h"

namespace modelservice::proto {

// The place of a column among those of its model, from 0; past all of them for
// what is not Django's own.
size_t DjangoPlace(absl::string_view table, absl::string_view column);

}  // namespace modelservice::proto

#endif  // MODELSERVICE_PROTOGEN_DJANGO_ORDER_H_
