#include "modelservice/migrate/postgres_lookup.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "modelservice/migrate/script_parts.h"
#include "modelservice/schema/own_tables.h"

namespace modelservice {
namespace {

std::string LiteralOf(absl::string_view text) {
  std::string sql;
  AppendLiteral(text, &sql);
  return sql;
}

std::string Regclass(const TableSpec& table) {
  return absl::StrCat(LiteralOf(QuotedTable(table, PostgresDialect())),
                      "::regclass");
}

// Runs the statements that `query` makes, as its column `sql`, behind another
// one.
std::string RunAll(absl::string_view query, absl::string_view first = "") {
  // A name may have the tag in it.
  std::string tag = "do";
  while (absl::StrContains(absl::StrCat(first, query),
                           absl::StrCat("$", tag, "$"))) {
    tag.push_back('o');
  }
  return absl::StrCat("DO $", tag, "$ DECLARE sql text; BEGIN\n", first,
                      "FOR sql IN ", query,
                      " LOOP EXECUTE sql; END LOOP;\nEND $", tag, "$;");
}

// Whether the attribute numbers in `numbers` are those of the columns.
std::string AreColumns(absl::string_view numbers, absl::string_view table,
                       const std::vector<std::string>& columns) {
  std::string names;
  for (const std::string& column : columns) {
    absl::StrAppend(&names, names.empty() ? "" : ", ", LiteralOf(column));
  }
  return absl::StrCat(
      "(SELECT array_agg(a.attname::text ORDER BY a.attname::text COLLATE "
      "\"C\") FROM pg_attribute a WHERE a.attrelid = ",
      table, " AND a.attnum = ANY (", numbers,
      ")) = (SELECT array_agg(n ORDER BY n COLLATE \"C\") FROM unnest(ARRAY[",
      names, "]) n)");
}

std::string DropConstraints(const TableSpec& table, absl::string_view kind,
                            absl::string_view condition,
                            absl::string_view cascade) {
  return absl::StrCat(
      "SELECT format('ALTER TABLE %s DROP CONSTRAINT %I", cascade,
      "', c.conrelid::regclass, c.conname)\n  FROM pg_constraint c WHERE "
      "c.conrelid = ",
      Regclass(table), " AND c.contype = '", kind, "'",
      condition.empty() ? "" : "\n  AND ", condition);
}

}  // namespace

std::string DropIndexSql(const TableSpec& table, const IndexSpec& index) {
  std::string parts;
  for (const ColumnOrder& part : index.parts) {
    absl::StrAppend(
        &parts, parts.empty() ? "" : ", ",
        LiteralOf(absl::StrCat(part.column, part.descending ? " DESC" : "")));
  }
  // One of other operators is another one, like those for LIKE.
  return RunAll(absl::StrCat(
      "SELECT format('DROP INDEX %s', i.indexrelid::regclass)\n"
      "  FROM pg_index i JOIN pg_class n ON n.oid = i.indexrelid JOIN pg_am m "
      "ON m.oid = n.relam\n  WHERE i.indrelid = ",
      Regclass(table), " AND (n.relname = ", LiteralOf(index.name),
      " OR m.amname = 'btree' AND NOT i.indisunique AND i.indpred IS NULL AND\n"
      "  ARRAY(SELECT a.attname || CASE WHEN i.indoption[k] & 1 = 1 THEN ' "
      "DESC' ELSE '' END FROM generate_series(0, i.indnatts - 1) k\n"
      "  LEFT JOIN pg_opclass o ON o.oid = i.indclass[k] AND o.opcdefault LEFT "
      "JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = "
      "i.indkey[k] AND o.oid IS NOT NULL ORDER BY k)\n  = ARRAY[",
      parts, "])"));
}

std::string DropCheckSql(const TableSpec& table, const CheckSpec& check) {
  // PostgreSQL's own words for it are what others' are compared with.
  const std::string name = absl::StrCat(kGonePrefix, "check");
  return RunAll(
      absl::StrCat(
          "SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', "
          "c.conrelid::regclass, c.conname)\n"
          "  FROM pg_constraint c JOIN pg_constraint g ON g.conrelid = "
          "c.conrelid AND g.conname = ",
          LiteralOf(name), "\n  WHERE c.conrelid = ", Regclass(table),
          " AND c.contype = 'c' AND (c.conname = ", LiteralOf(check.name),
          " OR pg_get_expr(c.conbin, c.conrelid) = pg_get_expr(g.conbin, "
          "g.conrelid))"),
      absl::StrCat("ALTER TABLE ", QuotedTable(table, PostgresDialect()),
                   " ADD CONSTRAINT ", QuotedName(name), " CHECK (", check.sql,
                   ") NOT VALID;\n"));
}

std::string DropReferencesSql(const TableSpec& table,
                              const std::vector<std::string>& columns) {
  return RunAll(DropConstraints(
      table, "f", AreColumns("c.conkey", "c.conrelid", columns), ""));
}

std::string DropUniqueSql(const TableSpec& table,
                          const std::vector<std::string>& columns) {
  return RunAll(absl::StrCat(
      DropConstraints(table, "u", AreColumns("c.conkey", "c.conrelid", columns),
                      ""),
      "\nUNION ALL SELECT format('DROP INDEX %s', i.indexrelid::regclass)\n"
      "  FROM pg_index i WHERE i.indrelid = ",
      Regclass(table),
      " AND i.indisunique AND NOT i.indisprimary\n  AND i.indpred IS NULL AND "
      "i.indexprs IS NULL AND NOT EXISTS (SELECT FROM pg_constraint c WHERE "
      "c.conindid = i.indexrelid AND c.contype <> 'f')\n  AND ",
      AreColumns("i.indkey", "i.indrelid", columns)));
}

std::string DropUniqueConstraintsSql(const TableSpec& table,
                                     const std::vector<std::string>& columns) {
  return RunAll(DropConstraints(
      table, "u", AreColumns("c.conkey", "c.conrelid", columns), ""));
}

std::string DropKeySql(const TableSpec& table) {
  return RunAll(DropConstraints(table, "p", "", ""));
}

std::string RenameCheckSql(const TableSpec& table, absl::string_view from,
                           absl::string_view to) {
  return RunAll(absl::StrCat(
      "SELECT format('ALTER TABLE %s RENAME CONSTRAINT %I TO %I', "
      "c.conrelid::regclass, c.conname, ",
      LiteralOf(to), ")\n  FROM pg_constraint c WHERE c.conrelid = ",
      Regclass(table), " AND c.conname = ", LiteralOf(from)));
}

std::string SetSequenceSql(const TableSpec& table, absl::string_view column) {
  const std::string name = QuotedTable(table, PostgresDialect());
  return absl::StrCat("SELECT setval(pg_get_serial_sequence(", LiteralOf(name),
                      ", ", LiteralOf(column), "), max(", QuotedName(column),
                      ")) FROM ", name, ";");
}

std::string RetypeSequenceSql(const TableSpec& table, absl::string_view column,
                              absl::string_view type) {
  return RunAll(absl::StrCat(
      "SELECT format('ALTER SEQUENCE %s AS %s', s.seqrelid::regclass, t.type)\n"
      "  FROM pg_sequence s, (VALUES ",
      "(", LiteralOf(type),
      "::regtype)) t (type) WHERE s.seqrelid = "
      "pg_get_serial_sequence(",
      LiteralOf(QuotedTable(table, PostgresDialect())), ", ", LiteralOf(column),
      ")::regclass\n  AND s.seqtypid <> t.type"));
}

std::string SetSchemaSql(const TableSpec& table, absl::string_view schema) {
  const std::string alter = absl::StrCat(
      "ALTER TABLE ", QuotedTable(table, PostgresDialect()), " SET SCHEMA ");
  if (!schema.empty()) return absl::StrCat(alter, QuotedName(schema), ";");
  return RunAll(absl::StrCat("SELECT ", LiteralOf(alter),
                             " || quote_ident(current_schema())"));
}

}  // namespace modelservice
