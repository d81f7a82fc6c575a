#include "modelservice/service/page_token.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "modelservice/errors.h"

namespace modelservice {
namespace {

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

constexpr size_t kIdSize = 4;
constexpr size_t kSaltSize = 16;

// Of one token.
Digest KeyOfToken(const Digest& key, absl::string_view salt) {
  return HmacSha256(TextOf(key), salt);
}

absl::Status BadToken() {
  return InvalidArgument(
      {{"page_token",
        "This token does not belong to this request and caller, or is of an "
        "older version of the server; ask for the first page again, without a "
        "token."}});
}

}  // namespace

PageTokens::Key::Key(const Digest& bytes)
    : bytes(bytes),
      id(TextOf(HmacSha256(TextOf(bytes), "the id of a key of page tokens"))
             .substr(0, kIdSize)) {}

PageTokens::PageTokens(absl::string_view secret,
                       const std::vector<std::string>& former) {
  keys_.emplace_back(secret.empty() ? RandomDigest() : Sha256(secret));
  for (const std::string& old : former) keys_.emplace_back(Sha256(old));
}

std::string PageTokens::Seal(absl::string_view binding,
                             absl::Span<const Literal> values) const {
  thread_local AeadCipher cipher(AeadCipher::Direction::kSeal);
  const Key& key = keys_.front();
  const Digest random = RandomDigest();
  const absl::string_view salt = TextOf(random).substr(0, kSaltSize);
  return absl::WebSafeBase64Escape(absl::StrCat(
      key.id, salt,
      cipher.Seal(KeyOfToken(key.bytes, salt), binding, Pack(values))));
}

absl::StatusOr<std::vector<Literal>> PageTokens::Open(
    absl::string_view binding, absl::string_view token) const {
  thread_local AeadCipher cipher(AeadCipher::Direction::kOpen);
  std::string bytes;
  if (!absl::WebSafeBase64Unescape(token, &bytes) ||
      bytes.size() < kIdSize + kSaltSize) {
    return BadToken();
  }
  absl::string_view sealed = bytes;
  const absl::string_view id = sealed.substr(0, kIdSize);
  const absl::string_view salt = sealed.substr(kIdSize, kSaltSize);
  sealed.remove_prefix(kIdSize + kSaltSize);
  const auto key = std::find_if(keys_.begin(), keys_.end(),
                                [&](const Key& one) { return one.id == id; });
  std::string packed;
  if (key == keys_.end() ||
      !cipher.Open(KeyOfToken(key->bytes, salt), binding, sealed, &packed)) {
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
