// Two packages' models behind one server, called by the stubs.
#include "books/books.h"

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include "library/v1/book.grpc.pb.h"
#include "modelservice/testing.h"

namespace library::v1 {
namespace {

TEST(Books, StandOnShelvesOfAnotherPackage) {
  const auto server = modelservice::TestServer::Start(Register);
  ASSERT_TRUE(server.ok()) << server.status();
  Shelf east;
  east.set_room("East");
  modelservice::Objects<Shelf> shelves((*server)->database());
  ASSERT_TRUE(shelves.Create(&east).ok());

  const auto stub = BookService::NewStub((*server)->channel());
  Book book;
  book.set_title("Purely Functional Data Structures");
  book.set_shelf_id(east.id());
  {
    grpc::ClientContext call;
    const grpc::Status created = stub->Create(&call, book, &book);
    ASSERT_TRUE(created.ok()) << created.error_message();
  }
  BookKey key;
  key.set_id(book.id());
  {
    grpc::ClientContext call;
    Shelf found;
    const grpc::Status status = stub->Find(&call, key, &found);
    ASSERT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(found.room(), "East");
  }
  book.set_shelf_id(east.id() + 1);
  grpc::ClientContext call;
  EXPECT_FALSE(stub->Create(&call, book, &book).ok())
      << "a shelf that is not there";
}

}  // namespace
}  // namespace library::v1
