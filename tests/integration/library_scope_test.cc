// A Scope that goes through a reference holds for everything that a service
// does: what it reads joins, what it writes looks up.
#include "library_fixture.h"

namespace integration {
namespace {

using ::grpc::StatusCode;
using ::modelservice::CallContext;
using ::modelservice::Query;
using ::testing::HasSubstr;

class AnnsBooks final : public LibraryBase {
 public:
  Query<Book> Scope(const CallContext& call, Query<Book> all) override {
    static_cast<void>(call);
    return all.Filter(BookModel::author.name == "Ann");
  }
};

class LibraryScopeTest : public LibraryTest {
 protected:
  void SetUp() override {
    Start([](modelservice::Registry& registry) {
      RegisterBook(registry);
      registry.Add<AnnsBooks>();
      registry.Add<AuthorsBase>();
    });
    books_ = Library::NewStub(server().channel());
    authors_ = Authors::NewStub(server().channel());
    for (const char* const name : {"Ann", "Bob"}) {
      Author author;
      author.set_name(name);
      Author created;
      EXPECT_THAT(Call(*authors_, &Authors::Stub::Create, author, &created),
                  IsOk());
    }
    RunSql(server().database_url(),
           "INSERT INTO book (isbn, title, author_id, contact) VALUES ('111', "
           "'aa', 1, ''), ('222', 'bb', 2, ''), ('333', 'cc', NULL, '')");
  }
};

TEST_F(LibraryScopeTest, GoesThroughAReference) {
  ListBooksResponse listed;
  EXPECT_THAT(
      Call(*books_, &Library::Stub::ListBooks, ListBooksRequest(), &listed),
      IsOk());
  ASSERT_EQ(listed.books_size(), 1);
  EXPECT_EQ(listed.books(0).isbn(), "111");
  auto update = FromText<UpdateBookRequest>(
      "book { title: 'xx' } update_mask { paths: 'title' }");
  Book* const book = update.mutable_book();
  Book reply;
  for (const char* const hidden : {"222", "333"}) {
    const auto is_hidden = IsError(StatusCode::NOT_FOUND, HasSubstr(hidden));
    BookKey key;
    key.set_isbn(hidden);
    book->set_isbn(hidden);
    EXPECT_THAT(Call(*books_, &Library::Stub::GetBook, key, &reply), is_hidden);
    EXPECT_THAT(Call(*books_, &Library::Stub::UpdateBook, update, &reply),
                is_hidden);
    EXPECT_THAT(Call(*books_, &Library::Stub::DeleteBook, *book, &reply),
                is_hidden);
  }
  book->set_isbn("111");
  EXPECT_THAT(Call(*books_, &Library::Stub::UpdateBook, update, &reply),
              IsOk());
  EXPECT_EQ(reply.title(), "xx");
  EXPECT_THAT(Call(*books_, &Library::Stub::DeleteBook, *book, &reply), IsOk());
  EXPECT_EQ(QuerySql(server().database_url(), "SELECT COUNT(*) FROM book"),
            "2");
}

}  // namespace
}  // namespace integration
