// A server of the library, for the tests that are about it.
#ifndef MODELSERVICE_TESTS_INTEGRATION_LIBRARY_FIXTURE_H_
#define MODELSERVICE_TESTS_INTEGRATION_LIBRARY_FIXTURE_H_

#include <memory>
#include <string>

#include "book.modelservice.pb.h"
#include "library.grpc.pb.h"
#include "library.modelservice.pb.h"
#include "test_support.h"

namespace integration {

class LibraryTest : public ServerTest {
 protected:
  void SetUp() override {
    Start([](modelservice::Registry& registry) {
      RegisterBook(registry);
      RegisterLibrary(registry);
    });
    books_ = Library::NewStub(server().channel());
    authors_ = Authors::NewStub(server().channel());
    copies_ = Copies::NewStub(server().channel());
  }

  grpc::Status Create(const Book& book, Book* created) {
    CreateBookRequest request;
    *request.mutable_book() = book;
    return Call(*books_, &Library::Stub::CreateBook, request, created);
  }
  // A book with every field that a client may write.
  Book FullBook() {
    Author author;
    author.set_name("Ann");
    Author created;
    EXPECT_THAT(Call(*authors_, &Authors::Stub::Create, author, &created),
                IsOk());
    Book book = FromText<Book>(R"pb(
      isbn: "123"
      title: "One"
      year: 2001
      author_id: 1
      pages: 7
      subtitle { value: "sub" }
      tags: "a"
      tags: "b"
      shelf { room: "r" number: 3 }
      contact: "ann@example.com"
      language: "en"
      cover_url: "http://a.b/"
      origin: "gift"
      first_shelf { room: "old" }
    )pb");
    Book stored;
    EXPECT_THAT(Create(book, &stored), IsOk());
    return stored;
  }
  // Copies into `book` what no client may change in `before`.
  static void KeepServersFields(const Book& before, Book* book) {
    book->set_origin(before.origin());
    *book->mutable_first_shelf() = before.first_shelf();
    *book->mutable_create_time() = before.create_time();
  }
  Book Get(const std::string& isbn) {
    BookKey key;
    key.set_isbn(isbn);
    Book book;
    EXPECT_THAT(Call(*books_, &Library::Stub::GetBook, key, &book), IsOk());
    return book;
  }
  // Runs UpdateBook and compares its reply, but for update_time, with
  // `expected` and with what is stored.
  void ExpectUpdated(const UpdateBookRequest& request, Book expected) {
    Book updated;
    ASSERT_THAT(Call(*books_, &Library::Stub::UpdateBook, request, &updated),
                IsOk());
    *expected.mutable_update_time() = updated.update_time();
    EXPECT_THAT(updated, EqualsMessage(expected));
    EXPECT_THAT(Get(expected.isbn()), EqualsMessage(expected));
  }

  std::unique_ptr<Library::Stub> books_;
  std::unique_ptr<Authors::Stub> authors_;
  std::unique_ptr<Copies::Stub> copies_;
};

}  // namespace integration

#endif  // MODELSERVICE_TESTS_INTEGRATION_LIBRARY_FIXTURE_H_
