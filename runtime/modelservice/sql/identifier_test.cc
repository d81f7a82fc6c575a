#include "modelservice/sql/identifier.h"

#include <gtest/gtest.h>

#include "modelservice/schema/utf8.h"

namespace modelservice {
namespace {

TEST(GeneratedName, IsAsItIsWhileItIsShort) {
  EXPECT_EQ(GeneratedName("order_email", "_key"), "order_email_key");
  const std::string stem(59, 's');
  EXPECT_EQ(GeneratedName(stem, "_key"), stem + "_key");
}

// These are names in databases: they never change.
TEST(GeneratedName, EndsInAHashWhenItIsLong) {
  EXPECT_EQ(GeneratedName(std::string(60, 's'), "_key"),
            std::string(50, 's') + "_e28f7fa9_key");
  const std::string one = GeneratedName(std::string(100, 's') + "1", "_idx");
  const std::string two = GeneratedName(std::string(100, 's') + "2", "_idx");
  EXPECT_EQ(one.size(), kMaxIdentifierBytes);
  EXPECT_NE(one, two);
  EXPECT_EQ(one.substr(0, 50), two.substr(0, 50));
}

TEST(GeneratedName, CutsNoCharacterInTwo) {
  for (size_t letters = 0; letters < 4; ++letters) {
    std::string stem(letters, 's');
    for (int i = 0; i < 40; ++i) stem += "\u20ac";
    const std::string name = GeneratedName(stem, "_check");
    EXPECT_LE(name.size(), kMaxIdentifierBytes);
    EXPECT_GT(name.size(), kMaxIdentifierBytes - 3);
    EXPECT_TRUE(IsUtf8(name)) << name;
  }
  EXPECT_LE(GeneratedName("s", std::string(200, 'x')).size(),
            kMaxIdentifierBytes);
}

// As PostgreSQL 15 names them.
TEST(PostgresName, IsThatOfPostgres) {
  EXPECT_EQ(PostgresName("t", "", "pkey"), "t_pkey");
  EXPECT_EQ(PostgresName("t", "id", "seq"), "t_id_seq");
  const std::string table(63, 't');
  const std::string column(40, 'c');
  EXPECT_EQ(PostgresName(table, "", "pkey"), table.substr(0, 58) + "_pkey");
  EXPECT_EQ(PostgresName(table, "id", "seq"), table.substr(0, 56) + "_id_seq");
  EXPECT_EQ(PostgresName(table, column, "key"),
            table.substr(0, 29) + "_" + column.substr(0, 29) + "_key");
  EXPECT_EQ(PostgresName("t", std::string(63, 'c'), "key"),
            "t_" + std::string(57, 'c') + "_key");
}

}  // namespace
}  // namespace modelservice
