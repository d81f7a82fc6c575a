// What differs between the oldest and the newest protobuf, gRPC and abseil that
// this project builds with: Debian 12's (3.21, 1.51, 20220623) and the newest
// releases. Every version check of the project is in this header.
#ifndef MODELSERVICE_BASE_COMPAT_H_
#define MODELSERVICE_BASE_COMPAT_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/stubs/common.h>
#include <google/protobuf/util/json_util.h>

#include <string>

#include "absl/strings/string_view.h"

// Whether protobuf knows editions, and a code generator must say which ones.
#if GOOGLE_PROTOBUF_VERSION >= 5027000
#define MODELSERVICE_HAS_EDITIONS 1
#else
#define MODELSERVICE_HAS_EDITIONS 0
#endif

// Whether its pools take edition 2024.
#if GOOGLE_PROTOBUF_VERSION >= 6032000
#define MODELSERVICE_HAS_EDITION_2024 1
#else
#define MODELSERVICE_HAS_EDITION_2024 0
#endif

namespace modelservice::compat {

// Descriptor names are std::string up to protobuf 29 and string_view from 30
// on. For every name taken from a descriptor.
template <class Text>
std::string Str(const Text& text) {
  return std::string(text.data(), text.size());
}
inline std::string Str(const char* text) { return text; }

// Whether protoc gives the accessor of a string or bytes another type, or hides
// it: newer pools take the `ctype` away, and know it all the same.
inline bool HasOwnStringType(const google::protobuf::FieldDescriptor& field) {
#if GOOGLE_PROTOBUF_VERSION >= 5029000
  using google::protobuf::FieldDescriptor;
  if (field.cpp_string_type() == FieldDescriptor::CppStringType::kCord) {
    return true;
  }
#endif
  google::protobuf::FieldDescriptorProto written;
  field.CopyTo(&written);
  return written.options().ctype() != google::protobuf::FieldOptions::STRING;
}

// Whether an enum takes no numbers but those of its names.
inline bool IsClosed(const google::protobuf::EnumDescriptor& type) {
#if GOOGLE_PROTOBUF_VERSION >= 4022000
  return type.is_closed();
#else
  return type.file()->syntax() ==
         google::protobuf::FileDescriptor::SYNTAX_PROTO2;
#endif
}

// Prints fields without presence that hold their zero, too.
inline void PrintZeroFields(google::protobuf::util::JsonPrintOptions* options) {
#if GOOGLE_PROTOBUF_VERSION >= 5026000
  options->always_print_fields_with_no_presence = true;
#else
  options->always_print_primitive_fields = true;
#endif
}

// Keeps the first error of a text format parser as "line:column: message", both
// counted from 1.
class FirstError : public google::protobuf::io::ErrorCollector {
 public:
#if GOOGLE_PROTOBUF_VERSION >= 5026000
  void RecordError(int line, int column, absl::string_view message) override {
    Keep(line, column, Str(message));
  }
#else
  void AddError(int line, int column, const std::string& message) override {
    Keep(line, column, message);
  }
#endif

  std::string text;

 private:
  void Keep(int line, int column, const std::string& message) {
    if (!text.empty()) return;
    text = std::to_string(line + 1) + ":" + std::to_string(column + 1) + ": " +
           message;
  }
};

// Keeps the first fault of a file whose names a pool puts together, as
// "element: fault".
class FirstFault : public google::protobuf::DescriptorPool::ErrorCollector {
 public:
#if GOOGLE_PROTOBUF_VERSION >= 5026000
  void RecordError(absl::string_view, absl::string_view element,
                   const google::protobuf::Message*, ErrorLocation,
                   absl::string_view message) override {
    Keep(Str(element), Str(message));
  }
#else
  void AddError(const std::string&, const std::string& element,
                const google::protobuf::Message*, ErrorLocation,
                const std::string& message) override {
    Keep(element, message);
  }
#endif

  std::string text;

 private:
  void Keep(const std::string& element, const std::string& message) {
    if (text.empty()) text = element + ": " + message;
  }
};

}  // namespace modelservice::compat

#endif  // MODELSERVICE_BASE_COMPAT_H_
