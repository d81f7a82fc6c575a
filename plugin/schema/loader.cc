#include "plugin/schema/loader.h"

#include <google/protobuf/compiler/cpp/names.h>
#include <google/protobuf/descriptor.pb.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/base/compat.h"
#include "plugin/schema/cpp_rules.h"
#include "plugin/schema/cpp_scope.h"
#include "plugin/schema/fields.h"
#include "plugin/schema/message_traits.h"
#include "plugin/schema/model_finder.h"
#include "plugin/schema/model_loader.h"
#include "plugin/schema/places.h"
#include "plugin/schema/service_loader.h"
#include "plugin/schema/settings.h"

namespace modelservice::plugin {
namespace {

namespace pb = google::protobuf;
using compat::Str;

// Calls `visit` for every message of the file, outer ones first.
template <class Visit>
void ForEachMessage(const pb::Descriptor& message, const Visit& visit) {
  if (message.options().map_entry()) return;
  visit(message);
  for (int i = 0; i < message.nested_type_count(); ++i) {
    ForEachMessage(*message.nested_type(i), visit);
  }
}

template <class Visit>
void ForEachMessage(const pb::FileDescriptor& file, const Visit& visit) {
  for (int i = 0; i < file.message_type_count(); ++i) {
    ForEachMessage(*file.message_type(i), visit);
  }
}

// By what protoc itself sends, which every version has.
bool IsProto3(const pb::FileDescriptor& descriptor) {
  pb::FileDescriptorProto proto;
  descriptor.CopyTo(&proto);
  return proto.syntax() == "proto3";
}

bool IsModel(const pb::Descriptor& message) {
  return message.options().HasExtension(modelservice::model);
}

// Settings that would have no effect, because nothing is stored there.
void RefuseSettings(const pb::FieldDescriptor& field, absl::string_view element,
                    absl::string_view fault, absl::string_view mend,
                    Diagnostics& diagnostics) {
  if (!field.options().HasExtension(modelservice::field) ||
      HoldsOthersAlone(field.options().GetExtension(modelservice::field))) {
    return;
  }
  const Places places =
      PlacesOf(*field.file(), PathOf(field),
               {pb::FieldDescriptorProto::kOptionsFieldNumber,
                modelservice::kFieldFieldNumber},
               field.options().GetExtension(modelservice::field));
  diagnostics.Report(places.Of(), element, fault, mend);
}

void RefuseSettingsOutsideModels(const pb::FileDescriptor& file,
                                 Diagnostics& diagnostics) {
  const auto refuse_extension = [&](const pb::FieldDescriptor& extension) {
    RefuseSettings(extension, LocalName(file, Str(extension.full_name())),
                   "(modelservice.field) has no effect on an extension",
                   "drop it", diagnostics);
  };
  for (int i = 0; i < file.extension_count(); ++i) {
    refuse_extension(*file.extension(i));
  }
  ForEachMessage(file, [&](const pb::Descriptor& message) {
    for (int i = 0; i < message.extension_count(); ++i) {
      refuse_extension(*message.extension(i));
    }
    if (IsModel(message)) return;
    const std::string name = LocalName(file, Str(message.full_name()));
    for (int i = 0; i < message.field_count(); ++i) {
      const pb::FieldDescriptor& field = *message.field(i);
      RefuseSettings(
          field, absl::StrCat(name, ".", Str(field.name())),
          absl::StrCat("(modelservice.field) has no effect, because ", name,
                       " is no model"),
          absl::StrCat("drop it, or give ", name,
                       " the option (modelservice.model)"),
          diagnostics);
    }
  });
}

// A model that a method of the service takes or gives, or null.
const Model* ModelOf(const pb::ServiceDescriptor& service,
                     const Models& models) {
  for (int i = 0; i < service.method_count(); ++i) {
    for (const pb::Descriptor* message :
         {service.method(i)->output_type(), service.method(i)->input_type()}) {
      const auto found = models.find(Str(message->full_name()));
      if (found != models.end()) return found->second;
    }
  }
  return nullptr;
}

// A service that nothing is generated for, beside models that it might serve.
void NoteUnused(const pb::ServiceDescriptor& service, const Models& models,
                Diagnostics& diagnostics) {
  const Model* const model = ModelOf(service, models);
  diagnostics.Note(
      PlaceOf(*service.file(), PathOf(service)), Str(service.name()),
      "nothing is generated for it, for it has no option "
      "(modelservice.service)",
      model != nullptr ? absl::StrCat("give it { model: \"", model->name,
                                      "\" }, or {} for methods of its own")
                       : std::string("give it {} for methods of its own"));
}

std::unique_ptr<File> LoadFile(const pb::FileDescriptor& descriptor,
                               MessageTraits& traits,
                               Diagnostics& diagnostics) {
  auto file = std::make_unique<File>();
  file->name = Str(descriptor.name());
  file->stem = pb::compiler::cpp::StripProto(file->name);
  file->namespaces = NamespacesOf(descriptor);
  for (const CppName& name : NamespaceNames(descriptor)) {
    file->cpp_names.emplace(name.name, name.element);
  }
  file->settings = descriptor.options().GetExtension(modelservice::file);
  file->places = PlacesOf(descriptor, {},
                          {pb::FileDescriptorProto::kOptionsFieldNumber,
                           modelservice::kFileFieldNumber},
                          file->settings);
  file->package_place =
      PlaceOf(descriptor, {pb::FileDescriptorProto::kPackageFieldNumber});
  RefuseUnsupported(file->settings, file->places, "file", diagnostics);
  ForEachMessage(descriptor, [&](const pb::Descriptor& message) {
    if (!IsModel(message)) return;
    file->models.push_back(
        LoadModel(message, file->settings, traits, diagnostics));
  });
  if (!file->models.empty()) file->proto3 = IsProto3(descriptor);
  return file;
}

// Adds what `file` imports, at any depth, each file once and before those that
// import it.
void AddImports(const pb::FileDescriptor& file,
                std::set<const pb::FileDescriptor*>* seen,
                std::vector<const pb::FileDescriptor*>* imports) {
  for (int i = 0; i < file.dependency_count(); ++i) {
    const pb::FileDescriptor* import = file.dependency(i);
    if (!seen->insert(import).second) continue;
    AddImports(*import, seen, imports);
    imports->push_back(import);
  }
}

// What is no file of `files` itself.
std::vector<const pb::FileDescriptor*> ImportsOf(
    const std::vector<const pb::FileDescriptor*>& files) {
  std::set<const pb::FileDescriptor*> seen(files.begin(), files.end());
  std::vector<const pb::FileDescriptor*> imports;
  for (const pb::FileDescriptor* file : files) {
    AddImports(*file, &seen, &imports);
  }
  return imports;
}

// Once the references and relations of its models are known.
void AddWaysBack(File* file) {
  std::map<const Model*, Model*> models;
  for (const auto& model : file->models) models[model.get()] = model.get();
  for (const auto& model : file->models) {
    for (int key = 0; key < model->key_count(); ++key) {
      const std::string& name = model->RelatedNameOf(key);
      const auto target = models.find(model->TargetOf(key));
      if (name.empty() || target == models.end()) continue;
      target->second->ways_back.push_back({name, model.get(), key, nullptr});
    }
  }
  for (const auto& model : file->models) {
    for (const Relation& relation : model->relations) {
      if (relation.target == nullptr ||
          relation.kind != Relation::Kind::kBack) {
        continue;
      }
      const std::string& name = relation.field.name;
      // Both are one way.
      if (relation.target->RelatedNameOf(relation.key) == name) continue;
      model->ways_back.push_back(
          {name, relation.target, relation.key, &relation});
    }
  }
}

}  // namespace

Schema Load(const std::vector<const pb::FileDescriptor*>& files,
            Diagnostics& diagnostics) {
  Schema schema;
  MessageTraits traits;
  for (const pb::FileDescriptor* file : files) {
    schema.files.push_back(LoadFile(*file, traits, diagnostics));
    RefuseSettingsOutsideModels(*file, diagnostics);
  }
  const std::vector<const pb::FileDescriptor*> imports = ImportsOf(files);
  Diagnostics of_imports;
  for (const pb::FileDescriptor* file : imports) {
    schema.imports.push_back(LoadFile(*file, traits, of_imports));
  }

  // Names can be looked up once every model is there.
  Models models;
  for (const auto* loaded : {&schema.files, &schema.imports}) {
    for (const std::unique_ptr<File>& file : *loaded) {
      for (const std::unique_ptr<Model>& model : file->models) {
        models[model->full_name] = model.get();
      }
    }
  }
  std::map<const pb::FileDescriptor*, const File*> loaded;
  for (size_t i = 0; i < files.size(); ++i) {
    loaded[files[i]] = schema.files[i].get();
  }
  for (size_t i = 0; i < imports.size(); ++i) {
    loaded[imports[i]] = schema.imports[i].get();
  }
  for (size_t i = 0; i < files.size(); ++i) {
    File& file = *schema.files[i];
    for (const pb::FileDescriptor* import : ImportsOf({files[i]})) {
      file.imports.push_back(loaded[import]);
    }
    ModelFinder finder(*files[i], models);
    for (const std::unique_ptr<Model>& model : file.models) {
      LoadReferences(finder, *model, diagnostics);
    }
    for (const std::unique_ptr<Model>& model : file.models) {
      LoadForeignKeys(finder, *model, diagnostics);
    }
    // Once the references of all of them are known.
    for (const std::unique_ptr<Model>& model : file.models) {
      LoadRelations(finder, *model, diagnostics);
    }
    AddWaysBack(&file);
    for (int j = 0; j < files[i]->service_count(); ++j) {
      const pb::ServiceDescriptor& service = *files[i]->service(j);
      if (!IsAnnotated(service, file.settings)) {
        if (!file.models.empty()) NoteUnused(service, models, diagnostics);
        continue;
      }
      file.services.push_back(LoadService(service, file, finder, diagnostics));
    }
    if (!file.empty()) CheckCpp(*files[i], file, diagnostics);
  }
  return schema;
}

}  // namespace modelservice::plugin
