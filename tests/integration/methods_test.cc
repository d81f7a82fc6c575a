// Methods of a user's own: whole standard methods overridden, and custom ones
// in the four shapes.
#include <string>

#include "absl/strings/str_cat.h"
#include "notes_fixture.h"

namespace integration {
namespace {

using ::grpc::StatusCode;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class MethodsTest : public NotesTest {
 protected:
  Note Create(const char* text) {
    Note note;
    note.set_text(text);
    Note created;
    EXPECT_THAT(Call(*loud_, &LoudNotes::Stub::Create, note, &created), IsOk());
    return created;
  }
};

TEST_F(MethodsTest, OverridesChangeTheReplyOfTheBase) {
  EXPECT_THAT(Create("one"),
              EqualsMessage(FromText<Note>("id: 1 text: 'ONE'")));
  Create("two");
  Note reply;
  ASSERT_THAT(Call(*loud_, &LoudNotes::Stub::Retrieve, KeyOf(1), &reply),
              IsOk());
  EXPECT_EQ(reply.text(), "ONE");
  ListNotesRequest request;
  request.set_page_size(1);
  ListNotesResponse page;
  ASSERT_THAT(Call(*loud_, &LoudNotes::Stub::List, request, &page), IsOk());
  EXPECT_EQ(page.notes(0).text(), "ONE");
  EXPECT_EQ(page.total_size(), 2);
  request.set_page_token(page.next_page_token());
  ASSERT_THAT(Call(*loud_, &LoudNotes::Stub::List, request, &page), IsOk());
  EXPECT_EQ(page.notes(0).text(), "TWO");
  std::vector<Note> rows;
  ASSERT_THAT(
      ReadAll(*loud_, &LoudNotes::Stub::Stream, StreamNotesRequest(), &rows),
      IsOk());
  ASSERT_EQ(rows.size(), 4u);
  EXPECT_EQ(rows[0].text(), "FIRST");
  EXPECT_EQ(rows[1].text(), "one");
  EXPECT_EQ(rows[3].text(), "LAST");
  ASSERT_THAT(Call(*loud_, &LoudNotes::Stub::Update,
                   FromText<Note>("id: 1 text: 'new'"), &reply),
              IsOk());
  EXPECT_EQ(reply.text(), "NEW");
  EXPECT_EQ(QuerySql(server().database_url(),
                     Sql("SELECT group_concat(text) FROM note",
                         "SELECT string_agg(text, ',' ORDER BY id) FROM note")),
            "new,two");
}

TEST_F(MethodsTest, TheErrorsOfTheBaseComeThrough) {
  Note reply;
  const Refusal missing(
      Call(*loud_, &LoudNotes::Stub::Retrieve, KeyOf(9), &reply));
  EXPECT_EQ(missing.code, StatusCode::NOT_FOUND);
  EXPECT_EQ(missing.message, "Note: 9 not found!");
  EXPECT_EQ(missing.resource.resource_name(), "9");
  Note note;
  note.set_text(std::string(101, 'x'));
  const Refusal invalid(Call(*loud_, &LoudNotes::Stub::Create, note, &reply));
  EXPECT_EQ(invalid.code, StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(invalid.violations.size(), 1u);
}

TEST_F(MethodsTest, AnErrorOfAnOverrideRollsBackWhatTheBaseWrote) {
  Create("kept");
  Note reply;
  google::protobuf::Empty empty;
  for (const char* key : {"x-fail", "x-throw"}) {
    EXPECT_FALSE(CallWith({{key, "Create"}}, *loud_, &LoudNotes::Stub::Create,
                          FromText<Note>("text: 'x'"), &reply)
                     .ok());
    EXPECT_FALSE(CallWith({{key, "Update"}}, *loud_, &LoudNotes::Stub::Update,
                          FromText<Note>("id: 1 text: 'x'"), &reply)
                     .ok());
    EXPECT_FALSE(CallWith({{key, "Destroy"}}, *loud_, &LoudNotes::Stub::Destroy,
                          KeyOf(1), &empty)
                     .ok());
    EXPECT_EQ(
        QuerySql(server().database_url(),
                 Sql("SELECT group_concat(text) FROM note",
                     "SELECT string_agg(text, ',' ORDER BY id) FROM note")),
        "kept");
  }
  grpc::ClientContext context;
  context.AddMetadata("x-fail", "Stream");
  auto reader = loud_->Stream(&context, StreamNotesRequest());
  int rows = 0;
  while (reader->Read(&reply)) ++rows;
  EXPECT_EQ(rows, 3);
  EXPECT_THAT(reader->Finish(),
              IsError(StatusCode::FAILED_PRECONDITION, "Stream refuses."));
}

TEST_F(MethodsTest, Unary) {
  grpc::ClientContext context;
  Word reply;
  ASSERT_THAT(words_->Echo(&context, FromText<Word>("text: 'hi'"), &reply),
              IsOk());
  EXPECT_EQ(reply.text(), "hi");
  EXPECT_EQ(context.GetServerTrailingMetadata().count("x-echo"), 1u);
  EXPECT_THAT(CallWith({{"x-throw", "Echo"}}, *words_, &Words::Stub::Echo,
                       Word(), &reply),
              IsError(StatusCode::INTERNAL, HasSubstr("Internal error")));
  EXPECT_THAT(CallWith({{"x-fail", "Echo"}}, *words_, &Words::Stub::Echo,
                       Word(), &reply),
              IsError(StatusCode::FAILED_PRECONDITION, "Echo refuses."));
}

TEST_F(MethodsTest, ServerStream) {
  std::vector<Word> words;
  ASSERT_THAT(ReadAll(*words_, &Words::Stub::Repeat,
                      FromText<Word>("text: 'x' times: 3"), &words),
              IsOk());
  ASSERT_EQ(words.size(), 3u);
  EXPECT_EQ(words[2].times(), 2);
  words.clear();
  ASSERT_THAT(ReadAll(*words_, &Words::Stub::Repeat, Word(), &words), IsOk());
  EXPECT_TRUE(words.empty());
  grpc::ClientContext context;
  context.AddMetadata("x-throw", "Repeat");
  auto reader = words_->Repeat(&context, FromText<Word>("text: 'x' times: 2"));
  Word word;
  EXPECT_TRUE(reader->Read(&word));
  EXPECT_TRUE(reader->Read(&word));
  EXPECT_FALSE(reader->Read(&word));
  EXPECT_THAT(reader->Finish(),
              IsError(StatusCode::INTERNAL, HasSubstr("Internal error")));
}

TEST_F(MethodsTest, ClientStream) {
  for (int count : {0, 1, 100}) {
    grpc::ClientContext context;
    Word reply;
    auto writer = words_->Join(&context, &reply);
    for (int i = 0; i < count; ++i) {
      EXPECT_TRUE(writer->Write(FromText<Word>("text: 'ab'")));
    }
    writer->WritesDone();
    ASSERT_THAT(writer->Finish(), IsOk());
    EXPECT_EQ(reply.times(), count);
    EXPECT_EQ(reply.text().size(), static_cast<size_t>(count) * 2);
  }
}

TEST_F(MethodsTest, AMethodNeedNotReadToTheEnd) {
  grpc::ClientContext context;
  Word reply;
  auto writer = words_->Join(&context, &reply);
  EXPECT_TRUE(writer->Write(FromText<Word>("text: 'enough'")));
  EXPECT_THAT(writer->Finish(), IsOk());
  EXPECT_EQ(reply.text(), "enough");
}

TEST_F(MethodsTest, AClientThatGoesAwayEndsTheRead) {
  grpc::ClientContext context;
  Word reply;
  auto writer = words_->Join(&context, &reply);
  EXPECT_TRUE(writer->Write(FromText<Word>("text: 'x'")));
  // What is cancelled before it begins does not begin.
  ASSERT_TRUE(events_.Await("Join began"));
  context.TryCancel();
  EXPECT_THAT(writer->Finish(), IsError(StatusCode::CANCELLED, testing::_));
  EXPECT_TRUE(events_.Await("Join cancelled"));
}

TEST_F(MethodsTest, BothStreams) {
  grpc::ClientContext context;
  auto chat = words_->Chat(&context);
  for (int i = 0; i < 100; ++i) {
    Word word;
    word.set_times(i);
    ASSERT_TRUE(chat->Write(word));
    ASSERT_TRUE(chat->Read(&word));
    EXPECT_EQ(word.times(), i + 1);
  }
  chat->WritesDone();
  Word word;
  EXPECT_FALSE(chat->Read(&word));
  EXPECT_THAT(chat->Finish(), IsOk());
}

TEST_F(MethodsTest, BothStreamsWithAnErrorMidway) {
  grpc::ClientContext context;
  context.AddMetadata("x-fail", "Chat");
  auto chat = words_->Chat(&context);
  EXPECT_TRUE(chat->Write(Word()));
  Word word;
  EXPECT_TRUE(chat->Read(&word));
  EXPECT_FALSE(chat->Read(&word));
  EXPECT_THAT(chat->Finish(),
              IsError(StatusCode::FAILED_PRECONDITION, "Chat refuses."));
}

TEST_F(MethodsTest, ATransactionAroundACustomMethod) {
  Word reply;
  const Word word = FromText<Word>("text: 'saved'");
  ASSERT_THAT(Call(*words_, &Words::Stub::Save, word, &reply), IsOk());
  for (const char* key : {"x-fail", "x-throw"}) {
    EXPECT_FALSE(
        CallWith({{key, "Save"}}, *words_, &Words::Stub::Save, word, &reply)
            .ok());
  }
  EXPECT_EQ(CountOf("trace"), "1");
  ASSERT_THAT(Call(*words_, &Words::Stub::Count, word, &reply), IsOk());
  EXPECT_EQ(reply.times(), 1);
  // READ: what would write is refused.
  EXPECT_FALSE(
      CallWith({{"x-write", "1"}}, *words_, &Words::Stub::Count, word, &reply)
          .ok());
  EXPECT_EQ(CountOf("trace"), "1");
}

TEST_F(MethodsTest, ATransactionAroundAClientStream) {
  for (const char* key : {"x-nothing", "x-fail", "x-throw"}) {
    grpc::ClientContext context;
    context.AddMetadata(key, "SaveAll");
    Word reply;
    auto writer = words_->SaveAll(&context, &reply);
    for (int i = 0; i < 5; ++i) {
      EXPECT_TRUE(writer->Write(FromText<Word>("text: 'x'")));
    }
    writer->WritesDone();
    EXPECT_EQ(writer->Finish().ok(), std::string(key) == "x-nothing");
    EXPECT_EQ(CountOf("trace"), "5");
  }
}

}  // namespace
}  // namespace integration
