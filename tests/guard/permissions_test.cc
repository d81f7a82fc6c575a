// Who may call, and what of a model there is for whom.
#include "fixture.h"

namespace guarded {
namespace {

class PermissionsTest : public GuardTest {
 protected:
  void SetUp() override {
    StartServer([this](modelservice::Registry& registry) { Add(registry); });
    if (HasFatalFailure()) return;
    members_ = Members::NewStub(server().channel());
    memos_ = Memos::NewStub(server().channel());
    moderated_ = ModeratedMemos::NewStub(server().channel());
  }

  virtual void Add(modelservice::Registry&) {}

  static Metadata As(const std::string& caller) {
    return {{"x-caller", caller}};
  }

  template <class Request, class Response>
  grpc::Status Send(const std::string& caller,
                    grpc::Status (Memos::Stub::*method)(grpc::ClientContext*,
                                                        const Request&,
                                                        Response*),
                    const Request& request, Response* response) {
    return CallUnary(*memos_, method, request,
                     caller.empty() ? Metadata() : As(caller), response)
        .status;
  }
  Memo Create(const std::string& caller, const std::string& text) {
    Memo memo = integration::FromText<Memo>(text);
    EXPECT_THAT(Send(caller, &Memos::Stub::Create, memo, &memo), IsOk());
    return memo;
  }
  static MemoKey KeyOf(const Memo& memo) {
    MemoKey key;
    key.set_id(memo.id());
    return key;
  }
  std::vector<std::string> TitlesFor(const std::string& caller,
                                     const std::string& request = "") {
    ListMemosResponse response;
    EXPECT_THAT(
        Send(caller, &Memos::Stub::List,
             integration::FromText<ListMemosRequest>(request), &response),
        IsOk());
    std::vector<std::string> titles;
    for (const Memo& memo : response.memos()) titles.push_back(memo.title());
    EXPECT_EQ(response.total_size(), response.memos_size());
    return titles;
  }

  std::unique_ptr<Members::Stub> members_;
  std::unique_ptr<Memos::Stub> memos_;
  std::unique_ptr<ModeratedMemos::Stub> moderated_;
};

class ShapesTest : public PermissionsTest,
                   public testing::WithParamInterface<Form> {
  void Add(modelservice::Registry& registry) override {
    if (GetParam().async) registry.Add<AsyncMembersService>();
  }
};

TEST_P(ShapesTest, TheAnonymousAndMembers) {
  const Exchange anonymous = CallShape(*members_, GetParam(), "a");
  EXPECT_THAT(anonymous.status,
              IsError(grpc::StatusCode::UNAUTHENTICATED,
                      "Authentication credentials were not provided."));
  EXPECT_THAT(anonymous.replies, IsEmpty());
  EXPECT_TRUE(Refusal(anonymous.status).has_details);
  const Exchange member = CallShape(*members_, GetParam(), "a", As("ann"));
  EXPECT_THAT(member.status, IsOk());
  EXPECT_EQ(member.replies, RepliesTo(GetParam(), "a"));
  // Bad credentials are not none.
  EXPECT_THAT(
      CallShape(*members_, GetParam(), "a", As("nobody")).status,
      IsError(grpc::StatusCode::UNAUTHENTICATED, "nobody may not call"));
}

INSTANTIATE_TEST_SUITE_P(Forms, ShapesTest, kAllForms);

TEST_F(PermissionsTest, Expressions) {
  const auto admins = [this](const std::string& caller) {
    return CallUnary(*members_, &Members::Stub::Admins, TextOf("a"), As(caller))
        .status;
  };
  EXPECT_THAT(admins("ann admin"), IsOk());
  EXPECT_THAT(admins("ann staff=true"), IsOk());
  EXPECT_THAT(admins("ann staff=true guest admin"), IsOk());
  for (const char* caller : {"ann", "ann staff=true guest", "ann staff=false",
                             "ann administrator"}) {
    EXPECT_THAT(admins(caller),
                IsError(grpc::StatusCode::PERMISSION_DENIED,
                        "You do not have permission to perform this action."))
        << caller;
  }
  Text reply;
  CallUnary(*members_, &Members::Stub::Anybody, TextOf("a"), {}, &reply);
  EXPECT_EQ(reply.text(), "anonymous");
  CallUnary(*members_, &Members::Stub::Anybody, TextOf("a"), As("ann"), &reply);
  EXPECT_EQ(reply.text(), "named:ann");
  EXPECT_THAT(
      CallUnary(*members_, &Members::Stub::Even, TextOf("a"), As("anna"))
          .status,
      IsOk());
  EXPECT_THAT(
      CallUnary(*members_, &Members::Stub::Even, TextOf("a"), As("ann")).status,
      IsError(grpc::StatusCode::PERMISSION_DENIED, testing::_));
}

TEST_F(PermissionsTest, RowsOfOthersAreNotThere) {
  const Memo anns = Create("ann", "title: 'anns' author: 'bob'");
  EXPECT_EQ(anns.author(), "ann");
  const Memo bobs = Create("bob", "title: 'bobs'");
  const Memo open = Create("bob", "title: 'open' public: true");

  EXPECT_THAT(TitlesFor("ann"), ElementsAre("anns", "open"));
  EXPECT_THAT(TitlesFor("bob"), ElementsAre("bobs", "open"));
  EXPECT_THAT(TitlesFor("eve"), ElementsAre("open"));
  EXPECT_THAT(TitlesFor("eve admin"), ElementsAre("anns", "bobs", "open"));
  EXPECT_THAT(TitlesFor("ann", "title: 'bobs'"), IsEmpty());

  Memo reply;
  EXPECT_THAT(Send("ann", &Memos::Stub::Retrieve, KeyOf(anns), &reply), IsOk());
  EXPECT_THAT(Send("ann", &Memos::Stub::Retrieve, KeyOf(bobs), &reply),
              IsError(grpc::StatusCode::NOT_FOUND,
                      absl::StrCat("Memo: ", bobs.id(), " not found!")));
  Memo changed = bobs;
  changed.set_title("stolen");
  EXPECT_THAT(Send("ann", &Memos::Stub::Update, changed, &reply),
              IsError(grpc::StatusCode::NOT_FOUND, testing::_));
  google::protobuf::Empty empty;
  EXPECT_THAT(Send("ann", &Memos::Stub::Destroy, KeyOf(bobs), &empty),
              IsError(grpc::StatusCode::NOT_FOUND, testing::_));
  EXPECT_THAT(Send("bob", &Memos::Stub::Retrieve, KeyOf(bobs), &reply), IsOk());
  EXPECT_EQ(reply.title(), "bobs");
  EXPECT_THAT(Send("", &Memos::Stub::Retrieve, KeyOf(open), &reply),
              IsError(grpc::StatusCode::UNAUTHENTICATED, testing::_));

  // Its owner stays who made it.
  changed.set_author("ann");
  EXPECT_THAT(Send("bob", &Memos::Stub::Update, changed, &reply), IsOk());
  EXPECT_EQ(reply.author(), "bob");
  EXPECT_EQ(reply.title(), "stolen");

  ListMemosResponse count;
  EXPECT_THAT(
      Send("ann", &Memos::Stub::CountVisible, ListMemosRequest(), &count),
      IsOk());
  EXPECT_EQ(count.total_size(), 2);
}

TEST_F(PermissionsTest, RowsOfOthersAreNotInStreams) {
  Create("ann", "title: 'anns'");
  Create("bob", "title: 'bobs'");
  const auto context = NewContext(As("ann"));
  const auto reader = memos_->StreamMemos(context.get(), StreamMemosRequest());
  std::vector<std::string> titles;
  Memo memo;
  while (reader->Read(&memo)) titles.push_back(memo.title());
  EXPECT_THAT(reader->Finish(), IsOk());
  EXPECT_THAT(titles, ElementsAre("anns"));
}

TEST_F(PermissionsTest, FieldsThatOnlySomeSee) {
  const Memo memo = Create("ann admin reviewer",
                           "title: 'a' public: true remark: 'good' salary: 7");
  EXPECT_EQ(memo.remark(), "good");
  EXPECT_EQ(memo.salary(), 7);
  const auto see = [&](const std::string& caller) {
    Memo seen;
    EXPECT_THAT(Send(caller, &Memos::Stub::Retrieve, KeyOf(memo), &seen),
                IsOk());
    ListMemosResponse list;
    EXPECT_THAT(Send(caller, &Memos::Stub::List, ListMemosRequest(), &list),
                IsOk());
    EXPECT_THAT(list.memos(0), integration::EqualsMessage(seen));
    return seen;
  };
  EXPECT_EQ(see("ann").remark(), "good");
  EXPECT_FALSE(see("ann").has_salary());
  EXPECT_EQ(see("bob").remark(), "");
  EXPECT_EQ(see("bob").title(), "a");
  EXPECT_EQ(see("bob reviewer").remark(), "good");
  EXPECT_EQ(see("bob admin").salary(), 7);
  // Nor can it be found out by looking for it.
  ListMemosResponse list;
  EXPECT_THAT(
      Send("bob", &Memos::Stub::List,
           integration::FromText<ListMemosRequest>("salary: 7"), &list),
      IsError(grpc::StatusCode::PERMISSION_DENIED, HasSubstr("salary")));
  EXPECT_THAT(TitlesFor("bob", "remark: 'good'"), IsEmpty());
  EXPECT_THAT(TitlesFor("ann", "remark: 'good'"), ElementsAre("a"));
}

TEST_F(PermissionsTest, FieldsThatOnlySomeWrite) {
  Memo refused = integration::FromText<Memo>("title: 'a' salary: 7");
  EXPECT_THAT(
      Send("ann", &Memos::Stub::Create, refused, &refused),
      IsError(grpc::StatusCode::PERMISSION_DENIED, HasSubstr("salary")));
  Memo memo = Create("ann", "title: 'a'");
  Memo reply;
  const auto admin = "boss admin reviewer";
  memo.set_remark("good");
  memo.set_salary(9);
  ASSERT_THAT(Send(admin, &Memos::Stub::Update, memo, &reply), IsOk());

  // What one does not see, one does not clear by leaving it out.
  memo.clear_salary();
  memo.set_title("b");
  ASSERT_THAT(Send("ann", &Memos::Stub::Update, memo, &reply), IsOk());
  EXPECT_EQ(reply.title(), "b");
  EXPECT_EQ(reply.remark(), "good");
  ASSERT_THAT(Send(admin, &Memos::Stub::Retrieve, KeyOf(memo), &reply), IsOk());
  EXPECT_EQ(reply.salary(), 9);

  // What is as it was, is not written.
  ASSERT_THAT(Send("ann", &Memos::Stub::Update, memo, &reply), IsOk());
  memo.set_remark("excellent");
  EXPECT_THAT(
      Send("ann", &Memos::Stub::Update, memo, &reply),
      IsError(grpc::StatusCode::PERMISSION_DENIED, HasSubstr("remark")));
  PatchMemoRequest patch;
  *patch.mutable_memo() = memo;
  patch.add__partial_update_fields("salary");
  EXPECT_THAT(
      Send("ann", &Memos::Stub::PartialUpdate, patch, &reply),
      IsError(grpc::StatusCode::PERMISSION_DENIED, HasSubstr("salary")));
  EXPECT_THAT(Send(admin, &Memos::Stub::PartialUpdate, patch, &reply), IsOk());
  EXPECT_FALSE(reply.has_salary());
}

// Sent back as it was, or not sent, an IMMUTABLE field is no fault; but nobody
// learns by that what a field has that he does not see.
TEST_F(PermissionsTest, WhatIsImmutableIsNotGuessed) {
  const Memo created =
      Create("ann", "title: 'a' origin: 'paris' code: 'secret'");
  EXPECT_EQ(created.origin(), "");
  const auto update = [&](const std::string& caller, const char* fields) {
    Memo memo = integration::FromText<Memo>(fields);
    memo.set_id(created.id());
    memo.set_title("b");
    Memo reply;
    return Send(caller, &Memos::Stub::Update, memo, &reply);
  };
  const auto refused = [](const char* field) {
    return IsError(grpc::StatusCode::INVALID_ARGUMENT,
                   std::string(field) + ": This field cannot be changed.");
  };
  EXPECT_THAT(update("ann", ""), IsOk());
  EXPECT_THAT(update("boss admin", "origin: 'paris'"), IsOk());
  EXPECT_THAT(update("boss admin", "origin: 'rome'"), refused("origin"));
  for (const char* guess : {"origin: 'paris'", "origin: 'rome'"}) {
    EXPECT_THAT(update("ann", guess), refused("origin")) << guess;
  }
  for (const char* guess : {"code: 'secret'", "code: 'other'"}) {
    EXPECT_THAT(update("boss admin", guess), refused("code")) << guess;
  }
  EXPECT_EQ(integration::QuerySql(server().database_url(),
                                  "SELECT origin || code FROM memo"),
            "parissecret");
}

TEST_F(PermissionsTest, DjangosModelPermissions) {
  const auto send = [this](auto method, const auto& request, auto* response,
                           const std::string& caller) {
    return CallUnary(*moderated_, method, request, As(caller), response).status;
  };
  Memo memo;
  memo.set_title("a");
  EXPECT_THAT(send(&ModeratedMemos::Stub::Create, memo, &memo, "ann view_memo"),
              IsError(grpc::StatusCode::PERMISSION_DENIED, testing::_));
  ASSERT_THAT(send(&ModeratedMemos::Stub::Create, memo, &memo, "ann add_memo"),
              IsOk());
  ListMemosResponse list;
  EXPECT_THAT(send(&ModeratedMemos::Stub::List, ListMemosRequest(), &list,
                   "ann add_memo"),
              IsError(grpc::StatusCode::PERMISSION_DENIED, testing::_));
  EXPECT_THAT(send(&ModeratedMemos::Stub::List, ListMemosRequest(), &list,
                   "bob view_memo"),
              IsOk());
  EXPECT_THAT(
      send(&ModeratedMemos::Stub::Update, memo, &memo, "bob change_memo"),
      IsOk());
  google::protobuf::Empty empty;
  EXPECT_THAT(send(&ModeratedMemos::Stub::Destroy, KeyOf(memo), &empty,
                   "bob change_memo"),
              IsError(grpc::StatusCode::PERMISSION_DENIED, testing::_));
  EXPECT_THAT(send(&ModeratedMemos::Stub::Destroy, KeyOf(memo), &empty,
                   "bob delete_memo"),
              IsOk());
}

TEST(PermissionNamesTest, AnUnknownNameIsAnErrorAtTheStart) {
  modelservice::TestServer::Options options;
  options.test_callers = true;
  const auto server = modelservice::TestServer::Start(
      [&](modelservice::Registry& registry) {
        registry.Add<MembersService>();
        registry.AddPermission<SharedMemos>("shared");
      },
      options);
  EXPECT_THAT(
      std::string(server.status().message()),
      testing::AllOf(HasSubstr("even_subject"),
                     HasSubstr("/guarded.Members/Even"), HasSubstr("shared")));
}

}  // namespace
}  // namespace guarded
