#include "plugin/schema/cpp_scope.h"

#include <google/protobuf/compiler/cpp/names.h>

#include "absl/strings/str_split.h"
#include "modelservice/compat.h"

namespace modelservice::plugin {
namespace {

namespace pb = google::protobuf;
using compat::Str;

void AddNames(const pb::Descriptor& message, std::vector<std::string>* names) {
  names->push_back(pb::compiler::cpp::ClassName(&message));
  for (int i = 0; i < message.enum_type_count(); ++i) {
    names->push_back(pb::compiler::cpp::ClassName(message.enum_type(i)));
  }
  for (int i = 0; i < message.nested_type_count(); ++i) {
    AddNames(*message.nested_type(i), names);
  }
}

}  // namespace

std::vector<std::string> NamespacesOf(const pb::FileDescriptor& file) {
  const std::string package = Str(file.package());
  if (package.empty()) return {};
  // protoc's generators differ, by their version, in what they make of a
  // package named like a keyword; a message's full name tells.
  if (file.message_type_count() > 0) {
    const pb::Descriptor* message = file.message_type(0);
    const std::string qualified =
        pb::compiler::cpp::QualifiedClassName(message);
    const std::string class_name = pb::compiler::cpp::ClassName(message);
    const size_t around = qualified.size() - class_name.size();
    if (around > 4) {
      return absl::StrSplit(qualified.substr(2, around - 4), "::");
    }
  }
  return absl::StrSplit(package, '.');
}

std::vector<std::string> CppNamesOf(const pb::FileDescriptor& file) {
  std::vector<std::string> names;
  for (int i = 0; i < file.message_type_count(); ++i) {
    AddNames(*file.message_type(i), &names);
  }
  for (int i = 0; i < file.enum_type_count(); ++i) {
    names.push_back(pb::compiler::cpp::ClassName(file.enum_type(i)));
    // Its values lie beside it.
    for (int j = 0; j < file.enum_type(i)->value_count(); ++j) {
      names.push_back(
          pb::compiler::cpp::EnumValueName(file.enum_type(i)->value(j)));
    }
  }
  for (int i = 0; i < file.service_count(); ++i) {
    names.push_back(Str(file.service(i)->name()));
  }
  return names;
}

}  // namespace modelservice::plugin
