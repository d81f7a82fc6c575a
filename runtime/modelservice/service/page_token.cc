#include "modelservice/service/page_token.h"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/escaping.h"
#include "modelservice/errors.h"

namespace modelservice {
namespace {

constexpr int kNonceSize = 12;  // NIST SP 800-38D, 8.2.2
constexpr int kTagSize = 16;

struct ContextDeleter {
  void operator()(EVP_CIPHER_CTX* context) const {
    EVP_CIPHER_CTX_free(context);
  }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, ContextDeleter>;

// OpenSSL fails here only when it is out of memory or misbuilt.
void Require(bool ok) {
  if (!ok) std::abort();
}

using Key = std::array<unsigned char, 32>;

// What a thread keeps for one direction: fetching the cipher, and setting a
// key, cost more than a token does.
class Cipher {
 public:
  enum class Direction { kOpen = 0, kSeal = 1 };

  explicit Cipher(Direction direction)
      : direction_(direction), context_(EVP_CIPHER_CTX_new()) {
    Require(EVP_CipherInit_ex(context_.get(), EVP_aes_256_gcm(), nullptr,
                              nullptr, nullptr,
                              static_cast<int>(direction)) == 1);
  }

  // Ready for one text.
  EVP_CIPHER_CTX* Start(const Key& key, const unsigned char* nonce) {
    const bool new_key = !has_key_ || key != key_;
    Require(EVP_CipherInit_ex(context_.get(), nullptr, nullptr,
                              new_key ? key.data() : nullptr, nonce,
                              static_cast<int>(direction_)) == 1);
    key_ = key;
    has_key_ = true;
    return context_.get();
  }

 private:
  const Direction direction_;
  const Context context_;
  Key key_;
  bool has_key_ = false;
};

unsigned char* Bytes(char* p) { return reinterpret_cast<unsigned char*>(p); }
const unsigned char* Bytes(const char* p) {
  return reinterpret_cast<const unsigned char*>(p);
}

// Random, from a stock: OpenSSL takes as long for one nonce as for all of them,
// and longer than for a whole token.
void MakeNonce(unsigned char* nonce) {
  struct Stock {
    std::array<unsigned char, 64 * kNonceSize> bytes;
    size_t left = 0;
  };
  thread_local Stock stock;
  if (stock.left == 0) {
    Require(RAND_bytes(stock.bytes.data(),
                       static_cast<int>(stock.bytes.size())) == 1);
    stock.left = stock.bytes.size();
  }
  stock.left -= kNonceSize;
  std::memcpy(nonce, stock.bytes.data() + stock.left, kNonceSize);
}

// One byte of kind; eight of number, or four of length and the text.
std::string Pack(absl::Span<const Literal> values) {
  std::string packed;
  const auto append = [&](const void* p, size_t n) {
    packed.append(static_cast<const char*>(p), n);
  };
  for (const Literal& literal : values) {
    const Value value = literal.value();
    packed.push_back(static_cast<char>(value.kind()));
    if (value.kind() == Value::Kind::kInteger) {
      const int64_t integer = value.integer();
      append(&integer, sizeof integer);
    } else if (value.kind() == Value::Kind::kReal) {
      const double real = value.real();
      append(&real, sizeof real);
    } else if (value.kind() == Value::Kind::kTimestamp) {
      const int64_t seconds = value.seconds();
      const int32_t nanos = value.nanos();
      append(&seconds, sizeof seconds);
      append(&nanos, sizeof nanos);
    } else if (!value.is_null()) {
      const auto size = static_cast<uint32_t>(value.text().size());
      append(&size, sizeof size);
      append(value.text().data(), size);
    }
  }
  return packed;
}

class Unpacker {
 public:
  explicit Unpacker(absl::string_view packed) : rest_(packed) {}

  bool done() const { return rest_.empty(); }

  std::optional<Literal> Next() {
    uint8_t kind;
    if (!Take(&kind)) return std::nullopt;
    switch (static_cast<Value::Kind>(kind)) {
      case Value::Kind::kNull:
        return Literal();
      case Value::Kind::kInteger: {
        int64_t integer;
        if (!Take(&integer)) return std::nullopt;
        return Literal(Value::Integer(integer));
      }
      case Value::Kind::kReal: {
        double real;
        if (!Take(&real)) return std::nullopt;
        return Literal(Value::Real(real));
      }
      case Value::Kind::kTimestamp: {
        int64_t seconds;
        int32_t nanos;
        if (!Take(&seconds) || !Take(&nanos)) return std::nullopt;
        return Literal(Value::Timestamp(seconds, nanos));
      }
      case Value::Kind::kText:
      case Value::Kind::kBlob: {
        uint32_t size;
        if (!Take(&size) || rest_.size() < size) return std::nullopt;
        const absl::string_view text = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return Literal(static_cast<Value::Kind>(kind) == Value::Kind::kText
                           ? Value::Text(text)
                           : Value::Blob(text));
      }
      case Value::Kind::kInvalid:
      case Value::Kind::kList:
        break;
    }
    return std::nullopt;
  }

 private:
  template <class T>
  bool Take(T* out) {
    if (rest_.size() < sizeof(T)) return false;
    std::memcpy(out, rest_.data(), sizeof(T));
    rest_.remove_prefix(sizeof(T));
    return true;
  }

  absl::string_view rest_;
};

absl::Status BadToken() {
  return InvalidArgument(
      {{"page_token",
        "This token does not belong to this request and caller, or is of an "
        "older version of the server; ask for the first page again, without a "
        "token."}});
}

}  // namespace

PageTokens::PageTokens(absl::string_view secret) {
  if (secret.empty()) {
    Require(RAND_bytes(key_.data(), static_cast<int>(key_.size())) == 1);
  } else {
    SHA256(Bytes(secret.data()), secret.size(), key_.data());
  }
}

std::string PageTokens::Seal(absl::string_view binding,
                             absl::Span<const Literal> values) const {
  const std::string packed = Pack(values);
  std::string sealed(kNonceSize + packed.size() + kTagSize, '\0');
  unsigned char* nonce = Bytes(&sealed[0]);
  unsigned char* text = nonce + kNonceSize;
  unsigned char* tag = text + packed.size();
  int length = 0;
  MakeNonce(nonce);
  thread_local Cipher cipher(Cipher::Direction::kSeal);
  EVP_CIPHER_CTX* const context = cipher.Start(key_, nonce);
  Require(EVP_EncryptUpdate(context, nullptr, &length, Bytes(binding.data()),
                            static_cast<int>(binding.size())) == 1);
  Require(EVP_EncryptUpdate(context, text, &length, Bytes(packed.data()),
                            static_cast<int>(packed.size())) == 1);
  Require(EVP_EncryptFinal_ex(context, text + length, &length) == 1);
  Require(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, kTagSize, tag) ==
          1);
  return absl::WebSafeBase64Escape(sealed);
}

absl::StatusOr<std::vector<Literal>> PageTokens::Open(
    absl::string_view binding, absl::string_view token) const {
  std::string sealed;
  if (!absl::WebSafeBase64Unescape(token, &sealed) ||
      sealed.size() < kNonceSize + kTagSize) {
    return BadToken();
  }
  const size_t size = sealed.size() - kNonceSize - kTagSize;
  std::string packed(size, '\0');
  int length = 0;
  const unsigned char* nonce = Bytes(sealed.data());
  thread_local Cipher cipher(Cipher::Direction::kOpen);
  EVP_CIPHER_CTX* const context = cipher.Start(key_, nonce);
  Require(EVP_DecryptUpdate(context, nullptr, &length, Bytes(binding.data()),
                            static_cast<int>(binding.size())) == 1);
  Require(EVP_DecryptUpdate(context, Bytes(&packed[0]), &length,
                            nonce + kNonceSize, static_cast<int>(size)) == 1);
  Require(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, kTagSize,
                              Bytes(&sealed[kNonceSize + size])) == 1);
  if (EVP_DecryptFinal_ex(context, Bytes(&packed[0]) + length, &length) != 1) {
    return BadToken();
  }
  std::vector<Literal> values;
  for (Unpacker unpacker(packed); !unpacker.done();) {
    std::optional<Literal> value = unpacker.Next();
    if (!value.has_value()) return BadToken();
    values.push_back(*std::move(value));
  }
  return values;
}

}  // namespace modelservice
