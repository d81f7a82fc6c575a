#include "plugin/option_owners.h"

#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/unknown_field_set.h>

#include <array>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "modelservice/base/compat.h"
#include "plugin/option_walk.h"

namespace modelservice::plugin {
namespace {

namespace pb = google::protobuf;
using pb::FileDescriptorProto;

// Our option on one kind of element.
struct OwnOption {
  const char* extendee;
  const char* name;
  const char* type;
  const pb::Message* settings;
};

const OwnOption& Own(OptionKind kind) {
  static const auto* const kOwn = new std::array<OwnOption, kOptionKinds>{
      {{".google.protobuf.FileOptions", "modelservice.file",
        ".modelservice.FileSettings", &FileSettings::default_instance()},
       {".google.protobuf.MessageOptions", "modelservice.model",
        ".modelservice.ModelSettings", &ModelSettings::default_instance()},
       {".google.protobuf.FieldOptions", "modelservice.field",
        ".modelservice.FieldSettings", &FieldSettings::default_instance()},
       {".google.protobuf.ServiceOptions", "modelservice.service",
        ".modelservice.ServiceSettings", &ServiceSettings::default_instance()},
       {".google.protobuf.MethodOptions", "modelservice.method",
        ".modelservice.MethodSettings", &MethodSettings::default_instance()}}};
  return (*kOwn)[static_cast<size_t>(kind)];
}

// An extension in the request that has our number, or our name.
struct Declaration {
  FileDescriptorProto* file;
  DeclaredExtension declared;

  // "(acme.note)"
  std::string name() const {
    return absl::StrCat("(", declared.full_name, ")");
  }
  Place place() const { return PlaceIn(*file, declared.path); }
};

class Owners {
 public:
  // `files` are all that the request has, and outlive this.
  Owners(const std::vector<FileDescriptorProto*>& files,
         Diagnostics& diagnostics)
      : diagnostics_(diagnostics) {
    for (FileDescriptorProto* file : files) {
      by_name_.emplace(file->name(), file);
      ForEachExtension(file, [&](const DeclaredExtension& declared) {
        Declare({file, declared});
      });
    }
  }

  // Drops what is not ours from the options in `file`.
  void KeepIn(FileDescriptorProto* file) {
    std::set<OptionKind> reported;
    // Made when it is needed: most runs have no other option of the number.
    std::set<std::string> visible;
    ForEachOptions(file, [&](const ElementOptions& element) {
      const pb::Reflection& reflection = *element.options->GetReflection();
      const pb::UnknownFieldSet& set =
          reflection.GetUnknownFields(*element.options);
      if (!Has(set)) return;
      const auto& others = others_[static_cast<size_t>(element.kind)];
      if (!others.empty()) {
        if (visible.empty()) visible = VisibleFrom(*file);
        const bool is_own =
            Sees(visible, own_[static_cast<size_t>(element.kind)]);
        const Declaration* const other = Sees(visible, others);
        if (is_own && other != nullptr &&
            reported.insert(element.kind).second) {
          ReportBoth(*file, element, *other);
        }
        if (!is_own || other != nullptr) return Drop(element);
      }
      if (!Reads(set, *Own(element.kind).settings)) {
        diagnostics_.Report(
            OptionPlace(*file, element), element.name,
            absl::StrCat("(", Own(element.kind).name,
                         "): it holds what this plugin does not know"),
            kOwnVersion);
        Drop(element);
      }
    });
  }

  // Gives the other extensions numbers of their own, lest protobuf warns of
  // them in its way.
  void MoveOthers() {
    for (size_t i = 0; i < kOptionKinds; ++i) {
      if (own_[i].empty()) continue;
      for (const Declaration& other : others_[i]) {
        diagnostics_.Note(
            other.place(), other.name(),
            absl::StrCat("its number ", kOptionNumber, " is that of ",
                         own_[i].front().name(),
                         ", too, and a C++ program that has both ends at its "
                         "start"),
            "give it another number");
        other.declared.extension->set_number(--free_number_);
      }
    }
  }

 private:
  void Declare(const Declaration& declaration) {
    const pb::FieldDescriptorProto& extension = *declaration.declared.extension;
    for (size_t i = 0; i < kOptionKinds; ++i) {
      const OwnOption& own = Own(static_cast<OptionKind>(i));
      if (extension.extendee() != own.extendee) continue;
      if (declaration.declared.full_name == own.name &&
          extension.type_name() == own.type) {
        own_[i].push_back(declaration);
        if (extension.number() == kOptionNumber) return;
        diagnostics_.Report(
            declaration.place(), declaration.name(),
            absl::StrCat("its number is ", extension.number(),
                         ", but this plugin is built for ", kOptionNumber),
            kOwnVersion);
      } else if (extension.number() == kOptionNumber) {
        others_[i].push_back(declaration);
      }
    }
  }

  static bool Has(const pb::UnknownFieldSet& set) {
    for (int i = 0; i < set.field_count(); ++i) {
      if (set.field(i).number() == kOptionNumber) return true;
    }
    return false;
  }

  // Whether what has our number can be `settings`.
  static bool Reads(const pb::UnknownFieldSet& set,
                    const pb::Message& settings) {
    const std::unique_ptr<pb::Message> read(settings.New());
    for (int i = 0; i < set.field_count(); ++i) {
      const pb::UnknownField& field = set.field(i);
      if (field.number() != kOptionNumber) continue;
      if (field.type() != pb::UnknownField::TYPE_LENGTH_DELIMITED ||
          !read->ParseFromString(compat::Str(field.length_delimited()))) {
        return false;
      }
    }
    return true;
  }

  static void Drop(const ElementOptions& element) {
    element.options->GetReflection()
        ->MutableUnknownFields(element.options)
        ->DeleteByNumber(kOptionNumber);
  }

  // What `file` can name, as protoc sees it: itself, what it imports, and what
  // that imports publicly.
  std::set<std::string> VisibleFrom(const FileDescriptorProto& file) const {
    std::set<std::string> visible = {file.name()};
    std::vector<std::string> waiting(file.dependency().begin(),
                                     file.dependency().end());
    while (!waiting.empty()) {
      const std::string name = std::move(waiting.back());
      waiting.pop_back();
      const auto found = by_name_.find(name);
      if (!visible.insert(name).second || found == by_name_.end()) continue;
      for (const int i : found->second->public_dependency()) {
        waiting.push_back(found->second->dependency(i));
      }
    }
    return visible;
  }

  static const Declaration* Sees(const std::set<std::string>& visible,
                                 const std::vector<Declaration>& declarations) {
    for (const Declaration& declaration : declarations) {
      if (visible.count(declaration.file->name()) > 0) return &declaration;
    }
    return nullptr;
  }

  void ReportBoth(const FileDescriptorProto& file,
                  const ElementOptions& element, const Declaration& other) {
    diagnostics_.Report(
        OptionPlace(file, element), element.name,
        absl::StrCat("its option ", kOptionNumber, " may be (",
                     Own(element.kind).name, ") or ", other.name(), " of ",
                     other.file->name(),
                     ": both have the number, and this file sees both"),
        absl::StrCat("give ", other.name(), " another number",
                     other.file->name() == file.name()
                         ? ""
                         : ", or import only one of them here"));
  }

  static Place OptionPlace(const FileDescriptorProto& file,
                           const ElementOptions& element) {
    std::vector<int> path = element.path;
    path.push_back(kOptionNumber);
    return PlaceIn(file, path);
  }

  static constexpr char kOwnVersion[] =
      "use the annotations.proto of the plugin's own version";

  Diagnostics& diagnostics_;
  std::map<std::string, FileDescriptorProto*> by_name_;
  // By kind.
  std::array<std::vector<Declaration>, kOptionKinds> own_;
  std::array<std::vector<Declaration>, kOptionKinds> others_;
  int free_number_ = pb::FieldDescriptor::kMaxNumber;
};

}  // namespace

void KeepOwnOptions(pb::compiler::CodeGeneratorRequest* request,
                    Diagnostics& diagnostics) {
  std::vector<FileDescriptorProto*> files;
  for (FileDescriptorProto& file : *request->mutable_proto_file()) {
    files.push_back(&file);
  }
  Owners owners(files, diagnostics);
  // Newer requests have the files to generate a second time, as they are in
  // the source. It is another field of the same type.
  const pb::Reflection& reflection = *request->GetReflection();
  std::vector<const pb::FieldDescriptor*> fields;
  reflection.ListFields(*request, &fields);
  for (const pb::FieldDescriptor* field : fields) {
    if (field->message_type() != FileDescriptorProto::descriptor()) continue;
    for (int i = 0; i < reflection.FieldSize(*request, field); ++i) {
      owners.KeepIn(static_cast<FileDescriptorProto*>(
          reflection.MutableRepeatedMessage(request, field, i)));
    }
  }
  owners.MoveOthers();
}

}  // namespace modelservice::plugin
