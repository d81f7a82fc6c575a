// Batches: several rows in one call, all of them or none.
#include "shelf_fixture.h"

namespace integration {
namespace {

using ::grpc::StatusCode;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class BatchesTest : public ShelfTest {};

TEST_F(BatchesTest, ABatchCreatesAllInItsOrder) {
  BatchCreateVolumesRequest request;
  for (int i = 0; i < 20; ++i) {
    *request.add_requests()->mutable_volume() =
        Of(std::to_string(19 - i), "t" + std::to_string(i));
  }
  BatchVolumesResponse reply;
  ASSERT_THAT(
      Call(*volumes_, &Volumes::Stub::BatchCreateVolumes, request, &reply),
      IsOk());
  ASSERT_THAT(reply.volumes(), SizeIs(20));
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(reply.volumes(i).isbn(), std::to_string(19 - i));
    EXPECT_TRUE(reply.volumes(i).has_create_time());
    EXPECT_THAT(reply.volumes(i), EqualsMessage(Get(std::to_string(19 - i))));
  }
}

// More values than one statement takes.
TEST_F(BatchesTest, ABatchMayBeAsLargeAsAPage) {
  BatchCreateVolumesRequest request;
  for (int i = 0; i < 1000; ++i) {
    *request.add_requests()->mutable_volume() = Of(std::to_string(i), "t");
  }
  BatchVolumesResponse reply;
  ASSERT_THAT(
      Call(*volumes_, &Volumes::Stub::BatchCreateVolumes, request, &reply),
      IsOk());
  EXPECT_THAT(reply.volumes(), SizeIs(1000));
  EXPECT_EQ(Rows("volume"), "1000");
}

TEST_F(BatchesTest, KeysOfTheDatabaseAreThoseOfTheRows) {
  BatchCreateRoomsRequest request;
  for (const char* name : {"b", "a", "c"}) request.add_rooms()->set_name(name);
  BatchRoomsResponse reply;
  ASSERT_THAT(Call(*rooms_, &Rooms::Stub::BatchCreate, request, &reply),
              IsOk());
  ASSERT_THAT(reply.rooms(), SizeIs(3));
  BatchGetRoomsRequest ids;
  for (const Room& room : reply.rooms()) {
    EXPECT_GT(room.id(), 0);
    ids.add_ids(room.id());
  }
  BatchRoomsResponse got;
  ASSERT_THAT(Call(*rooms_, &Rooms::Stub::BatchGet, ids, &got), IsOk());
  EXPECT_THAT(got, EqualsMessage(reply));
  EXPECT_EQ(got.rooms(1).name(), "a");
  BatchFindRoomsRequest names;
  names.add_names("c");
  names.add_names("b");
  names.add_names("c");
  ASSERT_THAT(Call(*rooms_, &Rooms::Stub::BatchFind, names, &got), IsOk());
  ASSERT_THAT(got.rooms(), SizeIs(3));
  EXPECT_EQ(got.rooms(0).name(), "c");
  EXPECT_EQ(got.rooms(1).name(), "b");
  EXPECT_EQ(got.rooms(2).name(), "c");
}

TEST_F(BatchesTest, FaultsOfABatchNameTheirPlaces) {
  const auto request = FromText<BatchCreateVolumesRequest>(R"(
    requests { volume { isbn: "1" title: "fine" } }
    requests { volume { isbn: "2" title: "much too long" } }
    requests {}
    requests { volume { isbn: "3" price: "x" } request_id: "a" }
  )");
  BatchVolumesResponse reply;
  const grpc::Status status =
      Call(*volumes_, &Volumes::Stub::BatchCreateVolumes, request, &reply);
  const Refusal said(status);
  EXPECT_EQ(said.code, StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(said.violations,
              ElementsAre("requests[3].request_id: Say this of the whole "
                          "request."));
  auto other = request;
  other.mutable_requests(3)->clear_request_id();
  const Refusal again(
      Call(*volumes_, &Volumes::Stub::BatchCreateVolumes, other, &reply));
  EXPECT_EQ(again.code, StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(
      again.violations,
      ElementsAre("requests[1].volume.title: Ensure this field has no more "
                  "than 10 characters.",
                  "requests[2].volume: This field is required.",
                  "requests[3].volume.title: This field may not be blank.",
                  "requests[3].volume.price: A valid number is required."));
  EXPECT_EQ(Rows("volume"), "0");
}

TEST_F(BatchesTest, WhatTheDatabaseRefusesIsNamedAndNothingStays) {
  Create("2");
  const auto request = FromText<BatchCreateVolumesRequest>(R"(
    requests { volume { isbn: "1" title: "a" } }
    requests { volume { isbn: "2" title: "b" room_id: 7 } }
  )");
  BatchVolumesResponse reply;
  const Refusal said(
      Call(*volumes_, &Volumes::Stub::BatchCreateVolumes, request, &reply));
  EXPECT_EQ(said.code, StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(said.violations,
              ElementsAre(HasSubstr("requests[1].volume.room_id: Invalid pk"),
                          HasSubstr("requests[1].volume.isbn: ")));
  const auto twice = FromText<BatchCreateVolumesRequest>(R"(
    requests { volume { isbn: "1" title: "a" } }
    requests { volume { isbn: "1" title: "b" } }
  )");
  const Refusal second(
      Call(*volumes_, &Volumes::Stub::BatchCreateVolumes, twice, &reply));
  EXPECT_EQ(second.code, StatusCode::ALREADY_EXISTS);
  EXPECT_THAT(second.message, HasSubstr("requests[1].volume.isbn"));
  EXPECT_EQ(Rows("volume"), "1");
}

TEST_F(BatchesTest, ABatchIsNoLargerThanAPageMayBe) {
  BatchGetVolumesRequest request;
  for (int i = 0; i < 1001; ++i) request.add_isbns("1");
  BatchVolumesResponse reply;
  EXPECT_THAT(
      Call(*volumes_, &Volumes::Stub::BatchGetVolumes, request, &reply),
      IsError(StatusCode::INVALID_ARGUMENT,
              HasSubstr("isbns: Ensure this field has no more than 1000 "
                        "elements.")));
  request.clear_isbns();
  EXPECT_THAT(Call(*volumes_, &Volumes::Stub::BatchGetVolumes, request, &reply),
              IsOk());
  EXPECT_THAT(reply.volumes(), SizeIs(0));
}

TEST_F(BatchesTest, ABatchGetsAllOrNone) {
  for (const char* isbn : {"1", "2", "3"}) Create(isbn);
  auto request =
      FromText<BatchGetVolumesRequest>("isbns: '3' isbns: '1' isbns: '3'");
  BatchVolumesResponse reply;
  ASSERT_THAT(Call(*volumes_, &Volumes::Stub::BatchGetVolumes, request, &reply),
              IsOk());
  ASSERT_THAT(reply.volumes(), SizeIs(3));
  EXPECT_THAT(reply.volumes(0), EqualsMessage(Get("3")));
  EXPECT_THAT(reply.volumes(1), EqualsMessage(Get("1")));
  EXPECT_THAT(reply.volumes(2), EqualsMessage(Get("3")));
  request.mutable_read_mask()->add_paths("title");
  ASSERT_THAT(Call(*volumes_, &Volumes::Stub::BatchGetVolumes, request, &reply),
              IsOk());
  EXPECT_THAT(reply.volumes(1),
              EqualsMessage(FromText<Volume>("title: 'of 1'")));
  request.add_isbns("4");
  const Refusal said(
      Call(*volumes_, &Volumes::Stub::BatchGetVolumes, request, &reply));
  EXPECT_EQ(said.code, StatusCode::NOT_FOUND);
  EXPECT_EQ(said.message, "isbns[3]: Volume: 4 not found!");
  EXPECT_EQ(said.resource.resource_name(), "4");
}

TEST_F(BatchesTest, ABatchUpdatesAllOrNone) {
  for (const char* isbn : {"1", "2"}) Create(isbn);
  auto request = FromText<BatchUpdateVolumesRequest>(R"(
    requests { volume { isbn: "2" title: "two" year: 2 }
               update_mask { paths: "year" } }
    requests { volume { isbn: "1" title: "one" } }
  )");
  BatchVolumesResponse reply;
  ASSERT_THAT(
      Call(*volumes_, &Volumes::Stub::BatchUpdateVolumes, request, &reply),
      IsOk());
  ASSERT_THAT(reply.volumes(), SizeIs(2));
  EXPECT_EQ(reply.volumes(0).title(), "of 2");
  EXPECT_EQ(reply.volumes(0).year(), 2);
  EXPECT_EQ(reply.volumes(1).title(), "one");
  EXPECT_THAT(reply.volumes(1), EqualsMessage(Get("1")));
  request.mutable_requests(0)->mutable_volume()->set_year(3);
  *request.add_requests() =
      FromText<UpdateVolumeRequest>("volume { isbn: '9' title: 'x' }");
  const Refusal said(
      Call(*volumes_, &Volumes::Stub::BatchUpdateVolumes, request, &reply));
  EXPECT_EQ(said.code, StatusCode::NOT_FOUND);
  EXPECT_EQ(said.message, "requests[2]: Volume: 9 not found!");
  EXPECT_EQ(Get("2").year(), 2);
  request.mutable_requests(2)->mutable_update_mask()->add_paths("nothing");
  EXPECT_THAT(
      Call(*volumes_, &Volumes::Stub::BatchUpdateVolumes, request, &reply),
      IsError(StatusCode::INVALID_ARGUMENT,
              HasSubstr("requests[2].update_mask: \"nothing\" is no field")));
  request.mutable_requests(2)->clear_update_mask();
  request.mutable_requests(2)->set_allow_missing(true);
  ASSERT_THAT(
      Call(*volumes_, &Volumes::Stub::BatchUpdateVolumes, request, &reply),
      IsOk());
  EXPECT_EQ(Get("9").title(), "x");
}

TEST_F(BatchesTest, ABatchDeletesAllOrNone) {
  for (const char* isbn : {"1", "2", "3"}) Create(isbn);
  auto request = FromText<BatchDeleteVolumesRequest>("isbns: '1' isbns: '4'");
  google::protobuf::Empty reply;
  const auto erase = [&] {
    return Call(*volumes_, &Volumes::Stub::BatchDeleteVolumes, request, &reply);
  };
  EXPECT_THAT(erase(),
              IsError(StatusCode::NOT_FOUND, "isbns[1]: Volume: 4 not found!"));
  EXPECT_EQ(Rows("volume"), "3");
  // The second time it is gone.
  request = FromText<BatchDeleteVolumesRequest>("isbns: '1' isbns: '1'");
  EXPECT_THAT(erase(),
              IsError(StatusCode::NOT_FOUND, "isbns[1]: Volume: 1 not found!"));
  request = FromText<BatchDeleteVolumesRequest>("isbns: '3' isbns: '1'");
  ASSERT_THAT(erase(), IsOk());
  EXPECT_EQ(Rows("volume"), "1");
}

// Hooks and Scope hold for each row of a batch.
TEST_F(BatchesTest, HooksRunForEachRowOfABatch) {
  StartWith<CarefulVolumes>();
  BatchVolumesResponse reply;
  ASSERT_THAT(Call(*volumes_, &Volumes::Stub::BatchCreateVolumes,
                   FromText<BatchCreateVolumesRequest>(R"(
                     requests { volume { isbn: "1" title: "a" } }
                     requests { volume { isbn: "2" title: "b" } }
                   )"),
                   &reply),
              IsOk());
  EXPECT_EQ(reply.volumes(0).title(), "a!");
  EXPECT_EQ(reply.volumes(1).title(), "b!");
  // What the hook refuses is told with its place, and nothing stays.
  EXPECT_THAT(
      Call(*volumes_, &Volumes::Stub::BatchCreateVolumes,
           FromText<BatchCreateVolumesRequest>(R"(
                     requests { volume { isbn: "3" title: "a" } }
                     requests { volume { isbn: "4" title: "no" } }
                   )"),
           &reply),
      IsError(StatusCode::FAILED_PRECONDITION, "requests[1]: not this one"));
  EXPECT_EQ(Rows("volume"), "2");
  RunSql(server().database_url(),
         "INSERT INTO volume (isbn, title, year, pages, weight, price, "
         "create_time) VALUES ('9', 'hidden', 3000, 0, 0, 0, "
         "'2020-01-01 00:00:00')");
  EXPECT_THAT(
      Call(*volumes_, &Volumes::Stub::BatchGetVolumes,
           FromText<BatchGetVolumesRequest>("isbns: '1' isbns: '9'"), &reply),
      IsError(StatusCode::NOT_FOUND, "isbns[1]: Volume: 9 not found!"));
  google::protobuf::Empty empty;
  EXPECT_THAT(Call(*volumes_, &Volumes::Stub::BatchDeleteVolumes,
                   FromText<BatchDeleteVolumesRequest>("isbns: '1' isbns: '9'"),
                   &empty),
              IsError(StatusCode::NOT_FOUND, "isbns[1]: Volume: 9 not found!"));
  AggregateVolumesResponse sums;
  ASSERT_THAT(
      Call(*volumes_, &Volumes::Stub::AggregateVolumes,
           FromText<AggregateVolumesRequest>("filter: 'pages >= 0'"), &sums),
      IsOk());
  EXPECT_EQ(sums.groups(0).count(), 2);
}

}  // namespace
}  // namespace integration
