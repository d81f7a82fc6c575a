// The generated server, with nothing added.
#include "modelservice/main.h"

#include "perf.modelservice.pb.h"

int main(int argc, char** argv) {
  return modelservice::Main(argc, argv, perf::RegisterPerf);
}
