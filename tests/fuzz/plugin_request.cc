#include "plugin_request.h"

#include <google/protobuf/compiler/plugin.pb.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/duration.pb.h>
#include <google/protobuf/empty.pb.h>
#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/timestamp.pb.h>
#include <google/protobuf/wrappers.pb.h>

#include <set>

#include "modelservice/annotations.pb.h"
#include "modelservice/base/compat.h"

namespace modelservice {
namespace {

namespace pb = google::protobuf;

// Types that nothing mentions are not in the pool of linked ones.
void LinkTypes() {
  (void)pb::Duration::descriptor();
  (void)pb::Empty::descriptor();
  (void)pb::FieldMask::descriptor();
  (void)pb::Struct::descriptor();
  (void)pb::Timestamp::descriptor();
  (void)pb::Int64Value::descriptor();
  (void)ModelSettings::descriptor();
}

class Request {
 public:
  explicit Request(const pb::FileDescriptorSet& files) {
    for (const pb::FileDescriptorProto& file : files.file()) {
      own_.insert(file.name());
    }
    for (const pb::FileDescriptorProto& file : files.file()) {
      for (const std::string& import : file.dependency()) AddLinked(import);
    }
    for (const pb::FileDescriptorProto& file : files.file()) {
      *request_.add_proto_file() = file;
    }
    request_.add_file_to_generate(files.file(files.file_size() - 1).name());
  }

  std::string With(const std::string& parameter) {
    request_.set_parameter(parameter);
    return request_.SerializeAsString();
  }

 private:
  void AddLinked(const std::string& name) {
    if (own_.count(name) > 0 || !linked_.insert(name).second) return;
    const pb::FileDescriptor* const file =
        pb::DescriptorPool::generated_pool()->FindFileByName(name);
    if (file == nullptr) return;
    for (int i = 0; i < file->dependency_count(); ++i) {
      AddLinked(compat::Str(file->dependency(i)->name()));
    }
    file->CopyTo(request_.add_proto_file());
  }

  std::set<std::string> own_;
  std::set<std::string> linked_;
  pb::compiler::CodeGeneratorRequest request_;
};

}  // namespace

std::string RequestFor(const pb::FileDescriptorSet& files,
                       const std::string& parameter) {
  LinkTypes();
  return Request(files).With(parameter);
}

bool ResolveOptions(pb::FileDescriptorProto* file) {
  LinkTypes();
  pb::DescriptorPool pool(pb::DescriptorPool::generated_pool());
  const pb::FileDescriptor* const built = pool.BuildFile(*file);
  if (built == nullptr) return false;
  file->Clear();
  built->CopyTo(file);
  return true;
}

}  // namespace modelservice
