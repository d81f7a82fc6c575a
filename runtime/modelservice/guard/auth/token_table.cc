#include "modelservice/guard/auth/token_table.h"

#include <google/protobuf/struct.pb.h>

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_join.h"
#include "modelservice/base/openssl.h"
#include "modelservice/sql/table_statements.h"

namespace modelservice {
namespace {

constexpr Column kColumns[] = {
    Column("key", 1, FieldType::kString).MaxLength(64).PrimaryKey(),
    Column("user_id", 2, FieldType::kString),
    Column("name", 3, FieldType::kString).Default(""),
    Column("created", 4, FieldType::kTimestamp),
    Column("expires", 5, FieldType::kTimestamp).Presence().Nullable(),
    Column("roles", 6, FieldType::kString).Default(""),
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
  std::string token = absl::WebSafeBase64Escape(TextOf(RandomDigest()));
  token.resize(token.find_last_not_of('=') + 1);
  return token;
}

std::string TokenKey(absl::string_view token) { return Sha256Hex(token); }

TokenTable::TokenTable(std::string name)
    : name_(std::move(name)),
      table_(name_, "Token", kColumns, kKey, kOrdering),
      model_{&table_, &NoMessage, &NoValue} {}

absl::Status TokenTable::Add(Database& database, absl::string_view token,
                             const TokenOwner& owner, absl::Time now) const {
  const std::string key = TokenKey(token);
  const std::string roles = absl::StrJoin(owner.roles, ",");
  const Value row[] = {Value::Text(key),         Value::Text(owner.user_id),
                       Value::Text(owner.name),  TimeValue(now),
                       TimeValue(owner.expires), Value::Text(roles)};
  NoRows sink;
  return database
      .Run(Write(InsertInto(table_, InsertColumns(table_), Returning::kNothing),
                 database.dialect(), row),
           sink)
      .status();
}

}  // namespace modelservice
