#include "modelservice/main.h"

#include "thing.modelservice.pb.h"

int main(int argc, char** argv) {
  return modelservice::Main(argc, argv, subproject::RegisterThing);
}
