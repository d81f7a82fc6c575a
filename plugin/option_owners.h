// Whose an option is that has our number.
//
// Options go over the wire by number, and 50817 is from a range that everybody
// may use inside of his house. So another option may have it in a file of the
// same run; protobuf then reads the one as the other. This tells them apart by
// what the wire does not say: which of the two a file can see.
//
//   CodeGeneratorRequest request = ...;  // parsed without any extension
//   Diagnostics diagnostics;
//   KeepOwnOptions(&request, diagnostics);
//   // From here on, what has the number is ours.
#ifndef MODELSERVICE_PLUGIN_OPTION_OWNERS_H_
#define MODELSERVICE_PLUGIN_OPTION_OWNERS_H_

#include <google/protobuf/compiler/plugin.pb.h>

#include "modelservice/annotations.pb.h"
#include "plugin/diagnostics.h"

namespace modelservice::plugin {

// The number of our options on files, messages, fields, services and methods.
// annotations.proto is the one place where it is written.
constexpr int kOptionNumber = modelservice::kModelFieldNumber;
static_assert(modelservice::kFileFieldNumber == kOptionNumber &&
                  modelservice::kFieldFieldNumber == kOptionNumber &&
                  modelservice::kServiceFieldNumber == kOptionNumber &&
                  modelservice::kMethodFieldNumber == kOptionNumber,
              "annotations.proto: one number for all of our options");

// Takes everybody else's options with our number out of the request. Reports
// where it cannot be told whose an option is, and where the request has another
// annotations.proto than this plugin; notes who else uses the number.
void KeepOwnOptions(google::protobuf::compiler::CodeGeneratorRequest* request,
                    Diagnostics& diagnostics);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_OPTION_OWNERS_H_
