// Descriptors from source text, for tests: parsed by protoc's own parser, as a
// plugin would get them.
//
//   ProtoSource source;
//   source.Add("shop.proto", R"(syntax = "proto3"; ...)");
//   const FileDescriptor* shop = source.Import("shop.proto");
#ifndef MODELSERVICE_PLUGIN_TESTING_PROTO_SOURCE_H_
#define MODELSERVICE_PLUGIN_TESTING_PROTO_SOURCE_H_

#include <google/protobuf/compiler/importer.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor_database.h>

#include <string>

#include "absl/strings/string_view.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

class ProtoSource {
 public:
  ProtoSource();

  // `name` has no folder.
  void Add(const std::string& name, absl::string_view text);

  // Null, and a failed test, when the text is no .proto file.
  const google::protobuf::FileDescriptor* Import(const std::string& name);

 private:
  const std::string folder_;
  google::protobuf::compiler::DiskSourceTree tree_;
  // Knows the options and the well-known types, which are linked in.
  google::protobuf::DescriptorPoolDatabase linked_;
  google::protobuf::compiler::SourceTreeDescriptorDatabase database_;
  google::protobuf::DescriptorPool pool_;
};

// The message that starts a proto3 file with our options imported.
std::string Proto3(absl::string_view body);

// What loading and validating one file of this `body` has to say: the lines of
// Diagnostics::Text() behind the first, or nothing.
std::string FaultsOf(absl::string_view body);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_TESTING_PROTO_SOURCE_H_
