// PostgreSQL's catalog, in a fixed number of statements. Everything comes as
// text, integer or boolean. The OIDs of what is not the server's own start at
// 16384.
#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modelservice/introspect/catalog_reader.h"
#include "modelservice/introspect/sql_rules.h"

namespace modelservice::catalog {
namespace {

constexpr char kTables[] =
    "SELECT c.oid::int8, CASE WHEN pg_table_is_visible(c.oid) THEN '' ELSE "
    "n.nspname::text END, c.relname::text, c.relkind::text, "
    "coalesce(obj_description(c.oid, 'pg_class'), '') "
    "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition "
    "AND c.relpersistence <> 't' AND n.nspname <> 'information_schema' "
    "AND n.nspname NOT LIKE 'pg\\_%' "
    // Not the tables of extensions.
    "AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = "
    "'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')";

// What a column or table of the catalog itself is called on a server of this
// version, or what stands for it on an older one.
std::string Since(int version, int server, absl::string_view name,
                  absl::string_view otherwise) {
  return std::string(server >= version ? name : otherwise);
}

std::string ColumnsSql(int server) {
  return absl::StrCat(
      "SELECT a.attrelid::int8, a.attname::text, a.atttypid::int8, "
      "format_type(a.atttypid, a.atttypmod), a.attnotnull, "
      "pg_get_expr(d.adbin, d.adrelid), a.attidentity::text, ",
      Since(120000, server, "a.attgenerated::text", "''"),
      ", coalesce(t.description, '') FROM pg_class c "
      "JOIN pg_attribute a ON a.attrelid = c.oid "
      "LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND "
      "d.adnum = a.attnum "
      "LEFT JOIN pg_description t ON t.objoid = a.attrelid AND "
      "t.classoid = 'pg_class'::regclass AND t.objsubid = a.attnum "
      "WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND "
      "a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attrelid, a.attnum");
}

// Types that are not built in, and arrays of such.
constexpr char kTypes[] =
    "SELECT t.oid::int8, t.typname::text, t.typtype::text, "
    "CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.typelem END::int8, "
    "CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) "
    "ELSE '' END, t.typcategory::text, t.typnotnull, "
    "pg_get_expr(t.typdefaultbin, 0) "
    "FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace "
    "WHERE n.nspname <> 'pg_catalog' AND t.typtype IN ('b', 'd', 'e', 'r')";

// Of domains.
constexpr char kTypeChecks[] =
    "SELECT contypid::int8, pg_get_expr(conbin, 0) FROM pg_constraint "
    "WHERE contypid <> 0 AND contype = 'c' ORDER BY contypid, conname";

constexpr char kLabels[] =
    "SELECT enumtypid::int8, enumlabel::text FROM pg_enum "
    "ORDER BY enumtypid, enumsortorder";

// A reference to a partitioned table has one for each partition besides, below
// the one that was written.
std::string ConstraintsSql(int server) {
  return absl::StrCat(
      "SELECT k.conrelid::int8, k.oid::int8, k.conname::text, k.contype::text, "
      "a.attname::text, k.confrelid::int8, f.attname::text, "
      "k.confdeltype::text, k.confupdtype::text, "
      "CASE WHEN k.contype = 'c' THEN pg_get_expr(k.conbin, k.conrelid) END, ",
      // SET NULL (a, b)
      Since(150000, server, "coalesce(u.own = ANY (k.confdelsetcols), false)",
            "false"),
      ", k.convalidated FROM pg_constraint k "
      "LEFT JOIN LATERAL unnest(k.conkey, k.confkey) WITH ORDINALITY AS "
      "u(own, theirs, position) ON k.contype <> 'c' "
      "LEFT JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = "
      "u.own "
      "LEFT JOIN pg_attribute f ON f.attrelid = k.confrelid AND "
      "f.attnum = u.theirs WHERE k.conrelid >= 16384 AND k.contype IN ('p', "
      "'f', "
      "'c') ",
      Since(110000, server, "AND (k.contype <> 'f' OR k.conparentid = 0) ", ""),
      "ORDER BY k.conrelid, k.conname, k.oid, u.position");
}

std::string IndexesSql(int server) {
  const std::string keys = Since(110000, server, "i.indnkeyatts", "i.indnatts");
  return absl::StrCat(
      "SELECT i.indrelid::int8, i.indexrelid::int8, c.relname::text, "
      "i.indisunique, m.amname::text, "
      "coalesce(pg_get_expr(i.indpred, i.indrelid, true), ''), "
      "a.attname::text, (i.indoption[p.n] & 1)::int8, "
      "coalesce(o.opcdefault, true), o.opcname::text, "
      "coalesce(k.contype = 'u', false), i.indnatts > ",
      keys, ", coalesce(k.contype = 'x' OR k.condeferrable, false), ",
      Since(150000, server, "i.indnullsnotdistinct", "false"),
      ", i.indisvalid AND i.indisready FROM pg_index i JOIN pg_class c ON "
      "c.oid = i.indexrelid "
      "JOIN pg_am m ON m.oid = c.relam "
      "LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND "
      "k.contype IN ('u', 'x') "
      "CROSS JOIN LATERAL generate_series(0, ",
      keys,
      " - 1) AS p(n) "
      "LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND "
      "a.attnum = i.indkey[p.n] AND i.indkey[p.n] <> 0 "
      "LEFT JOIN pg_opclass o ON o.oid = i.indclass[p.n] "
      "WHERE i.indrelid >= 16384 AND NOT i.indisprimary AND i.indislive "
      "ORDER BY i.indrelid, c.relname, p.n");
}

// What it takes to compile a statement of many joins is more than these take to
// run. Older servers know no such setting.
constexpr char kWithoutJit[] =
    "SELECT set_config('jit', 'off', true) WHERE current_setting('jit', true) "
    "IS NOT NULL";

// What describes indexes and constraints waits for a lock on their table, as
// one that is being altered has it.
constexpr char kBriefWaits[] = "SELECT set_config('lock_timeout', '2s', true)";

ReferentialAction ActionOfCode(const std::string& code) {
  if (code == "c") return ReferentialAction::kCascade;
  if (code == "r") return ReferentialAction::kRestrict;
  if (code == "n") return ReferentialAction::kSetNull;
  if (code == "d") return ReferentialAction::kSetDefault;
  return ReferentialAction::kNoAction;
}

Table::Kind KindOf(const std::string& relkind) {
  if (relkind == "v" || relkind == "m") return Table::Kind::kView;
  if (relkind == "f") return Table::Kind::kForeign;
  return Table::Kind::kTable;
}

class PostgresReader {
 public:
  PostgresReader(Transaction& transaction, Catalog* catalog)
      : transaction_(transaction), catalog_(catalog) {}

  absl::Status Read() {
    for (const char* const setting : {kWithoutJit, kBriefWaits}) {
      const absl::Status status =
          ForEachRow(transaction_, setting, [](const TextRow&) {});
      if (!status.ok()) return status;
    }
    const absl::Status status = ForEachRow(
        transaction_, "SELECT current_setting('server_version_num')::int8",
        [&](const TextRow& row) {
          server_ = static_cast<int>(row.Integer(0));
        });
    if (!status.ok()) return status;
    for (const auto read :
         {&PostgresReader::ReadTables, &PostgresReader::ReadTypes,
          &PostgresReader::ReadTypeChecks, &PostgresReader::ReadLabels,
          &PostgresReader::ReadColumns, &PostgresReader::ReadConstraints,
          &PostgresReader::ReadIndexes}) {
      if (auto status = (this->*read)(); !status.ok()) return status;
    }
    for (Table& table : catalog_->tables) CheckEncoding(&table);
    return absl::OkStatus();
  }

 private:
  struct UserType {
    std::string name;
    char kind = 'b';
    int64_t base = 0;  // a domain's base type, an array's element
    std::string base_text;
    bool is_array = false;
    // Of a domain.
    bool is_not_null = false;
    std::optional<std::string> default_sql;
    std::vector<std::string> checks;
  };

  Table* Find(int64_t oid) {
    const auto found = positions_.find(oid);
    return found == positions_.end() ? nullptr
                                     : &catalog_->tables[found->second];
  }

  absl::Status ReadTables() {
    return ForEachRow(transaction_, kTables, [&](const TextRow& row) {
      Table table;
      table.schema = row.Text(1);
      table.name = row.Text(2);
      table.kind = KindOf(row.Text(3));
      table.comment = row.Text(4);
      positions_[row.Integer(0)] = catalog_->tables.size();
      catalog_->tables.push_back(std::move(table));
    });
  }

  absl::Status ReadTypes() {
    return ForEachRow(transaction_, kTypes, [&](const TextRow& row) {
      UserType& type = types_[row.Integer(0)];
      type.name = row.Text(1);
      type.kind = row.Text(2)[0];
      type.base = row.Integer(3);
      type.base_text = row.Text(4);
      type.is_array = row.Text(5) == "A";
      type.is_not_null = row.IsTrue(6);
      if (!row.IsNull(7)) type.default_sql = row.Text(7);
    });
  }

  absl::Status ReadTypeChecks() {
    return ForEachRow(transaction_, kTypeChecks, [&](const TextRow& row) {
      types_[row.Integer(0)].checks.push_back(row.Text(1));
    });
  }

  absl::Status ReadLabels() {
    return ForEachRow(transaction_, kLabels, [&](const TextRow& row) {
      labels_[row.Integer(0)].push_back(row.Text(1));
    });
  }

  // `text` is what format_type says of the type.
  SqlType TypeOf(int64_t oid, const std::string& text) const {
    const auto found = types_.find(oid);
    SqlType type;
    if (found == types_.end()) {
      type = ParseSqlType(text);
    } else if (found->second.kind == 'd') {
      type = TypeOf(found->second.base, found->second.base_text);
    } else if (found->second.kind == 'e') {
      type.kind = SqlType::Kind::kEnum;
      type.name = found->second.name;
      // A type may have none; then no row has a value of it.
      if (const auto labels = labels_.find(oid); labels != labels_.end()) {
        type.labels = labels->second;
      }
    } else if (found->second.name == "citext") {
      type = ParseSqlType("citext");
    }
    // Every other type has a text form that loses nothing.
    if (type.kind == SqlType::Kind::kUnknown) {
      type.kind = SqlType::Kind::kOther;
    }
    type.text = text;
    return type;
  }

  // What a domain, and those that it is over, ask of the column.
  void AddDomain(int64_t type, Table* table, Column* column) const {
    for (auto found = types_.find(type);
         found != types_.end() && found->second.kind == 'd';
         found = types_.find(found->second.base)) {
      const UserType& domain = found->second;
      if (domain.is_not_null) column->nullable = false;
      if (!column->default_sql.has_value() &&
          column->generated == Column::Generated::kNo) {
        column->default_sql = domain.default_sql;
      }
      for (const std::string& check : domain.checks) {
        table->type_checks[column->name].push_back(
            CheckOfValue(check, column->name));
      }
    }
  }

  absl::Status ReadColumns() {
    return ForEachRow(transaction_, ColumnsSql(server_),
                      [&](const TextRow& row) {
                        Table* table = Find(row.Integer(0));
                        if (table == nullptr) return;
                        Column column;
                        column.name = row.Text(1);
                        column.type = TypeOf(row.Integer(2), row.Text(3));
                        column.nullable = !row.IsTrue(4);
                        column.comment = row.Text(8);
                        if (!row.Text(7).empty()) {
                          column.generated = Column::Generated::kExpression;
                        } else if (!row.Text(6).empty() ||
                                   absl::StartsWith(row.Text(5), "nextval(")) {
                          column.generated = Column::Generated::kKey;
                        } else if (!row.IsNull(5)) {
                          column.default_sql = row.Text(5);
                        }
                        AddDomain(row.Integer(2), table, &column);
                        table->columns.push_back(std::move(column));
                      });
  }

  absl::Status ReadConstraints() {
    int64_t last = 0;
    return ForEachRow(
        transaction_, ConstraintsSql(server_), [&](const TextRow& row) {
          Table* table = Find(row.Integer(0));
          if (table == nullptr) return;
          const bool is_new =
              std::exchange(last, row.Integer(1)) != row.Integer(1);
          const std::string kind = row.Text(3);
          if (!row.IsTrue(11)) table->unchecked.insert(row.Text(2));
          if (kind == "c") {
            table->checks.push_back(
                {row.Text(2), std::string(Bare(row.Text(9)))});
          } else if (kind == "p") {
            table->primary_key.push_back(row.Text(4));
          } else {
            if (is_new) AddForeignKey(row, table);
            table->foreign_keys.back().columns.push_back(row.Text(4));
            table->foreign_keys.back().referenced.push_back(row.Text(6));
            if (row.IsTrue(10)) {
              table->set_columns[row.Text(2)].push_back(row.Text(4));
            }
          }
        });
  }

  void AddForeignKey(const TextRow& row, Table* table) {
    ForeignKey key;
    key.name = row.Text(2);
    if (const Table* target = Find(row.Integer(5))) {
      key.schema = target->schema;
      key.table = target->name;
    }
    key.on_delete = ActionOfCode(row.Text(7));
    key.on_update = ActionOfCode(row.Text(8));
    table->foreign_keys.push_back(std::move(key));
  }

  absl::Status ReadIndexes() {
    int64_t last = 0;
    return ForEachRow(
        transaction_, IndexesSql(server_), [&](const TextRow& row) {
          Table* table = Find(row.Integer(0));
          if (table == nullptr) return;
          if (std::exchange(last, row.Integer(1)) != row.Integer(1)) {
            Index index;
            index.name = row.Text(2);
            index.unique = row.IsTrue(3);
            index.where = row.Text(5);
            index.of_constraint = row.IsTrue(10);
            if (!row.IsTrue(14)) {
              index.unique = false;
              index.beyond = kInvalid;
            } else if (row.Text(4) != "btree") {
              index.beyond = absl::StrCat("method ", row.Text(4));
            } else if (row.IsTrue(11)) {
              index.beyond = "INCLUDE";
            } else if (row.IsTrue(12)) {
              index.beyond = "a deferrable or exclusion constraint";
            } else if (row.IsTrue(13)) {
              index.beyond = "NULLS NOT DISTINCT";
            }
            table->indexes.push_back(std::move(index));
          }
          Index& index = table->indexes.back();
          index.parts.push_back({row.Text(6), row.IsTrue(7)});
          if (!index.beyond.empty()) return;
          if (row.IsNull(6)) {
            index.beyond = "an expression";
          } else if (!row.IsTrue(8)) {
            index.beyond = absl::StrCat("operator class ", row.Text(9));
          }
        });
  }

  Transaction& transaction_;
  Catalog* catalog_;
  int server_ = 0;  // its version, as server_version_num has it
  std::map<int64_t, size_t> positions_;
  std::map<int64_t, UserType> types_;
  std::map<int64_t, std::vector<std::string>> labels_;
};

}  // namespace

absl::Status ReadPostgres(Transaction& transaction, Catalog* catalog) {
  return PostgresReader(transaction, catalog).Read();
}

}  // namespace modelservice::catalog
