// The C++ namespace of a file, and what protoc's C++ generator puts into it and
// into the classes of its messages.
#ifndef MODELSERVICE_PLUGIN_SCHEMA_CPP_SCOPE_H_
#define MODELSERVICE_PLUGIN_SCHEMA_CPP_SCOPE_H_

#include <google/protobuf/descriptor.h>

#include <string>
#include <vector>

namespace modelservice::plugin {

// One name that protoc's C++ generator, or grpc_cpp_plugin for a service,
// declares.
struct CppName {
  enum class Kind { kType, kConstant, kGetter, kSetter };
  std::string name;     // "has_email"
  std::string element;  // what it is made for: "Customer.email"
  std::vector<int> path;
  Kind kind = Kind::kConstant;

  // Whether both cannot be in one scope. A setter can be beside a getter of its
  // name, which is const.
  bool Excludes(const CppName& other) const {
    const auto is_function = [](Kind k) {
      return k == Kind::kGetter || k == Kind::kSetter;
    };
    return !is_function(kind) || !is_function(other.kind) ||
           (kind == Kind::kGetter && other.kind == Kind::kGetter);
  }
};

// The parts of the namespace: {"shop", "v1"}; none without a package.
std::vector<std::string> NamespacesOf(
    const google::protobuf::FileDescriptor& file);

// The names in the file's namespace: of classes and enums ("Outer_Inner"), of
// an enum's values and functions, of extensions and services.
std::vector<CppName> NamespaceNames(
    const google::protobuf::FileDescriptor& file);

// The names in the class of a message, but for those that every message has:
// accessors, constants of fields and oneofs, and whatever is declared inside of
// it.
std::vector<CppName> ClassNames(const google::protobuf::Descriptor& message);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_CPP_SCOPE_H_
