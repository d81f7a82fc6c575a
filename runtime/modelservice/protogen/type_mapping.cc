#include "modelservice/protogen/type_mapping.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "modelservice/protogen/enum_labels.h"
#include "modelservice/protogen/proto_names.h"
#include "modelservice/sql/live_column.h"

namespace modelservice::proto {
namespace {

using catalog::SqlType;
using Kind = SqlType::Kind;

// Keys may refer to each other in a circle.
constexpr int kMostReferences = 16;

// The column at the end of a chain of foreign keys.
std::pair<const catalog::Table*, const catalog::Column*> TargetOf(
    const catalog::Catalog& catalog, const catalog::Table& table,
    const catalog::Column& column) {
  const catalog::Table* at = &table;
  const catalog::Column* target = &column;
  for (int i = 0; i < kMostReferences; ++i) {
    const catalog::ForeignKey* key = at->ReferenceOf(target->name);
    if (key == nullptr || key->referenced.empty()) break;
    const catalog::Table* next = catalog.FindReferenced(*key);
    if (next == nullptr) break;
    const catalog::Column* referenced = next->FindColumn(key->referenced[0]);
    if (referenced == nullptr) break;
    at = next;
    target = referenced;
  }
  return {at, target};
}

// SQLite's "integer" keys hold 64 bits; columns that are declared wider and
// refer to one tell that it is meant so.
bool IsReferredToAsBigint(const catalog::Catalog& catalog,
                          const catalog::Table& table,
                          const catalog::Column& column) {
  for (const catalog::Table& other : catalog.tables) {
    for (const catalog::ForeignKey& key : other.foreign_keys) {
      if (key.columns.size() != 1 || key.referenced.size() != 1 ||
          key.referenced[0] != column.name || key.table != table.name ||
          key.schema != table.schema) {
        continue;
      }
      const catalog::Column* from = other.FindColumn(key.columns[0]);
      if (from != nullptr && from->type.kind == Kind::kInteger &&
          from->type.bits == 64) {
        return true;
      }
    }
  }
  return false;
}

bool IsLong(const catalog::Catalog& catalog, const catalog::Table& table,
            const catalog::Column& column) {
  return column.type.bits == 64 ||
         (!catalog.postgres &&
          column.generated == catalog::Column::Generated::kKey &&
          IsReferredToAsBigint(catalog, table, column));
}

bool CanBeKey(const Field& field) {
  return field.label != "repeated" &&
         !absl::StartsWith(field.type, "google.protobuf.");
}

class TypeMapper {
 public:
  TypeMapper(const catalog::Catalog& catalog, const catalog::Table& table,
             const catalog::Column& column)
      : catalog_(catalog), table_(table), column_(column), type_(column.type) {}

  absl::StatusOr<TypedField> Map() {
    if (auto status = SetType(); !status.ok()) return status;
    if (!CanBeKey(result_.field) && HoldsKey()) SetKeyText();
    return std::move(result_);
  }

 private:
  FieldSettings& settings() { return result_.field.settings; }

  void Set(absl::string_view type, FieldType runtime_type) {
    result_.field.type = std::string(type);
    result_.type = runtime_type;
  }
  void SetMessage(absl::string_view type, FieldType runtime_type,
                  absl::string_view import) {
    Set(type, runtime_type);
    result_.import = std::string(import);
    result_.has_presence = true;
  }
  // A string of a format that "" does not have.
  void SetFormat(FieldSettings::Format format, Format runtime_format) {
    Set("string", FieldType::kString);
    settings().set_format(format);
    result_.format = runtime_format;
    result_.has_zero = false;
  }

  // SQLite has them in `type`, by which it stores numbers.
  void SetDigits() {
    if (!catalog_.postgres) return;
    const LiveColumn digits = ParseLiveType(column_.name, type_.text);
    if (digits.precision < 0 || digits.scale < 0 ||
        digits.scale > digits.precision) {
      return;
    }
    settings().set_max_digits(digits.precision);
    settings().set_decimal_places(digits.scale);
  }

  absl::Status SetType() {
    // A foreign key is of its target's type, as it is on the wire.
    if (!type_.array && table_.ReferenceOf(column_.name) != nullptr) {
      const auto [table, target] = TargetOf(catalog_, table_, column_);
      if (target != &column_ && target->type.kind == type_.kind &&
          type_.kind == Kind::kInteger) {
        SetInteger(*table, *target);
        return absl::OkStatus();
      }
    }
    switch (type_.kind) {
      case Kind::kBool:
        Set("bool", FieldType::kBool);
        break;
      case Kind::kInteger:
        SetInteger(table_, column_);
        break;
      case Kind::kReal:
        // SQLite's are all of 64 bits.
        if (catalog_.postgres && type_.bits == 32) {
          Set("float", FieldType::kFloat);
        } else {
          Set("double", FieldType::kDouble);
        }
        break;
      case Kind::kText:
        SetText();
        break;
      case Kind::kBytes:
        Set("bytes", FieldType::kBytes);
        break;
      case Kind::kDecimal:
        SetFormat(FieldSettings::DECIMAL, Format::kDecimal);
        SetDigits();
        break;
      case Kind::kUuid:
        SetFormat(FieldSettings::UUID, Format::kUuid);
        break;
      case Kind::kDate:
        SetFormat(FieldSettings::DATE, Format::kDate);
        break;
      case Kind::kTime:
        SetFormat(FieldSettings::TIME, Format::kTime);
        break;
      case Kind::kAddress:
        // With a mask, as those may be that are not Django's, it is no address.
        if (catalog_.django) {
          SetFormat(FieldSettings::IP, Format::kIp);
        } else {
          Set("string", FieldType::kString);
          result_.has_zero = false;
        }
        break;
      case Kind::kTimestamp:
        SetMessage("google.protobuf.Timestamp", FieldType::kTimestamp,
                   "google/protobuf/timestamp.proto");
        break;
      case Kind::kInterval:
        SetMessage("google.protobuf.Duration", FieldType::kDuration,
                   "google/protobuf/duration.proto");
        break;
      case Kind::kJson:
        SetMessage("google.protobuf.Value", FieldType::kMessage,
                   "google/protobuf/struct.proto");
        break;
      case Kind::kEnum:
        SetEnum();
        break;
      case Kind::kOther:
        Set("string", FieldType::kString);
        result_.has_zero = false;
        break;
      case Kind::kUnknown:
        return RefuseColumn(
            table_, column_,
            type_.text.empty()
                ? std::string("has no declared type, so that it may hold any "
                              "value")
            : absl::EqualsIgnoreCase(type_.text, "any")
                ? std::string("is of the type ANY, which holds values of every "
                              "type")
                : absl::StrCat("is of the type \"", type_.text,
                               "\", for which there is no field"));
    }
    if (type_.array) SetArray();
    return absl::OkStatus();
  }

  // Whether it is a part of a key, or refers to one.
  bool HoldsKey() const {
    const auto [table, target] = TargetOf(catalog_, table_, column_);
    return table->IsKey(target->name) || table_.IsKey(column_.name);
  }

  // The key of a model is a scalar: of a time, a list or JSON the database's
  // text.
  void SetKeyText() {
    settings().Clear();
    result_ = TypedField();
    Set("string", FieldType::kString);
    result_.has_zero = false;
  }

  void SetInteger(const catalog::Table& table, const catalog::Column& column) {
    // What only Django keeps to 32 bits may be larger in other databases.
    const bool may_be_long =
        !catalog_.postgres && !catalog_.django && column.type.bits >= 32;
    if (may_be_long || IsLong(catalog_, table, column)) {
      Set("int64", FieldType::kInt64);
    } else {
      Set("int32", FieldType::kInt32);
    }
  }

  void SetText() {
    Set("string", FieldType::kString);
    if (type_.array) return;
    if (type_.length > 0) settings().set_max_length(type_.length);
    if (!catalog_.django || catalog_.postgres || !type_.fixed_length) return;
    // The two types that Django declares as char(n) on SQLite: its texts of a
    // length are varchar(n).
    if (type_.length == 32) {
      settings().clear_max_length();
      SetFormat(FieldSettings::UUID, Format::kUuid);
    } else if (type_.length == 39) {
      settings().set_format(FieldSettings::IP);
      settings().clear_max_length();
      result_.has_zero = false;
    }
  }

  void SetEnum() {
    const std::string name = CamelCase(type_.name);
    if (CanBeValues(name, type_.labels)) {
      result_.values = Enum();
      result_.values->name = name;
      result_.values->values = type_.labels;
      settings().set_storage(FieldSettings::NAME);
      result_.storage = Storage::kName;
      Set(result_.values->name, FieldType::kEnum);
      result_.has_zero = false;
      return;
    }
    Set("string", FieldType::kString);
    result_.has_zero = false;
    for (const std::string& label : type_.labels) {
      settings().add_in(label);
      if (label.empty()) result_.has_zero = true;
    }
  }

  // Lists of scalars; of anything else the array's own text.
  void SetArray() {
    const bool is_scalar = result_.type != FieldType::kTimestamp &&
                           result_.type != FieldType::kDuration &&
                           result_.type != FieldType::kMessage &&
                           result_.type != FieldType::kEnum &&
                           type_.kind != Kind::kAddress &&
                           type_.kind != Kind::kOther;
    result_.import.clear();
    result_.has_presence = false;
    settings().Clear();
    result_.format = Format::kNone;
    result_.has_zero = true;
    if (is_scalar) {
      result_.field.label = "repeated";
      result_.storage = Storage::kArray;
      if (column_.nullable)
        AddComment("NULL is read as no elements.", &result_.field);
      return;
    }
    Set("string", FieldType::kString);
    result_.storage = Storage::kNative;
    result_.has_zero = false;
    const bool is_json = type_.kind == Kind::kTimestamp ||
                         type_.kind == Kind::kInterval ||
                         type_.kind == Kind::kJson;
    AddComment(is_json ? "An array as JSON: [\"a\",\"b\"]."
                       : "An array in the database's own form: {a,b}.",
               &result_.field);
  }

  const catalog::Catalog& catalog_;
  const catalog::Table& table_;
  const catalog::Column& column_;
  const SqlType& type_;
  TypedField result_;
};

}  // namespace

std::string DjangoType(const catalog::Catalog& catalog,
                       const catalog::Table& table,
                       const catalog::Column& column) {
  const auto [target_table, target] = TargetOf(catalog, table, column);
  if (target->type.array) return "string";
  switch (target->type.kind) {
    case Kind::kBool:
      return "bool";
    case Kind::kInteger:
      return IsLong(catalog, *target_table, *target) ? "int64" : "int32";
    case Kind::kReal:
      return "float";
    default:
      return "string";
  }
}

absl::StatusOr<TypedField> MapType(const catalog::Catalog& catalog,
                                   const catalog::Table& table,
                                   const catalog::Column& column) {
  return TypeMapper(catalog, table, column).Map();
}

std::vector<std::string> OtherTypes(const catalog::Catalog& catalog,
                                    const catalog::Table& table,
                                    const catalog::Column& column) {
  const bool may_be_span =
      !catalog.postgres && absl::EqualsIgnoreCase(column.type.text, "bigint") &&
      !table.IsKey(column.name) && table.ReferenceOf(column.name) == nullptr;
  if (!may_be_span) return {};
  if (!catalog.django) return {"google.protobuf.Duration"};
  return {"google.protobuf.Duration", "string"};
}

std::string SqliteTypeForOption(const SqlType& type) {
  if (ParseSqlType(type.text).kind != SqlType::Kind::kUnknown) return type.text;
  // SpatiaLite's shapes have the affinity of numbers.
  if (type.kind == Kind::kBytes) return "blob";
  switch (AffinityOf(type.text)) {
    case Affinity::kInteger:
      return "integer";
    case Affinity::kText:
      return "text";
    case Affinity::kBlob:
      return "blob";
    case Affinity::kReal:
      return "real";
    case Affinity::kNumeric:
      break;
  }
  return "numeric";
}

absl::Status RefuseColumn(const catalog::Table& table,
                          const catalog::Column& column,
                          absl::string_view fault) {
  return absl::FailedPreconditionError(absl::StrCat(
      "column \"", column.name, "\" of table \"", table.FullName(), "\" ",
      fault, "; leave it out with --exclude=", table.FullName(), ".",
      column.name));
}

void AddComment(absl::string_view text, Field* field) {
  if (text.empty()) return;
  absl::StrAppend(&field->comment, field->comment.empty() ? "" : "\n",
                  absl::StrReplaceAll(text, {{"\r", ""}}));
}

}  // namespace modelservice::proto
