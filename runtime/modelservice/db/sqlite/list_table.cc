#include "modelservice/db/sqlite/list_table.h"

#include <cmath>
#include <cstddef>

#include "absl/types/span.h"
#include "modelservice/schema/timestamp_text.h"

namespace modelservice::sqlite {
namespace {

// What tells our pointers from those of others
// (https://sqlite.org/bindptr.html).
constexpr char kPointerType[] = "modelservice_list";

// Its columns: the value, and the argument, which is hidden.
constexpr char kDeclaration[] = "CREATE TABLE x(value, list HIDDEN)";
constexpr int kListColumn = 1;

struct ListCursor {
  sqlite3_vtab_cursor base;  // first: SQLite knows no more of it
  absl::Span<const Value> values;
  size_t next;
};

ListCursor* Of(sqlite3_vtab_cursor* cursor) {
  return reinterpret_cast<ListCursor*>(cursor);
}

int Connect(sqlite3* connection, void*, int, const char* const*,
            sqlite3_vtab** table, char**) {
  const int code = sqlite3_declare_vtab(connection, kDeclaration);
  if (code == SQLITE_OK) *table = new sqlite3_vtab();
  return code;
}

int Disconnect(sqlite3_vtab* table) {
  delete table;
  return SQLITE_OK;
}

// There is one way to read it: by its argument.
int BestIndex(sqlite3_vtab*, sqlite3_index_info* info) {
  for (int i = 0; i < info->nConstraint; ++i) {
    const auto& constraint = info->aConstraint[i];
    if (constraint.iColumn != kListColumn ||
        constraint.op != SQLITE_INDEX_CONSTRAINT_EQ) {
      continue;
    }
    if (constraint.usable == 0) return SQLITE_CONSTRAINT;
    info->aConstraintUsage[i].argvIndex = 1;
    info->aConstraintUsage[i].omit = 1;
    info->estimatedCost = 25;
    info->estimatedRows = 25;
    return SQLITE_OK;
  }
  return SQLITE_CONSTRAINT;
}

int Open(sqlite3_vtab*, sqlite3_vtab_cursor** cursor) {
  *cursor = &(new ListCursor())->base;
  return SQLITE_OK;
}

int Close(sqlite3_vtab_cursor* cursor) {
  delete Of(cursor);
  return SQLITE_OK;
}

int Filter(sqlite3_vtab_cursor* cursor, int, const char*, int count,
           sqlite3_value** arguments) {
  ListCursor* const list = Of(cursor);
  list->next = 0;
  list->values = {};
  if (count > 0) {
    const void* const bound = sqlite3_value_pointer(arguments[0], kPointerType);
    if (bound != nullptr) {
      list->values = static_cast<const Value*>(bound)->list();
    }
  }
  return SQLITE_OK;
}

int Next(sqlite3_vtab_cursor* cursor) {
  ++Of(cursor)->next;
  return SQLITE_OK;
}

int IsAtEnd(sqlite3_vtab_cursor* cursor) {
  return Of(cursor)->next >= Of(cursor)->values.size() ? 1 : 0;
}

void GiveText(sqlite3_context* context, absl::string_view text) {
  sqlite3_result_text64(context, text.empty() ? "" : text.data(), text.size(),
                        SQLITE_STATIC, SQLITE_UTF8);
}

int ValueAt(sqlite3_vtab_cursor* cursor, sqlite3_context* context, int column) {
  if (column == kListColumn) return SQLITE_OK;  // nobody asks for it
  const Value& value = Of(cursor)->values[Of(cursor)->next];
  switch (value.kind()) {
    case Value::Kind::kInteger:
      sqlite3_result_int64(context, value.integer());
      break;
    case Value::Kind::kReal:
      if (std::isnan(value.real())) {
        GiveText(context, "NaN");  // as it is stored
      } else {
        sqlite3_result_double(context, value.real());
      }
      break;
    case Value::Kind::kText:
      GiveText(context, value.text());
      break;
    case Value::Kind::kBlob:
      sqlite3_result_blob64(context,
                            value.text().empty() ? "" : value.text().data(),
                            value.text().size(), SQLITE_STATIC);
      break;
    case Value::Kind::kTimestamp: {
      TimestampText text;
      const size_t size = WriteTimestamp(value.seconds(), value.nanos(), &text);
      // What no row holds is equal to none.
      if (size > 0) {
        sqlite3_result_text64(context, text.data(), size, SQLITE_TRANSIENT,
                              SQLITE_UTF8);
      }
      break;
    }
    case Value::Kind::kNull:
    case Value::Kind::kInvalid:
    case Value::Kind::kList:
      break;
  }
  return SQLITE_OK;
}

int RowId(sqlite3_vtab_cursor* cursor, sqlite3_int64* id) {
  *id = static_cast<sqlite3_int64>(Of(cursor)->next);
  return SQLITE_OK;
}

// Without xCreate it is there in every schema and can be made in none.
const sqlite3_module& Module() {
  static const sqlite3_module module = [] {
    sqlite3_module m = {};
    m.xConnect = Connect;
    m.xBestIndex = BestIndex;
    m.xDisconnect = Disconnect;
    m.xOpen = Open;
    m.xClose = Close;
    m.xFilter = Filter;
    m.xNext = Next;
    m.xEof = IsAtEnd;
    m.xColumn = ValueAt;
    m.xRowid = RowId;
    return m;
  }();
  return module;
}

}  // namespace

int AddListTable(sqlite3* connection) {
  return sqlite3_create_module(connection, kPointerType, &Module(), nullptr);
}

int BindList(sqlite3_stmt* statement, int position, const Value& list) {
  return sqlite3_bind_pointer(statement, position, const_cast<Value*>(&list),
                              kPointerType, nullptr);
}

}  // namespace modelservice::sqlite
