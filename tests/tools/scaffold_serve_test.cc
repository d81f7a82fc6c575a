// What emit=service_proto writes serves: services that nobody wrote, over real
// channels, on both databases.
#include <google/protobuf/empty.pb.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "library.pb.h"
#include "library_service.grpc.pb.h"
#include "library_service.modelservice.pb.h"
#include "modelservice/testing.h"
#include "old_service.grpc.pb.h"
#include "old_service.modelservice.pb.h"

namespace library::v1 {
namespace {

void Register(modelservice::Registry& registry) {
  RegisterLibraryService(registry);
  RegisterOldService(registry);
}

class ScaffoldTest : public testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    modelservice::TestServer::Options options;
    if (GetParam()) {
      const auto url = modelservice::NewPostgresDatabase();
      if (absl::IsNotFound(url.status())) GTEST_SKIP() << url.status();
      ASSERT_TRUE(url.ok()) << url.status();
      options.settings.set_database(*url);
    }
    auto server = modelservice::TestServer::Start(&Register, options);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    authors_ = AuthorService::NewStub(server_->channel());
    copies_ = CopyService::NewStub(server_->channel());
    journals_ = Journals::NewStub(server_->channel());
  }

  Author Create(const std::string& name) {
    grpc::ClientContext call;
    CreateAuthorRequest request;
    request.mutable_author()->set_name(name);
    Author author;
    const grpc::Status status = authors_->CreateAuthor(&call, request, &author);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return author;
  }

  ListAuthorsResponse List(const ListAuthorsRequest& request) {
    grpc::ClientContext call;
    ListAuthorsResponse page;
    const grpc::Status status = authors_->ListAuthors(&call, request, &page);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return page;
  }

  std::unique_ptr<modelservice::TestServer> server_;
  std::unique_ptr<AuthorService::Stub> authors_;
  std::unique_ptr<CopyService::Stub> copies_;
  std::unique_ptr<Journals::Stub> journals_;
};

TEST_P(ScaffoldTest, ListsByPagesFiltersOrdersAndWords) {
  for (const char* name : {"Ann", "Bob", "Cid", "Dora", "Annabel"}) {
    Create(name);
  }
  ListAuthorsRequest request;
  ListAuthorsResponse page = List(request);
  EXPECT_EQ(page.authors_size(), 2);  // default_page_size
  EXPECT_EQ(page.total_size(), 5);
  request.set_page_token(page.next_page_token());
  page = List(request);
  ASSERT_EQ(page.authors_size(), 2);
  EXPECT_EQ(page.authors(0).name(), "Cid");

  request.Clear();
  request.set_filter("name != \"Bob\"");
  request.set_order_by("name desc");
  request.set_page_size(50);
  page = List(request);
  ASSERT_EQ(page.authors_size(), 4);
  EXPECT_EQ(page.authors(0).name(), "Dora");
  EXPECT_EQ(page.next_page_token(), "");

  request.Clear();
  request.set_search("ann");
  page = List(request);
  EXPECT_EQ(page.authors_size(), 2);
}

TEST_P(ScaffoldTest, UpdatesWhatAMaskNames) {
  Author author = Create("Ann");
  UpdateAuthorRequest request;
  *request.mutable_author() = author;
  request.mutable_author()->set_name("Anna");
  request.mutable_author()->mutable_motto()->set_value("no");
  request.mutable_update_mask()->add_paths("motto");
  grpc::ClientContext call;
  ASSERT_TRUE(authors_->UpdateAuthor(&call, request, &author).ok());
  EXPECT_EQ(author.name(), "Ann");
  EXPECT_EQ(author.motto().value(), "no");
}

TEST_P(ScaffoldTest, DeletesInAState) {
  const auto drafts = DraftService::NewStub(server_->channel());
  CreateDraftRequest create;
  create.mutable_draft()->set_text("x");
  Draft draft;
  grpc::ClientContext create_call;
  ASSERT_TRUE(drafts->CreateDraft(&create_call, create, &draft).ok());
  DeleteDraftRequest remove;
  remove.set_id(draft.id());
  remove.set_etag("of another state");
  grpc::ClientContext stale;
  EXPECT_EQ(drafts->DeleteDraft(&stale, remove, &draft).error_code(),
            grpc::StatusCode::ABORTED);
  remove.set_etag(draft.etag());
  grpc::ClientContext remove_call;
  ASSERT_TRUE(drafts->DeleteDraft(&remove_call, remove, &draft).ok());
  EXPECT_TRUE(draft.has_delete_time());

  GetDraftRequest get;
  get.set_id(draft.id());
  get.mutable_read_mask()->add_paths("text");
  grpc::ClientContext gone;
  EXPECT_EQ(drafts->GetDraft(&gone, get, &draft).error_code(),
            grpc::StatusCode::NOT_FOUND);
  get.set_show_deleted(true);
  grpc::ClientContext shown;
  ASSERT_TRUE(drafts->GetDraft(&shown, get, &draft).ok());
  Draft read;
  read.set_text("x");
  EXPECT_EQ(draft.SerializeAsString(), read.SerializeAsString());

  UndeleteDraftRequest undelete;
  undelete.set_id(get.id());
  grpc::ClientContext undelete_call;
  ASSERT_TRUE(drafts->UndeleteDraft(&undelete_call, undelete, &draft).ok());
  EXPECT_FALSE(draft.has_delete_time());
}

TEST_P(ScaffoldTest, FindsByAKeyOfThreeFields) {
  CreateCopyRequest create;
  create.mutable_copy()->set_isbn("1");
  create.mutable_copy()->set_shelf(SHELF_BACK);
  create.mutable_copy()->set_number(7);
  create.mutable_copy()->set_note("torn");
  Copy copy;
  grpc::ClientContext create_call;
  ASSERT_TRUE(copies_->CreateCopy(&create_call, create, &copy).ok());
  GetCopyRequest key;
  key.set_isbn("1");
  key.set_shelf(SHELF_BACK);
  key.set_number(7);
  copy.Clear();
  grpc::ClientContext get_call;
  ASSERT_TRUE(copies_->GetCopy(&get_call, key, &copy).ok());
  EXPECT_EQ(copy.note(), "torn");
  DeleteCopyRequest remove;
  remove.set_isbn("1");
  remove.set_number(7);
  google::protobuf::Empty nothing;
  grpc::ClientContext wrong;
  EXPECT_EQ(copies_->DeleteCopy(&wrong, remove, &nothing).error_code(),
            grpc::StatusCode::NOT_FOUND);
  remove.set_shelf(SHELF_BACK);
  grpc::ClientContext right;
  EXPECT_TRUE(copies_->DeleteCopy(&right, remove, &nothing).ok());
}

TEST_P(ScaffoldTest, ServesTheMethodsThatWereAskedForAlone) {
  EXPECT_EQ(Journals::service_full_name(), std::string("library.v1.Journals"));
  ASSERT_EQ(
      JournalListRequest::descriptor()->file()->service(3)->method_count(), 2);
  JournalPartialUpdateRequest request;
  request.set_number(1);
  request.set_title("x");
  Journal journal;
  grpc::ClientContext call;
  EXPECT_EQ(journals_->PartialUpdate(&call, request, &journal).error_code(),
            grpc::StatusCode::NOT_FOUND);
}

TEST_P(ScaffoldTest, ServesProto2) {
  const auto things = OldThingService::NewStub(server_->channel());
  OldThing thing;
  thing.set_kind(OLD_B);
  thing.set_data("x");
  grpc::ClientContext create;
  ASSERT_TRUE(things->Create(&create, thing, &thing).ok());
  OldThingPartialUpdateRequest request;
  request.set_kind(OLD_B);
  request.set_text("y");
  grpc::ClientContext update;
  ASSERT_TRUE(things->PartialUpdate(&update, request, &thing).ok());
  EXPECT_EQ(thing.text(), "y");
  EXPECT_EQ(thing.data(), "x");
}

INSTANTIATE_TEST_SUITE_P(OnBoth, ScaffoldTest, testing::Bool(),
                         [](const testing::TestParamInfo<bool>& database) {
                           return database.param ? "Postgres" : "Sqlite";
                         });

}  // namespace
}  // namespace library::v1
