// What opens and closes around generated code.
#ifndef MODELSERVICE_PLUGIN_EMIT_SCOPES_H_
#define MODELSERVICE_PLUGIN_EMIT_SCOPES_H_

#include <string>

#include "absl/strings/string_view.h"
#include "plugin/emit/printer.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

void EmitBanner(const File& file, Printer& out);
void EmitInclude(absl::string_view path, Printer& out);

// A namespace, from here to the end of the C++ scope; none without a name.
class NamespaceScope {
 public:
  NamespaceScope(std::string name, Printer& out);
  ~NamespaceScope();
  NamespaceScope(const NamespaceScope&) = delete;
  NamespaceScope& operator=(const NamespaceScope&) = delete;

 private:
  const std::string name_;
  Printer& out_;
};

// The unnamed namespace, from here to the end of the C++ scope.
class UnnamedNamespaceScope {
 public:
  explicit UnnamedNamespaceScope(Printer& out);
  ~UnnamedNamespaceScope();
  UnnamedNamespaceScope(const UnnamedNamespaceScope&) = delete;
  UnnamedNamespaceScope& operator=(const UnnamedNamespaceScope&) = delete;

 private:
  Printer& out_;
};

// An include guard, from here to the end of the C++ scope.
class GuardScope {
 public:
  GuardScope(std::string name, Printer& out);
  ~GuardScope();
  GuardScope(const GuardScope&) = delete;
  GuardScope& operator=(const GuardScope&) = delete;

 private:
  const std::string name_;
  Printer& out_;
};

// What is deprecated is stored and served as before: no warnings of it from
// here to the end of the C++ scope.
class DeprecationScope {
 public:
  DeprecationScope(const File& file, Printer& out);
  ~DeprecationScope();
  DeprecationScope(const DeprecationScope&) = delete;
  DeprecationScope& operator=(const DeprecationScope&) = delete;

 private:
  const bool needed_;
  Printer& out_;
};

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_EMIT_SCOPES_H_
