// What may be shown of texts that may hold passwords, like a URL in an error.
//
//   MaskUrl("postgresql://shop:hunter2@db/shop")
//   "postgresql://shop:...@db/shop"
//
// Too much is masked rather than too little: what a user mistyped may be half a
// password. Thread-safe.
#ifndef MODELSERVICE_BASE_SECRETS_H_
#define MODELSERVICE_BASE_SECRETS_H_

#include <string>

#include "absl/strings/string_view.h"

namespace modelservice {

// One URL: without its password, and without the values of settings in its
// query that are secret by their names.
std::string MaskUrl(absl::string_view url);

// Any text: all URLs in it, and what follows a secret's name, as in
// `password=hunter2` and `secret_key: "hunter2"`.
std::string MaskSecrets(absl::string_view text);

// Whether what has the name is likely a secret, as "sslpassword" and
// "MODELSERVICE_SECRET_KEY".
bool IsSecretName(absl::string_view name);

}  // namespace modelservice

#endif  // MODELSERVICE_BASE_SECRETS_H_
