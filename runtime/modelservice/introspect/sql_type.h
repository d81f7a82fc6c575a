// What a column's declared type is, in terms that SQLite and PostgreSQL share.
//
//   SqlType type = ParseSqlType("character varying(150)");
//   // type.kind == SqlType::Kind::kText, type.length == 150
#ifndef MODELSERVICE_INTROSPECT_SQL_TYPE_H_
#define MODELSERVICE_INTROSPECT_SQL_TYPE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace modelservice::catalog {

struct SqlType {
  enum class Kind {
    kUnknown,
    kBool,
    kInteger,  // of `bits`
    kReal,     // of `bits`
    kDecimal,
    kText,
    kBytes,
    kTimestamp,
    kDate,
    kTime,
    kInterval,
    kUuid,
    kJson,
    kAddress,  // inet: an IP address
    kEnum,     // one of `labels`
    kOther,    // one that only its own database knows
  };

  Kind kind = Kind::kUnknown;
  // As the database writes it: "numeric(10,2)", "varchar(150)".
  std::string text;
  int bits = 0;
  bool is_unsigned = false;
  // In characters; -1 is none.
  int length = -1;
  // Padded with blanks to `length`, as PostgreSQL's character(n).
  bool fixed_length = false;
  // A time, or a timestamp, without a zone of its own.
  bool local = false;
  // A list of such values.
  bool array = false;
  // Of an enum type: its name, and its labels in their order.
  std::string name;
  std::vector<std::string> labels;
};

// Reads the names that SQL, SQLite's users and PostgreSQL have for types;
// kUnknown for any other name. An array has [] behind its element's type.
SqlType ParseSqlType(absl::string_view text);

// The type of a column of SQLite, which takes any name for one: what
// ParseSqlType knows, else by the affinity that the name has. kUnknown without
// a name, and for ANY, which both hold values of every type.
SqlType TypeOfSqlite(absl::string_view declared);

// How SQLite keeps what is stored in a column that is declared so
// (https://sqlite.org/datatype3.html#determination_of_column_affinity).
enum class Affinity { kInteger, kText, kBlob, kReal, kNumeric };
Affinity AffinityOf(absl::string_view declared_type);

}  // namespace modelservice::catalog

#endif  // MODELSERVICE_INTROSPECT_SQL_TYPE_H_
