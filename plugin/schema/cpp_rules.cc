#include "plugin/schema/cpp_rules.h"

#include <google/protobuf/compiler/cpp/names.h>
#include <google/protobuf/descriptor.pb.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "modelservice/base/compat.h"
#include "modelservice/schema/words.h"
#include "plugin/schema/cpp_scope.h"
#include "plugin/schema/places.h"

namespace modelservice::plugin {
namespace {

namespace pb = google::protobuf;
namespace cpp = google::protobuf::compiler::cpp;
using compat::Str;

// Checks one file.
class CppChecker {
 public:
  CppChecker(const pb::FileDescriptor& file, const File& loaded,
             Diagnostics& diagnostics)
      : file_(file),
        loaded_(loaded),
        package_(Str(file.package())),
        diagnostics_(diagnostics) {}

  void Check() {
    CheckOptions();
    CheckPackage();
    CheckScope(NamespaceNames(file_), "");
    for (int i = 0; i < file_.message_type_count(); ++i) {
      CheckOwnName(*file_.message_type(i));
      CheckClass(*file_.message_type(i));
    }
  }

 private:
  // What has the name of its class would be a constructor.
  void CheckOwnName(const pb::Descriptor& message) {
    const std::string name = Str(message.name());
    if (!IsMessageMember(name)) return;
    diagnostics_.Report(
        PlaceOf(file_, {pb::FileDescriptorProto::kMessageTypeFieldNumber,
                        message.index()}),
        name,
        absl::StrCat("its C++ name ", name,
                     " is a member of every "
                     "message"),
        "rename it");
  }

  void CheckOptions() {
    const auto refuse = [&](int option, absl::string_view fault) {
      diagnostics_.Report(
          PlaceOf(file_,
                  {pb::FileDescriptorProto::kOptionsFieldNumber, option}),
          "file", fault, "drop it");
    };
    if (file_.options().optimize_for() == pb::FileOptions::LITE_RUNTIME) {
      refuse(pb::FileOptions::kOptimizeForFieldNumber,
             "optimize_for: messages of the LITE_RUNTIME have no reflection, "
             "which models and services need");
    }
    if (file_.options().cc_generic_services() && file_.service_count() > 0) {
      refuse(pb::FileOptions::kCcGenericServicesFieldNumber,
             "cc_generic_services: its classes have the names of "
             "grpc_cpp_plugin's");
    }
  }

  void CheckPackage() {
    if (package_.empty()) return;
    const std::vector<std::string> parts = absl::StrSplit(package_, '.');
    if (package_ == "grpc" || parts[0] == "absl" ||
        parts[0] == "modelservice" || package_ == "google.protobuf" ||
        absl::StartsWith(package_, "google.protobuf.")) {
      RefusePackage(absl::StrCat("its package is the namespace of a library, ",
                                 package_));
      return;
    }
    if (IsCGlobal(parts[0])) {
      RefusePackage(absl::StrCat("its package begins with ", parts[0],
                                 ", which is a name of C's library"));
    }
    for (const std::string& part : parts) {
      if (part == "std") {
        RefusePackage("its package has the part std, which hides C++'s own");
      } else if (IsCMacro(part)) {
        RefusePackage(absl::StrCat("its package has the part ", part,
                                   ", which is a macro in C++"));
      }
    }
  }

  void RefusePackage(absl::string_view fault) {
    diagnostics_.Report(
        PlaceOf(file_, {pb::FileDescriptorProto::kPackageFieldNumber}), "file",
        fault, "rename the package");
  }

  void CheckClass(const pb::Descriptor& message) {
    if (message.options().map_entry()) return;
    CheckScope(ClassNames(message), cpp::ClassName(&message));
    for (int i = 0; i < message.nested_type_count(); ++i) {
      CheckClass(*message.nested_type(i));
    }
  }

  // `around` is the class that is the scope; empty: the namespace, which has
  // the names of imports, too. They are not at fault.
  void CheckScope(const std::vector<CppName>& names,
                  const std::string& around) {
    std::map<std::string, const CppName*> seen;
    // One element, one fault: what is named twice has all its names twice.
    std::set<std::string> faulty;
    for (const CppName& name : names) {
      if (faulty.count(name.element) > 0) continue;
      const absl::string_view fault = FaultOf(name, around);
      if (!fault.empty()) {
        Report(name, absl::StrCat("its C++ name ", name.name, " ", fault),
               "rename it");
        faulty.insert(name.element);
        continue;
      }
      const std::optional<std::string> imported =
          around.empty() ? loaded_.ImportedFor(name.name) : std::nullopt;
      if (imported.has_value()) {
        ReportTwice(name, *imported);
        faulty.insert(name.element);
        continue;
      }
      const auto [other, is_new] = seen.emplace(name.name, &name);
      if (is_new || other->second->element == name.element) continue;
      if (!name.Excludes(*other->second)) {
        // The getter has the more to exclude.
        if (name.kind == CppName::Kind::kGetter) other->second = &name;
        continue;
      }
      faulty.insert(name.element);
      const std::string& element = other->second->element;
      ReportTwice(name, around.empty()
                            ? element
                            : element.substr(element.rfind('.') + 1));
    }
  }

  // What is wrong with a name, whatever else is there.
  absl::string_view FaultOf(const CppName& name,
                            const std::string& around) const {
    if (IsCMacro(name.name)) return "is a macro in C++";
    if (name.kind == CppName::Kind::kType && name.name == "std")
      return "hides C++'s own std";
    if (around.empty()) {
      return package_.empty() && IsGlobal(name.name)
                 ? "is a name of C's library or of one of ours"
                 : "";
    }
    if (name.name == around) return "is that of the message around it";
    // Classes of proto3 have none of these up to protobuf 3.21; where they do,
    // protoc's own code does not compile, whatever is refused here.
    if (absl::EndsWith(name.name, "unknown_fields")) return "";
    return IsMessageMember(name.name) ? "is a member of every message" : "";
  }

  static bool IsGlobal(absl::string_view name) {
    return IsCGlobal(name) || IsLibraryNamespace(name);
  }

  void ReportTwice(const CppName& name, absl::string_view element) {
    Report(name,
           absl::StrCat("its C++ name ", name.name, " is that of ", element,
                        ", too"),
           "rename one of them");
  }
  void Report(const CppName& name, absl::string_view fault,
              absl::string_view mend) {
    diagnostics_.Report(PlaceOf(file_, name.path), name.element, fault, mend);
  }

  const pb::FileDescriptor& file_;
  const File& loaded_;
  const std::string package_;
  Diagnostics& diagnostics_;
};

}  // namespace

void CheckCpp(const pb::FileDescriptor& file, const File& loaded,
              Diagnostics& diagnostics) {
  CppChecker(file, loaded, diagnostics).Check();
}

}  // namespace modelservice::plugin
