// The services that models lack, as plain structs: what a .proto file to commit
// would say of them. service_proto.h makes it text.
#ifndef MODELSERVICE_PLUGIN_EMIT_SCAFFOLD_H_
#define MODELSERVICE_PLUGIN_EMIT_SCAFFOLD_H_

#include <set>
#include <string>
#include <vector>

#include "plugin/diagnostics.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

struct ScaffoldField {
  std::string comment;
  std::string label;  // "", "optional", "repeated"
  std::string type;
  std::string name;
  int number = 0;
};

struct ScaffoldMessage {
  std::string name;
  std::vector<ScaffoldField> fields;
};

struct ScaffoldMethod {
  std::string comment;
  std::string name;
  std::string request;
  std::string reply;
  bool streams_reply = false;
};

struct ScaffoldService {
  std::string name;
  std::string option;  // "modelservice.service"
  std::string model;   // as the option names it
  bool aip = false;
  std::vector<ScaffoldMethod> methods;
  std::vector<ScaffoldMessage> messages;
};

struct ScaffoldFile {
  std::string path;  // "shop/v1/shop_service.proto"
  std::string source;
  std::string package;
  bool proto3 = true;
  std::set<std::string> imports;
  std::vector<ScaffoldService> services;
};

// Files for the models of `schema.files` that no service of these serves, with
// names that nothing else has; none where every model has one. `otherwise` is
// the style of models that say none.
std::vector<ScaffoldFile> ScaffoldsOf(const Schema& schema,
                                      ServiceScaffold::Style otherwise);

// What may be written into the setting `service` of a model. `style` is that of
// models that say none, or unspecified where nothing is going to be written.
void CheckScaffolds(const Schema& schema, ServiceScaffold::Style style,
                    Diagnostics& diagnostics);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_EMIT_SCAFFOLD_H_
