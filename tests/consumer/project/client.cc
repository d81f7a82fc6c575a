// Calls the server at the address given as the one argument, and fails unless
// every answer is right.
#include <grpcpp/grpcpp.h>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>

#include "library/v1/book.grpc.pb.h"

namespace {

using library::v1::Book;
using library::v1::BookKey;
using library::v1::BookService;

void Expect(bool holds, const std::string& what) {
  if (holds) return;
  std::cerr << "wrong: " << what << "\n";
  std::exit(1);
}

void ExpectOk(const grpc::Status& status, const std::string& method) {
  Expect(status.ok(), method + ": " + status.error_message());
}

}  // namespace

int main(int argc, char** argv) {
  Expect(argc == 2, "usage: library_client ADDRESS");
  const auto stub = BookService::NewStub(
      grpc::CreateChannel(argv[1], grpc::InsecureChannelCredentials()));

  Book written;
  written.set_title("Structure and Interpretation");
  written.mutable_shelf()->set_room("east");
  written.mutable_shelf()->set_number(7);
  Book created;
  {
    grpc::ClientContext call;
    ExpectOk(stub->Create(&call, written, &created), "Create");
  }
  Expect(created.id() > 0, "Create gives the key");

  BookKey key;
  key.set_id(created.id());
  {
    grpc::ClientContext call;
    Book read;
    ExpectOk(stub->Retrieve(&call, key, &read), "Retrieve");
    Expect(read.SerializeAsString() == created.SerializeAsString(),
           "Retrieve gives what Create gave");
    Expect(read.shelf().room() == "east" && read.shelf().number() == 7,
           "Retrieve gives what was written");
  }
  {
    grpc::ClientContext call;
    const auto reader = stub->List(&call, {});
    int books = 0;
    for (Book book; reader->Read(&book); ++books) {
      Expect(book.title() == written.title(), "List gives the title");
    }
    ExpectOk(reader->Finish(), "List");
    Expect(books == 1, "List gives one book");
  }
  {
    grpc::ClientContext call;
    google::protobuf::Empty empty;
    ExpectOk(stub->Destroy(&call, key, &empty), "Destroy");
  }
  {
    grpc::ClientContext call;
    Book gone;
    Expect(stub->Retrieve(&call, key, &gone).error_code() ==
               grpc::StatusCode::NOT_FOUND,
           "Retrieve after Destroy is NOT_FOUND");
  }
  return 0;
}
