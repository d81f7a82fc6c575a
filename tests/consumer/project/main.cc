#include "modelservice/main.h"

#include "library/v1/book.modelservice.pb.h"

int main(int argc, char** argv) {
  return modelservice::Main(argc, argv, library::v1::RegisterBook);
}
