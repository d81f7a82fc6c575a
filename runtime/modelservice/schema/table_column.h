// The description of a column of a table (table.h).
#ifndef MODELSERVICE_SCHEMA_TABLE_COLUMN_H_
#define MODELSERVICE_SCHEMA_TABLE_COLUMN_H_

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace modelservice {

// The type of a field, in proto's terms. The well-known types have entries of
// their own; a wrapper is its scalar with Wrapper(). kMessage is any other
// message; repeated fields and maps have Repeated().
enum class FieldType : uint8_t {
  kBool,
  kInt32,
  kSint32,
  kSfixed32,
  kInt64,
  kSint64,
  kSfixed64,
  kUint32,
  kFixed32,
  kUint64,
  kFixed64,
  kFloat,
  kDouble,
  kString,
  kBytes,
  kEnum,
  kTimestamp,
  kDuration,
  kMessage,
};

// How a value is laid down in its column.
enum class Storage : uint8_t {
  kNative,  // the SQL type that fits; enums by number
  kName,    // enums by name
  kJson,    // ProtoJSON text
  kArray,   // a native array of scalars; where there is none, as kJson
  kBytes,   // the wire format of the field
};

enum class Format : uint8_t {
  kNone,
  kEmail,
  kUuid,
  kUri,
  kIp,
  kIpv4,
  kIpv6,
  kHostname,
  kDecimal,
  kDate,
  kTime,
  kSlug,
};

// Whose clients are served: what a switch of servers would show is as it was.
enum class ClientStyle : uint8_t {
  kNone,
  kDjango,       // django-grpc-framework's
  kDjangoSocio,  // django-socio-grpc's
};

enum class Role : uint8_t {
  kNone,
  kCreateTime,
  kUpdateTime,
  kOwner,
  kVersion,
  kEtag,
  kDeleteTime,
  kTenant,
};

// Whether each write of a row gives the column a new value.
constexpr bool IsStamped(Role role) {
  return role == Role::kUpdateTime || role == Role::kVersion ||
         role == Role::kEtag;
}
// Whether it tells one state of a row from another.
constexpr bool TellsStates(Role role) {
  return role == Role::kVersion || role == Role::kEtag;
}

// What the server makes of a key that is absent.
enum class MadeKey : uint8_t { kNone, kUuidV4, kUuidV7 };

enum class ReferentialAction : uint8_t {
  kNoAction,
  kRestrict,
  kCascade,
  kSetNull,
  kSetDefault,
};

struct Model;

// A foreign key to one column of another table.
struct Reference {
  absl::string_view table;
  absl::string_view column;
  ReferentialAction on_delete = ReferentialAction::kNoAction;
  ReferentialAction on_update = ReferentialAction::kNoAction;
  absl::string_view schema = {};  // as Table::schema
  // Only to rows that the caller may see.
  bool visible_only = false;
  // Of the other table, where its rows may be there and hidden; else null.
  const Model& (*hiding)() = nullptr;
};

// One column and the field it stores. Setters return the column, so that a
// description reads as one expression.
class Column {
  // Before its uses: clang cannot evaluate a template that comes later.
  template <class T>
  constexpr Column With(T Column::*member, T value) const {
    Column copy = *this;
    copy.*member = value;
    return copy;
  }

 public:
  // `field` is the proto field's name and, unless Name() says otherwise, the
  // column's. `number` is the field's number.
  constexpr Column(absl::string_view field, int number, FieldType type)
      : name(field), field(field), number(number), type(type) {}

  constexpr Column Name(absl::string_view v) const {
    return With(&Column::name, v);
  }
  // The SQL type in the DDL, instead of the dialect's choice.
  constexpr Column SqlType(absl::string_view v) const {
    return With(&Column::sql_type, v);
  }
  constexpr Column StoredAs(Storage v) const {
    return With(&Column::storage, v);
  }
  constexpr Column Repeated() const { return With(&Column::repeated, true); }
  constexpr Column Map() const { return Repeated().With(&Column::map, true); }
  // A google.protobuf.*Value wrapper around the scalar.
  constexpr Column Wrapper() const { return With(&Column::wrapper, true); }
  // The field has presence: absent and zero differ.
  constexpr Column Presence() const { return With(&Column::presence, true); }
  // A proto2 group: its wire format has an end tag instead of a length.
  constexpr Column Group() const { return With(&Column::group, true); }
  // Repeated scalars in one length-delimited run on the wire.
  constexpr Column Packed() const { return With(&Column::packed, true); }
  constexpr Column Nullable() const { return With(&Column::nullable, true); }
  constexpr Column PrimaryKey() const {
    return With(&Column::primary_key, true);
  }
  constexpr Column AutoIncrement() const {
    return With(&Column::auto_increment, true);
  }
  constexpr Column Unique() const { return With(&Column::unique, true); }
  // The value of an absent field on Create, as text.
  constexpr Column Default(absl::string_view v) const {
    return With(&Column::default_value, v).With(&Column::has_default, true);
  }
  // In characters for strings, in bytes for bytes; -1 is none.
  constexpr Column MinLength(int v) const {
    return With(&Column::min_length, v);
  }
  constexpr Column MaxLength(int v) const {
    return With(&Column::max_length, v);
  }
  // Inclusive bounds, in decimal; empty is none.
  constexpr Column Min(absl::string_view v) const {
    return With(&Column::min, v);
  }
  constexpr Column Max(absl::string_view v) const {
    return With(&Column::max, v);
  }
  // The most digits of a decimal, in all and behind the point; -1 is none.
  constexpr Column MaxDigits(int v) const {
    return With(&Column::max_digits, v);
  }
  constexpr Column DecimalPlaces(int v) const {
    return With(&Column::decimal_places, v);
  }
  constexpr Column Pattern(absl::string_view v) const {
    return With(&Column::pattern, v);
  }
  constexpr Column In(absl::Span<const absl::string_view> v) const {
    return With(&Column::in, v);
  }
  constexpr Column OfFormat(Format v) const { return With(&Column::format, v); }
  constexpr Column References(const Reference* v) const {
    return With(&Column::reference, v);
  }
  constexpr Column Required() const { return With(&Column::required, true); }
  constexpr Column OutputOnly() const {
    return With(&Column::output_only, true);
  }
  constexpr Column InputOnly() const { return With(&Column::input_only, true); }
  constexpr Column Immutable() const { return With(&Column::immutable, true); }
  // `filter`, `order_by` of a List may not name it.
  constexpr Column NotFilterable() const {
    return With(&Column::filterable, false);
  }
  constexpr Column NotSortable() const {
    return With(&Column::sortable, false);
  }
  // `search` of a List looks into it.
  constexpr Column Searchable() const {
    return With(&Column::searchable, true);
  }
  constexpr Column FullView() const { return With(&Column::full_view, true); }
  // Its values are in no log and no error.
  constexpr Column Sensitive() const { return With(&Column::sensitive, true); }
  // White space at both ends of what a client sends is none of it.
  constexpr Column Trim() const { return With(&Column::trim, true); }
  // What clients are told it is called; empty: by its name.
  constexpr Column VerboseName(absl::string_view v) const {
    return With(&Column::verbose_name, v);
  }
  constexpr Column InRole(Role v) const { return With(&Column::role, v); }
  constexpr Column Makes(MadeKey v) const { return With(&Column::made, v); }
  // An absent field is what the database's own DEFAULT gives.
  constexpr Column DatabaseDefault() const {
    return With(&Column::database_default, true);
  }
  // Who may see the value, and who may write it: expressions over permission
  // names (schema/access.h). Empty is whoever may call.
  constexpr Column ReadRequires(absl::string_view v) const {
    return With(&Column::read_requires, v);
  }
  constexpr Column WriteRequires(absl::string_view v) const {
    return With(&Column::write_requires, v);
  }

  absl::string_view name;
  absl::string_view field;
  int number;
  FieldType type;
  Storage storage = Storage::kNative;
  Format format = Format::kNone;
  Role role = Role::kNone;
  MadeKey made = MadeKey::kNone;
  bool database_default = false;
  bool repeated = false;
  bool map = false;
  bool wrapper = false;
  bool presence = false;
  bool group = false;
  bool packed = false;
  bool nullable = false;
  bool primary_key = false;
  bool auto_increment = false;
  bool unique = false;
  bool has_default = false;
  bool required = false;
  bool output_only = false;
  bool input_only = false;
  bool immutable = false;
  bool filterable = true;
  bool sortable = true;
  bool searchable = false;
  bool full_view = false;  // not in the BASIC view
  bool sensitive = false;
  bool trim = false;
  int min_length = -1;
  int max_length = -1;
  int max_digits = -1;
  int decimal_places = -1;
  absl::string_view sql_type;
  absl::string_view default_value;
  absl::string_view min;
  absl::string_view max;
  absl::string_view pattern;
  absl::Span<const absl::string_view> in;
  absl::string_view read_requires;
  absl::string_view write_requires;
  absl::string_view verbose_name;
  const Reference* reference = nullptr;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SCHEMA_TABLE_COLUMN_H_
