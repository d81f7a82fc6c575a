#include "plugin/program.h"

int main(int argc, char** argv) {
  return modelservice::plugin::RunPlugin(argc, argv);
}
