// A test of one's own with modelservice::testing, and the ORM beside the
// service.
#include <grpcpp/grpcpp.h>

#include <iostream>

#include "library/v1/book.grpc.pb.h"
#include "library/v1/book.modelservice.pb.h"
#include "modelservice/testing.h"

int main() {
  const auto server =
      modelservice::TestServer::Start(library::v1::RegisterBook);
  if (!server.ok()) {
    std::cerr << server.status() << "\n";
    return 1;
  }
  library::v1::Book book;
  book.set_title("Purely Functional Data Structures");
  grpc::ClientContext call;
  const grpc::Status created =
      library::v1::BookService::NewStub((*server)->channel())
          ->Create(&call, book, &book);
  if (!created.ok()) {
    std::cerr << created.error_message() << "\n";
    return 1;
  }
  modelservice::Objects<library::v1::Book> books((*server)->database());
  const auto stored =
      books.Filter(library::v1::BookModel::title == book.title()).Get();
  if (!stored.ok() || stored->id() != book.id()) {
    std::cerr << "the row is not there: " << stored.status() << "\n";
    return 1;
  }
  return 0;
}
