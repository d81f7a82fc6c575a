// VERSION and ETAG: whoever writes says which state of a row it has read.
#include <atomic>
#include <thread>

#include "absl/strings/str_cat.h"
#include "modelservice/db/error.h"
#include "roles_fixture.h"

namespace roles {
namespace {

using ::modelservice::GetStaleRow;

class VersionTest : public RolesTest {
 protected:
  void SetUp() override {
    RolesTest::SetUp();
    notes_ = Stub<Notes>();
  }
  Note Created(absl::string_view text = "text: 'one'") {
    Note note;
    EXPECT_THAT(
        Call(*notes_, &Notes::Stub::Create, FromText<Note>(text), &note),
        IsOk());
    return note;
  }
  Note Stored(int64_t id) {
    Note note;
    NoteKey key;
    key.set_id(id);
    EXPECT_THAT(Call(*notes_, &Notes::Stub::Get, key, &note), IsOk());
    return note;
  }

  std::unique_ptr<Notes::Stub> notes_;
};

TEST_F(VersionTest, ItIsOneAtFirstAndOneMoreAfterEachWrite) {
  Note note = Created("text: 'one' version: 7 etag: 'mine'");
  EXPECT_EQ(note.version(), 1);
  EXPECT_EQ(note.etag().size(), 32u);
  const std::string first = note.etag();
  note.set_text("two");
  Note updated;
  ASSERT_THAT(Call(*notes_, &Notes::Stub::Update, note, &updated), IsOk());
  EXPECT_EQ(updated.version(), 2);
  EXPECT_EQ(updated.text(), "two");
  EXPECT_NE(updated.etag(), first);
  EXPECT_THAT(Stored(note.id()), integration::EqualsMessage(updated));
  // Without either, nothing is compared.
  Note blind = FromText<Note>("text: 'three'");
  blind.set_id(note.id());
  ASSERT_THAT(Call(*notes_, &Notes::Stub::Update, blind, &updated), IsOk());
  EXPECT_EQ(updated.version(), 3);
  PatchNoteRequest patch;
  patch.set_id(note.id());
  patch.set_text("four");
  patch.set_version(3);
  ASSERT_THAT(Call(*notes_, &Notes::Stub::Patch, patch, &updated), IsOk());
  EXPECT_EQ(updated.version(), 4);
  EXPECT_EQ(Query("SELECT version FROM roles_note"), "4");
}

TEST_F(VersionTest, AnotherStateIsAbortedAndSaysWhatChanged) {
  const Note old = Created();
  Note now;
  ASSERT_THAT(Call(*notes_, &Notes::Stub::Update, old, &now), IsOk());
  Note reply;
  const Refusal version(Call(
      *notes_, &Notes::Stub::Update,
      [&] {
        Note stale = old;
        stale.clear_etag();
        return stale;
      }(),
      &reply));
  EXPECT_EQ(version.code, StatusCode::ABORTED);
  EXPECT_EQ(version.message,
            absl::StrCat("Note: ", old.id(),
                         " has changed: its version is 2, not 1."));
  EXPECT_EQ(version.info.reason(), "STALE_ROW");
  EXPECT_EQ(version.info.metadata().at("field"), "version");
  EXPECT_EQ(version.info.metadata().at("given"), "1");
  EXPECT_EQ(version.info.metadata().at("current"), "2");
  // The etag, in the resource and beside it.
  UpdateNoteRequest update;
  update.mutable_note()->set_id(old.id());
  update.mutable_note()->set_text("x");
  update.set_etag(old.etag());
  const Refusal beside(Call(*notes_, &Notes::Stub::UpdateNote, update, &reply));
  EXPECT_EQ(beside.code, StatusCode::ABORTED);
  EXPECT_EQ(beside.info.metadata().at("current"), now.etag());
  update.clear_etag();
  update.mutable_note()->set_etag(old.etag());
  update.mutable_update_mask()->add_paths("text");
  EXPECT_THAT(Call(*notes_, &Notes::Stub::UpdateNote, update, &reply),
              IsError(StatusCode::ABORTED, HasSubstr("its etag is")));
  PatchNoteRequest patch;
  patch.set_id(old.id());
  patch.set_text("x");
  patch.set_version(1);
  EXPECT_THAT(Call(*notes_, &Notes::Stub::Patch, patch, &reply),
              IsError(StatusCode::ABORTED, HasSubstr("version is 2, not 1")));
  // And without anything to write.
  patch.clear_text();
  EXPECT_THAT(Call(*notes_, &Notes::Stub::Patch, patch, &reply),
              IsError(StatusCode::ABORTED, HasSubstr("version is 2, not 1")));
  EXPECT_THAT(Stored(old.id()), integration::EqualsMessage(now));
  // The right ones.
  update.set_etag(now.etag());
  update.mutable_note()->set_etag(now.etag());
  update.mutable_note()->set_version(2);
  ASSERT_THAT(Call(*notes_, &Notes::Stub::UpdateNote, update, &reply), IsOk());
  EXPECT_EQ(reply.version(), 3);
  EXPECT_EQ(reply.text(), "x");
}

TEST_F(VersionTest, ADeletedStateIsNoOther) {
  const Note old = Created();
  DeleteNoteRequest gone;
  google::protobuf::Empty empty;
  gone.set_id(old.id());
  gone.set_version(2);
  EXPECT_THAT(Call(*notes_, &Notes::Stub::Delete, gone, &empty),
              IsError(StatusCode::ABORTED, HasSubstr("version is 1, not 2")));
  gone.set_version(1);
  gone.set_etag("another");
  EXPECT_THAT(Call(*notes_, &Notes::Stub::Delete, gone, &empty),
              IsError(StatusCode::ABORTED, HasSubstr("its etag is")));
  gone.set_etag(old.etag());
  EXPECT_THAT(Call(*notes_, &Notes::Stub::Delete, gone, &empty), IsOk());
  EXPECT_THAT(Call(*notes_, &Notes::Stub::Delete, gone, &empty),
              IsError(StatusCode::NOT_FOUND, HasSubstr("not found")));
  Note reply;
  EXPECT_THAT(Call(*notes_, &Notes::Stub::Update, old, &reply),
              IsError(StatusCode::NOT_FOUND, HasSubstr("not found")));
}

// Each caller reads, counts and writes; nothing that was written is lost.
TEST_F(VersionTest, NoneOfManyConcurrentUpdatesIsLost) {
  const Note note = Created();
  constexpr int kCallers = 8;
  constexpr int kEach = 10;
  std::atomic<int> aborted{0};
  std::vector<std::thread> callers;
  for (int i = 0; i < kCallers; ++i) {
    callers.emplace_back([&] {
      for (int done = 0; done < kEach;) {
        Note read = Stored(note.id());
        read.set_count(read.count() + 1);
        Note reply;
        const grpc::Status status =
            Call(*notes_, &Notes::Stub::Update, read, &reply);
        if (status.ok()) {
          ++done;
        } else {
          ASSERT_EQ(status.error_code(), StatusCode::ABORTED)
              << status.error_message();
          ++aborted;
        }
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  const Note last = Stored(note.id());
  EXPECT_EQ(last.count(), kCallers * kEach);
  EXPECT_EQ(last.version(), 1 + kCallers * kEach);
  EXPECT_GT(aborted, 0);
}

TEST_F(VersionTest, ObjectsCompareTheStateToo) {
  Objects<Note> notes = All<Note>();
  Note note = FromText<Note>("text: 'a' version: 9");
  ASSERT_TRUE(notes.Create(&note).ok());
  EXPECT_EQ(note.version(), 1);
  Note mine = note;
  Note theirs = note;
  ASSERT_TRUE(notes.Update(&theirs).ok());
  EXPECT_EQ(theirs.version(), 2);
  const absl::Status stale = notes.Update(&mine);
  EXPECT_EQ(stale.code(), absl::StatusCode::kAborted) << stale;
  ASSERT_TRUE(GetStaleRow(stale).has_value());
  EXPECT_EQ(GetStaleRow(stale)->field, "version");
  EXPECT_EQ(GetStaleRow(stale)->given, "1");
  EXPECT_EQ(GetStaleRow(stale)->current, "2");
  EXPECT_EQ(notes.Delete(mine).code(), absl::StatusCode::kAborted);
  EXPECT_EQ(notes.BulkUpdate({mine}, NoteModel::text).status().code(),
            absl::StatusCode::kAborted);
  EXPECT_FALSE(GetStaleRow(absl::NotFoundError("")).has_value());
  // What has no state to bring is written over.
  mine.clear_version();
  mine.clear_etag();
  EXPECT_TRUE(notes.Update(&mine).ok());
  EXPECT_EQ(mine.version(), 3);
  mine.set_text("bulk");
  EXPECT_EQ(*notes.BulkUpdate({mine}, NoteModel::text), 1);
  Note read = *notes.Filter(NoteModel::id == note.id()).Get();
  EXPECT_EQ(read.version(), 4);
  EXPECT_NE(read.etag(), mine.etag());
  // Of many by one statement, too, of which one is stale.
  std::vector<Note> many;
  for (int i = 0; i < 5; ++i) {
    many.push_back(FromText<Note>("text: 'many'"));
    ASSERT_TRUE(notes.Create(&many.back()).ok());
    many.back().set_text("changed");
  }
  EXPECT_EQ(*notes.BulkUpdate(many, NoteModel::text), 5);
  EXPECT_EQ(*notes.Filter(NoteModel::version == 2).Count(), 5);
  for (size_t i = 0; i < many.size(); ++i) {
    many[i] = *notes.Filter(NoteModel::id == many[i].id()).Get();
    many[i].set_text("again");
  }
  many[3].set_version(1);
  const absl::Status of_many = notes.BulkUpdate(many, NoteModel::text).status();
  EXPECT_EQ(of_many.code(), absl::StatusCode::kAborted) << of_many;
  EXPECT_EQ(GetStaleRow(of_many)->current, "2");
  EXPECT_EQ(*notes.Filter(NoteModel::text == "again").Count(), 0);
  // A query's Update is a write.
  EXPECT_EQ(
      *notes.Filter(NoteModel::id == note.id()).Update(NoteModel::count.Set(5)),
      1);
  EXPECT_EQ((*notes.Filter(NoteModel::id == note.id()).Get()).version(), 5);
  // So is an Upsert.
  read.set_text("upserted");
  ASSERT_TRUE(notes.Upsert(&read, NoteModel::id).ok());
  EXPECT_EQ(read.version(), 6);
  EXPECT_EQ(read.text(), "upserted");
  read.set_text("again");
  EXPECT_FALSE(*notes.UpdateOrCreate(&read, NoteModel::id));
  EXPECT_EQ(read.version(), 7);
  EXPECT_TRUE(notes.Delete(read).ok());
  EXPECT_EQ(notes.Update(&read).code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace roles
