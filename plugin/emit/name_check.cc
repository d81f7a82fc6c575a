#include "plugin/emit/name_check.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "modelservice/schema/words.h"
#include "plugin/emit/client_names.h"
#include "plugin/emit/naming.h"

namespace modelservice::plugin {
namespace {

// The name that grpc_cpp_plugin writes for a message: it knows no keywords.
std::string GrpcName(const Message& message) {
  const std::string package = message.full_name.substr(
      0, message.full_name.size() - message.name.size());
  return absl::StrCat("::", absl::StrReplaceAll(package, {{".", "::"}}),
                      absl::StrReplaceAll(message.name, {{".", "_"}}));
}

// Whether a service or method may have the name: neither a keyword nor
// a class or member that grpc_cpp_plugin puts into the service's.
bool IsGrpcName(const std::string& name) {
  return !IsCppKeyword(name) && !IsGrpcMember(name);
}

// The names of one namespace, of all files of the run that have it: those that
// protoc makes, and ours of files that came already.
using NamesTaken = std::set<std::string>;

void AddOwnClasses(const File& file, bool clients, NamesTaken* taken) {
  for (const auto& model : file.models) taken->insert(ModelClass(*model));
  for (const Service& service : file.services) {
    taken->insert(ServiceClass(service));
    if (clients) taken->insert(ClientClass(service));
  }
}

// Checks one file.
class NameChecker {
 public:
  // `taken` gets the file's own.
  NameChecker(const File& file, NamesTaken* taken, bool clients,
              Diagnostics& diagnostics)
      : file_(file),
        taken_(*taken),
        clients_(clients),
        diagnostics_(diagnostics) {}

  void Check() {
    CheckPackage();
    CheckClasses();
    for (const auto& model : file_.models) CheckColumns(*model);
    for (const Service& service : file_.services) {
      CheckMethods(service);
      CheckGrpc(service);
    }
  }

 private:
  void CheckPackage() {
    for (const std::string& part : file_.namespaces) {
      if (!IsCppKeyword(part)) continue;
      diagnostics_.Report(
          file_.package_place, "file",
          absl::StrCat("its package has the C++ keyword ", part,
                       ", which protoc's own C++ does not escape"),
          "rename the package");
    }
  }

  // What is generated lies beside what protoc generates.
  void CheckClasses() {
    const auto take = [&](const std::string& name, const Place& place,
                          const std::string& element) {
      if (!taken_.insert(name).second) ReportTaken(name, place, element);
    };
    for (const auto& model : file_.models) {
      take(ModelClass(*model), model->places.element, model->name);
    }
    for (const Service& service : file_.services) {
      take(ServiceClass(service), service.places.element, service.name);
      if (clients_) {
        take(ClientClass(service), service.places.element, service.name);
      }
    }
    // Of two files that have one, CheckRegisterFunctions tells.
    const std::string function = RegisterFunction(file_);
    if (!file_.empty() && taken_.count(function) > 0) {
      ReportTaken(function, file_.places.element, "file");
    }
  }

  void ReportTaken(const std::string& name, const Place& place,
                   const std::string& element) {
    diagnostics_.Report(
        place, element,
        absl::StrCat("the C++ name ", name,
                     " that is generated for it is taken"),
        absl::StrCat("rename it, or what else is named ", name));
  }

  void CheckColumns(const Model& model) {
    std::map<std::string, std::string> members;
    for (const Field& field : model.columns) {
      const auto [other, is_new] =
          members.emplace(ColumnMember(model, field), field.name);
      if (is_new) continue;
      diagnostics_.Report(field.places.element,
                          absl::StrCat(model.name, ".", field.name),
                          absl::StrCat("its C++ name ", other->first,
                                       " is that of ", other->second, ", too"),
                          "rename one of them");
    }
    for (const Field& field : model.columns) {
      const std::string member = RelationMember(model, field);
      if (field.target == nullptr || member == ColumnMember(model, field)) {
        continue;
      }
      const auto [other, is_new] = members.emplace(member, field.name);
      if (is_new) continue;
      diagnostics_.Report(
          field.places.Of({FieldSettings::kReferencesFieldNumber}),
          absl::StrCat(model.name, ".", field.name),
          absl::StrCat("references: ", other->first, ", the C++ name of the ",
                       "way to ", field.target->short_name, ", is that of ",
                       other->second, ", too"),
          "rename one of the fields; `column` keeps the name of its column");
    }
    for (const ForeignKey& key : model.foreign_keys) {
      const auto [other, is_new] =
          members.emplace(ForeignKeyMember(model, key), key.name);
      if (is_new) continue;
      diagnostics_.Report(
          key.place, model.name,
          absl::StrCat("foreign_key: ", other->first, ", the C++ name of the ",
                       "way to ", key.target->short_name, ", is that of ",
                       other->second, ", too"),
          "name it differently");
    }
    for (const RelatedRows& related : model.ways_back) {
      const auto [other, is_new] =
          members.emplace(RelatedMember(model, related),
                          related.model->WordsOfKey(related.key));
      if (is_new) continue;
      if (related.filled != nullptr) {
        ReportFilled(model, *related.filled, *other);
        continue;
      }
      diagnostics_.Report(
          related.model->PlaceOfKey(related.key),
          related.model->ElementOfKey(related.key),
          absl::StrCat(related.model->SettingOfKey(related.key),
                       ": related_name: ", model.name, " has the C++ name ",
                       other->first, " for ", other->second, ", too"),
          "name it differently");
    }
    for (const Relation& relation : model.relations) {
      if (relation.through == nullptr) continue;
      const auto [other, is_new] =
          members.emplace(FilledMember(model, relation), relation.field.name);
      if (!is_new) ReportFilled(model, relation, *other);
    }
  }

  void ReportFilled(const Model& model, const Relation& relation,
                    const std::pair<const std::string, std::string>& other) {
    diagnostics_.Report(relation.field.places.element,
                        absl::StrCat(model.name, ".", relation.field.name),
                        absl::StrCat("the C++ name of its way, ", other.first,
                                     ", is that of ", other.second, ", too"),
                        "rename one of them");
  }

  void CheckMethods(const Service& service) {
    std::map<std::string, std::string> members;
    for (const Method& method : service.methods) {
      const auto [other, is_new] =
          members.emplace(MethodMember(service, method), method.name);
      if (is_new) continue;
      diagnostics_.Report(method.places.element,
                          absl::StrCat(service.name, ".", method.name),
                          absl::StrCat("its C++ name ", other->first,
                                       " is that of ", other->second, ", too"),
                          "rename one of them");
    }
  }

  // grpc_cpp_plugin escapes nothing.
  void CheckGrpc(const Service& service) {
    const auto refuse = [&](const Place& place, const std::string& element,
                            absl::string_view name) {
      diagnostics_.Report(place, element,
                          absl::StrCat("what grpc_cpp_plugin writes for the "
                                       "name ",
                                       name, " is no C++"),
                          "rename it");
    };
    if (!IsGrpcName(service.name)) {
      refuse(service.places.element, service.name, service.name);
    }
    for (const Method& method : service.methods) {
      const std::string element = absl::StrCat(service.name, ".", method.name);
      if (!IsGrpcName(method.name) || IsCMacro(method.name)) {
        refuse(method.places.element, element, method.name);
      }
      for (const Message* message : {&method.request, &method.reply}) {
        if (GrpcName(*message) != message->cpp_type) {
          refuse(method.places.element, element, message->full_name);
        }
      }
    }
  }

  const File& file_;
  NamesTaken& taken_;
  const bool clients_;
  Diagnostics& diagnostics_;
};

// Files of one package share a namespace.
void CheckRegisterFunctions(const Schema& schema, Diagnostics& diagnostics) {
  std::map<std::string, std::string> functions;
  for (const std::unique_ptr<File>& file : schema.files) {
    if (file->empty()) continue;
    const auto [other, is_new] = functions.emplace(
        Qualified(*file, RegisterFunction(*file)), file->name);
    if (is_new) continue;
    diagnostics.Report(file->places.element, "file",
                       absl::StrCat("its C++ function ", other->first,
                                    " is that of ", other->second, ", too"),
                       "rename the file, or put it into another package");
  }
}

}  // namespace

void CheckNames(const Schema& schema, bool clients, Diagnostics& diagnostics) {
  std::map<std::vector<std::string>, NamesTaken> taken;
  for (const auto* files : {&schema.imports, &schema.files}) {
    for (const std::unique_ptr<File>& file : *files) {
      for (const auto& [name, element] : file->cpp_names) {
        taken[file->namespaces].insert(name);
      }
    }
  }
  for (const std::unique_ptr<File>& import : schema.imports) {
    AddOwnClasses(*import, clients, &taken[import->namespaces]);
  }
  for (const std::unique_ptr<File>& file : schema.files) {
    NameChecker(*file, &taken[file->namespaces], clients, diagnostics).Check();
  }
  CheckRegisterFunctions(schema, diagnostics);
}

}  // namespace modelservice::plugin
