#include "modelservice/main.h"

#include "books/books.h"

int main(int argc, char** argv) {
  return modelservice::Main(argc, argv, library::v1::Register);
}
