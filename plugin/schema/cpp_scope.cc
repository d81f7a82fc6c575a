#include "plugin/schema/cpp_scope.h"

#include <google/protobuf/compiler/cpp/names.h>

#include <algorithm>
#include <iterator>
#include <utility>

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

// Collects the names of one scope.
class Names {
 public:
  explicit Names(const pb::FileDescriptor& file) : file_(file) {}

  template <class Descriptor>
  void Add(const Descriptor& descriptor, const std::string& name,
           bool is_type = false) {
    names_.push_back({name, LocalName(file_, Str(descriptor.full_name())),
                      PathOf(descriptor), is_type});
  }

  // An enum named `name` in this scope: its type, functions and bounds, and its
  // values, each behind `prefix`.
  void AddEnum(const pb::EnumDescriptor& type, const std::string& name,
               const std::string& prefix) {
    Add(type, name, true);
    for (const char* made : {"_Name", "_Parse", "_IsValid", "_descriptor",
                             "_MIN", "_MAX", "_ARRAYSIZE"}) {
      Add(type, name + made);
    }
    for (int i = 0; i < type.value_count(); ++i) {
      const pb::EnumValueDescriptor& value = *type.value(i);
      names_.push_back({prefix + cpp::EnumValueName(&value),
                        absl::StrCat(LocalName(file_, Str(type.full_name())),
                                     ".", Str(value.name())),
                        PathOf(value), false});
    }
  }

  void AddClasses(const pb::Descriptor& message) {
    if (message.options().map_entry()) return;
    Add(message, cpp::ClassName(&message), true);
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

void AddAccessors(const pb::FieldDescriptor& field, Names* names) {
  const std::string name = cpp::FieldName(&field);
  names->Add(field, name);
  if (field.is_repeated()) {
    names->Add(field, name + "_size");
  } else if (field.has_presence()) {
    names->Add(field, "has_" + name);
  }
}

// What `file` imports, at any depth, each file once.
void AddImports(const pb::FileDescriptor& file,
                std::vector<const pb::FileDescriptor*>* imports) {
  for (int i = 0; i < file.dependency_count(); ++i) {
    const pb::FileDescriptor* const import = file.dependency(i);
    if (std::find(imports->begin(), imports->end(), import) != imports->end()) {
      continue;
    }
    imports->push_back(import);
    AddImports(*import, imports);
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
    names.Add(*file.service(i), Str(file.service(i)->name()), true);
  }
  return names.Take();
}

std::vector<CppName> ClassNames(const pb::Descriptor& message) {
  Names names(*message.file());
  for (int i = 0; i < message.field_count(); ++i) {
    AddAccessors(*message.field(i), &names);
  }
  for (int i = 0; i < message.real_oneof_decl_count(); ++i) {
    const pb::OneofDescriptor& oneof = *message.oneof_decl(i);
    names.Add(oneof, Str(oneof.name()) + "_case");
    names.Add(oneof, "has_" + Str(oneof.name()));
  }
  for (int i = 0; i < message.nested_type_count(); ++i) {
    const pb::Descriptor& nested = *message.nested_type(i);
    if (nested.options().map_entry()) continue;
    names.Add(nested, NestedName(Str(nested.name())), true);
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

std::vector<CppName> ImportedNames(const pb::FileDescriptor& file) {
  std::vector<const pb::FileDescriptor*> imports;
  AddImports(file, &imports);
  const std::string package = Str(file.package());
  const std::string prefix = package.empty() ? "" : package + ".";
  std::vector<CppName> names;
  for (const pb::FileDescriptor* import : imports) {
    const std::string their_package = Str(import->package());
    absl::string_view inside = their_package;
    if (their_package == package) {
      std::vector<CppName> theirs = NamespaceNames(*import);
      std::move(theirs.begin(), theirs.end(), std::back_inserter(names));
    } else if (absl::ConsumePrefix(&inside, prefix) && !inside.empty()) {
      // A namespace inside of ours.
      const std::string name(inside.substr(0, inside.find('.')));
      names.push_back({name, their_package, {}, true});
    }
  }
  return names;
}

std::vector<std::string> CppNamesOf(const pb::FileDescriptor& file) {
  std::vector<std::string> result;
  for (CppName& name : NamespaceNames(file)) {
    result.push_back(std::move(name.name));
  }
  for (CppName& name : ImportedNames(file)) {
    result.push_back(std::move(name.name));
  }
  return result;
}

}  // namespace modelservice::plugin
