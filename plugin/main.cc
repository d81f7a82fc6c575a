#include <google/protobuf/compiler/plugin.h>

#include "plugin/generator.h"

int main(int argc, char** argv) {
  modelservice::plugin::Generator generator;
  return google::protobuf::compiler::PluginMain(argc, argv, &generator);
}
