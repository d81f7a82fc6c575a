#include "modelservice/protogen/model_update.h"

#include <google/protobuf/util/message_differencer.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "modelservice/protogen/proto_writer.h"
#include "modelservice/protogen/settings_merge.h"

namespace modelservice::proto {
namespace {

namespace pb = google::protobuf;
using pb::util::MessageDifferencer;

// Whether the column is nullable: a message has presence without a label.
bool MayBeNull(const Field& built) {
  if (built.label == "optional") {
    return built.settings.behavior_size() == 0;
  }
  return absl::StrContains(built.type, ".") && !built.settings.has_role() &&
         built.settings.behavior_size() == 0;
}

// Whether what is left out of a Create becomes another value than the zero.
bool GetsDefault(const ExistingField& field, const FieldSettings& merged) {
  return (merged.database_default() && !field.settings.database_default()) ||
         (merged.has_default_value() && !field.settings.has_default_value());
}

// The options of the field that are not ours, as they are written.
std::string OtherOptions(const ExistingFile& file,
                         const pb::FieldDescriptorProto& proto,
                         const std::vector<int>& path) {
  std::string others;
  const auto add = [&](const std::vector<int>& option) {
    absl::StrAppend(&others, others.empty() ? "" : ", ", file.TextOf(option));
  };
  const auto& options = proto.options().uninterpreted_option();
  const std::vector<int> ours = OptionsNamed(options, "modelservice.field");
  for (int i = 0; i < options.size(); ++i) {
    if (std::find(ours.begin(), ours.end(), i) != ours.end()) continue;
    add(Below(path, {pb::FieldDescriptorProto::kOptionsFieldNumber,
                     pb::FieldOptions::kUninterpretedOptionFieldNumber, i}));
  }
  const std::vector<int> json =
      Below(path, {pb::FieldDescriptorProto::kJsonNameFieldNumber});
  if (file.Has(json)) {
    absl::StrAppend(&others, others.empty() ? "" : ", ",
                    "json_name = ", file.TextOf(json));
  }
  return others;
}

// Only the file that declares an extension can tell where it belongs.
absl::Status RefuseRewriting(const ExistingFile& file,
                             const std::vector<int>& path) {
  return absl::FailedPreconditionError(absl::StrCat(
      file.PlaceOf(path),
      ": its options hold an extension inside of a setting, which an update "
      "would lose; bring these options up to date by hand"));
}

}  // namespace

void InsertAtEnd(const ExistingFile& file, const std::vector<int>& path,
                 std::string text, TextEdit* edit) {
  const size_t brace = file.SpanOf(path).end - 1;
  const size_t line = LineStart(file.text(), brace);
  const bool alone =
      absl::StripAsciiWhitespace(
          absl::string_view(file.text()).substr(line, brace - line))
          .empty();
  if (alone) {
    edit->Insert(line, std::move(text));
  } else {
    edit->Insert(brace, absl::StrCat("\n", text));
  }
}

void InsertAtStart(const ExistingFile& file, const std::vector<int>& path,
                   std::string text, TextEdit* edit) {
  // The name is before the brace; both messages and services have it as 1.
  const size_t name = file.SpanOf(Below(path, {1})).end;
  const size_t inside = file.text().find('{', name) + 1;
  const size_t next = NextLine(file.text(), inside);
  const bool ends_line =
      absl::StripAsciiWhitespace(
          absl::string_view(file.text()).substr(inside, next - inside))
          .empty();
  if (ends_line) {
    const bool is_empty =
        absl::StartsWith(absl::StripLeadingAsciiWhitespace(
                             absl::string_view(file.text()).substr(next)),
                         "}");
    edit->Insert(next, absl::StrCat(text, is_empty ? "" : "\n"));
  } else {
    edit->Insert(inside, absl::StrCat("\n", text));
  }
}

absl::Status ModelUpdate::Apply(std::set<std::string>* types) {
  std::set<std::string> dropped;
  std::set<std::string> replaced;
  for (const ExistingField& field : existing_.fields) {
    if (field.settings.transient()) continue;
    const Field* built = FindBuilt(field.name);
    const bool replace =
        built != nullptr && field.repeated == (built->label == "repeated") &&
        CompareTypes(field.type, *built) == TypeChange::kReplace;
    if (built != nullptr && !replace) {
      if (auto status = Keep(field, *built); !status.ok()) return status;
      continue;
    }
    if (IsRelation(field)) {
      if (auto status = KeepRelation(field); !status.ok()) return status;
      continue;
    }
    if (replace) {
      replaced.insert(field.name);
    } else {
      dropped.insert(field.name);
    }
    if (auto status = Drop(field, /*reserve_name=*/!replace); !status.ok()) {
      return status;
    }
  }
  std::vector<const Field*> added;
  for (const Field& field : built_.fields) {
    if (existing_.FindField(field.name) == nullptr ||
        replaced.count(field.name) > 0) {
      added.push_back(&field);
    }
  }
  if (auto status = UpdateEnums(); !status.ok()) return status;
  AddFields(added, types);
  return built_.settings.ByteSizeLong() > 0 ? UpdateSettings(dropped)
                                            : absl::OkStatus();
}

const Field* ModelUpdate::FindBuilt(const std::string& name) const {
  for (const Field& field : built_.fields) {
    if (field.name == name) return &field;
  }
  return nullptr;
}

bool ModelUpdate::IsKey(const Field& built) const {
  const auto& key = built_.settings.primary_key();
  return built.settings.primary_key() ||
         std::find(key.begin(), key.end(), built.name) != key.end();
}

absl::Status ModelUpdate::Keep(const ExistingField& field, const Field& built) {
  // Without options there is only the type to bring up to date.
  const bool annotate = built_.settings.ByteSizeLong() > 0;
  const bool widen = CompareTypes(field.type, built) == TypeChange::kWiden;
  const FieldSettings merged =
      annotate ? MergeField(field, built) : field.settings;
  // A scalar that may be NULL needs presence, and so has what has a default.
  const bool make_optional =
      annotate &&
      (MayBeNull(built) || (!IsKey(built) && GetsDefault(field, merged))) &&
      !field.optional && !field.repeated && !field.in_oneof &&
      !absl::StrContains(field.type, ".");
  // A key is never NULL.
  const bool drop_optional = annotate && field.optional && IsKey(built);
  if (!widen && !make_optional && !drop_optional &&
      MessageDifferencer::Equals(merged, field.settings)) {
    return absl::OkStatus();
  }
  Field written;
  const bool is_optional = (field.optional || make_optional) && !drop_optional;
  written.label = is_optional ? "optional" : "";
  written.type = widen ? built.type : field.type;
  written.settings = merged;
  return Rewrite(field, std::move(written));
}

absl::Status ModelUpdate::Rewrite(const ExistingField& field, Field written) {
  if (field.extensions.inner) return RefuseRewriting(file_, field.path);
  const Span span = file_.SpanOf(field.path);
  const std::string indent(IndentAt(file_.text(), span.begin));
  if (field.repeated) written.label = "repeated";
  written.extensions = field.extensions.own;
  written.name = field.name;
  written.number = field.number;
  const std::string text = WriteField(
      written, indent,
      OtherOptions(file_, existing_.message->field(field.path.back()),
                   field.path));
  edit_->Replace(span, std::string(absl::StripAsciiWhitespace(text)));
  return absl::OkStatus();
}

// A message that gets options: its relations have no column.
bool ModelUpdate::IsRelation(const ExistingField& field) const {
  return built_.settings.ByteSizeLong() > 0 && field.repeated &&
         !field.has_settings &&
         std::find(built_.relations.begin(), built_.relations.end(),
                   field.name) != built_.relations.end();
}

absl::Status ModelUpdate::KeepRelation(const ExistingField& field) {
  Field written;
  written.type = field.type;
  written.settings.set_transient(true);
  return Rewrite(field, std::move(written));
}

absl::Status ModelUpdate::Drop(const ExistingField& field, bool reserve_name) {
  const Span whole = file_.WholeOf(field.path);
  std::string indent(IndentAt(file_.text(), file_.SpanOf(field.path).begin));
  if (field.in_oneof) {
    const int oneof = existing_.message->field(field.path.back()).oneof_index();
    const auto others = std::count_if(
        existing_.fields.begin(), existing_.fields.end(),
        [&](const ExistingField& other) {
          return other.in_oneof && other.name != field.name &&
                 FindBuilt(other.name) != nullptr &&
                 existing_.message->field(other.path.back()).oneof_index() ==
                     oneof;
        });
    if (others == 0) {
      return absl::FailedPreconditionError(absl::StrCat(
          file_.PlaceOf(field.path), ": the column of ", field.name,
          ", the last one of its oneof, is gone; remove the oneof first"));
    }
    indent = IndentOfFields();
  }
  std::string reserved = absl::StrCat(indent, "reserved ", field.number, ";\n");
  if (reserve_name) {
    absl::StrAppend(&reserved, indent, "reserved \"", field.name, "\";\n");
  }
  if (field.in_oneof) {
    reserved_ += reserved;
    reserved.clear();
  } else if (whole.end == 0 || file_.text()[whole.end - 1] != '\n') {
    // Between others on one line.
    reserved = std::string(absl::StripAsciiWhitespace(reserved));
  }
  edit_->Replace(whole, std::move(reserved));
  return absl::OkStatus();
}

std::string ModelUpdate::IndentOfFields() const {
  for (const ExistingField& field : existing_.fields) {
    const absl::string_view indent =
        IndentAt(file_.text(), file_.SpanOf(field.path).begin);
    if (!indent.empty() && !field.in_oneof) return std::string(indent);
  }
  return std::string(IndentOf(style_));
}

void ModelUpdate::AddFields(const std::vector<const Field*>& fields,
                            std::set<std::string>* types) {
  std::string text = reserved_;
  const std::string indent = IndentOfFields();
  int number = 0;
  AddEnums(fields, &text);
  for (const Field* field : fields) {
    Field numbered = *field;
    number = existing_.NextNumber(number);
    numbered.number = number;
    types->insert(field->type);
    absl::StrAppend(&text, WriteField(numbered, indent));
  }
  if (text.empty()) return;
  // Behind the last field, when that has the end of its line for itself.
  const ExistingField* last = nullptr;
  for (const ExistingField& field : existing_.fields) {
    if (!field.in_oneof) last = &field;
  }
  if (last != nullptr) {
    const size_t end = file_.WholeOf(last->path).end;
    if (file_.text()[end - 1] == '\n' && !existing_.fields.back().in_oneof) {
      edit_->Insert(end, std::move(text));
      return;
    }
  }
  InsertAtEnd(file_, existing_.path, std::move(text), edit_);
}

absl::Status ModelUpdate::UpdateSettings(const std::set<std::string>& dropped) {
  const ModelSettings merged =
      MergeModel(existing_.settings, built_.settings, dropped);
  if (MessageDifferencer::Equals(merged, existing_.settings)) {
    return absl::OkStatus();
  }
  if (existing_.extensions.inner) return RefuseRewriting(file_, existing_.path);
  const std::string indent = IndentOfFields();
  const std::string text = WriteOption("modelservice.model", merged, indent,
                                       existing_.extensions.own);
  if (!existing_.has_settings) {
    InsertAtStart(file_, existing_.path, text, edit_);
    return absl::OkStatus();
  }
  // The first one becomes all that there are.
  bool first = true;
  for (const int i :
       OptionsNamed(existing_.message->options().uninterpreted_option(),
                    "modelservice.model")) {
    const std::vector<int> path =
        Below(existing_.path,
              {pb::DescriptorProto::kOptionsFieldNumber,
               pb::MessageOptions::kUninterpretedOptionFieldNumber, i});
    if (first) {
      edit_->Replace(file_.SpanOf(path),
                     std::string(absl::StripAsciiWhitespace(text)));
    } else {
      edit_->Replace(file_.WholeOf(path), "");
    }
    first = false;
  }
  return absl::OkStatus();
}

}  // namespace modelservice::proto
