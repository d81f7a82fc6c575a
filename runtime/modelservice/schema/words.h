// Words that are taken where the names of a .proto file end up: in .proto files
// themselves, in C++, in C's headers, in what protoc and grpc_cpp_plugin write.
// The one list of them: the plugin refuses such names, generateproto does not
// write them. Where each list comes from stands above it in the sources.
//
//   IsCppKeyword("typename");   // no name in C++
//   IsCMacro("EOF");            // nor is this
//   IsMessageMember("Swap");    // every message has one
//
// Words are compared with their case. Pure functions.
#ifndef MODELSERVICE_SCHEMA_WORDS_H_
#define MODELSERVICE_SCHEMA_WORDS_H_

#include "absl/strings/string_view.h"

namespace modelservice {

// A word of a .proto file that no message or enum can have for its name, as a
// field of that type would be read as something else: "string", "message".
bool IsProtoKeyword(absl::string_view name);

// A keyword of C++20, or a word that stands for an operator.
bool IsCppKeyword(absl::string_view name);

// A macro of the headers that generated code includes, like EOF: no name at all
// for the compiler, in whatever scope.
bool IsCMacro(absl::string_view name);

// A macro that other systems have, or older headers, like DOMAIN. It compiles
// here; whoever chooses a name freely chooses another.
bool IsMacroElsewhere(absl::string_view name);

// A function, type or variable of C, like time: taken in the global namespace.
bool IsCGlobal(absl::string_view name);

// A namespace that a library has, at the outermost level: "std", "absl".
bool IsLibraryNamespace(absl::string_view name);

// What the class of every message has, or must find when it looks, like Swap or
// descriptor.
bool IsMessageMember(absl::string_view name);

// What grpc_cpp_plugin puts into the class of every service, like Stub.
bool IsGrpcMember(absl::string_view name);

}  // namespace modelservice

#endif  // MODELSERVICE_SCHEMA_WORDS_H_
