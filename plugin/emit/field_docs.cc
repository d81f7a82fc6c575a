#include "plugin/emit/field_docs.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

namespace modelservice::plugin {
namespace {

std::string LengthWords(const FieldSpec& spec) {
  const char* const unit =
      spec.type == FieldType::kBytes ? " bytes" : " characters";
  if (spec.min_length >= 0 && spec.max_length >= 0) {
    return absl::StrCat(spec.min_length, " to ", spec.max_length, unit);
  }
  if (spec.min_length >= 0) {
    return absl::StrCat("at least ", spec.min_length, unit);
  }
  return absl::StrCat("at most ", spec.max_length, unit);
}

std::string FormatWords(Format format) {
  switch (format) {
    case Format::kNone:
      break;
    case Format::kEmail:
      return "an email address";
    case Format::kUuid:
      return "a UUID";
    case Format::kUri:
      return "a URL";
    case Format::kIp:
      return "an IP address";
    case Format::kIpv4:
      return "an IPv4 address";
    case Format::kIpv6:
      return "an IPv6 address";
    case Format::kHostname:
      return "a host's name";
    case Format::kDecimal:
      return "a decimal number";
    case Format::kDate:
      return "a date, YYYY-MM-DD";
    case Format::kTime:
      return "a time, HH:MM:SS";
    case Format::kSlug:
      return "letters, digits, `_` and `-`";
  }
  return "";
}

std::string RoleWords(Role role) {
  switch (role) {
    case Role::kCreateTime:
      return "the time of the Create";
    case Role::kUpdateTime:
      return "the time of the last write";
    case Role::kOwner:
      return "the subject that created the row";
    default:
      return "";
  }
}

std::string ReferenceWords(const Model& model, const Field& field) {
  const ReferenceSpec* const key = model.table.ReferenceOf(field.column->name);
  std::string words = absl::StrCat("refers to ", field.target->short_name);
  switch (key == nullptr ? ReferentialAction::kNoAction : key->on_delete) {
    case ReferentialAction::kCascade:
      return absl::StrCat(words, ", and goes with it");
    case ReferentialAction::kSetNull:
      return absl::StrCat(words, ", NULL when that goes");
    case ReferentialAction::kSetDefault:
      return absl::StrCat(words, ", its default when that goes");
    case ReferentialAction::kRestrict:
    case ReferentialAction::kNoAction:
      break;
  }
  return absl::StrCat(words, ", which stays as long");
}

std::string DigitsWords(const FieldSpec& spec) {
  std::vector<std::string> words;
  if (spec.max_digits >= 0) {
    words.push_back(absl::StrCat(spec.max_digits, " digits"));
  }
  if (spec.decimal_places >= 0) {
    words.push_back(absl::StrCat(spec.decimal_places, " decimal places"));
  }
  return absl::StrCat("at most ", absl::StrJoin(words, ", "));
}

// What values may be.
void AddValueRules(const FieldSpec& spec, std::vector<std::string>* rules) {
  if (spec.min_length >= 0 || spec.max_length >= 0) {
    rules->push_back(LengthWords(spec));
  }
  if (spec.max_digits >= 0 || spec.decimal_places >= 0) {
    rules->push_back(DigitsWords(spec));
  }
  if (!spec.min.empty()) rules->push_back(absl::StrCat("at least ", spec.min));
  if (!spec.max.empty()) rules->push_back(absl::StrCat("at most ", spec.max));
  if (spec.format != Format::kNone) rules->push_back(FormatWords(spec.format));
  if (!spec.pattern.empty()) {
    rules->push_back(absl::StrCat("matches ", MarkdownCode(spec.pattern)));
  }
  if (!spec.in.empty()) {
    rules->push_back(absl::StrCat(
        "one of ", absl::StrJoin(spec.in, ", ",
                                 [](std::string* out, const std::string& one) {
                                   absl::StrAppend(out, MarkdownCode(one));
                                 })));
  }
  if (spec.trim) rules->push_back("white space around it is taken off");
}

}  // namespace

std::string MarkdownText(absl::string_view text) {
  std::vector<std::string> lines;
  for (absl::string_view line :
       absl::StrSplit(absl::StripAsciiWhitespace(text), '\n')) {
    std::string safe =
        absl::StrReplaceAll(absl::StripTrailingAsciiWhitespace(line),
                            {{"&", "&amp;"}, {"<", "&lt;"}});
    for (char& c : safe) {
      if (absl::ascii_iscntrl(static_cast<unsigned char>(c))) c = ' ';
    }
    // protoc keeps the blank behind the slashes.
    if (!safe.empty() && safe[0] == ' ') safe.erase(0, 1);
    // No heading of the comment's own.
    if (!safe.empty() && safe[0] == '#') safe.insert(0, "\\");
    lines.push_back(std::move(safe));
  }
  return absl::StrJoin(lines, "\n");
}

std::string MarkdownCell(absl::string_view markdown) {
  return absl::StrReplaceAll(markdown, {{"\n", " "}, {"|", "\\|"}});
}

std::string MarkdownCode(absl::string_view text) {
  if (text.empty()) return "`\"\"`";
  std::string line(text);
  for (char& c : line) {
    if (absl::ascii_iscntrl(static_cast<unsigned char>(c))) c = ' ';
  }
  const std::string fence = absl::StrContains(line, '`') ? "`` " : "`";
  return absl::StrCat(fence, line, fence == "`" ? "`" : " ``");
}

std::string TypeWords(const MessageField& field) {
  return absl::StrCat(field.repeated && !field.map ? "repeated " : "",
                      field.type_name);
}

std::string RulesOf(const Model& model, const Field& field) {
  if (field.column == nullptr) return "not stored";
  const FieldSpec& spec = field.spec();
  std::vector<std::string> rules;
  const auto add = [&](bool is, std::string rule) {
    if (is) rules.push_back(std::move(rule));
  };
  add(model.IsKey(field), "primary key");
  add(field.column->generated == ColumnSpec::Generated::kKey,
      "given by the database");
  add(!model.IsKey(field) && model.table.IsUnique(field.column->name),
      "unique");
  add(spec.role != Role::kNone, RoleWords(spec.role));
  add(spec.required, "required");
  add(spec.output_only && spec.role == Role::kNone, "output only");
  add(spec.input_only, "input only");
  add(spec.immutable, "immutable");
  add(field.column->nullable && !model.IsKey(field), "may be absent");
  if (spec.default_value.has_value()) {
    add(true, absl::StrCat("default ", MarkdownCode(*spec.default_value)));
  }
  AddValueRules(spec, &rules);
  if (field.target != nullptr) rules.push_back(ReferenceWords(model, field));
  if (!field.oneof.empty()) {
    add(true, absl::StrCat("at most one of the oneof `", field.oneof, "`"));
  }
  if (!spec.read_requires.empty()) {
    add(true, absl::StrCat("read by ", MarkdownCode(spec.read_requires)));
  }
  if (!spec.write_requires.empty()) {
    add(true, absl::StrCat("written by ", MarkdownCode(spec.write_requires)));
  }
  add(!spec.filterable, "not in filters");
  add(!spec.sortable, "not in orders");
  add(spec.searchable, "searched");
  add(spec.full_view, "in the FULL view alone");
  add(field.deprecated, "deprecated");
  return absl::StrJoin(rules, "; ");
}

}  // namespace modelservice::plugin
