// The description of a table: plain constant data that generated code holds and
// the runtime reads.
//
//   constexpr Column kColumns[] = {
//       Column("id", 1, FieldType::kInt64).PrimaryKey().AutoIncrement(),
//       Column("email", 2, FieldType::kString).Unique().MaxLength(254)
//           .Format(Format::kEmail),
//       Column("phone", 3, FieldType::kString).Presence().Nullable(),
//   };
//   constexpr Table kTable("customer", "Customer", kColumns);
//
// Everything is a literal type that owns nothing: what it points to must
// outlive it. Immutable after building, so safe to share between threads.
#ifndef MODELSERVICE_SCHEMA_TABLE_H_
#define MODELSERVICE_SCHEMA_TABLE_H_

#include <cstddef>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "modelservice/schema/table_column.h"

namespace modelservice {

// A foreign key of several columns to as many of another table.
struct ForeignKey {
  absl::Span<const int> columns;  // positions in Table::columns, in order
  absl::Span<const absl::string_view> referenced;
  Reference to;  // its `column` is the first of those
};

// A foreign key of another table to one whose rows may be there and hidden.
struct Dependent {
  const Model& (*model)();  // the other table's
  int column;               // its key, a position in its columns
};

// One column of an index.
struct IndexColumn {
  int column;  // a position in Table::columns
  bool descending = false;
};

struct Index {
  absl::string_view name;
  absl::Span<const IndexColumn> columns;
  bool unique = false;
  absl::string_view where;  // empty: all rows
};

struct Check {
  absl::string_view name;
  absl::string_view sql;
};

// One column of an order.
struct Ordering {
  int column;  // a position in Table::columns
  bool descending = false;
};

// One table and the message it stores.
//
//   constexpr Table kTable =
//       Table("customer", "Customer", kColumns, kKey, kOrdering)
//           .Indexes(kIndexes)
//           .PageSizes(50, 500);
class Table {
 public:
  // `message` is what clients are told it is called, the message's own name as
  // a rule. `key` has the positions in `columns` of the primary key, in order;
  // `ordering` ends with them.
  constexpr Table(absl::string_view name, absl::string_view message,
                  absl::Span<const Column> columns, absl::Span<const int> key,
                  absl::Span<const Ordering> ordering)
      : name(name),
        message(message),
        columns(columns),
        key(key),
        ordering(ordering) {}

  constexpr Table Indexes(absl::Span<const Index> v) const {
    Table copy = *this;
    copy.indexes = v;
    return copy;
  }
  constexpr Table Checks(absl::Span<const Check> v) const {
    Table copy = *this;
    copy.checks = v;
    return copy;
  }
  // PostgreSQL's namespace of the table; empty: where its search_path says.
  constexpr Table InSchema(absl::string_view v) const {
    Table copy = *this;
    copy.schema = v;
    return copy;
  }
  constexpr Table PageSizes(int by_default, int most) const {
    Table copy = *this;
    copy.default_page_size = by_default;
    copy.max_page_size = most;
    return copy;
  }
  // What follows a row that is hidden, or keeps it from being hidden.
  constexpr Table Dependents(absl::Span<const Dependent> v) const {
    Table copy = *this;
    copy.dependents = v;
    return copy;
  }

  constexpr Table ForeignKeys(absl::Span<const ForeignKey> v) const {
    Table copy = *this;
    copy.foreign_keys = v;
    return copy;
  }
  constexpr Table OfStyle(ClientStyle v) const {
    Table copy = *this;
    copy.style = v;
    return copy;
  }
  // Where a call's tenant is found: "claim:tenant".
  constexpr Table TenantFrom(absl::string_view v) const {
    Table copy = *this;
    copy.tenant = v;
    return copy;
  }
  // What it is called within a sentence; empty: by `message`.
  constexpr Table VerboseName(absl::string_view v) const {
    Table copy = *this;
    copy.verbose_name = v;
    return copy;
  }

  absl::string_view schema;
  absl::string_view name;
  absl::string_view message;
  absl::string_view verbose_name;
  absl::Span<const Column> columns;
  absl::Span<const int> key;
  absl::Span<const Ordering> ordering;
  absl::Span<const Index> indexes;
  absl::Span<const Check> checks;
  absl::Span<const Dependent> dependents;
  // Those of several columns; of one, the column has it.
  absl::Span<const ForeignKey> foreign_keys;
  absl::string_view tenant;
  int default_page_size = 100;
  int max_page_size = 1000;
  ClientStyle style = ClientStyle::kNone;
};

// The column that has the role; -1: none.
constexpr int ColumnIn(Role role, const Table& table) {
  for (size_t i = 0; i < table.columns.size(); ++i) {
    if (table.columns[i].role == role) return static_cast<int>(i);
  }
  return -1;
}

}  // namespace modelservice

#endif  // MODELSERVICE_SCHEMA_TABLE_H_
