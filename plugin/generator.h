// The whole of protoc-gen-modelservice: descriptors in, files or diagnostics
// out.
//
//   Generator generator;
//   return google::protobuf::compiler::PluginMain(argc, argv, &generator);
//
// Stateless, so safe to share between threads.
#ifndef MODELSERVICE_PLUGIN_GENERATOR_H_
#define MODELSERVICE_PLUGIN_GENERATOR_H_

#include <google/protobuf/compiler/code_generator.h>

#include <cstdint>
#include <string>
#include <vector>

#include "modelservice/compat.h"

namespace modelservice::plugin {

class Generator final : public google::protobuf::compiler::CodeGenerator {
 public:
  // Writes nothing when any of `files` is wrong: `*error` then names every
  // fault with its place, sorted.
  bool GenerateAll(
      const std::vector<const google::protobuf::FileDescriptor*>& files,
      const std::string& parameter,
      google::protobuf::compiler::GeneratorContext* context,
      std::string* error) const override;

  bool Generate(const google::protobuf::FileDescriptor* file,
                const std::string& parameter,
                google::protobuf::compiler::GeneratorContext* context,
                std::string* error) const override;

  uint64_t GetSupportedFeatures() const override;
#if MODELSERVICE_HAS_EDITIONS
  google::protobuf::Edition GetMinimumEdition() const override {
    return google::protobuf::Edition::EDITION_PROTO2;
  }
  google::protobuf::Edition GetMaximumEdition() const override {
    return google::protobuf::Edition::EDITION_2023;
  }
#endif
};

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_GENERATOR_H_
