// What docs/testing.md quotes of the kit for tests, and its bad paths.
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "books.h"
#include "modelservice/testing.h"
#include "modelservice/testing_matchers.h"
#include "shelf.grpc.pb.h"

namespace shelf {
namespace {

using ::modelservice::EqualsProto;
using ::modelservice::IsOk;
using ::modelservice::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ShelfTest : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const auto url = modelservice::NewTestDatabase(GetParam());
    if (absl::IsNotFound(url.status())) {
      GTEST_SKIP() << url.status().message();
    }
    ASSERT_THAT(url, IsOk());
    modelservice::TestServer::Options options;
    if (!url->empty()) options.settings.set_database(*url);
    options.test_callers = true;
    options.limit_clock = &clock_;
    auto server = modelservice::TestServer::Start(
        [this](modelservice::Registry& registry) {
          RegisterShelf(registry);
          registry.Add<BooksHere>();
          registry.AddPermission<IsLibrarian>("librarian");
          signals_.Record(registry);
          signals_.RecordRows<Book>(registry);
        },
        options);
    ASSERT_THAT(server, IsOk());
    server_ = *std::move(server);
    books_ = Books::NewStub(server_->channel());
  }

  modelservice::FakeClock clock_;
  modelservice::RecordedSignals signals_;
  std::unique_ptr<modelservice::TestServer> server_;
  std::unique_ptr<Books::Stub> books_;
};

INSTANTIATE_TEST_SUITE_P(, ShelfTest,
                         testing::ValuesIn(modelservice::TestDatabases()),
                         [](const auto& test) { return test.param; });

TEST_P(ShelfTest, OnlyLibrariansDiscard) {
  const auto discard = [&](const modelservice::TestCaller& caller) {
    grpc::ClientContext context;
    caller.AddTo(context);
    ReadReply reply;
    return books_->Discard(&context, BookKey(), &reply);
  };
  EXPECT_THAT(discard(modelservice::TestCaller("ann").Role("librarian")),
              IsOk());
  EXPECT_THAT(discard(modelservice::TestCaller("eve").Role("reader")),
              StatusIs(absl::StatusCode::kPermissionDenied));
}

TEST_P(ShelfTest, WhoeverSaysNothingIsAnonymous) {
  grpc::ClientContext context;
  ReadReply reply;
  EXPECT_THAT(books_->Discard(&context, BookKey(), &reply),
              StatusIs(absl::StatusCode::kUnauthenticated));
  grpc::ClientContext broken;
  broken.AddMetadata("x-modelservice-test-caller-bin", "\xff");
  EXPECT_THAT(books_->Discard(&broken, BookKey(), &reply),
              StatusIs(absl::StatusCode::kUnauthenticated,
                       HasSubstr("no test's caller")));
}

TEST_P(ShelfTest, RowsAreThereAndCostOneStatement) {
  const auto rows = modelservice::AddRows<Book>(
      server_->database(),
      {R"(title: "Emma")", R"(title: "Persuasion" code: "plain")"});
  ASSERT_THAT(rows, IsOk());
  BookKey key;
  key.set_id((*rows)[1].id());
  const modelservice::StatementCounter statements(server_->database());
  grpc::ClientContext context;
  Book book;
  ASSERT_THAT(books_->Retrieve(&context, key, &book), IsOk());
  EXPECT_THAT(book,
              EqualsProto(R"pb(id: 2 title: "Persuasion" code: "plain")pb"));
  EXPECT_EQ(statements.count(), 1);
}

TEST_P(ShelfTest, RowsThatAreNoneSayWhere) {
  EXPECT_THAT(
      modelservice::AddRows<Book>(server_->database(), {"titel: 1"}),
      StatusIs(absl::StatusCode::kInvalidArgument,
               testing::AllOf(HasSubstr("titel"), HasSubstr("shelf.Book"))));
  EXPECT_THAT(modelservice::AddRows<Book>(server_->database(),
                                          {R"(title: "a" code: "b")"}),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(modelservice::NewTestDatabase("oracle"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("sqlite or postgres")));
}

TEST_P(ShelfTest, TellsOfItsCalls) {
  grpc::ClientContext context;
  Book book;
  book.set_title("Emma");
  ASSERT_THAT(books_->Create(&context, book, &book), IsOk());
  EXPECT_THAT(signals_.Take(),
              ElementsAre("started /shelf.Books/Create", "created Book",
                          "finished /shelf.Books/Create OK"));
  grpc::ClientContext missing;
  BookKey key;
  key.set_id(99);
  EXPECT_THAT(books_->Retrieve(&missing, key, &book),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(signals_.Take(),
              ElementsAre("started /shelf.Books/Retrieve",
                          "failed /shelf.Books/Retrieve NOT_FOUND",
                          "finished /shelf.Books/Retrieve NOT_FOUND"));
}

TEST_P(ShelfTest, LimitsGoByTheTestsClock) {
  const auto borrow = [&] {
    grpc::ClientContext context;
    ReadReply reply;
    return books_->Borrow(&context, BookKey(), &reply);
  };
  EXPECT_THAT(borrow(), IsOk());
  EXPECT_THAT(borrow(), IsOk());
  EXPECT_THAT(borrow(), StatusIs(absl::StatusCode::kResourceExhausted));
  clock_.Advance(absl::Hours(1));
  EXPECT_THAT(borrow(), IsOk());
}

TEST_P(ShelfTest, ItsNumbersAreAtHand) {
  grpc::ClientContext context;
  Book book;
  book.set_title("Emma");
  ASSERT_THAT(books_->Create(&context, book, &book), IsOk());
  const modelservice::Measures measures = server_->measures();
  EXPECT_EQ(measures.ValueOf("modelservice_calls_started_total",
                             {{"method", "/shelf.Books/Create"}}),
            1);
}

// Statements are prepared once, on whichever connection they run.
TEST_P(ShelfTest, ItsCachesAreCounted) {
  const auto count = [this](const char* what) {
    return server_->measures().ValueOf(
        absl::StrCat("modelservice_cache_", what, "_total"),
        {{"cache", "statements"}});
  };
  const double misses = count("misses");
  const double hits = count("hits");
  for (int i = 0; i < 10; ++i) {
    grpc::ClientContext context;
    Book book;
    book.set_title(absl::StrCat("Emma ", i));
    ASSERT_THAT(books_->Create(&context, book, &book), IsOk());
  }
  EXPECT_GE(count("misses"), misses + 1);
  EXPECT_LE(count("misses"), misses + 4);
  EXPECT_GE(count("hits"), hits + 6);
}

TEST(CallContextTest, HasAnIdAndATrace) {
  const modelservice::TestCallContext call =
      modelservice::CallContextBuilder()
          .Metadata("x-request-id", "web-1")
          .Metadata("traceparent",
                    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
          .Build();
  EXPECT_EQ(call.trailer("x-request-id"), std::nullopt);
  EXPECT_EQ(call.request_id(), "web-1");
  EXPECT_EQ(call.trailer("x-request-id"), "web-1");
  EXPECT_EQ(call.trace().trace_id, "0af7651916cd43dd8448eb211c80319c");
  EXPECT_EQ(call.trace().Header(), call.trace().Header());
  const modelservice::TestCallContext other =
      modelservice::CallContextBuilder()
          .Metadata("x-request-id", "a b")
          .Build();
  EXPECT_EQ(other.request_id().size(), 32u);
}

}  // namespace
}  // namespace shelf
