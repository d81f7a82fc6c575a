#include "plugin/schema/cpp_scope.h"

#include <google/protobuf/compiler/cpp/names.h>

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "modelservice/base/compat.h"
#include "plugin/schema/fields.h"
#include "plugin/schema/places.h"

namespace modelservice::plugin {
namespace {

namespace pb = google::protobuf;
namespace cpp = google::protobuf::compiler::cpp;
using compat::Str;
using Kind = CppName::Kind;

// Collects the names of one scope.
class Names {
 public:
  explicit Names(const pb::FileDescriptor& file) : file_(file) {}

  template <class Descriptor>
  void Add(const Descriptor& descriptor, const std::string& name,
           Kind kind = Kind::kConstant) {
    names_.push_back({name, LocalName(file_, Str(descriptor.full_name())),
                      PathOf(descriptor), kind});
  }

  // An enum named `name` in this scope: its type, functions and bounds, and its
  // values, each behind `prefix`.
  void AddEnum(const pb::EnumDescriptor& type, const std::string& name,
               const std::string& prefix) {
    Add(type, name, Kind::kType);
    for (const char* made : {"_Name", "_Parse", "_IsValid", "_descriptor",
                             "_MIN", "_MAX", "_ARRAYSIZE"}) {
      Add(type, name + made);
    }
    for (int i = 0; i < type.value_count(); ++i) {
      const pb::EnumValueDescriptor& value = *type.value(i);
      names_.push_back({prefix + cpp::EnumValueName(&value),
                        absl::StrCat(LocalName(file_, Str(type.full_name())),
                                     ".", Str(value.name())),
                        PathOf(value)});
    }
  }

  void AddClasses(const pb::Descriptor& message) {
    if (message.options().map_entry()) return;
    const std::string of_message = cpp::ClassName(&message);
    Add(message, of_message, Kind::kType);
    Add(message, of_message + "DefaultTypeInternal", Kind::kType);
    Add(message, "_" + of_message + "_default_instance_");
    for (int i = 0; i < message.enum_type_count(); ++i) {
      const std::string name = cpp::ClassName(message.enum_type(i));
      AddEnum(*message.enum_type(i), name, name + "_");
    }
    for (int i = 0; i < message.nested_type_count(); ++i) {
      AddClasses(*message.nested_type(i));
    }
  }

  std::vector<CppName> Take() { return std::move(names_); }

 private:
  const pb::FileDescriptor& file_;
  std::vector<CppName> names_;
};

// protoc escapes it as if it were a keyword.
std::string NestedName(const std::string& name) {
  return name == "NULL" ? "NULL_" : name;
}

// As protoc makes the names of constants: foo_bar is FooBar.
std::string Camel(const std::string& name) {
  std::string camel;
  bool starts = true;
  for (const char c : name) {
    const auto u = static_cast<unsigned char>(c);
    if (absl::ascii_isalpha(u)) {
      camel += starts ? static_cast<char>(absl::ascii_toupper(u)) : c;
      starts = false;
    } else {
      if (absl::ascii_isdigit(u)) camel += c;
      starts = true;
    }
  }
  return camel;
}

void AddAccessors(const pb::FieldDescriptor& field, Names* names) {
  const std::string name = cpp::FieldName(&field);
  names->Add(field, name, Kind::kGetter);
  names->Add(field, "_internal_" + name, Kind::kGetter);
  // Of two that differ in their spelling only, one has its number behind it.
  if (field.containing_type()->FindFieldByCamelcaseName(
          field.camelcase_name()) == &field) {
    names->Add(field, "k" + Camel(Str(field.name())) + "FieldNumber");
  }
  if (field.is_repeated()) {
    names->Add(field, name + "_size", Kind::kGetter);
  } else if (field.has_presence()) {
    names->Add(field, "has_" + name, Kind::kGetter);
  }
  const bool is_message =
      field.cpp_type() == pb::FieldDescriptor::CPPTYPE_MESSAGE;
  const bool is_string =
      field.cpp_type() == pb::FieldDescriptor::CPPTYPE_STRING;
  names->Add(field, "clear_" + name, Kind::kSetter);
  if (!is_message) names->Add(field, "set_" + name, Kind::kSetter);
  if (field.is_repeated()) names->Add(field, "add_" + name, Kind::kSetter);
  if (!is_message && !is_string && !field.is_repeated()) return;
  names->Add(field, "mutable_" + name, Kind::kSetter);
  if (field.is_repeated()) return;
  names->Add(field, "release_" + name, Kind::kSetter);
  names->Add(field, "set_allocated_" + name, Kind::kSetter);
}

void AddOneof(const pb::OneofDescriptor& oneof, Names* names) {
  const std::string name = Str(oneof.name());
  names->Add(oneof, name + "_case", Kind::kGetter);
  names->Add(oneof, "has_" + name, Kind::kGetter);
  names->Add(oneof, "clear_" + name, Kind::kSetter);
  names->Add(oneof, Camel(name) + "Case", Kind::kType);
  names->Add(oneof, absl::AsciiStrToUpper(name) + "_NOT_SET");
  for (int i = 0; i < oneof.field_count(); ++i) {
    names->Add(*oneof.field(i), "k" + Camel(Str(oneof.field(i)->name())));
  }
}

}  // namespace

std::vector<std::string> NamespacesOf(const pb::FileDescriptor& file) {
  const std::string package = Str(file.package());
  if (package.empty()) return {};
  // protoc's generators differ, by their version, in what they make of a
  // package named like a keyword; a message's full name tells.
  if (file.message_type_count() > 0) {
    const pb::Descriptor* message = file.message_type(0);
    const std::string qualified = cpp::QualifiedClassName(message);
    const std::string class_name = cpp::ClassName(message);
    const size_t around = qualified.size() - class_name.size();
    if (around > 4) {
      return absl::StrSplit(qualified.substr(2, around - 4), "::");
    }
  }
  return absl::StrSplit(package, '.');
}

std::vector<CppName> NamespaceNames(const pb::FileDescriptor& file) {
  Names names(file);
  for (int i = 0; i < file.message_type_count(); ++i) {
    names.AddClasses(*file.message_type(i));
  }
  for (int i = 0; i < file.enum_type_count(); ++i) {
    names.AddEnum(*file.enum_type(i), cpp::ClassName(file.enum_type(i)), "");
  }
  for (int i = 0; i < file.extension_count(); ++i) {
    names.Add(*file.extension(i), Str(file.extension(i)->name()));
  }
  for (int i = 0; i < file.service_count(); ++i) {
    names.Add(*file.service(i), Str(file.service(i)->name()), Kind::kType);
  }
  return names.Take();
}

std::vector<CppName> ClassNames(const pb::Descriptor& message) {
  Names names(*message.file());
  for (int i = 0; i < message.field_count(); ++i) {
    AddAccessors(*message.field(i), &names);
  }
  for (int i = 0; i < message.real_oneof_decl_count(); ++i) {
    AddOneof(*message.oneof_decl(i), &names);
  }
  for (int i = 0; i < message.nested_type_count(); ++i) {
    const pb::Descriptor& nested = *message.nested_type(i);
    if (nested.options().map_entry()) continue;
    names.Add(nested, NestedName(Str(nested.name())), Kind::kType);
  }
  for (int i = 0; i < message.enum_type_count(); ++i) {
    const pb::EnumDescriptor& nested = *message.enum_type(i);
    names.AddEnum(nested, NestedName(Str(nested.name())), "");
  }
  for (int i = 0; i < message.extension_count(); ++i) {
    names.Add(*message.extension(i), Str(message.extension(i)->name()));
  }
  return names.Take();
}

}  // namespace modelservice::plugin
