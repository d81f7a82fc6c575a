#include <openssl/core_names.h>

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "modelservice/guard/auth/base64url.h"
#include "modelservice/guard/auth/json_object.h"
#include "modelservice/guard/auth/key_set.h"

namespace modelservice {
namespace {

using ::google::protobuf::Struct;
namespace pb = ::google::protobuf;

// A token without `kid` is tried with every key that fits.
constexpr int kMaxKeys = 100;
// The bytes of a member in base64url; nullopt when it has none.
std::optional<std::string> FindBytes(const Struct& jwk,
                                     absl::string_view name) {
  const std::optional<std::string> text = FindText(jwk, name);
  if (!text.has_value() || text->empty()) return std::nullopt;
  return DecodeBase64Url(*text);
}

absl::Status Lacks(absl::string_view member) {
  return absl::InvalidArgumentError(
      absl::StrCat("no \"", member, "\" in base64url of the right length"));
}

KeyPtr FromParameters(const char* type, OSSL_PARAM_BLD* builder) {
  const ParamsPtr parameters(OSSL_PARAM_BLD_to_param(builder));
  const KeyContextPtr context(
      EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (parameters == nullptr || context == nullptr ||
      EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY,
                        parameters.get()) != 1) {
    return nullptr;
  }
  return KeyPtr(key);
}

absl::StatusOr<KeyPtr> RsaKey(const Struct& jwk) {
  const auto modulus = FindBytes(jwk, "n");
  if (!modulus.has_value()) return Lacks("n");
  const auto exponent = FindBytes(jwk, "e");
  // Longer ones are nobody's and slow to compute with.
  if (!exponent.has_value() || exponent->size() > 8) return Lacks("e");
  const BignumPtr n(BN_bin2bn(UnsignedBytes(*modulus),
                              static_cast<int>(modulus->size()), nullptr));
  const BignumPtr e(BN_bin2bn(UnsignedBytes(*exponent),
                              static_cast<int>(exponent->size()), nullptr));
  // With the exponent 1 a text would be its own signature.
  if (e == nullptr || !BN_is_odd(e.get()) || BN_is_one(e.get())) {
    return absl::InvalidArgumentError("an \"e\" that is no RSA exponent");
  }
  const ParamBuilderPtr builder(OSSL_PARAM_BLD_new());
  if (n == nullptr || builder == nullptr ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) !=
          1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) !=
          1) {
    return KeyPtr();
  }
  return FromParameters("RSA", builder.get());
}

absl::StatusOr<KeyPtr> EllipticCurveKey(const Struct& jwk) {
  const auto x = FindBytes(jwk, "x");
  if (!x.has_value() || x->size() != kP256Coordinate) return Lacks("x");
  const auto y = FindBytes(jwk, "y");
  if (!y.has_value() || y->size() != kP256Coordinate) return Lacks("y");
  const std::string point = absl::StrCat("\x04", *x, *y);  // uncompressed
  const ParamBuilderPtr builder(OSSL_PARAM_BLD_new());
  if (builder == nullptr ||
      OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME,
                                      "prime256v1", 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY,
                                       point.data(), point.size()) != 1) {
    return KeyPtr();
  }
  // Refuses a point that is not on the curve.
  return FromParameters("EC", builder.get());
}

absl::StatusOr<KeyPtr> EdwardsKey(const Struct& jwk) {
  const auto x = FindBytes(jwk, "x");
  if (!x.has_value() || x->size() != kP256Coordinate) return Lacks("x");
  return KeyPtr(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr,
                                            UnsignedBytes(*x), x->size()));
}

// Whether the key says that it is for signatures, or nothing.
bool IsForSignatures(const Struct& jwk) {
  const pb::Value* const use = FindMember(jwk, "use");
  if (use != nullptr && use->string_value() != "sig") return false;
  const pb::Value* const operations = FindMember(jwk, "key_ops");
  if (operations == nullptr) return true;
  for (const pb::Value& operation : operations->list_value().values()) {
    if (operation.string_value() == "verify") return true;
  }
  return false;
}

// nullopt for a key that is not for us.
absl::StatusOr<std::optional<VerificationKey>> ReadKey(const Struct& jwk) {
  if (!IsForSignatures(jwk)) return std::nullopt;
  const std::string kind = FindText(jwk, "kty").value_or("");
  const std::string curve = FindText(jwk, "crv").value_or("");
  const std::string id = FindText(jwk, "kid").value_or("");
  absl::StatusOr<VerificationKey> key = absl::UnknownError("");
  if (kind == "oct") {
    std::optional<std::string> secret = FindBytes(jwk, "k");
    if (!secret.has_value()) return Lacks("k");
    key = VerificationKey::FromSecret(*std::move(secret), id);
  } else {
    absl::StatusOr<KeyPtr> read = KeyPtr();
    if (kind == "RSA") {
      read = RsaKey(jwk);
    } else if (kind == "EC" && curve == "P-256") {
      read = EllipticCurveKey(jwk);
    } else if (kind == "OKP" && curve == "Ed25519") {
      read = EdwardsKey(jwk);
    } else {
      return std::nullopt;
    }
    if (!read.ok()) return read.status();
    if (*read == nullptr) {
      return absl::InvalidArgumentError(
          absl::StrCat("numbers that make no ", kind, " key"));
    }
    key = VerificationKey::FromPublicKey(*std::move(read), id);
  }
  if (!key.ok()) return key.status();
  const pb::Value* const algorithm = FindMember(jwk, "alg");
  if (algorithm != nullptr &&
      algorithm->string_value() != NameOf(key->algorithm())) {
    return std::nullopt;
  }
  return *std::move(key);
}

}  // namespace

absl::StatusOr<KeySet> KeysFromJwks(absl::string_view json,
                                    std::vector<std::string>* left_out) {
  const ForgetOpenSslErrors forget;
  const std::optional<Struct> set = ParseJsonObject(json);
  const pb::Value* const list =
      set.has_value() ? FindMember(*set, "keys") : nullptr;
  if (list == nullptr || !list->has_list_value()) {
    return absl::InvalidArgumentError(
        "is no JSON Web Key Set; it must be JSON like {\"keys\": [...]}");
  }
  if (list->list_value().values_size() > kMaxKeys) {
    return absl::InvalidArgumentError(
        absl::StrCat("has ", list->list_value().values_size(),
                     " keys; leave those that are in use, at most ", kMaxKeys));
  }
  KeySet keys;
  std::vector<std::string> faults;
  for (int i = 0; i < list->list_value().values_size(); ++i) {
    const Struct& jwk = list->list_value().values(i).struct_value();
    auto key = ReadKey(jwk);
    if (!key.ok()) {
      faults.push_back(absl::StrCat("keys[", i, "] (kid \"",
                                    FindText(jwk, "kid").value_or(""),
                                    "\") has ", key.status().message()));
    } else if (key->has_value()) {
      keys.push_back(**std::move(key));
    }
  }
  if (keys.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "has no key for RS256, ES256, EdDSA or HS256 whose use is signatures",
        faults.empty() ? "" : ": ", absl::StrJoin(faults, "; ")));
  }
  if (left_out != nullptr) {
    left_out->insert(left_out->end(), faults.begin(), faults.end());
  }
  return keys;
}

}  // namespace modelservice
