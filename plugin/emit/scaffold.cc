#include "plugin/emit/scaffold.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "modelservice/schema/words.h"
#include "plugin/emit/naming.h"
#include "plugin/emit/scaffold_messages.h"
#include "plugin/emit/scaffold_names.h"
#include "plugin/schema/words.h"

namespace modelservice::plugin {
namespace {

using Names = std::vector<absl::string_view>;

const Names& MethodsOf(bool aip) {
  static const auto* const kDjango = new Names{
      "List", "Create", "Retrieve", "Update", "PartialUpdate", "Destroy"};
  static const auto* const kAip =
      new Names{"List", "Get", "Create", "Update", "Delete", "Undelete"};
  return aip ? *kAip : *kDjango;
}

bool Has(const Names& names, absl::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool IsAip(const Model& model, ServiceScaffold::Style otherwise) {
  const ServiceScaffold& settings = model.settings.service();
  return (settings.has_style() ? settings.style() : otherwise) ==
         ServiceScaffold::AIP;
}

// "OuterInner" of Outer.Inner.
std::string StemOf(const Model& model) {
  std::string stem;
  for (const char c : model.name) {
    if (c != '.') stem += c;
  }
  return stem;
}

// Makes the service of one model.
class Builder {
 public:
  Builder(const Model& model, const File& file,
          const std::set<std::string>& hiding, bool aip, PackageNames* names,
          std::set<std::string>* imports)
      : model_(model),
        stem_(StemOf(model)),
        stays_(model.FieldIn(Role::kDeleteTime) != nullptr),
        messages_(model, file, hiding, imports),
        names_(names),
        imports_(imports) {
    service_.aip = aip;
  }

  ScaffoldService Build() {
    const ServiceScaffold& settings = model_.settings.service();
    service_.name = names_->ForService(
        settings.has_name() ? settings.name() : absl::StrCat(stem_, "Service"));
    service_.option = messages_.TypeName("modelservice.service");
    type_ = messages_.ModelType(MethodsOf(service_.aip));
    service_.model = type_;
    key_ = messages_.Key();
    for (const absl::string_view method : MethodsOf(service_.aip)) {
      const auto& wanted = settings.methods();
      const bool is_wanted =
          wanted.empty() ||
          std::find(wanted.begin(), wanted.end(), method) != wanted.end();
      if (is_wanted && (stays_ || method != "Undelete")) {
        service_.aip ? AddAip(method) : AddDjango(method);
      }
    }
    return std::move(service_);
  }

 private:
  std::string Message(const std::string& name,
                      std::vector<ScaffoldField> fields) {
    service_.messages.push_back({names_->ForMessage(name), std::move(fields)});
    return service_.messages.back().name;
  }

  std::string Empty() {
    imports_->insert("google/protobuf/empty.proto");
    return messages_.TypeName("google.protobuf.Empty");
  }

  void Add(std::string name, std::string request, std::string reply,
           bool streams = false) {
    service_.methods.push_back(
        {"", std::move(name), std::move(request), std::move(reply), streams});
  }

  // In django-grpc-framework's naming.
  void AddDjango(absl::string_view method) {
    std::string request = type_;
    if (method == "List") {
      request =
          Message(absl::StrCat(stem_, "ListRequest"), messages_.List(false));
    } else if (method == "Retrieve") {
      request = Message(absl::StrCat(stem_, "RetrieveRequest"), key_);
    } else if (method == "PartialUpdate") {
      request = Message(absl::StrCat(stem_, "PartialUpdateRequest"),
                        messages_.Columns());
    }
    Add(std::string(method), request, method == "Destroy" ? Empty() : type_,
        method == "List");
  }

  // In that of Google's AIPs.
  void AddAip(absl::string_view method) {
    const bool list = method == "List";
    const std::string name =
        absl::StrCat(method, list ? PluralOf(model_) : model_.short_name);
    // Two models of one name inside of others.
    const std::string outer =
        stem_.substr(0, stem_.size() - model_.short_name.size());
    const std::string stem = absl::StrCat(
        method, outer, list ? PluralOf(model_) : model_.short_name);
    const std::string request = absl::StrCat(stem, "Request");
    if (list) {
      const std::string asked = Message(request, messages_.List(true));
      // Where List has no pages, all rows come, one by one.
      messages_.pages()
          ? Add(name, asked,
                Message(absl::StrCat(stem, "Response"), messages_.Page()))
          : Add(name, asked, type_, /*streams=*/true);
      return;
    }
    // AIP-164: the row that is deleted and stays is the answer.
    Add(name, Message(request, AipRequest(method)),
        method == "Delete" && !stays_ ? Empty() : type_);
  }

  std::vector<ScaffoldField> AipRequest(absl::string_view method) const {
    if (method == "Get") return messages_.Get();
    if (method == "Delete" || method == "Undelete") return messages_.Change();
    return messages_.Resource(/*mask=*/method == "Update");
  }

  const Model& model_;
  const std::string stem_;
  const bool stays_;  // what is deleted
  ScaffoldMessages messages_;
  PackageNames* names_;
  std::set<std::string>* imports_;
  std::vector<ScaffoldField> key_;
  std::string type_;
  ScaffoldService service_;
};

std::set<const Model*> Served(const Schema& schema) {
  std::set<const Model*> served;
  for (const std::unique_ptr<File>& file : schema.files) {
    for (const Service& service : file->services) served.insert(service.model);
  }
  return served;
}

// Whether grpc_cpp_plugin, which escapes nothing, can name the message.
bool IsServable(const Model& model, const File& file) {
  std::string name;
  for (const std::string& part : file.namespaces) {
    absl::StrAppend(&name, "::", part);
  }
  absl::StrAppend(&name, "::", absl::StrReplaceAll(model.name, {{".", "_"}}));
  return name == model.cpp_type;
}

// "shop_service.proto" of shop.proto, unless that is there.
std::string PathOf(const File& file, std::set<std::string>* paths) {
  const std::string stem = absl::StrCat(file.stem, "_service");
  std::string path = absl::StrCat(stem, ".proto");
  for (int i = 2; !paths->insert(path).second; ++i) {
    path = absl::StrCat(stem, i, ".proto");
  }
  return path;
}

bool IsIdentifier(absl::string_view name) {
  if (name.empty() || absl::ascii_isdigit(static_cast<unsigned char>(name[0])))
    return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return c == '_' || absl::ascii_isalnum(static_cast<unsigned char>(c));
  });
}

// Checks the setting of one model.
class ScaffoldChecker {
 public:
  ScaffoldChecker(const Model& model, ServiceScaffold::Style style,
                  Diagnostics& diagnostics)
      : model_(model),
        settings_(model.settings.service()),
        style_(settings_.has_style() ? settings_.style() : style),
        diagnostics_(diagnostics) {}

  void Check(const File& file) {
    CheckName(file);
    std::set<absl::string_view> seen;
    for (int i = 0; i < settings_.methods_size(); ++i) {
      const std::string& method = settings_.methods(i);
      if (!seen.insert(method).second) {
        Report({ServiceScaffold::kMethodsFieldNumber, i},
               absl::StrCat("methods: ", method, " is named twice"),
               "name it once");
      } else {
        CheckMethod(method, i);
      }
    }
  }

 private:
  void CheckName(const File& file) {
    if (!settings_.has_name()) return;
    const std::string& name = settings_.name();
    const std::vector<int> path = {ServiceScaffold::kNameFieldNumber};
    if (!IsIdentifier(name) || IsCppKeyword(name) || IsCMacro(name) ||
        IsGrpcMember(name)) {
      Report(path,
             absl::StrCat("name: a service cannot be called \"", name, "\""),
             absl::StrCat("write one like ", model_.short_name, "Service"));
    } else if (file.HasCppName(name)) {
      Report(path, absl::StrCat("name: ", name, " is taken in this file"),
             "name it differently");
    }
  }

  void CheckMethod(const std::string& method, int index) {
    const bool any = style_ == ServiceScaffold::STYLE_UNSPECIFIED;
    Names known = MethodsOf(style_ == ServiceScaffold::AIP);
    if (any) {
      known.insert(known.end(), MethodsOf(true).begin(), MethodsOf(true).end());
    }
    const std::vector<int> path = {ServiceScaffold::kMethodsFieldNumber, index};
    if (!Has(known, method)) {
      std::sort(known.begin(), known.end());
      known.erase(std::unique(known.begin(), known.end()), known.end());
      Report(
          path,
          absl::StrCat("methods: ", any ? "no style has a" : "its style has no",
                       " method \"", method, "\""),
          absl::StrCat("write ", absl::StrJoin(known, ", ")));
    } else if (method == "Undelete" &&
               model_.FieldIn(Role::kDeleteTime) == nullptr) {
      Report(path, "methods: nothing that is deleted stays, to be undeleted",
             "leave Undelete out, or add a field of role DELETE_TIME");
    }
  }

  void Report(std::vector<int> path, absl::string_view fault,
              absl::string_view mend) {
    path.insert(path.begin(), ModelSettings::kServiceFieldNumber);
    diagnostics_.Report(model_.places.Of(std::move(path)), model_.name,
                        absl::StrCat("service: ", fault), mend);
  }

  const Model& model_;
  const ServiceScaffold& settings_;
  const ServiceScaffold::Style style_;
  Diagnostics& diagnostics_;
};

}  // namespace

std::vector<ScaffoldFile> ScaffoldsOf(const Schema& schema,
                                      ServiceScaffold::Style otherwise) {
  const std::set<const Model*> served = Served(schema);
  std::set<std::string> paths;
  std::map<std::vector<std::string>, PackageNames> packages;
  for (const auto* files : {&schema.files, &schema.imports}) {
    for (const std::unique_ptr<File>& file : *files) {
      paths.insert(file->name);
      packages[file->namespaces].AddFile(*file);
      std::vector<std::string> around;
      for (const std::string& inner : file->namespaces) {
        packages[around].Add(inner);
        around.push_back(inner);
      }
    }
  }
  std::vector<ScaffoldFile> scaffolds;
  for (const std::unique_ptr<File>& file : schema.files) {
    ScaffoldFile scaffold;
    const std::set<std::string> hiding = HidingIn(*file, schema);
    for (const std::unique_ptr<Model>& model : file->models) {
      if (served.count(model.get()) > 0 || !IsServable(*model, *file)) continue;
      PackageNames& names = packages[file->namespaces];
      if (scaffold.services.empty()) {
        scaffold.path = PathOf(*file, &paths);
        File written;
        written.name = scaffold.path;
        written.stem = scaffold.path.substr(0, scaffold.path.rfind('.'));
        names.Add(RegisterFunction(written));
      }
      scaffold.services.push_back(Builder(*model, *file, hiding,
                                          IsAip(*model, otherwise), &names,
                                          &scaffold.imports)
                                      .Build());
    }
    if (scaffold.services.empty()) continue;
    scaffold.source = file->name;
    scaffold.package = absl::StrJoin(file->namespaces, ".");
    scaffold.proto3 = file->proto3;
    scaffold.imports.insert(
        {file->name, std::string("modelservice/annotations.proto")});
    scaffolds.push_back(std::move(scaffold));
  }
  return scaffolds;
}

void CheckScaffolds(const Schema& schema, ServiceScaffold::Style style,
                    Diagnostics& diagnostics) {
  const std::set<const Model*> served = Served(schema);
  for (const std::unique_ptr<File>& file : schema.files) {
    for (const std::unique_ptr<Model>& model : file->models) {
      // What has been written is the user's.
      if (served.count(model.get()) > 0) continue;
      if (style != ServiceScaffold::STYLE_UNSPECIFIED &&
          !IsServable(*model, *file)) {
        diagnostics.Note(model->places.element, model->name,
                         "no service is written for it, for what "
                         "grpc_cpp_plugin writes for its name is no C++",
                         "rename it");
      }
      if (!model->settings.has_service()) continue;
      ScaffoldChecker(*model, style, diagnostics).Check(*file);
    }
  }
}

}  // namespace modelservice::plugin
