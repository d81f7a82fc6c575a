// A .proto file that is there already, and where everything in it stands.
//
//   absl::StatusOr<ExistingFile> file = ExistingFile::Parse("demo.proto",
//   text); Span whole = file->SpanOf({4, 0});  // the first message, as in
//                                       // SourceCodeInfo.Location.path
#ifndef MODELSERVICE_PROTOGEN_EXISTING_FILE_H_
#define MODELSERVICE_PROTOGEN_EXISTING_FILE_H_

#include <google/protobuf/descriptor.pb.h>

#include <initializer_list>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "modelservice/protogen/extension_text.h"
#include "modelservice/protogen/text_edit.h"

namespace modelservice::proto {

// The path of what lies below `path`.
inline std::vector<int> Below(std::vector<int> path,
                              std::initializer_list<int> rest) {
  path.insert(path.end(), rest);
  return path;
}

class ExistingFile {
 public:
  // The error names the line and what is wrong with it. Imports are not looked
  // for.
  static absl::StatusOr<ExistingFile> Parse(const std::string& name,
                                            const std::string& text);

  const std::string& name() const { return name_; }
  const std::string& text() const { return text_; }
  const google::protobuf::FileDescriptorProto& file() const { return file_; }

  bool Has(const std::vector<int>& path) const;
  Span SpanOf(const std::vector<int>& path) const;
  // With the comments that belong to it, and the line's end.
  Span WholeOf(const std::vector<int>& path) const;
  absl::string_view TextOf(const std::vector<int>& path) const;

  // "demo.proto:7:1"
  std::string PlaceOf(const std::vector<int>& path) const;

 private:
  using Location = google::protobuf::SourceCodeInfo::Location;

  size_t OffsetOf(int line, int column) const;

  std::string name_;
  std::string text_;
  google::protobuf::FileDescriptorProto file_;
  std::vector<size_t> lines_;  // where each starts
  std::map<std::vector<int>, Location> locations_;
};

// Merges what the option `name`, like "modelservice.model", says into
// `settings`; all of its spellings. Extensions that others declared go into
// `extensions` instead. `path` is that of the options. The error names the
// place.
absl::Status ReadSettings(const ExistingFile& file,
                          const std::vector<int>& path,
                          const google::protobuf::RepeatedPtrField<
                              google::protobuf::UninterpretedOption>& options,
                          absl::string_view name,
                          google::protobuf::Message* settings,
                          ExtensionTexts* extensions);

// Where in `options` those of the name are.
std::vector<int> OptionsNamed(
    const google::protobuf::RepeatedPtrField<
        google::protobuf::UninterpretedOption>& options,
    absl::string_view name);

}  // namespace modelservice::proto

#endif  // MODELSERVICE_PROTOGEN_EXISTING_FILE_H_
