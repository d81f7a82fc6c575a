#include "modelservice/guard/auth/token_table.h"

#include <google/protobuf/struct.pb.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <array>
#include <cstdlib>
#include <utility>

#include "absl/strings/escaping.h"
#include "modelservice/guard/auth/openssl.h"
#include "modelservice/sql/table_statements.h"

namespace modelservice {
namespace {

constexpr Column kColumns[] = {
    Column("key", 1, FieldType::kString).MaxLength(64).PrimaryKey(),
    Column("user_id", 2, FieldType::kString),
    Column("name", 3, FieldType::kString).Default(""),
    Column("created", 4, FieldType::kTimestamp),
    Column("expires", 5, FieldType::kTimestamp).Presence().Nullable(),
};
constexpr int kKey[] = {0};
constexpr Ordering kOrdering[] = {{0}};

const google::protobuf::Message& NoMessage() {
  return google::protobuf::Struct::default_instance();
}
Value NoValue(const google::protobuf::Message&, int, TextArena&) {
  return Value::Null();
}

Value TimeValue(absl::Time time) {
  if (time == absl::InfiniteFuture()) return Value::Null();
  return Value::Timestamp(absl::ToUnixSeconds(time), 0);
}

}  // namespace

std::string NewToken() {
  std::array<unsigned char, 32> bytes{};
  // Fails only where the system has no randomness to give.
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
    std::abort();
  }
  std::string token = absl::WebSafeBase64Escape(absl::string_view(
      reinterpret_cast<const char*>(bytes.data()), bytes.size()));
  token.resize(token.find_last_not_of('=') + 1);
  return token;
}

std::string TokenKey(absl::string_view token) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(UnsignedBytes(token), token.size(), digest.data());
  return absl::BytesToHexString(absl::string_view(
      reinterpret_cast<const char*>(digest.data()), digest.size()));
}

TokenTable::TokenTable(std::string name)
    : name_(std::move(name)),
      table_(name_, "Token", kColumns, kKey, kOrdering),
      model_{&table_, &NoMessage, &NoValue} {}

absl::Status TokenTable::Add(Database& database, absl::string_view token,
                             const TokenOwner& owner, absl::Time now) const {
  const std::string key = TokenKey(token);
  const Value row[] = {Value::Text(key), Value::Text(owner.user_id),
                       Value::Text(owner.name), TimeValue(now),
                       TimeValue(owner.expires)};
  NoRows sink;
  return database
      .Run(Write(InsertInto(table_, InsertColumns(table_), Returning::kNothing),
                 database.dialect(), row),
           sink)
      .status();
}

}  // namespace modelservice
