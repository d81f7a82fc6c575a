#include "modelservice/protogen/file_check.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>

#include <set>

#include "absl/strings/str_cat.h"
#include "modelservice/annotations.pb.h"
#include "modelservice/base/compat.h"
#include "modelservice/protogen/existing_file.h"
#include "modelservice/protogen/existing_model.h"

namespace modelservice::proto {
namespace {

namespace pb = google::protobuf;

// What stands for options in `message` and below, which only the files that
// declare them can tell.
void DropOptions(pb::Message* message) {
  const pb::Reflection& reflection = *message->GetReflection();
  std::vector<const pb::FieldDescriptor*> fields;
  reflection.ListFields(*message, &fields);
  for (const pb::FieldDescriptor* field : fields) {
    if (field->cpp_type() != pb::FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (field->message_type() == pb::UninterpretedOption::descriptor()) {
      reflection.ClearField(message, field);
    } else if (field->is_repeated()) {
      for (int i = 0; i < reflection.FieldSize(*message, field); ++i) {
        DropOptions(reflection.MutableRepeatedMessage(message, field, i));
      }
    } else {
      DropOptions(reflection.MutableMessage(message, field));
    }
  }
}

// Adds the file, behind what it imports.
void AddTo(const pb::FileDescriptor& file, std::set<std::string>* added,
           pb::FileDescriptorSet* set) {
  if (!added->insert(compat::Str(file.name())).second) return;
  for (int i = 0; i < file.dependency_count(); ++i) {
    AddTo(*file.dependency(i), added, set);
  }
  pb::FileDescriptorProto& proto = *set->add_file();
  file.CopyTo(&proto);
  file.CopyJsonNameTo(&proto);
  file.CopySourceCodeInfoTo(&proto);
}

}  // namespace

absl::StatusOr<std::string> CheckFile(const std::string& name,
                                      const std::string& text) {
  auto file = ExistingFile::Parse(name, text);
  if (!file.ok()) return file.status();
  pb::FileDescriptorProto proto = file->file();
  proto.set_name(name);
  // Linked in, and so known to the pool of what is.
  static_cast<void>(ModelSettings::descriptor());
  const pb::DescriptorPool& linked = *pb::DescriptorPool::generated_pool();
  bool all_known = true;
  for (const std::string& import : proto.dependency()) {
    all_known = all_known && linked.FindFileByName(import) != nullptr;
  }
  pb::DescriptorPool pool(&linked);
  if (!all_known) {
    pool.AllowUnknownDependencies();
    DropOptions(&proto);
    for (int i = 0; i < file->file().message_type_size(); ++i) {
      auto model = ReadModel(*file, i);
      if (!model.ok()) return model.status();
    }
  }
  compat::FirstFault fault;
  const pb::FileDescriptor* const built =
      pool.BuildFileCollectingErrors(proto, &fault);
  if (built == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat(name, ": ", fault.text.empty() ? "?" : fault.text));
  }
  if (!all_known) return std::string();
  pb::FileDescriptorSet set;
  std::set<std::string> added;
  AddTo(*built, &added, &set);
  return set.SerializeAsString();
}

}  // namespace modelservice::proto
