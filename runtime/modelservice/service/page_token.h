// Page tokens: where the next page starts, sealed with AES-256-GCM, so that a
// client can neither read nor change one, and bound to the request it was made
// for (AIP-158). A token begins with the id of the key that sealed it, so that
// keys can be changed while tokens of the former one are about, and with a
// salt: each is sealed with a key of its own, made of the two, and so no nonce
// is used twice.
//
//   PageTokens tokens(settings.secret_key());
//   std::string token = tokens.Seal(binding, last_row_values);
//   absl::StatusOr<std::vector<Literal>> last = tokens.Open(binding, token);
//
// Thread-safe.
#ifndef MODELSERVICE_SERVICE_PAGE_TOKEN_H_
#define MODELSERVICE_SERVICE_PAGE_TOKEN_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "modelservice/base/openssl.h"
#include "modelservice/sql/expression.h"

namespace modelservice {

class PageTokens {
 public:
  // Any text; a random key when it is empty, so that tokens end with the
  // object.
  // With the `former` ones nothing is sealed any more.
  explicit PageTokens(absl::string_view secret,
                      const std::vector<std::string>& former = {});

  // `binding` is everything that the request's pages depend on.
  std::string Seal(absl::string_view binding,
                   absl::Span<const Literal> values) const;

  // INVALID_ARGUMENT for a token that was not sealed with one of the secrets
  // and this binding.
  absl::StatusOr<std::vector<Literal>> Open(absl::string_view binding,
                                            absl::string_view token) const;

 private:
  struct Key {
    explicit Key(const Digest& bytes);

    Digest bytes;
    std::string id;
  };

  std::vector<Key> keys_;  // the first one seals
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_PAGE_TOKEN_H_
