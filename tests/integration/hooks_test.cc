// Hooks and Scope: their order, their transaction, and what a caller sees.
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "notes_fixture.h"

namespace integration {
namespace {

using ::grpc::StatusCode;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

class HooksTest : public NotesTest {
 protected:
  Note Create(const char* text, const char* owner = "ann") {
    Note note;
    note.set_text(text);
    note.set_password("pw");
    Note created;
    EXPECT_THAT(CallWith({{"x-owner", owner}}, *notes_, &Notes::Stub::Create,
                         note, &created),
                IsOk());
    events_.Take();
    return created;
  }
};

TEST_F(HooksTest, RunAroundACreateAndThenItsCommit) {
  Note note = FromText<Note>("id: 77 text: 'hi' password: 'pw' owner: 'me'");
  Note created;
  ASSERT_THAT(CallWith({{"x-owner", "ann"}}, *notes_, &Notes::Stub::Create,
                       note, &created),
              IsOk());
  EXPECT_THAT(created,
              EqualsMessage(FromText<Note>("id: 1 text: 'hi' owner: 'ann'")));
  // Before: without the key that is not the client's. After: the whole row,
  // with what a client does not see.
  EXPECT_THAT(events_.Take(),
              ElementsAre("BeforeCreate 0 hi pw", "AfterCreate 1 hi pw",
                          "BeforeCreate committed", "AfterCreate committed"));
  EXPECT_EQ(CountOf("trace"), "2");
}

TEST_F(HooksTest, RunAroundAnUpdate) {
  const Note created = Create("old");
  Note note = FromText<Note>("text: 'append' password: 'pw2' rank: 3");
  note.set_id(created.id());
  Note updated;
  ASSERT_THAT(Call(*notes_, &Notes::Stub::Update, note, &updated), IsOk());
  EXPECT_THAT(
      updated,
      EqualsMessage(FromText<Note>("id: 1 text: 'old+' owner: 'ann' rank: 3")));
  EXPECT_THAT(events_.Take(),
              ElementsAre("BeforeUpdate 1 old+ pw2", "AfterUpdate 1 old+ pw2",
                          "BeforeUpdate committed", "AfterUpdate committed"));
  EXPECT_EQ(QuerySql(server().database_url(), "SELECT password FROM note"),
            "pw2");

  note = FromText<Note>("id: 1 text: 'new'");
  ASSERT_THAT(Call(*notes_, &Notes::Stub::PartialUpdate, note, &updated),
              IsOk());
  EXPECT_THAT(
      updated,
      EqualsMessage(FromText<Note>("id: 1 text: 'new' owner: 'ann' rank: 3")));
  EXPECT_EQ(QuerySql(server().database_url(), "SELECT password FROM note"),
            "pw2");
}

TEST_F(HooksTest, RunAroundADestroy) {
  Create("gone");
  google::protobuf::Empty empty;
  ASSERT_THAT(Call(*notes_, &Notes::Stub::Destroy, KeyOf(1), &empty), IsOk());
  EXPECT_THAT(events_.Take(),
              ElementsAre("BeforeDestroy 1 gone pw", "AfterDestroy 1 gone pw",
                          "BeforeDestroy committed", "AfterDestroy committed"));
  EXPECT_EQ(CountOf("note"), "0");
}

TEST_F(HooksTest, AnErrorRollsBackAndNothingIsCommitted) {
  Create("kept");
  Note reply;
  google::protobuf::Empty empty;
  for (const char* hook : {"BeforeCreate", "AfterCreate", "BeforeUpdate",
                           "AfterUpdate", "BeforeDestroy", "AfterDestroy"}) {
    SCOPED_TRACE(hook);
    const std::string name = hook;
    const Note note = FromText<Note>("id: 1 text: 'changed'");
    grpc::Status status;
    if (name.find("Create") != std::string::npos) {
      status = CallWith({{"x-fail", name}}, *notes_, &Notes::Stub::Create, note,
                        &reply);
    } else if (name.find("Update") != std::string::npos) {
      status = CallWith({{"x-fail", name}}, *notes_, &Notes::Stub::Update, note,
                        &reply);
    } else {
      status = CallWith({{"x-fail", name}}, *notes_, &Notes::Stub::Destroy,
                        KeyOf(1), &empty);
    }
    EXPECT_THAT(status,
                IsError(StatusCode::FAILED_PRECONDITION, name + " refuses."));
    EXPECT_EQ(Refusal(status).info.reason(), "FAILED_PRECONDITION");
    for (const std::string& event : events_.Take()) {
      EXPECT_THAT(event, Not(HasSubstr("committed")));
    }
    EXPECT_EQ(
        QuerySql(server().database_url(),
                 Sql("SELECT group_concat(text) FROM note",
                     "SELECT string_agg(text, ',' ORDER BY id) FROM note")),
        "kept");
    EXPECT_EQ(CountOf("trace"), "2");  // those of the first Create
  }
}

// Whose caller has no more time, or goes away: what its hook asks the database
// for is ended, nothing is kept, and what it had locked is free.
TEST_F(HooksTest, ADeadlineOrACancellationEndsTheStatementAndRollsBack) {
  Create("kept");
  const Note note = FromText<Note>("id: 1 text: 'changed'");
  for (const char* hook :
       {"BeforeCreate", "AfterCreate", "AfterUpdate", "AfterDestroy"}) {
    for (const bool cancels : {false, true}) {
      SCOPED_TRACE(absl::StrCat(hook, cancels ? ", cancelled" : ", late"));
      const std::string name = hook;
      grpc::ClientContext context;
      context.AddMetadata("x-slow", name);
      context.set_deadline(std::chrono::system_clock::now() +
                           (cancels ? kPatience : std::chrono::seconds(1)));
      std::thread canceller;
      if (cancels) {
        canceller = std::thread([&] {
          EXPECT_TRUE(events_.Await(name + " is slow"));
          context.TryCancel();
        });
      }
      Note reply;
      google::protobuf::Empty empty;
      const grpc::Status status =
          name == "AfterDestroy"  ? notes_->Destroy(&context, KeyOf(1), &empty)
          : name == "AfterUpdate" ? notes_->Update(&context, note, &reply)
                                  : notes_->Create(&context, note, &reply);
      EXPECT_EQ(status.error_code(), cancels ? StatusCode::CANCELLED
                                             : StatusCode::DEADLINE_EXCEEDED);
      if (cancels) canceller.join();
      // Of the same row, whose writer waits for no other one.
      const auto begin = std::chrono::steady_clock::now();
      EXPECT_THAT(Call(*notes_, &Notes::Stub::Update,
                       FromText<Note>("id: 1 text: 'kept'"), &reply),
                  IsOk());
      EXPECT_LT(std::chrono::steady_clock::now() - begin,
                std::chrono::seconds(3));
      EXPECT_EQ(CountOf("note"), "1");
      EXPECT_EQ(QuerySql(server().database_url(),
                         "SELECT COUNT(*) FROM trace WHERE event LIKE "
                         "'%changed%'"),
                "0");
      for (const std::string& event : events_.Take()) {
        if (event.find("Update") == std::string::npos) {
          EXPECT_THAT(event, Not(HasSubstr("committed")));
        }
      }
    }
  }
}

TEST_F(HooksTest, AnExceptionRollsBackAndTheServerLives) {
  Create("kept");
  Note reply;
  for (const char* key : {"x-throw", "x-throw-number"}) {
    const grpc::Status status =
        CallWith({{key, "AfterCreate"}}, *notes_, &Notes::Stub::Create,
                 FromText<Note>("text: 'x'"), &reply);
    EXPECT_THAT(status, IsError(StatusCode::INTERNAL,
                                MatchesRegex("Internal error [0-9a-f]+\\.")));
    const Refusal refusal(status);
    EXPECT_THAT(refusal.message,
                HasSubstr(refusal.info.metadata().at("error_id")));
    EXPECT_EQ(CountOf("note"), "1");
    EXPECT_EQ(CountOf("trace"), "2");
  }
  Create("next");
  EXPECT_EQ(CountOf("note"), "2");
}

TEST_F(HooksTest, AnExceptionInScopeIsAnswered) {
  Create("kept");
  Note reply;
  ListNotesResponse page;
  google::protobuf::Empty empty;
  const std::map<std::string, std::string> metadata = {{"x-throw", "Scope"}};
  const auto internal =
      IsError(StatusCode::INTERNAL, HasSubstr("Internal error"));
  EXPECT_THAT(
      CallWith(metadata, *notes_, &Notes::Stub::Retrieve, KeyOf(1), &reply),
      internal);
  EXPECT_THAT(CallWith(metadata, *notes_, &Notes::Stub::List,
                       ListNotesRequest(), &page),
              internal);
  EXPECT_THAT(CallWith(metadata, *notes_, &Notes::Stub::Update,
                       FromText<Note>("id: 1 text: 'x'"), &reply),
              internal);
  EXPECT_THAT(
      CallWith(metadata, *notes_, &Notes::Stub::Destroy, KeyOf(1), &empty),
      internal);
  grpc::ClientContext context;
  context.AddMetadata("x-throw", "Scope");
  auto reader = notes_->Stream(&context, StreamNotesRequest());
  EXPECT_FALSE(reader->Read(&reply));
  EXPECT_THAT(reader->Finish(), internal);
  EXPECT_THAT(Call(*notes_, &Notes::Stub::Retrieve, KeyOf(1), &reply), IsOk());
}

TEST_F(HooksTest, WhatAHookMakesIsChecked) {
  Note reply;
  const Refusal refusal(Call(*notes_, &Notes::Stub::Create,
                             FromText<Note>("text: 'too long later'"), &reply));
  EXPECT_EQ(refusal.code, StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(
      refusal.violations,
      ElementsAre("text: Ensure this field has no more than 100 characters."));
  EXPECT_EQ(CountOf("trace"), "0");
}

TEST_F(HooksTest, ARefusedRequestReachesNoHook) {
  Note note;
  note.set_text(std::string(101, 'x'));
  Note reply;
  EXPECT_THAT(Call(*notes_, &Notes::Stub::Create, note, &reply),
              IsError(StatusCode::INVALID_ARGUMENT, testing::_));
  google::protobuf::Empty empty;
  EXPECT_THAT(Call(*notes_, &Notes::Stub::Destroy, KeyOf(5), &empty),
              IsError(StatusCode::NOT_FOUND, "Note: 5 not found!"));
  note = FromText<Note>("id: 5 text: 'x'");
  EXPECT_THAT(Call(*notes_, &Notes::Stub::Update, note, &reply),
              IsError(StatusCode::NOT_FOUND, "Note: 5 not found!"));
  EXPECT_TRUE(events_.Take().empty());
}

TEST_F(HooksTest, ScopeHidesRowsFromEveryMethod) {
  Create("of ann", "ann");
  Create("of bob", "bob");
  Create("of ann too", "ann");
  const std::map<std::string, std::string> bob = {{"x-owner", "bob"}};
  Note reply;
  google::protobuf::Empty empty;
  const auto hidden = IsError(StatusCode::NOT_FOUND, "Note: 1 not found!");
  EXPECT_THAT(CallWith(bob, *notes_, &Notes::Stub::Retrieve, KeyOf(1), &reply),
              hidden);
  EXPECT_THAT(CallWith(bob, *notes_, &Notes::Stub::Update,
                       FromText<Note>("id: 1 text: 'x'"), &reply),
              hidden);
  EXPECT_THAT(CallWith(bob, *notes_, &Notes::Stub::PartialUpdate,
                       FromText<Note>("id: 1 text: 'x'"), &reply),
              hidden);
  EXPECT_THAT(CallWith(bob, *notes_, &Notes::Stub::PartialUpdate,
                       FromText<Note>("id: 1"), &reply),
              hidden);
  EXPECT_THAT(CallWith(bob, *notes_, &Notes::Stub::Destroy, KeyOf(1), &empty),
              hidden);
  EXPECT_EQ(
      QuerySql(server().database_url(), "SELECT text FROM note WHERE id = 1"),
      "of ann");

  ListNotesResponse page;
  ASSERT_THAT(
      CallWith(bob, *notes_, &Notes::Stub::List, ListNotesRequest(), &page),
      IsOk());
  EXPECT_THAT(page, EqualsMessage(FromText<ListNotesResponse>(
                        "notes { id: 2 text: 'of bob' owner: 'bob' } "
                        "total_size: 1")));
  grpc::ClientContext context;
  context.AddMetadata("x-owner", "ann");
  auto reader = notes_->Stream(&context, StreamNotesRequest());
  std::vector<std::string> texts;
  while (reader->Read(&reply)) texts.push_back(reply.text());
  EXPECT_THAT(reader->Finish(), IsOk());
  EXPECT_THAT(texts, ElementsAre("of ann", "of ann too"));
  // One's own row can be changed.
  EXPECT_THAT(CallWith(bob, *notes_, &Notes::Stub::PartialUpdate,
                       FromText<Note>("id: 2 text: 'new'"), &reply),
              IsOk());
  EXPECT_THAT(CallWith(bob, *notes_, &Notes::Stub::Destroy, KeyOf(2), &empty),
              IsOk());
}

TEST_F(HooksTest, ATokenDoesNotOpenTheRowsOfAnother) {
  for (int i = 0; i < 3; ++i) Create("of ann", "ann");
  Create("of bob", "bob");
  ListNotesRequest request;
  request.set_page_size(1);
  ListNotesResponse page;
  ASSERT_THAT(CallWith({{"x-owner", "ann"}}, *notes_, &Notes::Stub::List,
                       request, &page),
              IsOk());
  request.set_page_token(page.next_page_token());
  page.Clear();
  const grpc::Status status = CallWith({{"x-owner", "bob"}}, *notes_,
                                       &Notes::Stub::List, request, &page);
  for (const Note& note : page.notes()) EXPECT_EQ(note.owner(), "bob");
  EXPECT_TRUE(status.ok() ||
              status.error_code() == StatusCode::INVALID_ARGUMENT);
}

}  // namespace
}  // namespace integration
