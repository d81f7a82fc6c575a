// The style of django-socio-grpc's clients: requests with columns side by side,
// filters and pages in the metadata, errors as JSON.
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "socio.grpc.pb.h"
#include "socio.modelservice.pb.h"
#include "test_support.h"

namespace integration {
namespace {

using ::grpc::StatusCode;
using ::socio::UserController;
using ::socio::UserListRequest;
using ::socio::UserListResponse;
using ::socio::UserPartialUpdateRequest;
using ::socio::UserRequest;
using ::socio::UserResponse;
using ::socio::UserRetrieveRequest;
using ::socio::UserStreamRequest;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class SocioStyleTest : public ServerTest {
 protected:
  using Metadata = std::multimap<std::string, std::string>;

  void SetUp() override {
    Start(::socio::RegisterSocio);
    users_ = UserController::NewStub(server().channel());
  }

  UserResponse Make(absl::string_view request) {
    UserResponse made;
    EXPECT_THAT(Call(*users_, &UserController::Stub::Create,
                     FromText<UserRequest>(request), &made),
                IsOk());
    return made;
  }
  void MakeFive() {
    for (int i = 1; i <= 5; ++i) {
      Make(absl::StrCat("username: 'u", i, "' age: ", i * 10));
    }
  }

  static void Say(const Metadata& metadata, grpc::ClientContext* context) {
    context->set_deadline(std::chrono::system_clock::now() + kPatience);
    for (const auto& [key, value] : metadata) context->AddMetadata(key, value);
  }
  grpc::Status List(const Metadata& metadata, std::vector<std::string>* names,
                    int* count) {
    grpc::ClientContext context;
    Say(metadata, &context);
    UserListResponse reply;
    auto status = users_->List(&context, UserListRequest(), &reply);
    names->clear();
    for (const UserResponse& user : reply.results()) {
      names->push_back(user.username());
    }
    *count = reply.count();
    return status;
  }
  grpc::Status Stream(const Metadata& metadata,
                      std::vector<std::string>* names) {
    grpc::ClientContext context;
    Say(metadata, &context);
    auto reader = users_->Stream(&context, UserStreamRequest());
    names->clear();
    UserResponse user;
    while (reader->Read(&user)) names->push_back(user.username());
    return reader->Finish();
  }

  std::unique_ptr<UserController::Stub> users_;
};

TEST_F(SocioStyleTest, RequestsHaveTheirColumnsSideBySide) {
  EXPECT_THAT(Make("id: 77 username: ' ann ' age: 3 email: 'a@b.de'"),
              EqualsMessage(FromText<UserResponse>(
                  "id: 1 username: 'ann' age: 3 email: 'a@b.de'")));
  RunSql(server().database_url(), "UPDATE socio_user SET secret = 's'");
  UserResponse reply;
  // An absent `optional` stays, and so does what the request cannot say.
  ASSERT_THAT(Call(*users_, &UserController::Stub::Update,
                   FromText<UserRequest>("id: 1 username: 'bob'"), &reply),
              IsOk());
  EXPECT_THAT(reply, EqualsMessage(FromText<UserResponse>(
                         "id: 1 username: 'bob' email: 'a@b.de' secret: 's'")));
  ASSERT_THAT(
      Call(*users_, &UserController::Stub::Update,
           FromText<UserRequest>("id: 1 username: 'bob' email: 'b@c.de'"),
           &reply),
      IsOk());
  EXPECT_EQ(reply.email(), "b@c.de");
}

TEST_F(SocioStyleTest, APartialUpdateWritesWhatIsListedThoughItIsAbsent) {
  Make("username: 'ann' age: 3 email: 'a@b.de'");
  UserResponse reply;
  ASSERT_THAT(Call(*users_, &UserController::Stub::PartialUpdate,
                   FromText<UserPartialUpdateRequest>(
                       "id: 1 _partial_update_fields: 'email'"
                       " _partial_update_fields: 'age'"
                       " _partial_update_fields: 'nobody'"),
                   &reply),
              IsOk());
  EXPECT_THAT(reply,
              EqualsMessage(FromText<UserResponse>("id: 1 username: 'ann'")));
  ASSERT_THAT(
      Call(*users_, &UserController::Stub::PartialUpdate,
           FromText<UserPartialUpdateRequest>("id: 1 username: 'x'"), &reply),
      IsOk());
  EXPECT_EQ(reply.username(), "ann");
}

TEST_F(SocioStyleTest, ErrorsAreJson) {
  Make("username: 'ann'");
  UserResponse reply;
  EXPECT_THAT(
      Call(*users_, &UserController::Stub::Create,
           FromText<UserRequest>("username: 'ann' email: 'x'"), &reply),
      IsError(
          StatusCode::INVALID_ARGUMENT,
          "{\"email\": [{\"message\": \"Enter a valid email address.\", "
          "\"code\": \"invalid\"}], \"username\": [{\"message\": \"user with "
          "this username already exists.\", \"code\": \"unique\"}]}"));
  const Refusal blank(
      Call(*users_, &UserController::Stub::Create, UserRequest(), &reply));
  EXPECT_EQ(blank.message,
            "{\"username\": [{\"message\": \"This field may not be blank.\", "
            "\"code\": \"blank\"}]}");
  EXPECT_THAT(blank.violations,
              ElementsAre("username: This field may not be blank."));
  UserRetrieveRequest key;
  key.set_id(99);
  EXPECT_THAT(Call(*users_, &UserController::Stub::Retrieve, key, &reply),
              IsError(StatusCode::NOT_FOUND,
                      "{\"message\": \"User: 99 not found!\", \"code\": "
                      "\"not_found\"}"));
  // Whatever is in it.
  EXPECT_THAT(
      Call(*users_, &UserController::Stub::Create,
           FromText<UserRequest>("username: 'ann' email: '\"\\n'"), &reply),
      IsError(StatusCode::INVALID_ARGUMENT, HasSubstr("unique")));
}

TEST_F(SocioStyleTest, FiltersOfTheMetadata) {
  MakeFive();
  std::vector<std::string> names;
  int count = 0;
  const auto found = [&](const std::string& filters) {
    EXPECT_THAT(
        List({{"filters", filters}, {"pagination", "{\"page_size\": 3}"}},
             &names, &count),
        IsOk())
        << filters;
    EXPECT_EQ(static_cast<size_t>(count), names.size()) << filters;
    return names;
  };
  EXPECT_THAT(found("{\"username\": \"u3\"}"), ElementsAre("u3"));
  EXPECT_THAT(found("{\"age\": 20}"), ElementsAre("u2"));
  EXPECT_THAT(found("{\"age\": \"20\"}"), ElementsAre("u2"));
  EXPECT_THAT(found("{\"username\": [\"u1\", \"u5\", \"no\"]}"),
              ElementsAre("u1", "u5"));
  EXPECT_THAT(found("{\"age__gte\": 40, \"username__icontains\": \"U\"}"),
              ElementsAre("u4", "u5"));
  EXPECT_THAT(found("{\"age__range\": [20, 30]}"), ElementsAre("u2", "u3"));
  EXPECT_THAT(found("{\"age__range\": \"20,30\"}"), ElementsAre("u2", "u3"));
  EXPECT_THAT(found("{\"age__in\": \"10,50\"}"), ElementsAre("u1", "u5"));
  EXPECT_THAT(found("{\"username__in\": \"u4\"}"), ElementsAre("u4"));
  EXPECT_THAT(found("{\"email__isnull\": false}"), IsEmpty());
  RunSql(server().database_url(),
         "UPDATE socio_user SET weight = 1234567.25 WHERE username = 'u4'");
  EXPECT_THAT(found("{\"weight\": 1234567.25}"), ElementsAre("u4"));
  EXPECT_THAT(found("{\"weight__gt\": 1234567.1, \"weight__lt\": 1e9}"),
              ElementsAre("u4"));
  ASSERT_THAT(Stream({{"filters", "{\"age__lt\": 30}"}}, &names), IsOk());
  EXPECT_THAT(names, ElementsAre("u1", "u2"));
}

TEST_F(SocioStyleTest, AnOrderAndASearchAreAmongTheFilters) {
  Make("username: 'ann' age: 3");
  Make("username: 'bob' age: 3 email: 'bob@ann.de'");
  Make("username: 'joann' age: 5");
  std::vector<std::string> names;
  int count = 0;
  const auto found = [&](const std::string& filters) {
    const Metadata metadata = {{"filters", filters},
                               {"pagination", "{\"limit\": 3}"}};
    EXPECT_THAT(List(metadata, &names, &count), IsOk()) << filters;
    EXPECT_EQ(static_cast<size_t>(count), names.size()) << filters;
    std::vector<std::string> streamed;
    EXPECT_THAT(Stream(metadata, &streamed), IsOk());
    EXPECT_EQ(streamed, names) << filters;
    return names;
  };
  EXPECT_THAT(found(R"({"ordering": "-age,username"})"),
              ElementsAre("joann", "ann", "bob"));
  EXPECT_THAT(found(R"({"ordering": ["age", " -username"]})"),
              ElementsAre("bob", "ann", "joann"));
  EXPECT_THAT(found(R"({"ordering": ""})"), ElementsAre("ann", "bob", "joann"));
  EXPECT_THAT(found(R"({"search": "ANN", "ordering": "-username"})"),
              ElementsAre("joann", "ann"));
  EXPECT_THAT(found(R"({"search": "jo ann", "age": 5})"), ElementsAre("joann"));
  EXPECT_THAT(found(R"({"search": ["jo", "ann"]})"), ElementsAre("joann"));
  for (const char* filters :
       {R"({"ordering": "nobody"})", R"({"ordering": "--age"})",
        R"({"ordering": 5})", R"({"ordering": ["age", 1]})",
        R"({"search": {"a": "b"}})", R"({"search": "\u0000"})"}) {
    EXPECT_THAT(List({{"filters", filters}}, &names, &count),
                IsError(StatusCode::INVALID_ARGUMENT, HasSubstr("message")))
        << filters;
  }
}

TEST_F(SocioStyleTest, FiltersThatAreNoneAreRefused) {
  std::vector<std::string> names;
  int count = 0;
  for (const char* filters :
       {"", "x", "[1]", "{\"nobody\": 1}", "{\"age__nothing\": 1}",
        "{\"age\": \"many\"}", "{\"age\": {\"a\": 1}}", "{\"age\": null}",
        "{\"age__gt\": [1, 2]}", "{\"age__contains\": \"1\"}",
        "{\"age__range\": [1]}", "{\"email__isnull\": 3}", "{\"age\": 1e30}",
        "{\"secret\": \"s\"}", "{\"username__regex\": \"(\"}",
        "{\"username\": \"\\u0000\"}"}) {
    EXPECT_THAT(List({{"filters", filters}}, &names, &count),
                IsError(StatusCode::INVALID_ARGUMENT, HasSubstr("message")))
        << filters;
    EXPECT_THAT(Stream({{"filters", filters}}, &names),
                IsError(StatusCode::INVALID_ARGUMENT, HasSubstr("message")))
        << filters;
  }
  // Nor is one of several passed over.
  const std::pair<std::string, std::string> any = {"filters", "{\"age\": 20}"};
  EXPECT_THAT(List({any, any}, &names, &count),
              IsError(StatusCode::INVALID_ARGUMENT,
                      HasSubstr("This is no JSON object.")));
}

TEST_F(SocioStyleTest, PagesOfTheMetadata) {
  MakeFive();
  std::vector<std::string> names;
  int count = 0;
  const auto page = [&](const std::string& pagination) {
    EXPECT_THAT(List({{"pagination", pagination}}, &names, &count), IsOk())
        << pagination;
    EXPECT_EQ(count, 5);
    std::vector<std::string> streamed;
    EXPECT_THAT(Stream({{"pagination", pagination}}, &streamed), IsOk());
    EXPECT_EQ(streamed, names) << pagination;
    return names;
  };
  EXPECT_THAT(page("{\"page\": 1, \"page_size\": 3}"),
              ElementsAre("u1", "u2", "u3"));
  EXPECT_THAT(page("{\"page\": 2, \"page_size\": 3}"), ElementsAre("u4", "u5"));
  EXPECT_THAT(page("{\"page\": \"3\"}"), ElementsAre("u5"));
  // Django REST framework's last_page_strings.
  EXPECT_THAT(page("{\"page\": \"last\"}"), ElementsAre("u5"));
  EXPECT_THAT(page("{\"page\": \"l\\u0061st\", \"page_size\": 3}"),
              ElementsAre("u4", "u5"));
  EXPECT_THAT(page("{\"page_size\": 100}"), ElementsAre("u1", "u2", "u3"));
  EXPECT_THAT(page("{\"page_size\": 0}"), ElementsAre("u1", "u2"));
  EXPECT_THAT(page("{\"limit\": 3, \"offset\": 1}"),
              ElementsAre("u2", "u3", "u4"));
  EXPECT_THAT(page("{\"offset\": \"3\"}"), ElementsAre("u4", "u5"));
  EXPECT_THAT(page("{\"limit\": 100}"), ElementsAre("u1", "u2", "u3"));
  // What is no number is as if it were not there, and no rows are no fault.
  EXPECT_THAT(page("{\"limit\": 0, \"offset\": -1}"), ElementsAre("u1", "u2"));
  EXPECT_THAT(page("{\"limit\": \"x\", \"offset\": \"x\"}"),
              ElementsAre("u1", "u2"));
  EXPECT_THAT(page("{\"limit\": 1, \"offset\": 5}"), IsEmpty());
  for (const char* offset : {"2147483648", "1e300", "\"9223372036854775807\"",
                             "\"99999999999999999999\""}) {
    EXPECT_THAT(page(absl::StrCat("{\"limit\": 1, \"offset\": ", offset, "}")),
                IsEmpty())
        << offset;
  }
  const Refusal both(
      List({{"pagination", "{\"page\": 1, \"limit\": 2}"}}, &names, &count));
  ASSERT_EQ(both.bad_request.field_violations_size(), 1);
  EXPECT_EQ(both.bad_request.field_violations(0).reason(), "PAGE");
  for (const char* pagination :
       {"{\"page\": 1, \"limit\": 2}", "{\"cursor\": \"x\"}"}) {
    EXPECT_THAT(List({{"pagination", pagination}}, &names, &count),
                IsError(StatusCode::INVALID_ARGUMENT, HasSubstr("limit")));
  }
  for (const char* pagination :
       {"{\"page\": 4}", "{\"page\": 0}", "{\"page\": -1}", "{\"page\": \"x\"}",
        "{\"page\": \"Last\"}", "{\"page\": true}"}) {
    const std::string words =
        "{\"message\": \"Invalid page.\", \"code\": \"not_found\"}";
    EXPECT_THAT(List({{"pagination", pagination}}, &names, &count),
                IsError(StatusCode::NOT_FOUND, words))
        << pagination;
    EXPECT_THAT(Stream({{"pagination", pagination}}, &names),
                IsError(StatusCode::NOT_FOUND, words))
        << pagination;
  }
  EXPECT_THAT(List({{"pagination", "no"}}, &names, &count),
              IsError(StatusCode::INVALID_ARGUMENT, HasSubstr("pagination")));
  // Of the rows that the filters find.
  EXPECT_THAT(List({{"filters", "{\"username__in\": [\"u1\", \"u3\", \"u4\"]}"},
                    {"pagination", "{\"page\": \"last\"}"}},
                   &names, &count),
              IsOk());
  EXPECT_EQ(count, 3);
  EXPECT_THAT(names, ElementsAre("u4"));
  // The first page may be empty.
  RunSql(server().database_url(), "DELETE FROM socio_user");
  for (const char* pagination : {"{\"page\": 1}", "{\"page\": \"last\"}"}) {
    EXPECT_THAT(List({{"pagination", pagination}}, &names, &count), IsOk())
        << pagination;
    EXPECT_THAT(names, IsEmpty());
  }
}

}  // namespace
}  // namespace integration
