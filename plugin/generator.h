// The whole of protoc-gen-modelservice: descriptors in, files or diagnostics
// out.
//
//   Diagnostics diagnostics;
//   Generator generator(&diagnostics);
//   google::protobuf::compiler::GenerateCode(request, generator, &response,
//                                            &error);
#ifndef MODELSERVICE_PLUGIN_GENERATOR_H_
#define MODELSERVICE_PLUGIN_GENERATOR_H_

#include <google/protobuf/compiler/code_generator.h>

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "modelservice/base/compat.h"
#include "plugin/diagnostics.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

class Generator final : public google::protobuf::compiler::CodeGenerator {
 public:
  // `diagnostics`, which outlives this, may hold what was wrong before; it gets
  // what is found here.
  // With `visit`, it is shown what nothing is wrong with, and nothing is
  // written.
  explicit Generator(Diagnostics* diagnostics,
                     std::function<void(const Schema&)> visit = nullptr)
      : diagnostics_(*diagnostics), visit_(std::move(visit)) {}

  // Writes nothing when anything is wrong: `*error` then names every fault with
  // its place, sorted.
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

 private:
  Diagnostics& diagnostics_;
  const std::function<void(const Schema&)> visit_;
};

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_GENERATOR_H_
