// The style of django-grpc-framework's clients: what they send is trimmed, and
// they are told of every fault at once, in Django REST framework's words.
#include <memory>
#include <string>
#include <utility>

#include "django.grpc.pb.h"
#include "django.modelservice.pb.h"
#include "test_support.h"

namespace integration {
namespace {

using ::dropin::Author;
using ::dropin::AuthorController;
using ::dropin::AuthorRetrieveRequest;
using ::dropin::Book;
using ::dropin::BookController;
using ::dropin::BookRetrieveRequest;
using ::dropin::IntKey;
using ::dropin::IntKeyController;
using ::dropin::Text;
using ::dropin::TextController;
using ::dropin::TextPartialUpdateRequest;
using ::grpc::StatusCode;
using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

constexpr char kUid[] = "00000000-0000-0000-0000-000000000001";

// Sets what Django's perform_create would: it is the server's word.
class HookedTexts : public ::dropin::TextControllerBase {
 public:
  absl::Status BeforeCreate(const modelservice::CallContext& call,
                            modelservice::Transaction&, Text& text) override {
    if (call.metadata("x-set").has_value()) text.set_char_("set");
    return absl::OkStatus();
  }
};

class DjangoStyleTest : public ServerTest {
 protected:
  void SetUp() override {
    Start(::dropin::RegisterDjango);
    texts_ = TextController::NewStub(server().channel());
    authors_ = AuthorController::NewStub(server().channel());
    keys_ = IntKeyController::NewStub(server().channel());
    books_ = BookController::NewStub(server().channel());
  }

  grpc::Status Create(absl::string_view text, Text* reply) {
    return Call(*texts_, &TextController::Stub::Create, FromText<Text>(text),
                reply);
  }
  grpc::Status Create(absl::string_view author) {
    Author reply;
    return Call(*authors_, &AuthorController::Stub::Create,
                FromText<Author>(author), &reply);
  }
  grpc::Status CreateBook(absl::string_view book) {
    Book reply;
    return Call(*books_, &BookController::Stub::Create, FromText<Book>(book),
                &reply);
  }
  std::string Query(const std::string& sql) {
    return QuerySql(server().database_url(), sql);
  }

  std::unique_ptr<TextController::Stub> texts_;
  std::unique_ptr<AuthorController::Stub> authors_;
  std::unique_ptr<IntKeyController::Stub> keys_;
  std::unique_ptr<BookController::Stub> books_;
};

TEST_F(DjangoStyleTest, StringsAreTrimmedBeforeTheirRules) {
  Text text;
  // Five characters between them.
  ASSERT_THAT(Create("char: '  abcde\\n' char_unique: '\\tu1 '"
                     " email: ' a@b.de ' raw: ' r ' wrapped { value: ' w ' }",
                     &text),
              IsOk());
  EXPECT_THAT(text, EqualsMessage(FromText<Text>(
                        "id: 1 char: 'abcde' char_unique: 'u1'"
                        " email: 'a@b.de' raw: ' r ' wrapped { value: 'w' }")));
  EXPECT_EQ(Query("SELECT \"char\" FROM lab_text"), "abcde");
  const Refusal blank(Create("char: '   ' char_unique: 'u2'", &text));
  EXPECT_EQ(blank.code, StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(blank.violations,
              ElementsAre("char: This field may not be blank."));
  const Refusal twice(Create("char: 'c' char_unique: ' u1 '", &text));
  EXPECT_EQ(twice.code, StatusCode::ALREADY_EXISTS);
  EXPECT_THAT(twice.violations,
              ElementsAre("char_unique: text with this char unique already "
                          "exists."));
  // A choice is one as it is.
  const Refusal choice(Create("char: 'c' char_unique: 'u3' size: ' S'", &text));
  EXPECT_THAT(choice.violations,
              ElementsAre("size: \" S\" is not a valid choice."));
}

constexpr char kUnserved[] =
    "tags: This field is not stored here; leave it out.";

TEST_F(DjangoStyleTest, AToManyThatIsNotServedIsRefusedWhereItIsNamed) {
  Text text;
  const Refusal refused(Create("char_unique: 'u1' tags: 1 tags: 2", &text));
  EXPECT_EQ(refused.code, StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(
      refused.violations,
      UnorderedElementsAre("char: This field may not be blank.", kUnserved));
  ASSERT_THAT(Create("char: 'a' char_unique: 'u1'", &text), IsOk());
  text.add_tags(1);
  Text reply;
  EXPECT_THAT(
      Refusal(Call(*texts_, &TextController::Stub::Update, text, &reply))
          .violations,
      ElementsAre(kUnserved));
  text.clear_tags();
  EXPECT_THAT(Call(*texts_, &TextController::Stub::Update, text, &reply),
              IsOk());
}

TEST_F(DjangoStyleTest, AnUpdateTrimsWhatItWritesAndFindsItsRowAsNamed) {
  Text text;
  ASSERT_THAT(Create("char: 'a' char_unique: 'u1'", &text), IsOk());
  // What another program wrote stays.
  RunSql(server().database_url(), "UPDATE lab_text SET \"char\" = ' b '");
  TextPartialUpdateRequest partial;
  partial.set_id(1);
  partial.mutable_char_unique()->set_value(" u2 ");
  ASSERT_THAT(
      Call(*texts_, &TextController::Stub::PartialUpdate, partial, &text),
      IsOk());
  EXPECT_EQ(text.char_(), " b ");
  EXPECT_EQ(text.char_unique(), "u2");
  ASSERT_THAT(
      Call(*texts_, &TextController::Stub::Update,
           FromText<Text>("id: 1 char: ' c ' char_unique: ' u3'"), &text),
      IsOk());
  EXPECT_EQ(text.char_() + "," + text.char_unique(), "c,u3");

  ASSERT_THAT(Create("code: ' adams ' name: 'Adams'"), IsOk());
  EXPECT_EQ(Query("SELECT code FROM lab_author"), "adams");
  Author reply;
  EXPECT_THAT(Call(*authors_, &AuthorController::Stub::Update,
                   FromText<Author>("code: ' adams' name: 'A'"), &reply),
              IsError(StatusCode::NOT_FOUND, "Author:  adams not found!"));
}

TEST_F(DjangoStyleTest, AddressesAndUrlsAreDjangos) {
  const auto create = [&](absl::string_view field, absl::string_view value,
                          Text* reply) {
    RunSql(server().database_url(), "DELETE FROM lab_text");
    return Create(
        absl::StrCat("char: 'c' char_unique: 'u' ", field, ": '", value, "'"),
        reply);
  };
  Text text;
  for (const auto& [given, stored] :
       {std::pair("2001:DB8::1", "2001:db8::1"),
        std::pair(" ::ffff:1.2.3.4 ", "1.2.3.4"),
        std::pair("2001:0db8:0:0::1", "2001:db8::1"),
        std::pair("1.2.3.4", "1.2.3.4")}) {
    ASSERT_THAT(create("ip", given, &text), IsOk()) << given;
    EXPECT_EQ(text.ip(), stored);
    EXPECT_EQ(Query("SELECT ip FROM lab_text"), stored);
  }
  EXPECT_THAT(create("ip", "1.2.3", &text),
              IsError(StatusCode::INVALID_ARGUMENT,
                      "ip: Enter a valid IPv4 or IPv6 address."));
  for (const char* url :
       {"http://x.de/a?b=c", "https://localhost:80", "http://1.2.3.4/",
        "http://[::1]:8/x", "ftp://a:b@x.de", "http://x.de."}) {
    EXPECT_THAT(create("url", url, &text), IsOk()) << url;
  }
  for (const char* url : {"http://x", "http://x/", "http://x:80",
                          "http://-a.de", "http://[1]", "x.de"}) {
    EXPECT_THAT(create("url", url, &text), IsError(StatusCode::INVALID_ARGUMENT,
                                                   "url: Enter a valid URL."))
        << url;
  }
}

TEST_F(DjangoStyleTest, EveryFaultIsToldAtOnce) {
  Text text;
  ASSERT_THAT(Create("char: 'a' char_unique: 'u1'", &text), IsOk());
  const Refusal both(Create("char_unique: 'u1' email: 'x'", &text));
  EXPECT_EQ(both.code, StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(both.violations,
              UnorderedElementsAre(
                  "char: This field may not be blank.",
                  "char_unique: text with this char unique already exists.",
                  "email: Enter a valid email address."));
  // A key of the client's; its model's words.
  IntKey key;
  ASSERT_THAT(Call(*keys_, &IntKeyController::Stub::Create,
                   FromText<IntKey>("number: 0 name: 'zero'"), &key),
              IsOk());
  const Refusal taken(
      Call(*keys_, &IntKeyController::Stub::Create, IntKey(), &key));
  EXPECT_THAT(
      taken.violations,
      UnorderedElementsAre("number: int key with this number already exists.",
                           "name: This field may not be blank."));
}

TEST_F(DjangoStyleTest, ReferencesAreToldByTheirFields) {
  ASSERT_THAT(Create("code: 'eco' name: 'Eco' born: 1932"), IsOk());
  const Refusal nothing(
      CreateBook(absl::StrCat("uid: '", kUid, "' author: 'x' main_key: 9")));
  EXPECT_EQ(nothing.code, StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(nothing.violations,
              UnorderedElementsAre(
                  "title: This field may not be blank.",
                  "author: Invalid pk \"x\" - object does not exist.",
                  "main_key: Invalid pk \"9\" - object does not exist."));
  // When the database is the first to say so, too.
  const Refusal missing(CreateBook(
      absl::StrCat("uid: '", kUid, "' title: 't' author: 'eco' main_key: 9")));
  EXPECT_EQ(missing.code, StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(
      missing.violations,
      ElementsAre("main_key: Invalid pk \"9\" - object does not exist."));
  EXPECT_EQ(missing.message,
            "main_key: Invalid pk \"9\" - object does not exist.");
  EXPECT_EQ(Query("SELECT COUNT(*) FROM lab_book"), "0");
  IntKey key;
  ASSERT_THAT(Call(*keys_, &IntKeyController::Stub::Create,
                   FromText<IntKey>("number: 9 name: 'nine'"), &key),
              IsOk());
  const std::string book =
      absl::StrCat("uid: '", kUid, "' title: 't' author: 'eco' main_key: 9");
  ASSERT_THAT(CreateBook(book), IsOk());
  // The verbose name that it was given.
  const Refusal again(CreateBook(book));
  EXPECT_EQ(again.code, StatusCode::ALREADY_EXISTS);
  EXPECT_THAT(
      again.violations,
      UnorderedElementsAre("uid: book with this uid already exists.",
                           "title: book with this heading already exists."));
  Book reply;
  const Refusal update(
      Call(*books_, &BookController::Stub::Update,
           FromText<Book>(absl::StrCat(
               "uid: '", kUid, "' title: 't' author: 'no' main_key: 8")),
           &reply));
  EXPECT_THAT(update.violations,
              UnorderedElementsAre(
                  "author: Invalid pk \"no\" - object does not exist.",
                  "main_key: Invalid pk \"8\" - object does not exist."));
}

TEST_F(DjangoStyleTest, FieldsTogetherAreOfNoneOfThem) {
  ASSERT_THAT(Create("code: 'eco' name: 'Eco' born: 1932"), IsOk());
  const Refusal together(Create("code: 'e2' name: ' Eco ' born: 1932"));
  EXPECT_EQ(together.code, StatusCode::ALREADY_EXISTS);
  EXPECT_THAT(together.violations,
              ElementsAre("non_field_errors: The fields name, born must make a "
                          "unique set."));
  // Not where one of them is wrong by itself.
  const Refusal alone(Create("code: 'eco' name: 'Eco' born: 1932"));
  EXPECT_THAT(alone.violations,
              ElementsAre("code: author with this code already exists."));
  ASSERT_THAT(Create("code: 'e2' name: 'Other' born: 1932"), IsOk());
  Author reply;
  const Refusal update(
      Call(*authors_, &AuthorController::Stub::Update,
           FromText<Author>("code: 'e2' name: 'Eco' born: 1932"), &reply));
  EXPECT_EQ(update.code, StatusCode::ALREADY_EXISTS);
  EXPECT_THAT(update.violations,
              ElementsAre("non_field_errors: The fields name, born must make a "
                          "unique set."));
  // A row does not collide with itself.
  EXPECT_THAT(
      Call(*authors_, &AuthorController::Stub::Update,
           FromText<Author>("code: 'e2' name: 'Other' born: 1932"), &reply),
      IsOk());
}

TEST_F(DjangoStyleTest, AKeyThatNoRowCanHaveIsNotFound) {
  Book reply;
  for (const char* uid : {"nonsense", "", "00000000"}) {
    BookRetrieveRequest request;
    request.set_uid(uid);
    EXPECT_THAT(Call(*books_, &BookController::Stub::Retrieve, request, &reply),
                IsError(StatusCode::NOT_FOUND,
                        absl::StrCat("Book: ", uid, " not found!")));
  }
  Author author;
  EXPECT_THAT(Call(*authors_, &AuthorController::Stub::Retrieve,
                   AuthorRetrieveRequest(), &author),
              IsError(StatusCode::NOT_FOUND, "Author:  not found!"));
}

TEST_F(DjangoStyleTest, AHookSetsWhatIsRequired) {
  Start([](modelservice::Registry& registry) {
    ::dropin::RegisterDjango(registry);
    registry.Add<HookedTexts>();
  });
  const auto texts = TextController::NewStub(server().channel());
  const auto create = [&](absl::string_view text, bool sets, Text* reply) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + kPatience);
    if (sets) context.AddMetadata("x-set", "1");
    return texts->Create(&context, FromText<Text>(text), reply);
  };
  Text reply;
  ASSERT_THAT(create("char_unique: ' u1 '", true, &reply), IsOk());
  EXPECT_EQ(reply.char_() + "," + reply.char_unique(), "set,u1");
  // A hook may do something with what has no column.
  EXPECT_THAT(create("char_unique: 'u3' tags: 1", true, &reply), IsOk());
  const Refusal left(create("char_unique: 'u2'", false, &reply));
  EXPECT_THAT(left.violations,
              ElementsAre("char: This field may not be blank."));
  // What is there has to be right before the hook is asked.
  const Refusal wrong(create("char_unique: 'u1' email: 'x'", true, &reply));
  EXPECT_THAT(wrong.violations,
              UnorderedElementsAre(
                  "char: This field may not be blank.",
                  "char_unique: text with this char unique already exists.",
                  "email: Enter a valid email address."));
}

}  // namespace
}  // namespace integration
