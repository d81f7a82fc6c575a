#include "modelservice/migrate/field_mapping.h"

#include <algorithm>
#include <cctype>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "modelservice/migrate/proto_names.h"
#include "modelservice/migrate/sql_rules.h"
#include "modelservice/sql/dialect.h"

namespace modelservice::proto {
namespace {

using catalog::Affinity;
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

// Words that are no names in C++, or that headers define as macros.
bool IsSafeLabel(absl::string_view label) {
  static const auto* const kWords = new std::set<std::string, std::less<>>{
      "alignas",  "alignof",  "and",      "asm",      "assert",   "auto",
      "bool",     "break",    "case",     "catch",    "char",     "class",
      "const",    "continue", "default",  "delete",   "do",       "double",
      "else",     "enum",     "errno",    "explicit", "export",   "extern",
      "false",    "float",    "for",      "friend",   "goto",     "if",
      "inline",   "int",      "linux",    "long",     "mutable",  "namespace",
      "new",      "not",      "operator", "or",       "private",  "protected",
      "public",   "register", "return",   "short",    "signed",   "sizeof",
      "static",   "struct",   "switch",   "template", "this",     "throw",
      "true",     "try",      "typedef",  "typename", "union",    "unix",
      "unsigned", "using",    "virtual",  "void",     "volatile", "while",
      "xor",      "BUFSIZ",   "DEBUG",    "DOMAIN",   "EOF",      "FALSE",
      "INFINITY", "NAN",      "NULL",     "OVERFLOW", "TRUE",     "UNDERFLOW"};
  return IsIdentifier(label) && kWords->count(label) == 0 &&
         !IsTakenInCpp(label) && label[0] != '_';
}

bool AreSafeLabels(const std::vector<std::string>& labels) {
  return !labels.empty() &&
         std::all_of(labels.begin(), labels.end(), IsSafeLabel);
}

// Maps one column.
class FieldMapper {
 public:
  FieldMapper(const catalog::Catalog& catalog, const catalog::Table& table,
              const catalog::Column& column)
      : catalog_(catalog),
        table_(table),
        column_(column),
        type_(column.type),
        is_key_(table.IsKey(column.name)) {}

  absl::StatusOr<MappedField> Map() {
    if (column_.generated == catalog::Column::Generated::kExpression) {
      return Refuse("is computed by the database and cannot be written");
    }
    if (auto status = MapType(); !status.ok()) return status;
    MapKey();
    if (!catalog_.postgres || !column_.type.array) MapPresence();
    MapDefault();
    MapChecks();
    MapSqlType();
    AddComment(column_.comment);
    return std::move(mapped_);
  }

 private:
  FieldSettings& settings() { return mapped_.field.settings; }

  absl::Status Refuse(absl::string_view fault) const {
    return absl::FailedPreconditionError(absl::StrCat(
        "column \"", column_.name, "\" of table \"", table_.FullName(), "\" ",
        fault, "; leave it out with --exclude=", table_.FullName(), ".",
        column_.name));
  }

  void Set(absl::string_view type, FieldType runtime_type) {
    mapped_.field.type = std::string(type);
    runtime_type_ = runtime_type;
  }
  void SetMessage(absl::string_view type, FieldType runtime_type,
                  absl::string_view import) {
    Set(type, runtime_type);
    mapped_.import = std::string(import);
    has_presence_ = true;
  }
  // A string of a format that "" does not have.
  void SetFormat(FieldSettings::Format format, Format runtime_format) {
    Set("string", FieldType::kString);
    settings().set_format(format);
    format_ = runtime_format;
    has_empty_form_ = false;
  }

  absl::Status MapType() {
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
        SetFormat(FieldSettings::IP, Format::kIp);
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
        has_empty_form_ = false;
        break;
      case Kind::kUnknown:
        return Refuse(type_.text.empty()
                          ? std::string("has no declared type")
                          : absl::StrCat("is of the type \"", type_.text,
                                         "\", for which there is no field"));
    }
    if (type_.array) SetArray();
    return absl::OkStatus();
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
    // The two types that Django declares as char(n) on SQLite.
    if (type_.length == 32) {
      settings().set_pattern("[0-9a-f]{32}");
    } else if (type_.length == 39) {
      settings().set_format(FieldSettings::IP);
      settings().clear_max_length();
      has_empty_form_ = false;
    }
  }

  void SetEnum() {
    if (AreSafeLabels(type_.labels)) {
      mapped_.values = Enum();
      mapped_.values->name = CamelCase(type_.name);
      mapped_.values->values = type_.labels;
      settings().set_storage(FieldSettings::NAME);
      storage_ = Storage::kName;
      Set(mapped_.values->name, FieldType::kEnum);
      has_empty_form_ = false;
      return;
    }
    Set("string", FieldType::kString);
    has_empty_form_ = false;
    for (const std::string& label : type_.labels) settings().add_in(label);
  }

  // Lists of scalars; of anything else the array's own text.
  void SetArray() {
    const bool is_scalar = runtime_type_ != FieldType::kTimestamp &&
                           runtime_type_ != FieldType::kDuration &&
                           runtime_type_ != FieldType::kMessage &&
                           runtime_type_ != FieldType::kEnum &&
                           type_.kind != Kind::kAddress &&
                           type_.kind != Kind::kOther;
    mapped_.import.clear();
    has_presence_ = false;
    settings().Clear();
    format_ = Format::kNone;
    has_empty_form_ = true;
    if (is_scalar) {
      mapped_.field.label = "repeated";
      storage_ = Storage::kArray;
      if (column_.nullable) AddComment("NULL is read as no elements.");
      return;
    }
    Set("string", FieldType::kString);
    storage_ = Storage::kNative;
    has_empty_form_ = false;
    AddComment("An array in the database's own form: {a,b}.");
    MapPresence();
  }

  void MapKey() {
    if (!is_key_) return;
    // A composite key is an option of the message.
    if (table_.primary_key.size() == 1) {
      settings().set_primary_key(true);
      if (column_.generated == catalog::Column::Generated::kKey &&
          type_.kind == Kind::kInteger) {
        settings().set_auto_increment(true);
        return;
      }
    }
    if (!has_empty_form_) settings().add_behavior(FieldSettings::REQUIRED);
  }

  // NULL needs presence. What is NOT NULL and has no zero of its own must be
  // given: a time, an enum's label, a key of another row.
  void MapPresence() {
    if (is_key_) return;
    if (column_.nullable) {
      if (!has_presence_) mapped_.field.label = "optional";
      return;
    }
    const bool refers = table_.ReferenceOf(column_.name) != nullptr;
    if (!has_presence_ && has_empty_form_ && !refers) return;
    if (IsSetByDatabase()) return;
    if (!has_presence_ && (refers || mapped_.values.has_value())) {
      mapped_.field.label = "optional";
    }
    settings().add_behavior(FieldSettings::REQUIRED);
  }

  // Whether a Create that leaves the field out gets the DEFAULT by an option.
  bool IsSetByDatabase() const {
    if (!column_.default_sql.has_value()) return false;
    const catalog::Default value = catalog::ParseDefault(*column_.default_sql);
    if (value.kind == catalog::Default::Kind::kNow) {
      return runtime_type_ == FieldType::kTimestamp;
    }
    return value.kind == catalog::Default::Kind::kLiteral &&
           DefaultText(value.text).has_value();
  }

  // The text of default_value for what SQL writes as `text`; nullopt for what
  // the option has no form for.
  std::optional<std::string> DefaultText(const std::string& text) const {
    switch (runtime_type_) {
      case FieldType::kBool:
        if (text == "1" || text == "true" || text == "t") return "true";
        if (text == "0" || text == "false" || text == "f") return "false";
        return std::nullopt;
      case FieldType::kInt32:
      case FieldType::kInt64:
        if (text.empty() ||
            text.find_first_not_of("-0123456789") != std::string::npos) {
          return std::nullopt;
        }
        return text;
      case FieldType::kFloat:
      case FieldType::kDouble:
        if (text.empty() ||
            text.find_first_not_of("-.0123456789") != std::string::npos) {
          return std::nullopt;
        }
        return text;
      case FieldType::kEnum:
        if (std::find(type_.labels.begin(), type_.labels.end(), text) ==
            type_.labels.end()) {
          return std::nullopt;
        }
        return text;
      case FieldType::kString:
        if (format_ == Format::kDecimal &&
            (text.empty() ||
             text.find_first_not_of("-.0123456789") != std::string::npos)) {
          return std::nullopt;
        }
        return text;
      default:
        return std::nullopt;
    }
  }

  // Whether a field without presence that nobody set holds the value.
  bool IsZero(const std::string& text) const {
    if (runtime_type_ == FieldType::kBool) return text == "false";
    if (runtime_type_ == FieldType::kString) {
      return text.empty() && has_empty_form_;
    }
    return runtime_type_ != FieldType::kEnum &&
           text.find_first_not_of("-.0") == std::string::npos;
  }

  void MapDefault() {
    if (!column_.default_sql.has_value() || settings().auto_increment()) return;
    const catalog::Default value = catalog::ParseDefault(*column_.default_sql);
    if (value.kind == catalog::Default::Kind::kNull) return;
    if (value.kind == catalog::Default::Kind::kNow &&
        runtime_type_ == FieldType::kTimestamp && !is_key_) {
      settings().clear_behavior();
      settings().set_role(FieldSettings::CREATE_TIME);
      return;
    }
    if (mapped_.field.label == "repeated") {
      if (value.text == "{}" || value.text == "[]") return;
    } else if (value.kind == catalog::Default::Kind::kLiteral && !is_key_) {
      if (const auto text = DefaultText(value.text)) {
        if (!column_.nullable && !has_presence_ && IsZero(*text) &&
            mapped_.field.label.empty()) {
          return;
        }
        settings().clear_behavior();
        settings().set_default_value(*text);
        if (!has_presence_) mapped_.field.label = "optional";
        return;
      }
    }
    AddComment(
        absl::StrCat("Not used, for a Create writes every column: DEFAULT ",
                     *column_.default_sql));
  }

  void MapChecks() {
    for (const catalog::Check& check : table_.checks) {
      if (type_.kind == Kind::kJson && IsJsonCheck(check)) {
        mapped_.checks.push_back(&check);
        continue;
      }
      const auto rule = catalog::ParseCheck(check.sql);
      if (!rule.has_value() || rule->column != column_.name ||
          !Expresses(*rule)) {
        continue;
      }
      mapped_.checks.push_back(&check);
      if (!rule->min.empty()) settings().set_min(rule->min);
      if (!rule->max.empty()) settings().set_max(rule->max);
      for (const std::string& text : rule->in) settings().add_in(text);
    }
  }

  // Nothing but JSON is ever written.
  bool IsJsonCheck(const catalog::Check& check) const {
    const std::string sql = absl::AsciiStrToLower(check.sql);
    const std::string name = absl::AsciiStrToLower(column_.name);
    return absl::StrContains(sql, "json_valid(") &&
           absl::StrContains(sql, name);
  }

  bool Expresses(const catalog::ColumnRule& rule) const {
    if (mapped_.field.label == "repeated") return false;
    const bool is_number = runtime_type_ == FieldType::kInt32 ||
                           runtime_type_ == FieldType::kInt64 ||
                           runtime_type_ == FieldType::kFloat ||
                           runtime_type_ == FieldType::kDouble ||
                           format_ == Format::kDecimal;
    const bool is_integer = runtime_type_ == FieldType::kInt32 ||
                            runtime_type_ == FieldType::kInt64;
    if (!rule.in.empty()) {
      return runtime_type_ == FieldType::kString && format_ == Format::kNone;
    }
    return is_number && (!is_integer || !(absl::StrContains(rule.min, ".") ||
                                          absl::StrContains(rule.max, ".")));
  }

  // The type option, where the dialect would choose another type.
  void MapSqlType() {
    const Dialect& dialect =
        catalog_.postgres ? PostgresDialect() : SqliteDialect();
    modelservice::Column column("c", 1, runtime_type_);
    column = column.StoredAs(storage_).OfFormat(format_);
    if (runtime_type_ == FieldType::kMessage) {
      column = column.StoredAs(Storage::kJson);
    }
    if (settings().has_max_length()) {
      column = column.MaxLength(settings().max_length());
    }
    if (is_key_) column = column.PrimaryKey();
    const std::string usual = dialect.ColumnType(column);
    if (catalog_.postgres) {
      const std::string name =
          absl::StrReplaceAll(absl::AsciiStrToLower(usual),
                              {{"timestamptz", "timestamp with time zone"},
                               {"varchar", "character varying"}});
      if (name != type_.text) settings().set_type(type_.text);
      return;
    }
    if (catalog::AffinityOf(usual) != catalog::AffinityOf(type_.text) &&
        !(runtime_type_ == FieldType::kBool)) {
      settings().set_type(type_.text);
    }
  }

  void AddComment(absl::string_view text) {
    if (text.empty()) return;
    std::string& comment = mapped_.field.comment;
    absl::StrAppend(&comment, comment.empty() ? "" : "\n",
                    absl::StrReplaceAll(text, {{"\r", ""}}));
  }

  const catalog::Catalog& catalog_;
  const catalog::Table& table_;
  const catalog::Column& column_;
  const SqlType& type_;
  const bool is_key_;
  MappedField mapped_;
  FieldType runtime_type_ = FieldType::kString;
  Storage storage_ = Storage::kNative;
  Format format_ = Format::kNone;
  // A message has presence by itself.
  bool has_presence_ = false;
  // Whether the zero of the type without presence is a value of the column.
  bool has_empty_form_ = true;
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

absl::StatusOr<MappedField> MapField(const catalog::Catalog& catalog,
                                     const catalog::Table& table,
                                     const catalog::Column& column) {
  return FieldMapper(catalog, table, column).Map();
}

}  // namespace modelservice::proto
