// What a caller cannot find out, wipe or do by way of what it may do.
#include "absl/strings/str_replace.h"
#include "rights_fixture.h"

namespace rights {
namespace {

using ::grpc::StatusCode;
using ::testing::_;
using ::testing::ElementsAre;

class RightsLeaksTest : public RightsTest {
 protected:
  void Run(const std::string& sql) { table_->Run(sql); }

  // The keys of rows that the table does not give itself.
  static constexpr int64_t kFirst = 101;
  static constexpr int64_t kSecond = 102;

  // A row of somebody else's, in a draft of tenant a.
  void Insert(int64_t id, const std::string& columns,
              const std::string& values) {
    Run(absl::StrCat("INSERT INTO sheet (id, owner, tenant, draft, nd, rw, ",
                     "\"on\"", columns, ") VALUES (", id,
                     ", 'boss', 'a', TRUE, 0, 0, 0", values, ")"));
  }
  std::string Value(int64_t id, const std::string& column) {
    return table_->Query(
        absl::StrCat("SELECT \"", column, "\" FROM sheet WHERE id = ", id));
  }
  void Put(int64_t id, const std::string& column, const std::string& value) {
    Run(absl::StrCat("UPDATE sheet SET \"", column, "\" = ", value,
                     " WHERE id = ", id));
  }

  static std::string TextOfAnswer(Answer<Sheet> answer) {
    answer.reply.clear_id();
    return absl::StrCat(answer.status.error_code(), " ",
                        answer.status.error_message(), " ",
                        answer.reply.ShortDebugString());
  }
};

// Two rows that differ in one hidden value alone are told apart by no call.
TEST_F(RightsLeaksTest, NoAnswerDependsOnAHiddenValue) {
  Insert(kFirst, "", "");
  Insert(kSecond, "", "");
  for (const Kind kind : kKinds) {
    const auto api = NewApi(kind);
    std::vector<Caller> callers = {kAnn, {"ann", "a", false, true}};
    // Who is nobody sees no tenant's.
    if (kind == Kind::kOpen) callers.push_back(Caller());
    for (const Caller& caller : callers) {
      const bool writer = caller.writer;
      for (const char* draft : {"TRUE", "FALSE"}) {
        for (const char* name : {"rn", "rw", "rd", "on", "ow", "od"}) {
          const bool writes = name[1] == 'n' || (name[1] == 'w' && writer) ||
                              (name[1] == 'd' && *draft == 'T');
          for (const std::optional<int64_t> sent :
               {std::optional<int64_t>(), std::optional<int64_t>(1),
                std::optional<int64_t>(2), std::optional<int64_t>(3)}) {
            for (int form = 0; form < 6; ++form) {
              SCOPED_TRACE(testing::Message()
                           << testing::PrintToString(kind) << " writer "
                           << writer << " draft " << draft << " " << name
                           << " = " << sent.value_or(0) << " form " << form);
              std::vector<std::string> answers;
              for (const int64_t id : {kFirst, kSecond}) {
                Put(id, "draft", draft);
                Put(id, name, absl::StrCat(id - 100));
                Sheet sheet;
                sheet.set_id(id);
                sheet.set_tenant("a");
                sheet.set_draft(*draft == 'T');
                Column(name).Set(sent, &sheet);
                answers.push_back(TextOfAnswer(
                    form == 0   ? api->Update(caller, sheet)
                    : form == 1 ? api->UpdateSheet(caller, sheet, {"*"})
                    : form == 2 ? api->UpdateSheet(caller, sheet, {name})
                    : form == 3 ? api->PartialUpdate(caller, sheet)
                    : form == 4 ? api->Patch(caller, sheet, {name})
                                : api->Retrieve(caller, id)));
                const bool left_out =
                    !sent.has_value() && form != 2 && form != 4;
                if (!writes || left_out || form == 5) {
                  EXPECT_EQ(Value(id, name), absl::StrCat(id - 100))
                      << answers[0];
                }
                if (left_out) {
                  EXPECT_THAT(answers.back(), testing::StartsWith("0 "));
                }
              }
              ASSERT_EQ(answers[0], answers[1]);
            }
          }
        }
      }
    }
  }
}

TEST_F(RightsLeaksTest, AllOfAOneofIsWrittenAtOnce) {
  Insert(kFirst, ", secret", ", 'x'");
  Insert(kSecond, ", open", ", 'x'");
  for (const Kind kind : kKinds) {
    SCOPED_TRACE(testing::PrintToString(kind));
    const auto api = NewApi(kind);
    for (const int64_t id : {kFirst, kSecond}) {
      Sheet sheet;
      sheet.set_id(id);
      sheet.set_tenant("a");
      // What is not seen is not cleared.
      if (id == kFirst) {
        EXPECT_THAT(api->Update(kAnn, sheet).status, IsOk());
        EXPECT_EQ(Value(kFirst, "secret"), "x");
      }
      // Nor does a refusal tell that there is something.
      sheet.set_open("y");
      for (const auto& answer :
           {api->Update(kAnn, sheet), api->PartialUpdate(kAnn, sheet),
            api->UpdateSheet(kAnn, sheet, {"open"})}) {
        EXPECT_THAT(answer.status, IsError(StatusCode::PERMISSION_DENIED,
                                           HasSubstr("secret")));
      }
    }
    Sheet sheet;
    sheet.set_id(kFirst);
    sheet.set_tenant("a");
    sheet.set_open("y");
    EXPECT_THAT(api->UpdateSheet(kClerk, sheet, {"open"}).status, IsOk());
    EXPECT_EQ(Value(kFirst, "secret"), "NULL");
    Run("UPDATE sheet SET open = NULL, secret = 'x' WHERE id = 101");
  }
}

// Neither a unique column nor its index tells of rows of another tenant.
TEST_F(RightsLeaksTest, ARowInAnothersReachIsRefusedBeforeItMeetsOthers) {
  Insert(kFirst, ", code", ", 'mine'");
  Insert(kSecond, ", code", ", 'theirs'");
  Put(kSecond, "tenant", "'b'");
  for (const Kind kind :
       {Kind::kScoped, Kind::kHooked, Kind::kOwn, Kind::kTenant}) {
    SCOPED_TRACE(testing::PrintToString(kind));
    const auto api = NewApi(kind);
    for (const char* code : {"theirs", "new"}) {
      Sheet sheet;
      sheet.set_tenant("b");
      sheet.set_code(code);
      std::vector<grpc::Status> refusals = {api->Create(kAnn, sheet).status};
      sheet.set_id(kFirst);
      refusals.push_back(api->Update(kAnn, sheet).status);
      refusals.push_back(
          api->UpdateSheet(kAnn, sheet, {"tenant", "code"}).status);
      refusals.push_back(api->PartialUpdate(kAnn, sheet).status);
      refusals.push_back(api->Patch(kAnn, sheet, {"tenant", "code"}).status);
      for (const grpc::Status& status : refusals) {
        EXPECT_THAT(
            status,
            IsError(StatusCode::PERMISSION_DENIED,
                    "You do not have permission to write a row with these "
                    "values."));
        EXPECT_EQ(Refusal(status).info.reason(), "ROW_PERMISSION_DENIED");
      }
    }
    EXPECT_EQ(table_->Query("SELECT COUNT(*) FROM sheet"), "2");
    EXPECT_EQ(Value(kFirst, "tenant"), "a");
    EXPECT_EQ(Value(kFirst, "code"), "mine");
    // Within one's own, a key that is taken is, and whose it is is not told.
    Sheet sheet;
    sheet.set_tenant("a");
    sheet.set_code("theirs");
    EXPECT_THAT(api->Create(kAnn, sheet).status,
                IsError(StatusCode::ALREADY_EXISTS, HasSubstr("code")));
  }
}

// What only the database can say of a row, it says, and takes it back.
TEST_F(RightsLeaksTest, TheDatabaseDecidesWhatIsNotKnownBefore) {
  Insert(kFirst, "", "");
  Put(kFirst, "tenant", "'shared'");
  for (const Kind kind :
       {Kind::kScoped, Kind::kHooked, Kind::kOwn, Kind::kTenant}) {
    SCOPED_TRACE(testing::PrintToString(kind));
    const auto api = NewApi(kind);
    Sheet sheet;
    sheet.set_id(kFirst);
    EXPECT_THAT(api->Patch(kAnn, sheet, {"draft"}).status,
                IsError(StatusCode::PERMISSION_DENIED, HasSubstr("row")));
    EXPECT_EQ(table_->Query("SELECT COUNT(*) FROM sheet WHERE draft"), "1");
    sheet.set_nn(5);
    EXPECT_THAT(api->Patch(kAnn, sheet, {"nn"}).status, IsOk());
  }
  // The key that a row will have.
  const auto create = [](auto stub, const std::string& below) {
    using Stub = typename decltype(stub)::element_type;
    Sheet sheet;
    sheet.set_tenant("a");
    guarded::Metadata metadata = kAnn.metadata();
    metadata["x-below"] = below;
    return guarded::CallUnary(*stub, &Stub::Create, sheet, metadata).status;
  };
  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(create(ScopedSheets::NewStub(server().channel()), "0"),
                IsError(StatusCode::PERMISSION_DENIED, HasSubstr("row")));
    EXPECT_THAT(create(HookedSheets::NewStub(server().channel()), "0"),
                IsError(StatusCode::PERMISSION_DENIED, HasSubstr("row")));
    EXPECT_THAT(create(OwnSheets::NewStub(server().channel()), "0"),
                IsError(StatusCode::PERMISSION_DENIED, HasSubstr("row")));
  }
  EXPECT_EQ(table_->Query("SELECT COUNT(*) FROM sheet"), "1");
  EXPECT_THAT(create(ScopedSheets::NewStub(server().channel()), "1000"),
              IsOk());
  EXPECT_EQ(table_->Query("SELECT COUNT(*) FROM sheet"), "2");
}

// What hooks make of a row is what is looked at.
TEST_F(RightsLeaksTest, HooksAreHeardFirst) {
  const auto api = NewApi(Kind::kHooked);
  Sheet sheet;
  sheet.set_tenant("mine");
  const Answer<Sheet> made = api->Create(kBob, sheet);
  ASSERT_THAT(made.status, IsOk());
  EXPECT_EQ(made.reply.tenant(), "a");
  sheet = made.reply;
  sheet.set_tenant("elsewhere");
  EXPECT_THAT(api->Update(kBob, sheet).status,
              IsError(StatusCode::PERMISSION_DENIED, _));
  EXPECT_EQ(Value(sheet.id(), "tenant"), "a");
}

// A row that is not seen is answered as one that is not there.
TEST_F(RightsLeaksTest, HiddenRowsAndNoRowsAreOne) {
  Insert(kFirst, "", "");
  Put(kFirst, "tenant", "'b'");
  for (const Kind kind :
       {Kind::kScoped, Kind::kHooked, Kind::kOwn, Kind::kTenant}) {
    const auto api = NewApi(kind);
    for (const char* tenant : {"a", "b"}) {
      for (const int64_t rw : {0, 1}) {
        std::vector<std::string> answers;
        for (const int64_t id : {kFirst, int64_t{999}}) {
          Sheet sheet;
          sheet.set_id(id);
          sheet.set_tenant(tenant);
          sheet.set_rw(rw);
          std::string all;
          for (const auto& answer :
               {api->Update(kAnn, sheet), api->PartialUpdate(kAnn, sheet),
                api->UpdateSheet(kAnn, sheet, {"tenant", "rw"}),
                api->Patch(kAnn, sheet, {"nn"}), api->Retrieve(kAnn, id),
                api->Destroy(kAnn, id)}) {
            absl::StrAppend(&all, answer.status.error_code(), " ",
                            absl::StrReplaceAll(answer.status.error_message(),
                                                {{absl::StrCat(id), "N"}}),
                            "\n");
          }
          answers.push_back(all);
        }
        EXPECT_EQ(answers[0], answers[1]);
      }
    }
  }
}

TEST_F(RightsLeaksTest, TheAnonymousAreAskedWhoTheyAre) {
  const auto stub = TenantSheets::NewStub(server().channel());
  Sheet sheet;
  sheet.set_tenant("a");
  EXPECT_THAT(
      guarded::CallUnary(*stub, &TenantSheets::Stub::Create, sheet).status,
      IsError(StatusCode::UNAUTHENTICATED, _));
  EXPECT_EQ(table_->Query("SELECT COUNT(*) FROM sheet"), "0");
}

// A page token is of no use to anybody but whom it was given.
TEST_F(RightsLeaksTest, PageTokensAreTheirCallers) {
  for (const int64_t id : {kFirst, kSecond, int64_t{103}}) Insert(id, "", "");
  const auto api = NewApi(Kind::kScoped);
  ListSheetsRequest request;
  request.set_page_size(1);
  const auto first = api->List(kAnn, request);
  ASSERT_THAT(first.status, IsOk());
  request.set_page_token(first.reply.next_page_token());
  EXPECT_THAT(api->List(kBob, request).status,
              IsError(StatusCode::INVALID_ARGUMENT,
                      HasSubstr("page_token: This token does not belong to "
                                "this request and caller")));
  // A caller's roles may change.
  const auto second = api->List({"ann", "a", true, true}, request);
  ASSERT_THAT(second.status, IsOk());
  EXPECT_EQ(second.reply.sheets(0).id(), kSecond);

  const auto stub = Sheets::NewStub(server().channel());
  const auto list = [&](const guarded::Metadata& caller,
                        const std::string& token,
                        ListSheetsResponse* response) {
    request.set_page_token(token);
    return guarded::CallUnary(*stub, &Sheets::Stub::List, request, caller,
                              response)
        .status;
  };
  ListSheetsResponse page;
  ASSERT_THAT(list({}, "", &page), IsOk());
  const std::string anonymous = page.next_page_token();
  ASSERT_THAT(list({}, anonymous, &page), IsOk());
  EXPECT_EQ(page.sheets(0).id(), kSecond);
  EXPECT_THAT(list(kAnn.metadata(), anonymous, &page),
              IsError(StatusCode::INVALID_ARGUMENT, _));
}

}  // namespace
}  // namespace rights
