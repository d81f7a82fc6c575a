#include "plugin/testing/proto_source.h"

#include <google/protobuf/duration.pb.h>
#include <google/protobuf/empty.pb.h>
#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/timestamp.pb.h>
#include <google/protobuf/wrappers.pb.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "absl/strings/str_cat.h"
#include "plugin/schema/loader.h"
#include "plugin/schema/validator.h"

namespace modelservice::plugin {
namespace {

// A new folder for each object.
std::string MakeFolder() {
  std::string folder = absl::StrCat(::testing::TempDir(), "/protosXXXXXX");
  EXPECT_NE(mkdtemp(&folder[0]), nullptr);
  return folder;
}

// A type that nothing mentions is not in the pool of linked types.
void LinkWellKnownTypes() {
  (void)google::protobuf::Duration::descriptor();
  (void)google::protobuf::Empty::descriptor();
  (void)google::protobuf::FieldMask::descriptor();
  (void)google::protobuf::Timestamp::descriptor();
  (void)google::protobuf::Int64Value::descriptor();
}

}  // namespace

ProtoSource::ProtoSource()
    : folder_(MakeFolder()),
      linked_(*google::protobuf::DescriptorPool::generated_pool()),
      database_(&tree_, &linked_),
      pool_(&database_) {
  LinkWellKnownTypes();
  tree_.MapPath("", folder_);
}

void ProtoSource::Add(const std::string& name, absl::string_view text) {
  std::ofstream(absl::StrCat(folder_, "/", name)) << text;
}

const google::protobuf::FileDescriptor* ProtoSource::Import(
    const std::string& name) {
  const google::protobuf::FileDescriptor* file = pool_.FindFileByName(name);
  EXPECT_NE(file, nullptr) << name << " is no .proto file";
  return file;
}

std::string Proto3(absl::string_view body) {
  return absl::StrCat(
      "syntax = \"proto3\"; package shop;\n"
      "import \"modelservice/annotations.proto\";\n"
      "import \"google/protobuf/empty.proto\";\n"
      "import \"google/protobuf/field_mask.proto\";\n"
      "import \"google/protobuf/timestamp.proto\";\n"
      "import \"google/protobuf/wrappers.proto\";\n",
      body);
}

std::string FaultsOf(absl::string_view body) {
  ProtoSource source;
  source.Add("shop.proto", Proto3(body));
  const google::protobuf::FileDescriptor* file = source.Import("shop.proto");
  if (file == nullptr) return "no descriptor";
  Diagnostics diagnostics;
  Validate(Load({file}, diagnostics), Target::kBoth, diagnostics);
  if (diagnostics.empty()) return "";
  const std::string text = diagnostics.Text();
  return text.substr(text.find('\n') + 1);
}

}  // namespace modelservice::plugin
