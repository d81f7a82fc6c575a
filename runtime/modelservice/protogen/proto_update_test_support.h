// Tables, files and what an update makes of them.
#ifndef MODELSERVICE_PROTOGEN_PROTO_UPDATE_TEST_SUPPORT_H_
#define MODELSERVICE_PROTOGEN_PROTO_UPDATE_TEST_SUPPORT_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "modelservice/protogen/proto_update.h"

namespace modelservice::proto {

inline constexpr char kHead[] =
    "syntax = \"proto3\";\n"
    "import \"modelservice/annotations.proto\"; "
    "option (modelservice.file).dialect = POSTGRES;\n";

// A table "thing" with an integer key and nullable columns of these types.
inline catalog::Catalog Things(
    std::initializer_list<std::pair<const char*, const char*>> columns) {
  catalog::Catalog catalog;
  catalog.postgres = true;
  catalog::Table table;
  table.name = "thing";
  table.primary_key = {"id"};
  catalog::Column id;
  id.name = "id";
  id.type = catalog::ParseSqlType("bigint");
  id.nullable = false;
  id.generated = catalog::Column::Generated::kKey;
  table.columns.push_back(id);
  for (const auto& [name, type] : columns) {
    catalog::Column column;
    column.name = name;
    column.type = catalog::ParseSqlType(type);
    table.columns.push_back(column);
  }
  catalog.tables.push_back(table);
  return catalog;
}

// The same of SQLite, in a database that Django made or not.
inline catalog::Catalog SqliteThings(
    bool django,
    std::initializer_list<std::pair<const char*, const char*>> columns) {
  catalog::Catalog catalog = Things(columns);
  catalog.postgres = false;
  catalog.django = django;
  for (catalog::Column& column : catalog.tables[0].columns) {
    column.type = TypeOfSqlite(column.type.text);
  }
  return catalog;
}

inline absl::StatusOr<std::string> TryUpdate(
    const catalog::Catalog& catalog, const std::string& body,
    bool annotate = true, std::vector<std::string> tables = {"thing"}) {
  auto update = ProtoUpdate::Read("thing.proto", kHead + body);
  if (!update.ok()) return update.status();
  BuildOptions options;
  options.selection.tables = std::move(tables);
  options.annotate = annotate;
  if (auto status = update->Prepare(catalog, &options); !status.ok()) {
    return status;
  }
  const auto built = BuildFile(catalog, options);
  if (!built.ok()) return built.status();
  return update->Apply(*built);
}

// What becomes of the file behind its head.
inline std::string Update(const catalog::Catalog& catalog,
                          const std::string& body) {
  const auto updated = TryUpdate(catalog, body);
  EXPECT_TRUE(updated.ok()) << updated.status();
  if (!updated.ok()) return "";
  EXPECT_THAT(*updated, ::testing::StartsWith(kHead));
  return updated->substr(sizeof kHead - 1);
}

inline std::string Thing(const std::string& fields) {
  return absl::StrCat(
      "message Thing {\n"
      "  option (modelservice.model) = { table: \"thing\" };\n"
      "  int64 id = 1 [(modelservice.field) = "
      "{ primary_key: true auto_increment: true }];\n",
      fields, "}\n");
}

}  // namespace modelservice::proto

#endif  // MODELSERVICE_PROTOGEN_PROTO_UPDATE_TEST_SUPPORT_H_
