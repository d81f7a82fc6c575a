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

// Puts the files together in the order in which they import each other.
class Assembly {
 public:
  Assembly(const std::map<std::string, pb::FileDescriptorProto>& protos,
           const pb::DescriptorPool& linked, bool all_known)
      : protos_(protos), pool_(&linked) {
    if (!all_known) pool_.AllowUnknownDependencies();
  }

  absl::Status Add(const std::string& name) {
    if (!begun_.insert(name).second) return absl::OkStatus();
    const pb::FileDescriptorProto& proto = protos_.at(name);
    for (const std::string& import : proto.dependency()) {
      if (protos_.count(import) == 0) continue;
      if (auto status = Add(import); !status.ok()) return status;
    }
    compat::FirstFault fault;
    const pb::FileDescriptor* const built =
        pool_.BuildFileCollectingErrors(proto, &fault);
    if (built == nullptr) {
      return absl::InvalidArgumentError(
          absl::StrCat(name, ": ", fault.text.empty() ? "?" : fault.text));
    }
    AddTo(*built, &added_, &set_);
    return absl::OkStatus();
  }

  std::string Set() const { return set_.SerializeAsString(); }

 private:
  const std::map<std::string, pb::FileDescriptorProto>& protos_;
  pb::DescriptorPool pool_;
  std::set<std::string> begun_;
  std::set<std::string> added_;
  pb::FileDescriptorSet set_;
};

}  // namespace

absl::StatusOr<std::string> CheckFiles(
    const std::map<std::string, std::string>& texts) {
  // Linked in, and so known to the pool of what is.
  static_cast<void>(ModelSettings::descriptor());
  const pb::DescriptorPool& linked = *pb::DescriptorPool::generated_pool();
  std::map<std::string, pb::FileDescriptorProto> protos;
  std::vector<ExistingFile> files;
  bool all_known = true;
  for (const auto& [name, text] : texts) {
    auto file = ExistingFile::Parse(name, text);
    if (!file.ok()) return file.status();
    pb::FileDescriptorProto& proto = protos[name];
    proto = file->file();
    proto.set_name(name);
    for (const std::string& import : proto.dependency()) {
      all_known = all_known && (texts.count(import) > 0 ||
                                linked.FindFileByName(import) != nullptr);
    }
    files.push_back(*std::move(file));
  }
  if (!all_known) {
    for (auto& [name, proto] : protos) DropOptions(&proto);
    for (const ExistingFile& file : files) {
      for (int i = 0; i < file.file().message_type_size(); ++i) {
        auto model = ReadModel(file, i);
        if (!model.ok()) return model.status();
      }
    }
  }
  Assembly assembly(protos, linked, all_known);
  for (const auto& [name, proto] : protos) {
    if (auto status = assembly.Add(name); !status.ok()) return status;
  }
  return all_known ? assembly.Set() : std::string();
}

}  // namespace modelservice::proto
