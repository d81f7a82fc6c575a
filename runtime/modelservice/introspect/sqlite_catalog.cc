// SQLite's catalog: its pragmas as tables, joined, so that the number of
// statements does not grow with the number of tables.
#include <map>
#include <set>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modelservice/introspect/catalog_reader.h"
#include "modelservice/introspect/sql_rules.h"
#include "modelservice/introspect/sqlite_definition.h"
#include "modelservice/schema/utf8.h"

namespace modelservice::catalog {
namespace {

// What is not SQLite's own. A virtual table's columns are asked for apart, for
// its module may be missing, and a view's, for it may name what is gone.
constexpr char kWhereTable[] =
    " WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
    "AND t.sql NOT LIKE 'CREATE VIRTUAL %' ";

ReferentialAction ActionOf(const std::string& text) {
  if (text == "CASCADE") return ReferentialAction::kCascade;
  if (text == "RESTRICT") return ReferentialAction::kRestrict;
  if (text == "SET NULL") return ReferentialAction::kSetNull;
  if (text == "SET DEFAULT") return ReferentialAction::kSetDefault;
  return ReferentialAction::kNoAction;
}

class SqliteReader {
 public:
  SqliteReader(Transaction& transaction, Catalog* catalog)
      : transaction_(transaction), catalog_(catalog) {}

  absl::Status Read() {
    for (const auto read :
         {&SqliteReader::ReadTables, &SqliteReader::ReadColumns,
          &SqliteReader::ReadIndexes, &SqliteReader::ReadForeignKeys}) {
      if (auto status = (this->*read)(); !status.ok()) return status;
    }
    ReadOthers();
    MarkShadows();
    for (Table& table : catalog_->tables) Finish(&table);
    return absl::OkStatus();
  }

 private:
  // A table, and what only its definition says.
  struct Place {
    size_t position;
    std::string sql;
  };

  Table* Find(const std::string& name) {
    const auto found = places_.find(name);
    if (found == places_.end()) return nullptr;
    return &catalog_->tables[found->second.position];
  }

  absl::Status ReadTables() {
    return ForEachRow(
        transaction_,
        "SELECT name, type, sql FROM sqlite_master WHERE type IN ('table', "
        "'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
        [&](const TextRow& row) {
          Table table;
          table.name = row.Text(0);
          std::string sql = row.Text(2);
          if (row.Text(1) == "view") {
            table.kind = Table::Kind::kView;
          } else if (absl::StartsWithIgnoreCase(sql, "CREATE VIRTUAL ")) {
            table.kind = Table::Kind::kVirtual;
          }
          places_[table.name] = {catalog_->tables.size(), std::move(sql)};
          catalog_->tables.push_back(std::move(table));
        });
  }

  static void AddColumn(const TextRow& row, size_t first, Table* table) {
    Column column;
    column.name = row.Text(first);
    column.type = TypeOfSqlite(row.Text(first + 1));
    column.nullable = !row.IsTrue(first + 2);
    if (!row.IsNull(first + 3)) column.default_sql = row.Text(first + 3);
    const size_t key = static_cast<size_t>(row.Integer(first + 4));
    const int64_t hidden = row.Integer(first + 5);
    if (hidden == 1) return;  // a hidden column of a virtual table
    if (hidden != 0) column.generated = Column::Generated::kExpression;
    if (key > 0) {
      if (table->primary_key.size() < key) table->primary_key.resize(key);
      table->primary_key[key - 1] = column.name;
      column.nullable = false;
    }
    table->columns.push_back(std::move(column));
  }

  absl::Status ReadColumns() {
    return ForEachRow(
        transaction_,
        absl::StrCat("SELECT t.name, c.name, c.type, c.\"notnull\", "
                     "c.dflt_value, c.pk, c.hidden FROM sqlite_master AS t "
                     "JOIN pragma_table_xinfo(t.name) AS c",
                     kWhereTable, "ORDER BY t.name, c.cid"),
        [&](const TextRow& row) {
          if (Table* table = Find(row.Text(0))) AddColumn(row, 1, table);
        });
  }

  absl::Status ReadIndexes() {
    return ForEachRow(
        transaction_,
        absl::StrCat(
            "SELECT t.name, i.name, i.\"unique\", i.origin, c.name, c.\"desc\","
            " c.coll, d.sql, c.cid FROM sqlite_master AS t "
            "JOIN pragma_index_list(t.name) AS i "
            "JOIN pragma_index_xinfo(i.name) AS c "
            "LEFT JOIN sqlite_master AS d "
            "ON d.type = 'index' AND d.name = i.name",
            kWhereTable,
            "AND c.key = 1 "
            "ORDER BY t.name, i.seq DESC, c.seqno"),
        [&](const TextRow& row) {
          Table* table = Find(row.Text(0));
          if (table == nullptr) return;
          if (row.Text(3) == "pk") {
            key_indexes_.insert(table->name);
          } else {
            AddIndexPart(row, table);
          }
        });
  }

  static void AddIndexPart(const TextRow& row, Table* table) {
    const std::string name = row.Text(1);
    if (table->indexes.empty() || table->indexes.back().name != name) {
      Index index;
      index.name = name;
      index.unique = row.IsTrue(2);
      index.of_constraint = row.Text(3) == "u";
      index.where = WhereOf(row.Text(7));
      table->indexes.push_back(std::move(index));
    }
    Index& index = table->indexes.back();
    index.parts.push_back({row.Text(4), row.IsTrue(5)});
    if (row.IsNull(4)) index.beyond = "an expression";
    if (const std::string order = row.Text(6); order != "BINARY") {
      index.beyond = absl::StrCat("collation ", order);
    }
  }

  absl::Status ReadForeignKeys() {
    std::string table_name;
    int64_t id = -1;
    return ForEachRow(
        transaction_,
        absl::StrCat("SELECT t.name, k.id, k.\"table\", k.\"from\", k.\"to\", "
                     "k.on_delete, k.on_update FROM sqlite_master AS t "
                     "JOIN pragma_foreign_key_list(t.name) AS k",
                     kWhereTable, "ORDER BY t.name, k.id DESC, k.seq"),
        [&](const TextRow& row) {
          Table* table = Find(row.Text(0));
          if (table == nullptr) return;
          if (table_name != table->name || id != row.Integer(1)) {
            ForeignKey key;
            key.table = row.Text(2);
            key.on_delete = ActionOf(row.Text(5));
            key.on_update = ActionOf(row.Text(6));
            table->foreign_keys.push_back(std::move(key));
            table_name = table->name;
            id = row.Integer(1);
          }
          ForeignKey& key = table->foreign_keys.back();
          key.columns.push_back(row.Text(3));
          if (!row.IsNull(4)) key.referenced.push_back(row.Text(4));
        });
  }

  // Views and virtual tables. What is broken keeps the error and no columns.
  void ReadOthers() {
    for (Table& table : catalog_->tables) {
      if (table.kind == Table::Kind::kTable) continue;
      std::string sql =
          "SELECT name, type, \"notnull\", dflt_value, pk, hidden FROM "
          "pragma_table_xinfo(";
      AppendLiteral(table.name, &sql);
      sql += ") ORDER BY cid";
      const absl::Status status =
          ForEachRow(transaction_, sql,
                     [&](const TextRow& row) { AddColumn(row, 0, &table); });
      table.primary_key.clear();
      if (!status.ok()) table.fault = std::string(status.message());
    }
  }

  // fts5 keeps the rows of `words` in words_data, words_idx and so on, and
  // other modules theirs (https://sqlite.org/vtab.html#the_xshadowname_method).
  void MarkShadows() {
    for (const Table& owner : catalog_->tables) {
      if (owner.kind != Table::Kind::kVirtual) continue;
      for (const std::string& suffix :
           ShadowsOf(ModuleOf(places_[owner.name].sql))) {
        if (Table* shadow = Find(absl::StrCat(owner.name, "_", suffix))) {
          shadow->shadow = true;
        }
      }
    }
  }

  void Finish(Table* table) {
    const std::string& sql = places_[table->name].sql;
    table->checks = ChecksOf(sql);
    // A table's INTEGER PRIMARY KEY is its rowid, which SQLite gives; not that
    // which another row has given, nor one that has an index of its own, as
    // INTEGER PRIMARY KEY DESC has. Of Django's keys only those with
    // AUTOINCREMENT are given.
    const bool django = catalog_->Find("django_migrations") != nullptr;
    if (table->primary_key.size() == 1 && !IsWithoutRowid(sql) &&
        key_indexes_.count(table->name) == 0) {
      for (Column& column : table->columns) {
        if (column.name != table->primary_key[0] ||
            !absl::EqualsIgnoreCase(column.type.text, "integer")) {
          continue;
        }
        table->key_is_rowid = true;
        if ((!django || HasAutoincrement(sql)) &&
            table->ReferenceOf(column.name) == nullptr) {
          column.generated = Column::Generated::kKey;
        }
      }
    }
    for (ForeignKey& key : table->foreign_keys) {
      const Table* target = catalog_->FindReferenced(key);
      if (target == nullptr) continue;
      key.table = target->name;
      if (key.referenced.empty()) key.referenced = target->primary_key;
    }
    FindJson(table);
    // The definition has the columns, the checks, and what they refer to.
    // SQLite keeps any bytes as they are.
    if (!IsUtf8(sql) && table->fault.empty()) {
      table->fault = "its definition is not UTF-8";
    }
    CheckEncoding(table);
  }

  // Django's, and others', JSON is text with a check.
  static void FindJson(Table* table) {
    for (Column& column : table->columns) {
      if (column.type.kind != SqlType::Kind::kText) continue;
      for (const Check& check : table->checks) {
        const auto json = JsonColumnOf(check.sql);
        if (json.has_value() && absl::EqualsIgnoreCase(*json, column.name)) {
          column.type.kind = SqlType::Kind::kJson;
        }
      }
    }
  }

  Transaction& transaction_;
  Catalog* catalog_;
  std::map<std::string, Place> places_;
  // Tables whose primary key has an index of its own.
  std::set<std::string> key_indexes_;
};

}  // namespace

absl::Status ReadSqlite(Transaction& transaction, Catalog* catalog) {
  return SqliteReader(transaction, catalog).Read();
}

}  // namespace modelservice::catalog
