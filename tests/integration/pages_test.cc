// Pages: walked to the end in a nullable order, while rows come and go, and the
// tokens and sizes that are refused or lowered.
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "library_fixture.h"

namespace integration {
namespace {

using ::grpc::StatusCode;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class PagesTest : public LibraryTest {
 protected:
  void Add(int isbn, const char* title, int year, const char* language = "") {
    Book book;
    book.set_isbn(absl::StrCat(isbn));
    book.set_title(title);
    // 0 stands for NULL.
    if (year != 0) book.set_year(year);
    book.set_language(language);
    Book created;
    ASSERT_THAT(Create(book, &created), IsOk());
  }
  // In the order "-year", "title", isbn: newest first, unknown years last.
  void AddBooks() {
    Add(107, "No year B", 0, "en");
    Add(101, "Newest", 2000, "en");
    Add(104, "Old", 10, "de");
    Add(103, "Middle B", 1900, "en");
    Add(106, "No year A", 0, "de");
    Add(102, "Middle A", 1900, "en");
    Add(105, "Ancient", -500, "en");
    Add(108, "No year B", 0, "en");  // NULLs are unique
  }
  ListBooksResponse List(const ListBooksRequest& request) {
    ListBooksResponse page;
    EXPECT_THAT(Call(*books_, &Library::Stub::ListBooks, request, &page),
                IsOk());
    return page;
  }
  grpc::Status Error(const ListBooksRequest& request) {
    ListBooksResponse page;
    return Call(*books_, &Library::Stub::ListBooks, request, &page);
  }
  static std::vector<std::string> Keys(const ListBooksResponse& page) {
    std::vector<std::string> keys;
    for (const Book& book : page.books()) keys.push_back(book.isbn());
    return keys;
  }
  // Every page of a walk in a row, with `between` run after each page.
  std::vector<std::string> Walk(ListBooksRequest request,
                                const std::function<void(int)>& between = {}) {
    std::vector<std::string> keys;
    for (int page = 0; page < 100; ++page) {
      const ListBooksResponse reply = List(request);
      for (const std::string& key : Keys(reply)) keys.push_back(key);
      if (reply.next_page_token().empty()) return keys;
      EXPECT_EQ(reply.books_size(), request.page_size());
      request.set_page_token(reply.next_page_token());
      if (between) between(page);
    }
    ADD_FAILURE() << "The walk has no end.";
    return keys;
  }
};

TEST_F(PagesTest, EveryPageSizeWalksThroughEveryRow) {
  AddBooks();
  for (int size = 1; size <= 9; ++size) {
    ListBooksRequest request;
    request.set_page_size(size);
    EXPECT_THAT(Walk(request), ElementsAre("101", "102", "103", "104", "105",
                                           "106", "107", "108"))
        << size;
  }
}

TEST_F(PagesTest, AFilterHoldsOnEveryPage) {
  AddBooks();
  auto request =
      FromText<ListBooksRequest>("page_size: 2 language { value: 'en' }");
  EXPECT_THAT(Walk(request),
              ElementsAre("101", "102", "103", "105", "107", "108"));
  EXPECT_EQ(List(request).total_size(), 6);
  request.set_year(1900);
  EXPECT_THAT(Walk(request), ElementsAre("102", "103"));
  EXPECT_EQ(List(request).total_size(), 2);
  EXPECT_EQ(List(request).next_page_token(), "");
}

TEST_F(PagesTest, RowsThatComeAndGoMeanwhile) {
  AddBooks();
  ListBooksRequest request;
  request.set_page_size(3);
  Book reply;
  const auto keys = Walk(request, [&](int page) {
    if (page == 0) {
      Add(201, "Before all", 2100);  // the walk is past it
      Add(202, "Middle C", 1900);    // comes next
      Add(203, "No year 0", 0);      // among those without a year
      // The row that the token names.
      ASSERT_THAT(Call(*books_, &Library::Stub::DeleteBook,
                       FromText<Book>("isbn: '103'"), &reply),
                  IsOk());
    } else if (page == 1) {
      Add(204, "zzz", 0);
    }
  });
  EXPECT_THAT(keys, ElementsAre("101", "102", "103", "202", "104", "105", "203",
                                "106", "107", "108", "204"));
}

TEST_F(PagesTest, AnAscendingOrderOfOneKey) {
  Author author;
  Author created;
  for (int i = 0; i < 7; ++i) {
    author.set_name(absl::StrCat("author ", i));
    ASSERT_THAT(Call(*authors_, &Authors::Stub::Create, author, &created),
                IsOk());
  }
  ListAuthorsRequest request;
  request.set_page_size(3);
  std::vector<int64_t> keys;
  for (int page = 0; page < 3; ++page) {
    ListAuthorsResponse reply;
    ASSERT_THAT(Call(*authors_, &Authors::Stub::List, request, &reply), IsOk());
    for (const Author& a : reply.results()) keys.push_back(a.id());
    request.set_page_token(reply.next_page_token());
  }
  EXPECT_THAT(keys, ElementsAre(1, 2, 3, 4, 5, 6, 7));
  EXPECT_EQ(request.page_token(), "");
  // A whole number of pages has no empty one behind it.
  request.set_page_size(7);
  ListAuthorsResponse reply;
  ASSERT_THAT(Call(*authors_, &Authors::Stub::List, request, &reply), IsOk());
  EXPECT_EQ(reply.results_size(), 7);
  EXPECT_EQ(reply.next_page_token(), "");
}

TEST_F(PagesTest, AnOrderThatIsNotTheKeys) {
  FullBook();
  Copy reply;
  for (int number : {3, 1, 2}) {
    Copy copy;
    copy.set_isbn("123");
    copy.set_number(number);
    ASSERT_THAT(Call(*copies_, &Copies::Stub::Create, copy, &reply), IsOk());
  }
  ListCopiesRequest request;
  request.set_isbn("123");
  request.set_page_size(1);
  std::vector<int> numbers;
  do {
    ListCopiesResponse page;
    ASSERT_THAT(Call(*copies_, &Copies::Stub::List, request, &page), IsOk());
    ASSERT_EQ(page.copies_size(), 1);
    numbers.push_back(page.copies(0).number());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(numbers, ElementsAre(1, 2, 3));
}

TEST_F(PagesTest, SizesAreDefaultedLoweredAndRefused) {
  for (int i = 0; i < 12; ++i) Add(300 + i, absl::StrCat("t", i).c_str(), 1);
  ListBooksRequest request;
  EXPECT_EQ(List(request).books_size(), 5);
  for (int size : {10, 11, 1000, std::numeric_limits<int>::max()}) {
    request.set_page_size(size);
    EXPECT_EQ(List(request).books_size(), 10) << size;
  }
  EXPECT_EQ(List(request).total_size(), 12);
  for (int size : {-1, std::numeric_limits<int>::min()}) {
    request.set_page_size(size);
    const Refusal refusal(Error(request));
    EXPECT_EQ(refusal.code, StatusCode::INVALID_ARGUMENT);
    EXPECT_THAT(
        refusal.violations,
        ElementsAre(
            "page_size: Ensure this value is greater than or equal to 0."));
  }
  ListAuthorsRequest authors;
  authors.set_page_size(std::numeric_limits<int64_t>::max());
  ListAuthorsResponse reply;
  EXPECT_THAT(Call(*authors_, &Authors::Stub::List, authors, &reply), IsOk());
}

TEST_F(PagesTest, AnEmptyTable) {
  const ListBooksResponse page = List(ListBooksRequest());
  EXPECT_EQ(page.books_size(), 0);
  EXPECT_EQ(page.total_size(), 0);
  EXPECT_EQ(page.next_page_token(), "");
}

TEST_F(PagesTest, TokensOfOtherRequestsAndTamperedOnes) {
  AddBooks();
  const auto first =
      FromText<ListBooksRequest>("page_size: 2 language { value: 'en' }");
  const std::string token = List(first).next_page_token();
  ASSERT_NE(token, "");
  std::vector<ListBooksRequest> wrong(7, first);
  for (ListBooksRequest& request : wrong) request.set_page_token(token);
  wrong[0].mutable_language()->set_value("de");
  wrong[1].clear_language();
  wrong[2].set_year(1900);
  wrong[3].mutable_page_token()->back() ^= 1;
  wrong[4].mutable_page_token()->front() ^= 1;
  wrong[5].set_page_token("garbage");
  wrong[6].set_page_token(std::string(10000, 'A'));
  for (size_t i = 0; i < wrong.size(); ++i) {
    const Refusal refusal(Error(wrong[i]));
    EXPECT_EQ(refusal.code, StatusCode::INVALID_ARGUMENT) << i;
    ASSERT_EQ(refusal.violations.size(), 1u) << i;
    EXPECT_THAT(refusal.violations[0], HasSubstr("page_token"));
  }
  // The same filters, but of another method.
  ListBooksRequest request = first;
  request.set_page_token(token);
  ListBooksResponse page;
  EXPECT_THAT(
      Call(*books_, &Library::Stub::ListBooksByLanguage, request, &page),
      IsError(StatusCode::INVALID_ARGUMENT, HasSubstr("page_token")));
  // Another page size is fine, and a token may be used twice.
  request.set_page_size(10);
  EXPECT_THAT(Keys(List(request)), ElementsAre("103", "105", "107", "108"));
  EXPECT_THAT(Keys(List(request)), ElementsAre("103", "105", "107", "108"));
}

TEST_F(PagesTest, ServersThatShareAKeyTakeEachOthersTokens) {
  AddBooks();
  ListBooksRequest request;
  request.set_page_size(2);
  request.set_page_token(List(request).next_page_token());
  // A server with a random key, and two with a common one, on the same file.
  const auto start = [&](const char* key) {
    Options options;
    options.settings.set_database(server().database_url());
    options.settings.set_secret_key(key);
    auto other = modelservice::TestServer::Start(RegisterLibrary, options);
    EXPECT_TRUE(other.ok()) << other.status();
    return *std::move(other);
  };
  const auto one = start("0123456789abcdef");
  const auto two = start("0123456789abcdef");
  const auto stub_one = Library::NewStub(one->channel());
  const auto stub_two = Library::NewStub(two->channel());
  ListBooksResponse page;
  EXPECT_THAT(Call(*stub_one, &Library::Stub::ListBooks, request, &page),
              IsError(StatusCode::INVALID_ARGUMENT, HasSubstr("page_token")));
  request.clear_page_token();
  ASSERT_THAT(Call(*stub_one, &Library::Stub::ListBooks, request, &page),
              IsOk());
  request.set_page_token(page.next_page_token());
  ASSERT_THAT(Call(*stub_two, &Library::Stub::ListBooks, request, &page),
              IsOk());
  EXPECT_THAT(Keys(page), ElementsAre("103", "104"));
}

}  // namespace
}  // namespace integration
