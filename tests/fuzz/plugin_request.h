// What protoc would send to the plugin, made here, for fuzzers.
#ifndef MODELSERVICE_TESTS_FUZZ_PLUGIN_REQUEST_H_
#define MODELSERVICE_TESTS_FUZZ_PLUGIN_REQUEST_H_

#include <google/protobuf/descriptor.pb.h>

#include <string>

#include "plugin/program.h"

namespace modelservice {

// The bytes of a CodeGeneratorRequest for the last of `files`, of which there
// is at least one. What they import and do not hold is taken from what is
// linked in: our options and the well-known types.
std::string RequestFor(const google::protobuf::FileDescriptorSet& files,
                       const std::string& parameter);

// Reads the options of a parsed file, as protoc does. False, after faults on
// standard error, when protoc would not take it.
bool ResolveOptions(google::protobuf::FileDescriptorProto* file);

}  // namespace modelservice

#endif  // MODELSERVICE_TESTS_FUZZ_PLUGIN_REQUEST_H_
