// What a request says of how it is to be done: validate_only, allow_missing,
// request_id, read_mask.
#include <atomic>
#include <thread>
#include <vector>

#include "shelf_fixture.h"

namespace integration {
namespace {

using ::grpc::StatusCode;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class WriteOptionsTest : public ShelfTest {
 protected:
  grpc::Status Make(const CreateVolumeRequest& request, Volume* created) {
    return Call(*volumes_, &Volumes::Stub::CreateVolume, request, created);
  }
  grpc::Status Update(const UpdateVolumeRequest& request, Volume* updated) {
    return Call(*volumes_, &Volumes::Stub::UpdateVolume, request, updated);
  }
  grpc::Status Delete(const char* request) {
    google::protobuf::Empty empty;
    return Call(*volumes_, &Volumes::Stub::DeleteVolume,
                FromText<DeleteVolumeRequest>(request), &empty);
  }
};

TEST_F(WriteOptionsTest, ValidateOnlyDoesEverythingAndKeepsNothing) {
  auto request = FromText<CreateVolumeRequest>(
      "volume { isbn: '1' title: 'a' pages: 3 } validate_only: true");
  Volume reply;
  ASSERT_THAT(Make(request, &reply), IsOk());
  EXPECT_EQ(reply.pages(), 3);
  EXPECT_TRUE(reply.has_create_time());
  EXPECT_EQ(Rows("volume"), "0");
  // The database is asked, too.
  request.mutable_volume()->set_room_id(9);
  EXPECT_THAT(Make(request, &reply), IsError(StatusCode::INVALID_ARGUMENT,
                                             HasSubstr("room_id: Invalid pk")));
  Create("1");
  request.mutable_volume()->clear_room_id();
  EXPECT_THAT(Make(request, &reply),
              IsError(StatusCode::ALREADY_EXISTS, HasSubstr("isbn")));
  const auto change = FromText<UpdateVolumeRequest>(
      "volume { isbn: '1' title: 'new' } validate_only: true");
  ASSERT_THAT(Update(change, &reply), IsOk());
  EXPECT_EQ(reply.title(), "new");
  EXPECT_EQ(Get("1").title(), "of 1");
  ASSERT_THAT(Delete("isbn: '1' validate_only: true"), IsOk());
  EXPECT_THAT(Delete("isbn: '2' validate_only: true"),
              IsError(StatusCode::NOT_FOUND, "Volume: 2 not found!"));
  BatchVolumesResponse several;
  ASSERT_THAT(Call(*volumes_, &Volumes::Stub::BatchCreateVolumes,
                   FromText<BatchCreateVolumesRequest>(R"(
                     requests { volume { isbn: "5" title: "a" } }
                     validate_only: true
                   )"),
                   &several),
              IsOk());
  EXPECT_THAT(several.volumes(), SizeIs(1));
  EXPECT_EQ(Rows("volume"), "1");
}

TEST_F(WriteOptionsTest, AMissingRowIsMade) {
  auto request = FromText<UpdateVolumeRequest>(R"(
    volume { isbn: "1" title: "a" pages: 3 }
    update_mask { paths: "title" } allow_missing: true
  )");
  Volume reply;
  // All of it: there is nothing to leave as it is (AIP-134).
  ASSERT_THAT(Update(request, &reply), IsOk());
  EXPECT_EQ(reply.pages(), 3);
  EXPECT_THAT(reply, EqualsMessage(Get("1")));
  request.mutable_volume()->set_pages(4);
  request.mutable_volume()->set_title("b");
  ASSERT_THAT(Update(request, &reply), IsOk());
  EXPECT_EQ(reply.pages(), 3);
  EXPECT_EQ(reply.title(), "b");
  request.mutable_volume()->set_isbn("2");
  request.mutable_volume()->set_room_id(5);
  EXPECT_THAT(
      Update(request, &reply),
      IsError(StatusCode::INVALID_ARGUMENT, HasSubstr("room_id: Invalid pk")));
  request.mutable_volume()->clear_room_id();
  request.set_validate_only(true);
  ASSERT_THAT(Update(request, &reply), IsOk());
  EXPECT_EQ(Rows("volume"), "1");
  ASSERT_THAT(Delete("isbn: '7' allow_missing: true"), IsOk());
  ASSERT_THAT(Delete("isbn: '1' allow_missing: true"), IsOk());
  EXPECT_EQ(Rows("volume"), "0");
}

TEST_F(WriteOptionsTest, OneOfManyMakesTheMissingRow) {
  constexpr int kCallers = 8;
  std::atomic<int> made{0};
  std::vector<std::thread> callers;
  for (int i = 0; i < kCallers; ++i) {
    callers.emplace_back([&, i] {
      UpdateVolumeRequest request;
      request.set_allow_missing(true);
      *request.mutable_volume() = Of("1", "t" + std::to_string(i));
      Volume reply;
      if (Update(request, &reply).ok()) ++made;
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(made, kCallers);
  EXPECT_EQ(Rows("volume"), "1");
}

TEST_F(WriteOptionsTest, ARepeatedRequestIsAnsweredAsItWas) {
  auto request = FromText<CreateVolumeRequest>(
      "volume { isbn: '1' title: 'a' } request_id: 'r1'");
  Volume first;
  ASSERT_THAT(Make(request, &first), IsOk());
  Volume again;
  ASSERT_THAT(Make(request, &again), IsOk());
  EXPECT_THAT(again, EqualsMessage(first));
  EXPECT_EQ(Rows("volume"), "1");
  // Another request, the same id.
  request.mutable_volume()->set_title("b");
  EXPECT_THAT(Make(request, &again),
              IsError(StatusCode::INVALID_ARGUMENT,
                      "request_id: Another request had this id already."));
  // What failed is not remembered.
  request.set_request_id("r2");
  EXPECT_THAT(Make(request, &again),
              IsError(StatusCode::ALREADY_EXISTS, HasSubstr("isbn")));
  ASSERT_THAT(Delete("isbn: '1'"), IsOk());
  ASSERT_THAT(Make(request, &again), IsOk());
  // The id is the method's.
  auto change = FromText<UpdateVolumeRequest>(
      "volume { isbn: '1' title: 'c' } request_id: 'r2'");
  ASSERT_THAT(Update(change, &again), IsOk());
  EXPECT_EQ(Get("1").title(), "c");
  request.set_request_id(std::string(129, 'x'));
  EXPECT_THAT(Make(request, &again),
              IsError(StatusCode::INVALID_ARGUMENT,
                      "request_id: Ensure this field has no more than 128 "
                      "characters."));
  BatchVolumesResponse several;
  for (int i = 0; i < 2; ++i) {
    ASSERT_THAT(Call(*volumes_, &Volumes::Stub::BatchCreateVolumes,
                     FromText<BatchCreateVolumesRequest>(R"(
                       requests { volume { isbn: "5" title: "a" } }
                       request_id: "r1"
                     )"),
                     &several),
                IsOk());
    EXPECT_THAT(several.volumes(), SizeIs(1));
  }
}

TEST_F(WriteOptionsTest, OneOfManyRequestsOfOneIdIsDone) {
  CreateVolumeRequest request;
  *request.mutable_volume() = Of("1", "a");
  request.set_request_id("same");
  constexpr int kCallers = 8;
  std::vector<Volume> replies(kCallers);
  std::vector<std::thread> callers;
  std::atomic<int> answered{0};
  for (int i = 0; i < kCallers; ++i) {
    callers.emplace_back([&, i] {
      if (Make(request, &replies[static_cast<size_t>(i)]).ok()) ++answered;
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(answered, kCallers);
  EXPECT_EQ(Rows("volume"), "1");
  for (const Volume& reply : replies) {
    EXPECT_THAT(reply, EqualsMessage(replies[0]));
  }
}

TEST_F(WriteOptionsTest, AnIdIsForgottenAfterItsTime) {
  Options options;
  options.settings.set_request_id_lifetime(60);
  StartWith<FilteredVolumes>(std::move(options));
  auto request = FromText<CreateVolumeRequest>(
      "volume { isbn: '1' title: 'a' } request_id: 'r1'");
  Volume reply;
  ASSERT_THAT(Make(request, &reply), IsOk());
  RunSql(server().database_url(),
         "UPDATE modelservice_request SET create_time = '2020-01-01 00:00:00'");
  EXPECT_THAT(Make(request, &reply),
              IsError(StatusCode::ALREADY_EXISTS, HasSubstr("isbn")));
  // Old ones go with the next new one.
  request = FromText<CreateVolumeRequest>(
      "volume { isbn: '2' title: 'a' } request_id: 'r2'");
  ASSERT_THAT(Make(request, &reply), IsOk());
  EXPECT_EQ(Rows("modelservice_request"), "1");
}

TEST_F(WriteOptionsTest, AReadMaskSaysWhatIsRead) {
  CreateVolumeRequest request;
  *request.mutable_volume() = FromText<Volume>(R"pb(
    isbn: "1"
    title: "a"
    pages: 3
    binding { color: "red" width: 4 }
  )pb");
  Volume created;
  ASSERT_THAT(Make(request, &created), IsOk());
  auto get = FromText<GetVolumeRequest>(
      "isbn: '1' read_mask { paths: 'title' paths: 'binding.width' }");
  Volume read;
  ASSERT_THAT(Call(*volumes_, &Volumes::Stub::GetVolume, get, &read), IsOk());
  EXPECT_THAT(
      read, EqualsMessage(FromText<Volume>("title: 'a' binding { width: 4 }")));
  get.mutable_read_mask()->add_paths("*");
  ASSERT_THAT(Call(*volumes_, &Volumes::Stub::GetVolume, get, &read), IsOk());
  EXPECT_THAT(read, EqualsMessage(created));
  get.mutable_read_mask()->add_paths("binding.nothing");
  EXPECT_THAT(Call(*volumes_, &Volumes::Stub::GetVolume, get, &read),
              IsError(StatusCode::INVALID_ARGUMENT,
                      "read_mask: \"binding.nothing\" is no field of Volume."));
  // What is not asked for is not read: it could not be.
  RunSql(server().database_url(),
         Sql("UPDATE volume SET binding = 'no JSON'", "SELECT 1"));
  get = FromText<GetVolumeRequest>("isbn: '1' read_mask { paths: 'title' }");
  ASSERT_THAT(Call(*volumes_, &Volumes::Stub::GetVolume, get, &read), IsOk());
  EXPECT_THAT(read, EqualsMessage(FromText<Volume>("title: 'a'")));
}

TEST_F(WriteOptionsTest, PagesWithAReadMaskGoOn) {
  for (const char* isbn : {"1", "2", "3"}) Create(isbn);
  auto request = FromText<ListVolumesRequest>(R"(
    page_size: 2 order_by: "isbn desc" read_mask { paths: "title" }
  )");
  ListVolumesResponse page;
  ASSERT_THAT(Call(*volumes_, &Volumes::Stub::ListVolumes, request, &page),
              IsOk());
  ASSERT_THAT(page.volumes(), SizeIs(2));
  EXPECT_THAT(page.volumes(0),
              EqualsMessage(FromText<Volume>("title: 'of 3'")));
  request.set_page_token(page.next_page_token());
  ASSERT_THAT(Call(*volumes_, &Volumes::Stub::ListVolumes, request, &page),
              IsOk());
  ASSERT_THAT(page.volumes(), SizeIs(1));
  EXPECT_THAT(page.volumes(0),
              EqualsMessage(FromText<Volume>("title: 'of 1'")));
  std::vector<Volume> rows;
  const auto stream = FromText<StreamVolumesRequest>(
      "order_by: 'isbn desc' read_mask { paths: 'title' }");
  ASSERT_THAT(ReadAll(*volumes_, &Volumes::Stub::StreamVolumes, stream, &rows),
              IsOk());
  ASSERT_THAT(rows, SizeIs(3));
  EXPECT_THAT(rows[0], EqualsMessage(FromText<Volume>("title: 'of 3'")));
}

TEST_F(WriteOptionsTest, MetadataSaysWhatOfTheReplyIsRead) {
  Create("1");
  const auto list = [&](const char* mask, ListVolumesResponse* page) {
    grpc::ClientContext context;
    context.AddMetadata("x-goog-fieldmask", mask);
    return volumes_->ListVolumes(&context, ListVolumesRequest(), page);
  };
  ListVolumesResponse page;
  ASSERT_THAT(list("volumes.title, next_page_token", &page), IsOk());
  ASSERT_THAT(page.volumes(), SizeIs(1));
  EXPECT_THAT(page.volumes(0),
              EqualsMessage(FromText<Volume>("title: 'of 1'")));
  page.Clear();
  ASSERT_THAT(list("next_page_token", &page), IsOk());
  EXPECT_THAT(page.volumes(), IsEmpty());
  ASSERT_THAT(list("volumes", &page), IsOk());
  EXPECT_THAT(page.volumes(0), EqualsMessage(Get("1")));
  EXPECT_THAT(list("title", &page),
              IsError(StatusCode::INVALID_ARGUMENT,
                      "x-goog-fieldmask: \"title\" is no field of "
                      "ListVolumesResponse."));
  grpc::ClientContext context;
  context.AddMetadata("x-goog-fieldmask", "isbn");
  context.AddMetadata("x-goog-fieldmask", "title");
  Volume read;
  ASSERT_THAT(volumes_->GetVolume(
                  &context, FromText<GetVolumeRequest>("isbn: '1'"), &read),
              IsOk());
  EXPECT_THAT(read, EqualsMessage(FromText<Volume>("isbn: '1' title: 'of 1'")));
  const auto aggregate = [&](const char* mask) {
    grpc::ClientContext of;
    of.AddMetadata("x-goog-fieldmask", mask);
    AggregateVolumesResponse groups;
    return volumes_->AggregateVolumes(&of, {}, &groups);
  };
  EXPECT_THAT(aggregate("groups.count,groups"), IsOk());
  EXPECT_THAT(aggregate("groups.isbns"),
              IsError(StatusCode::INVALID_ARGUMENT, HasSubstr("is no field")));
}

}  // namespace
}  // namespace integration
