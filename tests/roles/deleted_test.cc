// DELETE_TIME: rows that stay when they are deleted, and are as if they were
// not there.
#include <thread>

#include "modelservice/db/error.h"
#include "roles_fixture.h"

namespace roles {
namespace {

using ::testing::UnorderedElementsAre;

class DeletedTest : public RolesTest {
 protected:
  void SetUp() override {
    RolesTest::SetUp();
    folders_ = Stub<Folders>();
    papers_ = Stub<Papers>();
  }
  grpc::Status Create(const std::string& name, Folder* folder,
                      int64_t parent = 0) {
    Folder request;
    request.set_name(name);
    if (parent != 0) request.set_parent_id(parent);
    return Call(*folders_, &Folders::Stub::Create, request, folder);
  }
  Folder Created(const std::string& name, int64_t parent = 0) {
    Folder folder;
    EXPECT_THAT(Create(name, &folder, parent), IsOk());
    return folder;
  }
  Paper CreatedPaper(const std::string& title, int64_t folder) {
    Paper paper;
    Paper request;
    request.set_title(title);
    request.set_folder_id(folder);
    EXPECT_THAT(Call(*papers_, &Papers::Stub::Create, request, &paper), IsOk());
    return paper;
  }
  grpc::Status Delete(int64_t id, Folder* reply, int64_t version = 0) {
    DeleteFolderRequest request;
    request.set_id(id);
    request.set_version(version);
    return Call(*folders_, &Folders::Stub::Delete, request, reply);
  }
  grpc::Status Undelete(int64_t id, Folder* reply) {
    DeleteFolderRequest request;
    request.set_id(id);
    return Call(*folders_, &Folders::Stub::Undelete, request, reply);
  }
  grpc::Status Get(int64_t id, bool deleted, Folder* reply) {
    GetFolderRequest request;
    request.set_id(id);
    request.set_show_deleted(deleted);
    return Call(*folders_, &Folders::Stub::Get, request, reply);
  }
  std::vector<std::string> Names(const ListFoldersRequest& request) {
    ListFoldersResponse page;
    EXPECT_THAT(Call(*folders_, &Folders::Stub::List, request, &page), IsOk());
    EXPECT_EQ(page.total_size(), page.folders_size());
    std::vector<std::string> names;
    for (const Folder& folder : page.folders()) names.push_back(folder.name());
    return names;
  }

  std::unique_ptr<Folders::Stub> folders_;
  std::unique_ptr<Papers::Stub> papers_;
};

TEST_F(DeletedTest, ARowThatIsDeletedIsNotThere) {
  const Folder folder = Created("a");
  Created("b");
  Folder deleted;
  ASSERT_THAT(Delete(folder.id(), &deleted), IsOk());
  EXPECT_TRUE(deleted.has_delete_time());
  EXPECT_EQ(deleted.version(), 2);
  EXPECT_EQ(Query("SELECT count(*) FROM roles_folder"), "2");
  Folder reply;
  const Refusal hidden(Get(folder.id(), false, &reply));
  Refusal none(Get(999, false, &reply));
  EXPECT_EQ(hidden.code, StatusCode::NOT_FOUND);
  EXPECT_EQ(none.code, hidden.code);
  EXPECT_EQ(hidden.info.ShortDebugString(), none.info.ShortDebugString());
  EXPECT_THAT(Delete(folder.id(), &reply),
              IsError(StatusCode::NOT_FOUND, "Folder: 1 not found!"));
  EXPECT_THAT(Call(*folders_, &Folders::Stub::Update, folder, &reply),
              IsError(StatusCode::NOT_FOUND, "Folder: 1 not found!"));
  FindFolderRequest find;
  find.set_name("a");
  EXPECT_THAT(Call(*folders_, &Folders::Stub::Find, find, &reply),
              IsError(StatusCode::NOT_FOUND, HasSubstr("not found")));
  EXPECT_THAT(Names({}), ElementsAre("b"));
  EXPECT_THAT(Names(FromText<ListFoldersRequest>("filter: 'name = \"a\"'")),
              IsEmpty());
  // Unless one asks.
  EXPECT_THAT(Names(FromText<ListFoldersRequest>("show_deleted: true")),
              ElementsAre("a", "b"));
  ASSERT_THAT(Get(folder.id(), true, &reply), IsOk());
  EXPECT_THAT(reply, integration::EqualsMessage(deleted));
  // Its name is free.
  const Folder again = Created("a");
  EXPECT_THAT(Create("a", &reply),
              IsError(StatusCode::ALREADY_EXISTS,
                      "folder with this name already exists."));
  ASSERT_THAT(Call(*folders_, &Folders::Stub::Find, find, &reply), IsOk());
  EXPECT_EQ(reply.id(), again.id());
}

TEST_F(DeletedTest, APageThatShowsDeletedRowsIsAnother) {
  for (const char* name : {"a", "b", "c"}) Created(name);
  auto request =
      FromText<ListFoldersRequest>("page_size: 1 show_deleted: true");
  ListFoldersResponse page;
  ASSERT_THAT(Call(*folders_, &Folders::Stub::List, request, &page), IsOk());
  request.set_page_token(page.next_page_token());
  ASSERT_THAT(Call(*folders_, &Folders::Stub::List, request, &page), IsOk());
  EXPECT_EQ(page.folders(0).name(), "b");
  request.clear_show_deleted();
  EXPECT_THAT(Call(*folders_, &Folders::Stub::List, request, &page),
              IsError(StatusCode::INVALID_ARGUMENT, HasSubstr("page_token")));
}

TEST_F(DeletedTest, ItComesBack) {
  const Folder folder = Created("a");
  Folder reply;
  EXPECT_THAT(Undelete(folder.id(), &reply),
              IsError(StatusCode::ALREADY_EXISTS, "Folder: 1 is not deleted."));
  EXPECT_THAT(Undelete(99, &reply),
              IsError(StatusCode::NOT_FOUND, "Folder: 99 not found!"));
  ASSERT_THAT(Delete(folder.id(), &reply), IsOk());
  Created("a");
  EXPECT_THAT(Undelete(folder.id(), &reply),
              IsError(StatusCode::ALREADY_EXISTS,
                      "folder with this name already exists."));
  ASSERT_EQ(*All<Folder>().Filter(FolderModel::name == "a").Purge(), 1);
  DeleteFolderRequest stale;
  stale.set_id(folder.id());
  stale.set_version(1);
  EXPECT_THAT(Call(*folders_, &Folders::Stub::Undelete, stale, &reply),
              IsError(StatusCode::ABORTED, HasSubstr("version is 2, not 1")));
  ASSERT_THAT(Undelete(folder.id(), &reply), IsOk());
  EXPECT_FALSE(reply.has_delete_time());
  EXPECT_EQ(reply.version(), 3);
  EXPECT_THAT(Names({}), ElementsAre("a"));
}

TEST_F(DeletedTest, WhatIsInItGoesAndComesBackWithIt) {
  const Folder top = Created("top");
  const Folder sub = Created("sub", top.id());
  const Folder other = Created("other");
  const Paper inside = CreatedPaper("inside", sub.id());
  const Paper before = CreatedPaper("before", sub.id());
  CreatedPaper("outside", other.id());
  Label label;
  label.set_folder_id(sub.id());
  ASSERT_TRUE(All<Label>().Create(&label).ok());
  google::protobuf::Empty empty;
  NoteKey key;
  key.set_id(before.id());
  ASSERT_THAT(Call(*papers_, &Papers::Stub::Delete, key, &empty), IsOk());
  Folder reply;
  ASSERT_THAT(Delete(top.id(), &reply), IsOk());
  EXPECT_THAT(Names({}), ElementsAre("other"));
  EXPECT_EQ(*All<Paper>().Count(), 1);
  EXPECT_EQ(Query("SELECT count(DISTINCT delete_time) FROM roles_folder"), "1");
  EXPECT_EQ(Query("SELECT count(*) FROM roles_label WHERE folder_id IS NULL"),
            "1");
  // A child does not come back alone.
  Paper paper;
  key.set_id(inside.id());
  EXPECT_THAT(Call(*papers_, &Papers::Stub::Undelete, key, &paper),
              IsError(StatusCode::INVALID_ARGUMENT,
                      HasSubstr("object does not exist")));
  ASSERT_THAT(Undelete(top.id(), &reply), IsOk());
  EXPECT_THAT(Names({}), ElementsAre("top", "sub", "other"));
  // Without what had been deleted before.
  std::vector<std::string> titles;
  const auto left = All<Paper>().OrderBy(PaperModel::id).All();
  ASSERT_TRUE(left.ok()) << left.status();
  for (const Paper& each : *left) {
    titles.push_back(each.title());
  }
  EXPECT_THAT(titles, ElementsAre("inside", "outside"));
}

TEST_F(DeletedTest, WhatRestrictsKeepsIt) {
  const Folder top = Created("top");
  const Folder sub = Created("sub", top.id());
  Seal seal;
  seal.set_folder_id(sub.id());
  ASSERT_TRUE(All<Seal>().Create(&seal).ok());
  Folder reply;
  EXPECT_THAT(Delete(top.id(), &reply),
              IsError(StatusCode::FAILED_PRECONDITION,
                      HasSubstr("other rows refer to it")));
  EXPECT_EQ(*All<Folder>().Count(), 2);
  const auto kept = All<Folder>().Filter(FolderModel::id == top.id()).Delete();
  EXPECT_EQ(modelservice::GetDatabaseError(kept.status())->kind,
            modelservice::DatabaseError::Kind::kForeignKey);
  ASSERT_TRUE(All<Seal>().Delete(seal).ok());
  EXPECT_THAT(Delete(top.id(), &reply), IsOk());
}

TEST_F(DeletedTest, NothingRefersToIt) {
  const Folder folder = Created("a");
  CreatedPaper("p", folder.id());
  Folder reply;
  ASSERT_THAT(Delete(folder.id(), &reply), IsOk());
  Paper request;
  request.set_title("q");
  request.set_folder_id(folder.id());
  Paper made;
  const Refusal hidden(Call(*papers_, &Papers::Stub::Create, request, &made));
  EXPECT_EQ(hidden.code, StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(hidden.violations,
              ElementsAre("folder_id: Invalid pk \"1\" - object does not "
                          "exist."));
  request.set_folder_id(77);
  const Refusal none(Call(*papers_, &Papers::Stub::Create, request, &made));
  EXPECT_EQ(none.code, hidden.code);
  EXPECT_THAT(none.violations,
              ElementsAre("folder_id: Invalid pk \"77\" - object does not "
                          "exist."));
  // The same by the ORM, in every way to write.
  request.set_folder_id(folder.id());
  const auto refused = [](const absl::Status& status) {
    const auto error = modelservice::GetDatabaseError(status);
    return error.has_value() &&
           error->kind == modelservice::DatabaseError::Kind::kForeignKey;
  };
  Objects<Paper> papers = All<Paper>();
  EXPECT_TRUE(refused(papers.Create(&request)));
  EXPECT_TRUE(refused(papers.BulkCreate({request}).status()));
  EXPECT_TRUE(refused(papers.Upsert(&request, PaperModel::id)));
  Paper plain = request;
  plain.set_folder_id(Created("c").id());
  const auto many =
      papers.BulkCreate({plain, plain, plain, request, plain, request});
  EXPECT_TRUE(refused(many.status()));
  EXPECT_EQ(modelservice::GetDatabaseError(many.status())->row, 3u);
  const Folder other = Created("b");
  request.set_folder_id(other.id());
  ASSERT_TRUE(papers.Create(&request).ok());
  request.set_folder_id(folder.id());
  EXPECT_TRUE(refused(papers.Update(&request)));
  EXPECT_TRUE(
      refused(papers.BulkUpdate({request}, PaperModel::folder_id).status()));
  EXPECT_TRUE(refused(
      papers.Rows().Update(PaperModel::folder_id.Set(folder.id())).status()));
  EXPECT_THAT(Call(*papers_, &Papers::Stub::Update, request, &made),
              IsError(StatusCode::INVALID_ARGUMENT,
                      HasSubstr("object does not exist")));
}

TEST_F(DeletedTest, WhatFollowsIsCounted) {
  const Folder top = Created("top");
  const Folder sub = Created("sub", top.id());
  CreatedPaper("p", top.id());
  CreatedPaper("q", sub.id());
  modelservice::RowsByTable gone;
  EXPECT_EQ(*All<Folder>().Filter(FolderModel::name == "top").Delete(&gone), 1);
  EXPECT_EQ(gone, (modelservice::RowsByTable{{"roles_folder", 2},
                                             {"roles_paper", 2}}));
}

// Of the rows that are said to be deleted, those are not that followed.
TEST_F(DeletedTest, PurgedRowsAreCountedWithoutWhatFollows) {
  const Folder top = Created("top");
  const Folder sub = Created("sub", top.id());
  CreatedPaper("q", sub.id());
  modelservice::RowsByTable gone;
  EXPECT_EQ(*All<Folder>().Filter(FolderModel::name == "top").Purge(&gone), 1);
  EXPECT_EQ(gone, (modelservice::RowsByTable{{"roles_folder", 2},
                                             {"roles_paper", 1}}));
}

TEST_F(DeletedTest, QueriesHideItInEveryWay) {
  Created("gone");
  const Folder top = Created("top");
  const Folder sub = Created("sub", top.id());
  CreatedPaper("p", top.id());
  const Paper deleted = CreatedPaper("q", top.id());
  ASSERT_TRUE(All<Paper>().Delete(deleted).ok());
  ASSERT_EQ(*All<Folder>().Filter(FolderModel::name == "gone").Delete(), 1);
  const Objects<Folder> folders = All<Folder>();
  EXPECT_EQ(*folders.Count(), 2);
  EXPECT_EQ(*folders.Rows().WithDeleted().Count(), 3);
  EXPECT_EQ(*folders.Rows().OnlyDeleted().Count(), 1);
  EXPECT_FALSE(*folders.Filter(FolderModel::name == "gone").Exists());
  EXPECT_EQ(folders.Filter(FolderModel::name == "gone").Get().status().code(),
            absl::StatusCode::kNotFound);
  EXPECT_EQ(*folders.Filter(FolderModel::name == "gone")
                 .Update(FolderModel::name.Set("x")),
            0);
  EXPECT_THAT(
      *folders.Rows().Values(FolderModel::name),
      UnorderedElementsAre(std::make_tuple("top"), std::make_tuple("sub")));
  EXPECT_EQ(
      folders.Rows().Union(folders.Rows().WithDeleted()).All().status().code(),
      absl::StatusCode::kInvalidArgument);
  // Back along references, and forth.
  EXPECT_EQ(*folders.Filter(FolderModel::papers.Any(PaperModel::title == "q"))
                 .Count(),
            0);
  EXPECT_EQ(*folders.Filter(FolderModel::papers.None()).Count(), 1);
  EXPECT_EQ(*folders.Filter(FolderModel::papers.Count() == 1).Count(), 1);
  EXPECT_EQ(*All<Paper>().Filter(PaperModel::folder.name == "top").Count(), 1);
  Label label;
  label.set_folder_id(sub.id());
  ASSERT_TRUE(All<Label>().Create(&label).ok());
  EXPECT_EQ(*All<Label>().Filter(LabelModel::folder.name == "sub").Count(), 1);
  // As another program would leave it.
  integration::RunSql(server().database_url(),
                      "UPDATE roles_folder SET delete_time = "
                      "'2026-01-01 00:00:00+00' WHERE name = 'sub'");
  EXPECT_EQ(*All<Label>().Filter(LabelModel::folder.name == "sub").Count(), 0);
  EXPECT_EQ(*All<Label>().Filter(LabelModel::folder.name.IsNull()).Count(), 1);
  EXPECT_EQ(*All<Label>()
                 .Filter(LabelModel::folder.name == "sub")
                 .Update(LabelModel::folder_id.SetNull()),
            0);
  EXPECT_EQ(*folders.Rows().WithDeleted().Undelete(), 2);
  EXPECT_EQ(*folders.Rows().Purge() > 0, true);
}

TEST_F(DeletedTest, OnlyAModelThatKeepsThemBringsRowsBack) {
  const auto none = All<Label>().Rows().Undelete();
  EXPECT_EQ(none.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(none.status().message()), HasSubstr("DELETE_TIME"));
}

TEST_F(DeletedTest, UpsertFindsTheRowThatIsThere) {
  const Folder old = Created("a");
  Folder reply;
  ASSERT_THAT(Delete(old.id(), &reply), IsOk());
  Folder folder;
  folder.set_name("a");
  ASSERT_TRUE(All<Folder>().Upsert(&folder, FolderModel::name).ok());
  EXPECT_NE(folder.id(), old.id());
  ASSERT_TRUE(All<Folder>().Upsert(&folder, FolderModel::name).ok());
  EXPECT_EQ(folder.version(), 2);
  // A key stays taken.
  Folder taken;
  taken.set_id(old.id());
  taken.set_name("z");
  const absl::Status refused = All<Folder>().Upsert(&taken, FolderModel::id);
  EXPECT_EQ(refused.code(), absl::StatusCode::kAlreadyExists) << refused;
}

// Folders are deleted while papers come into them: none is there in one that
// is not.
TEST_F(DeletedTest, NothingSlipsIntoWhatIsBeingDeleted) {
  for (int round = 0; round < 10; ++round) {
    const Folder folder = Created("f" + std::to_string(round));
    std::vector<std::thread> writers;
    for (int i = 0; i < 4; ++i) {
      writers.emplace_back([&] {
        for (int j = 0; j < 5; ++j) {
          Paper paper;
          paper.set_title("p");
          paper.set_folder_id(folder.id());
          Paper reply;
          const grpc::Status status =
              Call(*papers_, &Papers::Stub::Create, paper, &reply);
          EXPECT_TRUE(status.ok() ||
                      status.error_code() == StatusCode::INVALID_ARGUMENT)
              << status.error_code() << status.error_message();
        }
      });
    }
    Folder reply;
    EXPECT_THAT(Delete(folder.id(), &reply), IsOk());
    for (std::thread& writer : writers) writer.join();
  }
  EXPECT_EQ(*All<Paper>().Count(), 0);
}

}  // namespace
}  // namespace roles
