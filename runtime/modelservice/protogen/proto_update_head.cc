// ProtoUpdate's part about what is no message: imports, the file's options and
// those of services.
#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modelservice/protogen/model_update.h"
#include "modelservice/protogen/proto_update.h"
#include "modelservice/protogen/proto_writer.h"

namespace modelservice::proto {

namespace pb = google::protobuf;

// The last import, or what stands in front of where it would be.
std::vector<int> ProtoUpdate::Head() const {
  const pb::FileDescriptorProto& file = file_.file();
  std::vector<int> after = {pb::FileDescriptorProto::kDependencyFieldNumber,
                            file.dependency_size() - 1};
  if (file.dependency_size() == 0) {
    after = {pb::FileDescriptorProto::kPackageFieldNumber};
  }
  if (!file_.Has(after)) after = {pb::FileDescriptorProto::kSyntaxFieldNumber};
  return after;
}

absl::Status ProtoUpdate::SetFileSettings(const File& built,
                                          TextEdit* edit) const {
  const std::vector<int> options = {
      pb::FileDescriptorProto::kOptionsFieldNumber};
  const auto& written = file_.file().options().uninterpreted_option();
  FileSettings settings;
  ExtensionTexts extensions;
  const absl::Status read = ReadSettings(
      file_, options, written, "modelservice.file", &settings, &extensions);
  if (!read.ok()) return read;
  FileSettings added;
  if (built.settings.has_dialect() && !settings.has_dialect()) {
    added.set_dialect(built.settings.dialect());
  }
  if (built.settings.has_style() && !settings.has_style()) {
    added.set_style(built.settings.style());
  }
  if (added.ByteSizeLong() == 0) return absl::OkStatus();
  const std::vector<int> places = OptionsNamed(written, "modelservice.file");
  if (places.empty()) {
    edit->Insert(
        NextLine(file_.text(), file_.SpanOf(Head()).end),
        absl::StrCat("\n", WriteOption("modelservice.file", added, "")));
    return absl::OkStatus();
  }
  // Beside what is there.
  std::string text;
  if (added.has_dialect()) {
    absl::StrAppend(&text, "\noption (modelservice.file).dialect = ",
                    FileSettings::Dialect_Name(added.dialect()), ";");
  }
  if (added.has_style()) {
    absl::StrAppend(&text, "\noption (modelservice.file).style = ",
                    FileSettings::Style_Name(added.style()), ";");
  }
  std::vector<int> path = options;
  path.push_back(pb::FileOptions::kUninterpretedOptionFieldNumber);
  path.push_back(places[0]);
  edit->Insert(file_.SpanOf(path).end, std::move(text));
  return absl::OkStatus();
}

void ProtoUpdate::AddImports(const std::set<std::string>& needed,
                             TextEdit* edit) const {
  const pb::FileDescriptorProto& file = file_.file();
  std::string text;
  for (const std::string& import : needed) {
    const bool known =
        std::find(file.dependency().begin(), file.dependency().end(), import) !=
        file.dependency().end();
    if (!known) absl::StrAppend(&text, "import \"", import, "\";\n");
  }
  if (text.empty()) return;
  edit->Insert(NextLine(file_.text(), file_.SpanOf(Head()).end),
               absl::StrCat(file.dependency_size() > 0 ? "" : "\n", text));
}

// The service of a message that had no options until now.
void ProtoUpdate::BindService(const Model& built, Style style,
                              TextEdit* edit) const {
  for (int i = 0; i < file_.file().service_size(); ++i) {
    const pb::ServiceDescriptorProto& service = file_.file().service(i);
    const bool is_its =
        service.name() == built.service.name ||
        (absl::EqualsIgnoreCase(service.name(), built.service.name) &&
         !HasTwin(models_, built.message.name));
    if (!is_its || !OptionsNamed(service.options().uninterpreted_option(),
                                 "modelservice.service")
                        .empty()) {
      continue;
    }
    InsertAtStart(file_, {pb::FileDescriptorProto::kServiceFieldNumber, i},
                  WriteOption("modelservice.service", built.service.settings,
                              IndentOf(style)),
                  edit);
  }
}

}  // namespace modelservice::proto
