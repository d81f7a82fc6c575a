// Files of keys: a JSON Web Key Set, PEM, a secret.
#include <cstdint>
#include <cstdlib>

#include "absl/strings/string_view.h"
#include "modelservice/guard/auth/key_set.h"

namespace modelservice {
namespace {

void Check(const absl::StatusOr<KeySet>& keys) {
  if (!keys.ok()) {
    if (keys.status().code() != absl::StatusCode::kInvalidArgument ||
        keys.status().message().empty()) {
      std::abort();
    }
    return;
  }
  if (keys->empty()) std::abort();
  for (const VerificationKey& key : *keys) {
    // Nobody made these signatures.
    for (const absl::string_view signature :
         {absl::string_view(), absl::string_view("signature")}) {
      if (key.Verify("text", signature)) std::abort();
    }
  }
}

}  // namespace
}  // namespace modelservice

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view input(reinterpret_cast<const char*>(data), size);
  modelservice::Check(modelservice::KeysFromJwks(input));
  modelservice::Check(modelservice::KeysFromPem(input));
  modelservice::Check(modelservice::KeysFromSecret(input));
  return 0;
}
