// Walks over the elements of a file as protoc sends it, before it is a
// descriptor.
#ifndef MODELSERVICE_PLUGIN_OPTION_WALK_H_
#define MODELSERVICE_PLUGIN_OPTION_WALK_H_

#include <google/protobuf/descriptor.pb.h>

#include <functional>
#include <string>
#include <vector>

#include "plugin/diagnostics.h"

namespace modelservice::plugin {

// What an option of ours can be on.
enum class OptionKind { kFile, kMessage, kField, kService, kMethod };
inline constexpr int kOptionKinds = 5;

// The options of one element.
struct ElementOptions {
  OptionKind kind;
  std::string name;       // "Thing.id"; "file"
  std::vector<int> path;  // of the options, in SourceCodeInfo
  google::protobuf::Message* options;
};

// An extension that a file declares.
struct DeclaredExtension {
  std::string full_name;  // "acme.note"
  std::vector<int> path;
  google::protobuf::FieldDescriptorProto* extension;
};

// Calls `visit` for every element of `file` that has options.
void ForEachOptions(google::protobuf::FileDescriptorProto* file,
                    const std::function<void(const ElementOptions&)>& visit);

// Calls `visit` for every extension, at any depth.
void ForEachExtension(
    google::protobuf::FileDescriptorProto* file,
    const std::function<void(const DeclaredExtension&)>& visit);

// Where `path`, or the first thing inside of it, was written.
Place PlaceIn(const google::protobuf::FileDescriptorProto& file,
              const std::vector<int>& path);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_OPTION_WALK_H_
