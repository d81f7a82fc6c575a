#include "modelservice/protogen/field_mapping.h"

#include <re2/re2.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "modelservice/introspect/sql_rules.h"
#include "modelservice/protogen/default_text.h"
#include "modelservice/protogen/kept_rules.h"
#include "modelservice/protogen/proto_names.h"
#include "modelservice/protogen/type_mapping.h"
#include "modelservice/schema/utf8.h"
#include "modelservice/sql/dialect.h"
#include "modelservice/sql/number_text.h"

namespace modelservice::proto {
namespace {

using catalog::SqlType;
using Kind = SqlType::Kind;

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
      return RefuseColumn(table_, column_,
                          "is computed by the database and cannot be written");
    }
    if (column_.generated == catalog::Column::Generated::kKey && !is_key_) {
      return RefuseColumn(table_, column_,
                          "is numbered by the database, but is no key");
    }
    if (const catalog::Column* twin = Twin()) {
      return RefuseColumn(
          table_, column_,
          absl::StrCat("differs from \"", twin->name,
                       "\" in nothing but the case of its letters"));
    }
    if (column_.generated == catalog::Column::Generated::kKey &&
        table_.primary_key.size() > 1) {
      return absl::FailedPreconditionError(absl::StrCat(
          "column \"", column_.name, "\" of table \"", table_.FullName(),
          "\" is numbered by the database, but is only a part of the key, for "
          "which there is no option; leave the table out"));
    }
    auto typed = MapType(catalog_, table_, column_);
    if (!typed.ok()) return typed.status();
    typed_ = *std::move(typed);
    MapKey();
    MapPresence();
    MapDefault();
    MapChecks();
    DropBrokenDefault();
    MapSqlType();
    AddComment(column_.comment, &typed_.field);
    SetFacts();
    return MappedField{std::move(typed_.field), std::move(typed_.values),
                       std::move(typed_.import), std::move(checks_)};
  }

 private:
  FieldSettings& settings() { return typed_.field.settings; }

  void SetFacts() {
    ColumnFacts& facts = typed_.field.column;
    facts.type = type_.text;
    facts.has_default = column_.default_sql.has_value() &&
                        !settings().auto_increment() &&
                        catalog::ParseDefault(*column_.default_sql).kind !=
                            catalog::Default::Kind::kNull;
    if (type_.kind == Kind::kEnum && !type_.array) facts.labels = type_.labels;
    facts.other_types = OtherTypes(catalog_, table_, column_);
  }

  // A column before this one with the same name in whatever case, which
  // PostgreSQL takes for another and we do not; null: there is none.
  const catalog::Column* Twin() const {
    for (const catalog::Column& other : table_.columns) {
      if (other.name == column_.name) break;
      if (absl::EqualsIgnoreCase(other.name, column_.name)) return &other;
    }
    return nullptr;
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
    if (!typed_.has_zero) settings().add_behavior(FieldSettings::REQUIRED);
  }

  // NULL needs presence. What is NOT NULL and has no zero of its own must be
  // given: a time, an enum's label, a key of another row.
  void MapPresence() {
    if (is_key_ || typed_.field.label == "repeated") return;
    if (column_.nullable) {
      if (!typed_.has_presence) typed_.field.label = "optional";
      return;
    }
    const bool refers = table_.ReferenceOf(column_.name) != nullptr;
    if (!typed_.has_presence && typed_.has_zero && !refers) return;
    if (IsSetByDatabase()) return;
    if (!typed_.has_presence && (refers || typed_.values.has_value())) {
      typed_.field.label = "optional";
    }
    settings().add_behavior(FieldSettings::REQUIRED);
  }

  // Whether a Create that leaves the field out gets the DEFAULT by an option.
  bool IsSetByDatabase() const {
    if (!column_.default_sql.has_value()) return false;
    const catalog::Default value = catalog::ParseDefault(*column_.default_sql);
    if (value.kind == catalog::Default::Kind::kNow) {
      return RoleOfTime() != FieldSettings::ROLE_UNSPECIFIED;
    }
    return value.kind == catalog::Default::Kind::kLiteral &&
           DefaultText(catalog_, typed_, type_, value.text).has_value();
  }

  // Of a column whose DEFAULT is the time: what its name says that it is. Any
  // other may be given another time.
  FieldSettings::Role RoleOfTime() const {
    if (typed_.type != FieldType::kTimestamp || column_.nullable) {
      return FieldSettings::ROLE_UNSPECIFIED;
    }
    static const RE2& created = *new RE2(
        "(?:.*_)?(?:creat(?:ed?|ion)|insert(?:ed|ion)?|added|joined|registered"
        "|made)(?:_.*)?|ctime");
    static const RE2& updated = *new RE2(
        "(?:.*_)?(?:updated?|modif(?:ied|ication)|changed?)(?:_.*)?|mtime");
    const std::string name = SnakeCase(column_.name);
    if (RE2::FullMatch(name, updated)) return FieldSettings::UPDATE_TIME;
    if (RE2::FullMatch(name, created)) return FieldSettings::CREATE_TIME;
    return FieldSettings::ROLE_UNSPECIFIED;
  }

  void MapDefault() {
    if (!column_.default_sql.has_value() || settings().auto_increment()) return;
    const catalog::Default value = catalog::ParseDefault(*column_.default_sql);
    if (value.kind == catalog::Default::Kind::kNull) return;
    if (value.kind == catalog::Default::Kind::kNow && !is_key_ &&
        RoleOfTime() != FieldSettings::ROLE_UNSPECIFIED) {
      settings().clear_behavior();
      settings().set_role(RoleOfTime());
      return;
    }
    if (typed_.field.label == "repeated") {
      if (value.text == "{}" || value.text == "[]") return;
    } else if (value.kind == catalog::Default::Kind::kLiteral && !is_key_) {
      if (const auto text = DefaultText(catalog_, typed_, type_, value.text)) {
        if (!column_.nullable && !typed_.has_presence &&
            IsZero(typed_, *text) && typed_.field.label.empty()) {
          return;
        }
        settings().clear_behavior();
        settings().set_default_value(*text);
        if (!typed_.has_presence) typed_.field.label = "optional";
        return;
      }
    }
    if (!catalog_.postgres && value.kind == catalog::Default::Kind::kLiteral &&
        typed_.field.label != "repeated" && !CanRead(typed_, value.text)) {
      AddComment(
          absl::StrCat("Not used, for the field cannot read it: DEFAULT ",
                       *column_.default_sql),
          &typed_.field);
      return;
    }
    if (LeaveToDatabase()) return;
    AddComment(
        absl::StrCat("Not used, for a Create writes every column: DEFAULT ",
                     *column_.default_sql),
        &typed_.field);
  }

  // What no option says the database knows, where the field can be absent: a
  // key alone where it is "" or 0.
  bool LeaveToDatabase() {
    if (typed_.field.label == "repeated") return false;
    if (is_key_ &&
        (table_.primary_key.size() > 1 || (typed_.type != FieldType::kString &&
                                           typed_.type != FieldType::kInt32 &&
                                           typed_.type != FieldType::kInt64))) {
      return false;
    }
    settings().clear_behavior();
    settings().set_database_default(true);
    if (!is_key_ && !typed_.has_presence) typed_.field.label = "optional";
    return true;
  }

  void MapChecks() {
    for (const catalog::Check& check : table_.checks) {
      if (type_.kind == Kind::kJson && IsJsonCheck(check)) {
        checks_.push_back(&check);
        continue;
      }
      if (TakeRule(check.sql)) checks_.push_back(&check);
    }
    const auto type_checks = table_.type_checks.find(column_.name);
    if (type_checks == table_.type_checks.end()) return;
    for (const std::string& check : type_checks->second) {
      if (TakeRule(check)) continue;
      AddComment(absl::StrCat("Its type asks for more: CHECK (",
                              catalog::Bare(check), ")"),
                 &typed_.field);
    }
  }

  // Whether options say the condition.
  bool TakeRule(const std::string& sql) {
    auto rule = catalog::ParseCheck(sql);
    if (!rule.has_value() || rule->column != column_.name ||
        !CloseBounds(&*rule) || !CanSay(typed_, *rule) || IsPadded(*rule) ||
        IsSpelledOtherwise(*rule)) {
      return false;
    }
    if (!rule->min.empty()) settings().set_min(rule->min);
    if (!rule->max.empty()) settings().set_max(rule->max);
    for (const std::string& text : rule->in) settings().add_in(text);
    // An absent text is "", which a Create would write.
    if (!rule->in.empty() && typed_.field.label.empty() &&
        settings().behavior_size() == 0 &&
        std::find(rule->in.begin(), rule->in.end(), "") == rule->in.end()) {
      settings().add_behavior(FieldSettings::REQUIRED);
    }
    return true;
  }

  // Whether char(n) has blanks behind what the rule names.
  bool IsPadded(const catalog::ColumnRule& rule) const {
    return type_.fixed_length && catalog_.postgres &&
           std::any_of(
               rule.in.begin(), rule.in.end(), [&](const std::string& text) {
                 return Utf8Length(text) < static_cast<size_t>(type_.length);
               });
  }

  // Whether SQLite's column is one of numbers, and so holds a value of the rule
  // as another text than it is, or is none for the plugin.
  bool IsSpelledOtherwise(const catalog::ColumnRule& rule) const {
    const Affinity affinity = AffinityOf(type_.text);
    if (catalog_.postgres || affinity == Affinity::kText ||
        affinity == Affinity::kBlob) {
      return false;
    }
    return std::any_of(
        rule.in.begin(), rule.in.end(),
        [](const std::string& text) { return NumberOfText(text) != text; });
  }

  // Bounds of options are inclusive: of integers `> 0` is from 1 on. False
  // where there is no such number.
  bool CloseBounds(catalog::ColumnRule* rule) const {
    if (!rule->above_min && !rule->below_max) return true;
    if (typed_.type != FieldType::kInt32 && typed_.type != FieldType::kInt64) {
      return false;
    }
    int64_t bound;
    if (rule->above_min) {
      if (!absl::SimpleAtoi(rule->min, &bound) ||
          bound == std::numeric_limits<int64_t>::max()) {
        return false;
      }
      rule->min = absl::StrCat(bound + 1);
    }
    if (rule->below_max) {
      if (!absl::SimpleAtoi(rule->max, &bound) ||
          bound == std::numeric_limits<int64_t>::min()) {
        return false;
      }
      rule->max = absl::StrCat(bound - 1);
    }
    return true;
  }

  // The plugin takes no default that its field would refuse, like the '' of a
  // column that a check confines to other texts.
  void DropBrokenDefault() {
    if (!settings().has_default_value() ||
        KeepsRules(typed_, settings().default_value())) {
      return;
    }
    settings().clear_default_value();
    if (!column_.nullable) {
      const auto& in = settings().in();
      if (std::find(in.begin(), in.end(), "") != in.end()) {
        // What is left out is "", which it takes.
        typed_.field.label.clear();
      } else {
        settings().add_behavior(FieldSettings::REQUIRED);
      }
    }
    AddComment(absl::StrCat("Not used, for it breaks another rule: DEFAULT ",
                            *column_.default_sql),
               &typed_.field);
  }

  // Nothing but JSON is ever written.
  bool IsJsonCheck(const catalog::Check& check) const {
    const auto json = catalog::JsonColumnOf(check.sql);
    return json.has_value() && absl::EqualsIgnoreCase(*json, column_.name);
  }

  // The type option, where the dialect would choose another type.
  void MapSqlType() {
    const Dialect& dialect =
        catalog_.postgres ? PostgresDialect() : SqliteDialect();
    modelservice::Column column("c", 1, typed_.type);
    column = column.StoredAs(typed_.storage).OfFormat(typed_.format);
    if (typed_.type == FieldType::kMessage) {
      column = column.StoredAs(Storage::kJson);
    }
    if (settings().has_max_length()) {
      column = column.MaxLength(settings().max_length());
    }
    if (settings().has_max_digits()) {
      column = column.MaxDigits(settings().max_digits())
                   .DecimalPlaces(settings().decimal_places());
    }
    if (is_key_) column = column.PrimaryKey();
    const std::string usual = dialect.ColumnType(column);
    if (catalog_.postgres) {
      const std::string name =
          absl::StrReplaceAll(absl::AsciiStrToLower(usual),
                              {{"timestamptz", "timestamp with time zone"},
                               {"varchar", "character varying"}});
      // Without a length it is text by another name.
      const bool is_text = typed_.type == FieldType::kString &&
                           usual == "TEXT" && type_.text == "character varying";
      if (name != type_.text && !is_text) settings().set_type(type_.text);
      return;
    }
    if (catalog::AffinityOf(usual) != catalog::AffinityOf(type_.text) &&
        !(typed_.type == FieldType::kBool)) {
      settings().set_type(SqliteTypeForOption(type_));
    }
  }

  const catalog::Catalog& catalog_;
  const catalog::Table& table_;
  const catalog::Column& column_;
  const SqlType& type_;
  const bool is_key_;
  TypedField typed_;
  std::vector<const catalog::Check*> checks_;
};

}  // namespace

absl::StatusOr<MappedField> MapField(const catalog::Catalog& catalog,
                                     const catalog::Table& table,
                                     const catalog::Column& column) {
  return FieldMapper(catalog, table, column).Map();
}

}  // namespace modelservice::proto
