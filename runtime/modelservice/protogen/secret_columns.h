// Columns that hold secrets, by their names: passwords, tokens, sessions' keys.
#ifndef MODELSERVICE_PROTOGEN_SECRET_COLUMNS_H_
#define MODELSERVICE_PROTOGEN_SECRET_COLUMNS_H_

#include "absl/strings/string_view.h"
#include "modelservice/protogen/proto_file.h"

namespace modelservice::proto {

// Django's own, like auth_user.password, authtoken_token.key and
// django_session.session_data, and what others call theirs, like api_key,
// client_secret and password_hash.
bool IsSecretColumn(absl::string_view table, absl::string_view column);

// Makes the field one that Create writes, no later write changes and no reply
// has: a client that sends back what it has read does not wipe it. False for
// one of a type that holds no secret, like the time of a password's change.
bool MarkSecret(Field* field);

}  // namespace modelservice::proto

#endif  // MODELSERVICE_PROTOGEN_SECRET_COLUMNS_H_
