// The same random calls to two servers, one on SQLite and one on PostgreSQL:
// the replies are the same, byte for byte, and so are the refusals.
//
// What is left out, because the databases differ in it:
//   -0.0              SQLite gives 0.0 back
//   nanoseconds       PostgreSQL keeps microseconds
//   "1.50" and "1.5"  PostgreSQL tells them apart, a NUMERIC column of SQLite
//                     does not; both keep the digits of a decimal in TEXT
//   the order of text PostgreSQL's is that of the database's collation: "C"
//   here
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/byte_buffer.h>

#include <future>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "book.modelservice.pb.h"
#include "library.modelservice.pb.h"
#include "random_message.h"
#include "test_support.h"
#include "types.modelservice.pb.h"

namespace integration {
namespace {

// What a call came to, to compare and to print.
struct Answer {
  grpc::Status status;
  std::string reply;

  std::string Text() const {
    return absl::StrCat("code ", status.error_code(), ": ",
                        status.error_message(), "\ndetails ",
                        absl::CHexEscape(status.error_details()), "\nreply ",
                        absl::CHexEscape(reply));
  }
};

grpc::ByteBuffer ToBuffer(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

class OneServer {
 public:
  explicit OneServer(const std::string& database) {
    modelservice::TestServer::Options options;
    if (!database.empty()) options.settings.set_database(database);
    auto started = modelservice::TestServer::Start(
        [](modelservice::Registry& registry) {
          RegisterTypes(registry);
          RegisterBook(registry);
          RegisterLibrary(registry);
        },
        options);
    EXPECT_TRUE(started.ok()) << started.status();
    server_ = *std::move(started);
    stub_ = std::make_unique<grpc::GenericStub>(server_->channel());
  }

  Answer Call(const std::string& method, const std::string& request) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + kPatience);
    const grpc::ByteBuffer sent = ToBuffer(request);
    grpc::ByteBuffer received;
    std::promise<grpc::Status> done;
    stub_->UnaryCall(&context, "/integration." + method, {}, &sent, &received,
                     [&](grpc::Status status) { done.set_value(status); });
    Answer answer;
    answer.status = done.get_future().get();
    if (answer.status.ok()) answer.reply = ToBytes(received);
    return answer;
  }

 private:
  std::unique_ptr<modelservice::TestServer> server_;
  std::unique_ptr<grpc::GenericStub> stub_;
};

// Whether a book was refused for one of the two unique keys of its table.
bool NamesAKeyOfBook(const Answer& answer) {
  using ::testing::AnyOf;
  using ::testing::ElementsAre;
  const std::string isbn = "book with this isbn already exists.";
  const std::string title = "book with this title, year already exists.";
  const Refusal refusal(answer.status);
  return refusal.code == grpc::StatusCode::ALREADY_EXISTS &&
         refusal.has_details && answer.reply.empty() &&
         testing::Value(refusal.message, AnyOf(isbn, title)) &&
         testing::Value(
             refusal.violations,
             AnyOf(ElementsAre("isbn: " + isbn),
                   ElementsAre("title: " + title, "year: " + title)));
}

const FieldPaths kThingTimes = {{107}, {108}};
const FieldPaths kBookTimes = {{16}, {17}};
// Of each book, and the sealed token.
const FieldPaths kPageSecrets = {{1, 16}, {1, 17}, {2}};

class DifferentialTest : public testing::Test {
 protected:
  DifferentialTest() : sqlite_(""), postgres_(NewPostgresDatabase()) {}

  // Calls both, compares, and gives the reply; `hidden` are the fields of the
  // reply that may differ: times, and sealed tokens.
  Answer Call(const std::string& method,
              const google::protobuf::Message& request,
              const FieldPaths& hidden) {
    const std::string bytes = request.SerializeAsString();
    Answer sqlite = sqlite_.Call(method, bytes);
    Answer postgres = postgres_.Call(method, bytes);
    sqlite.reply = WithoutFields(sqlite.reply, hidden);
    postgres.reply = WithoutFields(postgres.reply, hidden);
    // A book that breaks both is refused for either.
    if (!NamesAKeyOfBook(sqlite) || !NamesAKeyOfBook(postgres)) {
      EXPECT_EQ(sqlite.Text(), postgres.Text()) << method << " of\n"
                                                << request.DebugString();
    }
    (sqlite.status.ok() ? served_ : refused_) += 1;
    return postgres;
  }

  // Reads all pages of both, each with its own tokens.
  void ComparePages() {
    ListBooksRequest sqlite;
    sqlite.set_page_size(static_cast<int32_t>(random_.Number(0, 4)));
    if (random_.Number(0, 1) == 0) sqlite.mutable_language()->set_value("en");
    if (random_.Number(0, 1) == 0) sqlite.set_year(1992);
    ListBooksRequest postgres = sqlite;
    do {
      Answer left =
          sqlite_.Call("Library/ListBooks", sqlite.SerializeAsString());
      Answer right =
          postgres_.Call("Library/ListBooks", postgres.SerializeAsString());
      ListBooksResponse page;
      ASSERT_TRUE(page.ParseFromString(left.reply));
      sqlite.set_page_token(page.next_page_token());
      ASSERT_TRUE(page.ParseFromString(right.reply));
      postgres.set_page_token(page.next_page_token());
      left.reply = WithoutFields(left.reply, kPageSecrets);
      right.reply = WithoutFields(right.reply, kPageSecrets);
      ASSERT_EQ(left.Text(), right.Text()) << sqlite.DebugString();
      ASSERT_EQ(sqlite.page_token().empty(), postgres.page_token().empty());
    } while (!sqlite.page_token().empty());
    ++served_;
  }

  // --gtest_random_seed chooses another run.
  RandomMessage random_{testing::GTEST_FLAG(random_seed)};
  OneServer sqlite_;
  OneServer postgres_;
  int served_ = 0;
  int refused_ = 0;
};

TEST_F(DifferentialTest, EveryType) {
  for (int i = 0; i < 600 && !HasFailure(); ++i) {
    // Keys that were there, are there, and never will be.
    ThingKey key;
    key.set_id(random_.Number(1, 1 + i / 3));
    Everything thing;
    random_.Fill(&thing);
    thing.set_id(key.id());
    switch (random_.Number(0, 9)) {
      case 0:
      case 1:
      case 2:
      case 3:
        Call("Things/Create", thing, kThingTimes);
        break;
      case 4:
        Call("Things/Update", thing, kThingTimes);
        break;
      case 5:
      case 6:
        Call("Things/PartialUpdate", thing, kThingTimes);
        break;
      case 7:
        Call("Things/Destroy", key, {});
        break;
      default:
        Call("Things/Retrieve", key, kThingTimes);
    }
  }
  EXPECT_GT(served_, 100);
  EXPECT_GT(refused_, 10);
}

// Rules, references, uniques, orders with NULL, pages.
TEST_F(DifferentialTest, Library) {
  Author author;
  for (const char* name : {"Ann", "Bob"}) {
    author.set_name(name);
    Call("Authors/Create", author, {});
  }
  for (int i = 0; i < 600 && !HasFailure(); ++i) {
    Book book;
    random_.Fill(&book);
    book.set_isbn(absl::StrCat(random_.Number(100, 140)));
    if (random_.Number(0, 9) > 0) book.set_author_id(random_.Number(1, 3));
    if (random_.Number(0, 9) > 0) book.set_title(random_.Letters(2, 4));
    if (random_.Number(0, 2) > 0) {
      book.set_year(static_cast<int32_t>(random_.Number(1990, 1995)));
    }
    if (random_.Number(0, 9) > 0) book.set_contact("a@example.com");
    if (random_.Number(0, 9) > 0) book.set_language("en");
    if (random_.Number(0, 9) > 0) book.set_cover_url("http://a.example/");
    UpdateBookRequest update;
    *update.mutable_book() = book;
    for (const char* path : {"title", "year", "pages", "tags", "shelf.room",
                             "cover_image", "author_id"}) {
      if (random_.Number(0, 3) == 0)
        update.mutable_update_mask()->add_paths(path);
    }
    BookKey key;
    key.set_isbn(book.isbn());
    Copy copy;
    copy.set_isbn(book.isbn());
    copy.set_number(static_cast<int32_t>(random_.Number(1, 3)));
    copy.set_state(random_.Letters(0, 5));
    switch (random_.Number(0, 9)) {
      case 0:
      case 1:
      case 2: {
        CreateBookRequest create;
        *create.mutable_book() = book;
        Call("Library/CreateBook", create, kBookTimes);
        break;
      }
      case 3:
        Call("Library/UpdateBook", update, kBookTimes);
        break;
      case 4:
        Call("Library/PatchMasked", update, kBookTimes);
        break;
      case 5:
        Call("Library/DeleteBook", book, kBookTimes);
        break;
      case 6:
        Call("Copies/Create", copy, {});
        break;
      case 7:
        Call("Copies/Update", copy, {});
        break;
      case 8:
        Call("Library/GetBook", key, kBookTimes);
        break;
      default:
        ComparePages();
    }
  }
  EXPECT_GT(served_, 100);
  EXPECT_GT(refused_, 100);
}

}  // namespace
}  // namespace integration
