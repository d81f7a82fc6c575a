// The work of protoc-gen-modelservice, between the request and the answer:
// descriptors in, files or diagnostics out.
//
//   Diagnostics diagnostics;
//   const Schema schema = ReadSchema(files, parameters, diagnostics);
//   if (diagnostics.empty()) Emit(schema, parameters);
#ifndef MODELSERVICE_PLUGIN_GENERATOR_H_
#define MODELSERVICE_PLUGIN_GENERATOR_H_

#include <google/protobuf/descriptor.h>

#include <string>
#include <vector>

#include "plugin/diagnostics.h"
#include "plugin/parameters.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

// What the files say, which outlive it, after every check that `parameters` ask
// for. What is wrong is added to `diagnostics`; the schema is then for nothing.
Schema ReadSchema(
    const std::vector<const google::protobuf::FileDescriptor*>& files,
    const Parameters& parameters, Diagnostics& diagnostics);

struct Output {
  std::string path;  // relative to --modelservice_out, with `/`
  std::string text;
};

// The files that `parameters` ask for.
std::vector<Output> Emit(const Schema& schema, const Parameters& parameters);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_GENERATOR_H_
