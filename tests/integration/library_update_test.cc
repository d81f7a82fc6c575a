// What an update writes: everything, what a mask names, what is set.
#include "library_fixture.h"

namespace integration {
namespace {

using ::grpc::StatusCode;
using ::testing::ElementsAre;

TEST_F(LibraryTest, UpdateWithoutAMaskClearsWhatIsAbsent) {
  const Book before = FullBook();
  const auto request =
      FromText<UpdateBookRequest>("book { isbn: '123' title: 'Two' }");
  Book expected = request.book();
  KeepServersFields(before, &expected);
  ExpectUpdated(request, expected);
  EXPECT_EQ(QuerySql(server().database_url(), "SELECT year FROM book"), "NULL");
}

TEST_F(LibraryTest, AnEmptyMaskIsNoMask) {
  const Book before = FullBook();
  const auto request = FromText<UpdateBookRequest>(
      "book { isbn: '123' title: 'Two' } update_mask {}");
  Book expected = request.book();
  KeepServersFields(before, &expected);
  ExpectUpdated(request, expected);
}

TEST_F(LibraryTest, AMaskWritesWhatItNamesAndNoMore) {
  Book expected = FullBook();
  const auto request = FromText<UpdateBookRequest>(R"(
    book { isbn: "123" title: "Two" year: 1 pages: 8 tags: "c" }
    update_mask { paths: "pages" paths: "tags" paths: "subtitle" }
  )");
  expected.set_pages(8);
  expected.clear_tags();
  expected.add_tags("c");
  expected.clear_subtitle();
  ExpectUpdated(request, expected);
}

TEST_F(LibraryTest, ANestedPathWritesOneFieldOfAMessage) {
  Book expected = FullBook();
  const auto request = FromText<UpdateBookRequest>(R"(
    book { isbn: "123" shelf { room: "new" number: 9 } pages: 10 }
    update_mask { paths: "shelf.number" paths: "pages" }
  )");
  expected.mutable_shelf()->set_number(9);
  expected.set_pages(10);
  ExpectUpdated(request, expected);
}

TEST_F(LibraryTest, ANestedPathIntoAnAbsentMessage) {
  Book expected;
  ASSERT_THAT(Create(FromText<Book>("isbn: '123' title: 'One'"), &expected),
              IsOk());
  const auto request = FromText<UpdateBookRequest>(R"(
    book { isbn: "123" shelf { room: "new" number: 9 } }
    update_mask { paths: "shelf.room" }
  )");
  expected.mutable_shelf()->set_room("new");
  ExpectUpdated(request, expected);
}

TEST_F(LibraryTest, AMaskIsNoDeeperAndNoLongerThanItMayBe) {
  const Book before = FullBook();
  UpdateBookRequest request;
  *request.mutable_book() = before;
  std::string deep = "shelf";
  for (int i = 0; i < 34000; ++i) deep += ".shelf";
  request.mutable_update_mask()->add_paths(deep);
  Book reply;
  EXPECT_THAT(Call(*books_, &Library::Stub::UpdateBook, request, &reply),
              IsError(grpc::StatusCode::INVALID_ARGUMENT,
                      testing::HasSubstr("more than 100 names")));
  request.mutable_update_mask()->clear_paths();
  for (int i = 0; i < 10001; ++i) request.mutable_update_mask()->add_paths("a");
  EXPECT_THAT(Call(*books_, &Library::Stub::UpdateBook, request, &reply),
              IsError(grpc::StatusCode::INVALID_ARGUMENT,
                      testing::HasSubstr("more than 10000 paths")));
}

TEST_F(LibraryTest, TheMaskOfEverything) {
  const Book before = FullBook();
  const auto request = FromText<UpdateBookRequest>(R"(
    book { isbn: "123" title: "Two" }
    update_mask { paths: "*" }
  )");
  Book expected = request.book();
  KeepServersFields(before, &expected);
  ExpectUpdated(request, expected);
}

TEST_F(LibraryTest, PathsThatClientsMayNotWriteAreIgnored) {
  Book expected = FullBook();
  const auto request = FromText<UpdateBookRequest>(R"(
    book {
      isbn: "123" pages: 11 checked_by: "me"
      create_time { seconds: 1 } update_time { seconds: 1 }
    }
    update_mask {
      paths: "checked_by" paths: "create_time" paths: "update_time"
      paths: "isbn" paths: "pages" paths: "create_time.seconds"
      paths: "update_time.seconds"
    }
  )");
  expected.set_pages(11);
  ExpectUpdated(request, expected);
}

TEST_F(LibraryTest, AMaskMayNameWhatIsImmutableAsItIs) {
  Book expected = FullBook();
  expected.set_pages(11);
  auto request = FromText<UpdateBookRequest>(R"(
    book { isbn: "123" pages: 11 }
    update_mask { paths: "pages" paths: "origin" paths: "first_shelf.room" }
  )");
  request.mutable_book()->set_origin(expected.origin());
  *request.mutable_book()->mutable_first_shelf() = expected.first_shelf();
  ExpectUpdated(request, expected);

  request.mutable_book()->set_pages(12);
  request.mutable_book()->set_origin("stolen");
  request.mutable_book()->mutable_first_shelf()->set_room("stolen");
  Book reply;
  const Refusal refusal(
      Call(*books_, &Library::Stub::UpdateBook, request, &reply));
  EXPECT_EQ(refusal.code, StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(refusal.violations,
              ElementsAre("origin: This field cannot be changed.",
                          "first_shelf: This field cannot be changed."));
  // A mask that names neither leaves them alone.
  request = FromText<UpdateBookRequest>(R"(
    book { isbn: "123" title: "Two" origin: "stolen" }
    update_mask { paths: "title" }
  )");
  EXPECT_THAT(Call(*books_, &Library::Stub::UpdateBook, request, &reply),
              IsOk());
  EXPECT_EQ(reply.origin(), expected.origin());
}

TEST_F(LibraryTest, AWholeUpdateHasWhatIsImmutableAsItIs) {
  const Book before = FullBook();
  for (const bool masked : {true, false}) {
    auto request = FromText<UpdateBookRequest>(R"(
      book {
        isbn: "123" title: "Two" origin: "stolen"
        first_shelf { room: "stolen" }
      }
    )");
    if (masked) request.mutable_update_mask()->add_paths("*");
    Book reply;
    const Refusal refusal(
        Call(*books_, &Library::Stub::UpdateBook, request, &reply));
    EXPECT_EQ(refusal.code, StatusCode::INVALID_ARGUMENT);
    EXPECT_THAT(refusal.violations,
                ElementsAre("origin: This field cannot be changed.",
                            "first_shelf: This field cannot be changed."));
    EXPECT_EQ(Get("123").title(), before.title());
  }
  // What was read may be sent back, and what is not sent stays.
  auto request = FromText<UpdateBookRequest>(R"(
    book { isbn: "123" title: "Two" }
  )");
  Book expected = request.book();
  KeepServersFields(before, &expected);
  ExpectUpdated(request, expected);
  request.mutable_book()->set_title("Three");
  request.mutable_book()->set_origin(before.origin());
  *request.mutable_book()->mutable_first_shelf() = before.first_shelf();
  expected.set_title("Three");
  ExpectUpdated(request, expected);
  request.mutable_update_mask()->add_paths("*");
  request.mutable_book()->set_title("Four");
  expected.set_title("Four");
  ExpectUpdated(request, expected);
}

// Without a mask, what is set is one (AIP-134).
TEST_F(LibraryTest, APartialUpdateHasWhatIsImmutableAsItIs) {
  const Book before = FullBook();
  auto patch = FromText<PatchBookRequest>(
      "isbn: '123' title { value: 'Two' } origin: 'stolen'");
  auto masked = FromText<UpdateBookRequest>(
      "book { isbn: '123' title: 'Two' origin: 'stolen' }");
  Book reply;
  for (int i = 0; i < 2; ++i) {
    const Refusal refusal(
        i == 0 ? Call(*books_, &Library::Stub::Patch, patch, &reply)
               : Call(*books_, &Library::Stub::PatchMasked, masked, &reply));
    EXPECT_EQ(refusal.code, StatusCode::INVALID_ARGUMENT);
    EXPECT_THAT(refusal.violations,
                ElementsAre("origin: This field cannot be changed."));
  }
  EXPECT_THAT(Get("123"), EqualsMessage(before));
  masked.mutable_book()->set_origin(before.origin());
  EXPECT_THAT(Call(*books_, &Library::Stub::PatchMasked, masked, &reply),
              IsOk());
  EXPECT_EQ(reply.title(), "Two");
}

TEST_F(LibraryTest, NothingButPathsThatAreIgnoredWritesNothing) {
  const Book before = FullBook();
  Book reply;
  ASSERT_THAT(
      Call(*books_, &Library::Stub::UpdateBook, FromText<UpdateBookRequest>(R"(
                     book { isbn: "123" checked_by: "me" }
                     update_mask { paths: "checked_by" paths: "isbn" }
                   )"),
           &reply),
      IsOk());
  EXPECT_THAT(reply, EqualsMessage(before));
  EXPECT_THAT(Get("123"), EqualsMessage(before));
}

TEST_F(LibraryTest, EveryUnknownPathIsNamed) {
  FullBook();
  Book reply;
  const Refusal refusal(Call(*books_, &Library::Stub::UpdateBook,
                             FromText<UpdateBookRequest>(R"(
                               book { isbn: "123" title: "Two" }
                               update_mask {
                                 paths: "title" paths: "nope"
                                 paths: "shelf.nope" paths: "tags.x"
                                 paths: "" paths: "title.x"
                               }
                             )"),
                             &reply));
  EXPECT_EQ(refusal.code, StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(refusal.violations,
              ElementsAre("update_mask: \"nope\" is no field of Book.",
                          "update_mask: \"shelf.nope\" is no field of Book.",
                          "update_mask: \"tags.x\" is no field of Book.",
                          "update_mask: \"\" is no field of Book.",
                          "update_mask: \"title.x\" is no field of Book."));
  EXPECT_EQ(Get("123").title(), "One");
}

TEST_F(LibraryTest, AMaskedMemberOfAOneofReplacesTheOther) {
  Book expected = FullBook();
  expected.set_cover_image("\001");
  ExpectUpdated(FromText<UpdateBookRequest>(R"(
                  book { isbn: "123" cover_image: "\001" }
                  update_mask { paths: "cover_image" }
                )"),
                expected);
  // A member that is not set has nothing to clear but itself.
  ExpectUpdated(FromText<UpdateBookRequest>(
                    "book { isbn: '123' } update_mask { paths: 'cover_url' }"),
                expected);
  expected.clear_cover();
  ExpectUpdated(
      FromText<UpdateBookRequest>(
          "book { isbn: '123' } update_mask { paths: 'cover_image' }"),
      expected);
}

TEST_F(LibraryTest, PatchWritesFieldsThatAreSet) {
  Book expected = FullBook();
  auto patch = FromText<PatchBookRequest>(R"(
    isbn: "123" title { value: "Three" } pages: 0 tags: "x"
    shelf { number: 1 } checked_by: "me"
  )");
  patch.set_origin(expected.origin());  // IMMUTABLE, and as it was
  Book reply;
  ASSERT_THAT(Call(*books_, &Library::Stub::Patch, patch, &reply), IsOk());
  expected.set_title("Three");
  expected.set_pages(0);
  expected.clear_tags();
  expected.add_tags("x");
  *expected.mutable_shelf() = patch.shelf();
  *expected.mutable_update_time() = reply.update_time();
  EXPECT_THAT(reply, EqualsMessage(expected));
  EXPECT_THAT(Get("123"), EqualsMessage(expected));

  // A wrapper of the zero value is set.
  patch = FromText<PatchBookRequest>("isbn: '123' year {} subtitle {}");
  ASSERT_THAT(Call(*books_, &Library::Stub::Patch, patch, &reply), IsOk());
  EXPECT_TRUE(reply.has_year());
  EXPECT_EQ(reply.year(), 0);
  EXPECT_TRUE(reply.has_subtitle());
  EXPECT_EQ(reply.subtitle().value(), "");

  // Nothing but the key writes nothing.
  const Book before = Get("123");
  patch = FromText<PatchBookRequest>("isbn: '123'");
  ASSERT_THAT(Call(*books_, &Library::Stub::Patch, patch, &reply), IsOk());
  EXPECT_THAT(reply, EqualsMessage(before));
}

TEST_F(LibraryTest, PatchIsChecked) {
  FullBook();
  Book reply;
  const Refusal refusal(Call(
      *books_, &Library::Stub::Patch,
      FromText<PatchBookRequest>("isbn: '123' title {} year { value: 3000 }"),
      &reply));
  EXPECT_EQ(refusal.code, StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(
      refusal.violations,
      ElementsAre("title: This field may not be blank.",
                  "year: Ensure this value is less than or equal to 2100."));
  for (const char* text : {"isbn: '999' pages: 1", "isbn: '999'"}) {
    const Refusal missing(Call(*books_, &Library::Stub::Patch,
                               FromText<PatchBookRequest>(text), &reply));
    EXPECT_EQ(missing.code, StatusCode::NOT_FOUND) << text;
  }
  const Refusal none(Call(*books_, &Library::Stub::Patch, {}, &reply));
  EXPECT_THAT(none.violations, ElementsAre("isbn: This field is required."));
}

TEST_F(LibraryTest, PatchNamedWritesTheListedFields) {
  Book expected = FullBook();
  // Listed and absent: NULL where that is allowed, else zero. Unknown names and
  // what is not listed are ignored.
  auto patch = FromText<PatchNamedRequest>(R"(
    isbn: "123" title: "Four" year: 5
    _partial_update_fields: "year" _partial_update_fields: "pages"
    _partial_update_fields: "subtitle" _partial_update_fields: "nope"
  )");
  Book reply;
  ASSERT_THAT(Call(*books_, &Library::Stub::PatchNamed, patch, &reply), IsOk());
  expected.set_year(5);
  expected.set_pages(0);
  expected.clear_subtitle();
  *expected.mutable_update_time() = reply.update_time();
  EXPECT_THAT(reply, EqualsMessage(expected));
  EXPECT_THAT(Get("123"), EqualsMessage(expected));

  // An empty list is a no-op.
  patch.clear__partial_update_fields();
  ASSERT_THAT(Call(*books_, &Library::Stub::PatchNamed, patch, &reply), IsOk());
  EXPECT_THAT(reply, EqualsMessage(expected));

  patch.add__partial_update_fields("title");
  patch.set_title("");
  EXPECT_THAT(Refusal(Call(*books_, &Library::Stub::PatchNamed, patch, &reply))
                  .violations,
              ElementsAre("title: This field may not be blank."));
}

TEST_F(LibraryTest, PatchMaskedWritesWhatIsSetOrTheMask) {
  Book expected = FullBook();
  Book reply;
  ASSERT_THAT(Call(*books_, &Library::Stub::PatchMasked,
                   FromText<UpdateBookRequest>(
                       "book { isbn: '123' pages: 70 } update_mask {}"),
                   &reply),
              IsOk());
  expected.set_pages(70);
  *expected.mutable_update_time() = reply.update_time();
  EXPECT_THAT(reply, EqualsMessage(expected));

  ASSERT_THAT(
      Call(*books_, &Library::Stub::PatchMasked,
           FromText<UpdateBookRequest>(
               "book { isbn: '123' pages: 0 } update_mask { paths: 'pages' }"),
           &reply),
      IsOk());
  expected.set_pages(0);
  *expected.mutable_update_time() = reply.update_time();
  EXPECT_THAT(reply, EqualsMessage(expected));
}

}  // namespace
}  // namespace integration
