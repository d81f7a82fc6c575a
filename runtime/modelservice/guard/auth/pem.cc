#include <openssl/pem.h>

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "modelservice/guard/auth/key_set.h"

namespace modelservice {
namespace {

constexpr absl::string_view kBegin = "-----BEGIN ";

// "PUBLIC KEY" of the first block.
absl::string_view LabelOf(absl::string_view text) {
  text.remove_prefix(text.find(kBegin) + kBegin.size());
  return text.substr(0, text.find("-----"));
}

size_t CountBlocks(absl::string_view text) {
  size_t count = 0;
  for (size_t at = text.find(kBegin); at != absl::string_view::npos;
       at = text.find(kBegin, at + kBegin.size())) {
    ++count;
  }
  return count;
}

KeyPtr ReadBlock(absl::string_view text, absl::string_view label) {
  const BioPtr bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  if (bio == nullptr) return nullptr;
  if (label == "PUBLIC KEY") {
    return KeyPtr(PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr));
  }
  const CertificatePtr certificate(
      PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  return KeyPtr(certificate == nullptr ? nullptr
                                       : X509_get_pubkey(certificate.get()));
}

}  // namespace

absl::StatusOr<KeySet> KeysFromPem(absl::string_view text) {
  const ForgetOpenSslErrors forget;
  const size_t blocks = CountBlocks(text);
  if (blocks == 0) {
    return absl::InvalidArgumentError(
        "is not PEM: it has no line -----BEGIN PUBLIC KEY-----");
  }
  const absl::string_view label = LabelOf(text);
  if (absl::StrContains(label, "PRIVATE")) {
    return absl::InvalidArgumentError(
        "holds a private key, which a server has no use for; give it the "
        "public "
        "one: openssl pkey -in FILE -pubout");
  }
  if (blocks > 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("holds ", blocks,
                     " keys or certificates; leave only the one that signs "
                     "tokens, or use jwks_file for several"));
  }
  if (label != "PUBLIC KEY" && label != "CERTIFICATE") {
    return absl::InvalidArgumentError(
        absl::StrCat("holds a ", label.substr(0, 40),
                     "; it must be a PUBLIC KEY or a CERTIFICATE"));
  }
  KeyPtr key = ReadBlock(text, label);
  if (key == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("holds a ", label, " that cannot be read; it is damaged"));
  }
  auto made = VerificationKey::FromPublicKey(std::move(key), "");
  if (!made.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("holds ", made.status().message()));
  }
  return KeySet{*std::move(made)};
}

absl::StatusOr<KeySet> KeysFromSecret(absl::string_view bytes) {
  if (absl::StrContains(bytes, kBegin)) {
    return absl::InvalidArgumentError(
        "holds PEM, and a key that others may know is no secret; use "
        "public_key_file for it");
  }
  if (absl::ConsumeSuffix(&bytes, "\n")) absl::ConsumeSuffix(&bytes, "\r");
  auto made = VerificationKey::FromSecret(std::string(bytes), "");
  if (!made.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("holds ", made.status().message()));
  }
  return KeySet{*std::move(made)};
}

}  // namespace modelservice
