// What is refused, in which words and with which details.
#include <string>

#include "absl/strings/str_cat.h"
#include "library_fixture.h"
#include "modelservice/testing/captured_log.h"

namespace integration {
namespace {

using ::grpc::StatusCode;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

TEST_F(LibraryTest, ARequestWithoutItsResource) {
  Book reply;
  const Refusal update(
      Call(*books_, &Library::Stub::UpdateBook, UpdateBookRequest(), &reply));
  EXPECT_EQ(update.code, StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(update.violations, ElementsAre("book: This field is required."));
  const Refusal create(
      Call(*books_, &Library::Stub::CreateBook, CreateBookRequest(), &reply));
  EXPECT_THAT(create.violations, ElementsAre("book: This field is required."));
}

TEST_F(LibraryTest, EveryViolationAtOnceInTheWordsOfDrf) {
  Book book = FromText<Book>(R"(
    isbn: "12x" year: 2101 contact: "nobody" language: "fr"
    cover_url: "nowhere"
  )");
  book.mutable_subtitle()->set_value(std::string(51, 's'));
  Book reply;
  const Refusal refusal(Create(book, &reply));
  EXPECT_EQ(refusal.code, StatusCode::INVALID_ARGUMENT);
  EXPECT_TRUE(refusal.has_details);
  EXPECT_EQ(refusal.info.reason(), "INVALID_ARGUMENT");
  EXPECT_EQ(refusal.info.domain(), "integration.Library");
  EXPECT_THAT(refusal.violations,
              UnorderedElementsAre(
                  "isbn: This value does not match the required pattern.",
                  "title: This field may not be blank.",
                  "year: Ensure this value is less than or equal to 2100.",
                  "subtitle: Ensure this field has no more than 50 characters.",
                  "contact: Enter a valid email address.",
                  "language: \"fr\" is not a valid choice.",
                  "cover_url: Enter a valid URL."));
  const Refusal image(
      Create(FromText<Book>("isbn: '123' title: 'x' cover_image: '123456789'"),
             &reply));
  EXPECT_THAT(image.violations,
              UnorderedElementsAre(
                  "title: Ensure this field has at least 2 characters.",
                  "cover_image: Ensure this field has no more than 8 "
                  "characters."));
}

TEST_F(LibraryTest, LengthsAreCountedInCharacters) {
  Book book = FromText<Book>("isbn: '123'");
  std::string title;
  for (int i = 0; i < 30; ++i) title += "\xf0\x9f\x98\x80";
  book.set_title(title);
  Book reply;
  EXPECT_THAT(Create(book, &reply), IsOk());
  book.set_isbn("124");
  book.set_title(title + "x");
  EXPECT_THAT(Create(book, &reply), IsError(StatusCode::INVALID_ARGUMENT,
                                            HasSubstr("no more than 30")));
}

TEST_F(LibraryTest, NotFoundInEveryMethod) {
  Book reply;
  const auto check = [](const grpc::Status& status) {
    const Refusal refusal(status);
    EXPECT_EQ(refusal.code, StatusCode::NOT_FOUND);
    EXPECT_EQ(refusal.message, "Book: 999 not found!");
    EXPECT_TRUE(refusal.has_details);
    EXPECT_EQ(refusal.info.reason(), "NOT_FOUND");
    EXPECT_EQ(refusal.resource.resource_type(), "Book");
    EXPECT_EQ(refusal.resource.resource_name(), "999");
  };
  BookKey key;
  key.set_isbn("999");
  check(Call(*books_, &Library::Stub::GetBook, key, &reply));
  for (const char* update : {
           "book { isbn: '999' title: 'xx' }",
           "book { isbn: '999' title: 'xx' } update_mask { paths: 'title' }",
           "book { isbn: '999' } update_mask { paths: 'shelf.room' }",
           "book { isbn: '999' } update_mask { paths: 'isbn' }",
       }) {
    check(Call(*books_, &Library::Stub::UpdateBook,
               FromText<UpdateBookRequest>(update), &reply));
  }
  check(Call(*books_, &Library::Stub::DeleteBook, FromText<Book>("isbn: '999'"),
             &reply));
}

// Clients refuse trailers of more than 8 KiB.
TEST_F(LibraryTest, ARefusalOfAHugeValueReachesTheClient) {
  BookKey key;
  key.set_isbn(std::string(100000, '7'));
  Book reply;
  EXPECT_THAT(Call(*books_, &Library::Stub::GetBook, key, &reply),
              IsError(StatusCode::NOT_FOUND, HasSubstr("Book: 777")));
  Book book = FromText<Book>("isbn: '123' title: 'One'");
  book.set_language(std::string(100000, '\1'));
  const Refusal refusal(Create(book, &reply));
  EXPECT_EQ(refusal.code, StatusCode::INVALID_ARGUMENT);
  EXPECT_TRUE(refusal.has_details);
  EXPECT_EQ(refusal.violations.size(), 1u);
}

TEST_F(LibraryTest, UniqueColumnsAndKeys) {
  FullBook();
  Author reply_author;
  const Refusal name(Call(*authors_, &Authors::Stub::Create,
                          FromText<Author>("name: 'Ann'"), &reply_author));
  EXPECT_EQ(name.code, StatusCode::ALREADY_EXISTS);
  EXPECT_EQ(name.message, "author with this name already exists.");
  EXPECT_THAT(name.violations,
              ElementsAre("name: author with this name already exists."));
  EXPECT_EQ(name.resource.resource_type(), "Author");
  EXPECT_EQ(name.info.reason(), "ALREADY_EXISTS");

  Book reply;
  EXPECT_THAT(Create(FromText<Book>("isbn: '123' title: 'Other'"), &reply),
              IsError(StatusCode::ALREADY_EXISTS,
                      "book with this isbn already exists."));
  // A unique index over two fields.
  EXPECT_THAT(
      Create(FromText<Book>("isbn: '124' title: 'One' year: 2001"), &reply),
      IsError(StatusCode::ALREADY_EXISTS,
              "book with this title, year already exists."));
  EXPECT_THAT(
      Create(FromText<Book>("isbn: '124' title: 'One' year: 2002"), &reply),
      IsOk());
  EXPECT_THAT(
      Call(*books_, &Library::Stub::UpdateBook,
           FromText<UpdateBookRequest>(
               "book { isbn: '124' year: 2001 } update_mask { paths: 'year' }"),
           &reply),
      IsError(StatusCode::ALREADY_EXISTS, HasSubstr("title, year")));
}

TEST_F(LibraryTest, ForeignKeysAndChecks) {
  FullBook();
  Book reply;
  const Refusal key(
      Create(FromText<Book>("isbn: '124' title: 'Two' author_id: 99"), &reply));
  EXPECT_EQ(key.code, StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(
      key.violations,
      ElementsAre("author_id: Invalid pk \"99\" - object does not exist."));
  const Refusal check(
      Create(FromText<Book>("isbn: '124' title: 'Two' pages: -1"), &reply));
  EXPECT_EQ(check.code, StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(check.message, "These values do not meet a rule of the database.");
  ASSERT_EQ(check.bad_request.field_violations_size(), 1);
  EXPECT_EQ(check.bad_request.field_violations(0).reason(), "CHECK");

  // RESTRICT: the author has a book.
  AuthorKey author;
  author.set_id(1);
  google::protobuf::Empty empty;
  EXPECT_THAT(Call(*authors_, &Authors::Stub::Destroy, author, &empty),
              IsError(StatusCode::FAILED_PRECONDITION,
                      "Author cannot be deleted: other rows refer to it."));
  // CASCADE: the copies go with their book.
  Copy copy;
  ASSERT_THAT(Call(*copies_, &Copies::Stub::Create,
                   FromText<Copy>("isbn: '123' number: 1"), &copy),
              IsOk());
  ASSERT_THAT(Call(*books_, &Library::Stub::DeleteBook,
                   FromText<Book>("isbn: '123'"), &reply),
              IsOk());
  EXPECT_EQ(reply.title(), "One");
  EXPECT_EQ(QuerySql(server().database_url(), "SELECT COUNT(*) FROM copy"),
            "0");
  EXPECT_THAT(Call(*authors_, &Authors::Stub::Destroy, author, &empty), IsOk());
}

TEST_F(LibraryTest, NotNullOfAColumnThatTheModelDoesNotKnow) {
  RunSql(server().database_url(),
         Sql("DROP TABLE copy; DROP TABLE book; DROP TABLE author;"
             "CREATE TABLE author (id INTEGER PRIMARY KEY AUTOINCREMENT, "
             "name TEXT NOT NULL, born INTEGER NOT NULL)",
             "ALTER TABLE author ADD COLUMN born INTEGER NOT NULL"));
  Author reply;
  const Refusal refusal(Call(*authors_, &Authors::Stub::Create,
                             FromText<Author>("name: 'x'"), &reply));
  EXPECT_EQ(refusal.code, StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(refusal.violations,
              ElementsAre("born: This field may not be null."));
}

// As after rows that came with keys of their own. No client gave this one.
TEST_F(LibraryTest, ASequenceThatIsBehindIsTheServersFault) {
  if (!OnPostgres()) return;
  Author reply;
  const auto create = [&](const char* name) {
    Author author;
    author.set_name(name);
    return Call(*authors_, &Authors::Stub::Create, author, &reply);
  };
  ASSERT_THAT(create("a"), IsOk());
  const std::string url = server().database_url();
  RunSql(url, "ALTER TABLE author ALTER id RESTART WITH 1");
  modelservice::CapturedLog captured;
  EXPECT_THAT(create("b"),
              IsError(StatusCode::INTERNAL, StartsWith("Internal error ")));
  EXPECT_THAT(captured.Take(),
              AllOf(HasSubstr("the next number that the database had for "
                              "Author.id is another row's"),
                    HasSubstr("setval(pg_get_serial_sequence(")));
  RunSql(url,
         "ALTER TABLE author ALTER id RESTART WITH 1; SELECT "
         "setval(pg_get_serial_sequence('\"author\"', 'id'), (SELECT "
         "max(\"id\") FROM \"author\"))");
  ASSERT_THAT(create("b"), IsOk());
  EXPECT_EQ(reply.id(), 2);
}

TEST_F(LibraryTest, AnotherUniqueColumnFindsTheRow) {
  FullBook();
  AuthorName name;
  name.set_name("Ann");
  Author author;
  ASSERT_THAT(Call(*authors_, &Authors::Stub::Find, name, &author), IsOk());
  EXPECT_EQ(author.id(), 1);
  name.set_name("Bob");
  EXPECT_THAT(Call(*authors_, &Authors::Stub::Find, name, &author),
              IsError(StatusCode::NOT_FOUND, "Author: Bob not found!"));
}

TEST_F(LibraryTest, ARowOfTwoKeys) {
  FullBook();
  Copy reply;
  for (int number : {2, 0, -1}) {
    Copy copy;
    copy.set_isbn("123");
    copy.set_number(number);
    copy.set_state(absl::StrCat("state ", number));
    ASSERT_THAT(Call(*copies_, &Copies::Stub::Create, copy, &reply), IsOk());
    EXPECT_THAT(reply, EqualsMessage(copy));
  }
  EXPECT_THAT(Call(*copies_, &Copies::Stub::Create,
                   FromText<Copy>("isbn: '123' number: 2"), &reply),
              IsError(StatusCode::ALREADY_EXISTS,
                      "copy with this isbn, number already exists."));
  ASSERT_THAT(
      Call(*copies_, &Copies::Stub::Update,
           FromText<Copy>("isbn: '123' number: 2 state: 'new'"), &reply),
      IsOk());
  const auto key = FromText<CopyKey>("isbn: '123' number: 2");
  ASSERT_THAT(Call(*copies_, &Copies::Stub::Retrieve, key, &reply), IsOk());
  EXPECT_EQ(reply.state(), "new");
  google::protobuf::Empty empty;
  ASSERT_THAT(Call(*copies_, &Copies::Stub::Destroy, key, &empty), IsOk());
  EXPECT_THAT(Call(*copies_, &Copies::Stub::Retrieve, key, &reply),
              IsError(StatusCode::NOT_FOUND, HasSubstr("not found!")));
  EXPECT_EQ(QuerySql(server().database_url(), "SELECT COUNT(*) FROM copy"),
            "2");
}

}  // namespace
}  // namespace integration
