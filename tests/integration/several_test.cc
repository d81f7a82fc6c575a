// Several rows in one call that is no batch: streams of new rows, sums of
// groups, and rows that fields of a request ask for.
#include <cstdint>
#include <limits>

#include "shelf_fixture.h"

namespace integration {
namespace {

using ::grpc::StatusCode;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class SeveralTest : public ShelfTest {};

TEST_F(SeveralTest, AStreamOfRowsIsCreatedInBatches) {
  grpc::ClientContext context;
  BulkCreateVolumesResponse reply;
  auto writer = volumes_->BulkCreateVolumes(&context, &reply);
  constexpr int kRows = 2345;
  for (int i = 0; i < kRows; ++i) {
    ASSERT_TRUE(writer->Write(Of(std::to_string(i), "t")));
  }
  writer->WritesDone();
  ASSERT_THAT(writer->Finish(), IsOk());
  EXPECT_EQ(reply.count(), kRows);
  EXPECT_EQ(Rows("volume"), std::to_string(kRows));
}

TEST_F(SeveralTest, AFaultInAStreamNamesItsRow) {
  grpc::ClientContext context;
  BulkCreateVolumesResponse reply;
  auto writer = volumes_->BulkCreateVolumes(&context, &reply);
  for (int i = 0; i < 1200; ++i) {
    if (!writer->Write(Of(std::to_string(i), i == 700 ? "" : "t"))) break;
  }
  writer->WritesDone();
  const Refusal said(writer->Finish());
  EXPECT_EQ(said.code, StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(said.violations,
              ElementsAre("[700].title: This field may not be blank."));
  // The batch before stays, and the client is told.
  EXPECT_EQ(said.info.metadata().at("created"), "500");
  EXPECT_EQ(Rows("volume"), "500");
}

TEST_F(SeveralTest, AStreamMayBeAnsweredWithItsRows) {
  grpc::ClientContext context;
  BatchRoomsResponse reply;
  auto writer = rooms_->BulkCreate(&context, &reply);
  for (const char* name : {"x", "y"}) {
    Room room;
    room.set_name(name);
    ASSERT_TRUE(writer->Write(room));
  }
  writer->WritesDone();
  ASSERT_THAT(writer->Finish(), IsOk());
  ASSERT_THAT(reply.rooms(), SizeIs(2));
  EXPECT_EQ(reply.rooms(1).name(), "y");
  EXPECT_GT(reply.rooms(1).id(), reply.rooms(0).id());
}

TEST_F(SeveralTest, SumsOfGroups) {
  const auto request = FromText<BatchCreateVolumesRequest>(R"(
    requests { volume { isbn: "1" title: "b" year: 1 pages: 10 price: "0.10"
                        weight: 1.5 } }
    requests { volume { isbn: "2" title: "a" year: 1 pages: 20 price: "0.20" } }
    requests { volume { isbn: "3" title: "c" pages: 5 price: "3" } }
  )");
  BatchVolumesResponse created;
  ASSERT_THAT(
      Call(*volumes_, &Volumes::Stub::BatchCreateVolumes, request, &created),
      IsOk());
  AggregateVolumesRequest ask;
  AggregateVolumesResponse reply;
  const auto aggregate = [&] {
    return Call(*volumes_, &Volumes::Stub::AggregateVolumes, ask, &reply);
  };
  ASSERT_THAT(aggregate(), IsOk());
  ASSERT_THAT(reply.groups(), SizeIs(1));
  EXPECT_THAT(reply.groups(0),
              EqualsMessage(FromText<AggregateVolumesResponse::Group>(R"(
                count: 3 pages__sum: 35 pages__avg: 11.666666666666666
                title__min: "a" title__max: "c" price__sum: "3.30"
                weight__sum: 1.5 year__count: 2
              )")));
  ask.add_group_by("year");
  ask.set_filter("pages > 5");
  ASSERT_THAT(aggregate(), IsOk());
  ASSERT_THAT(reply.groups(), SizeIs(1));
  EXPECT_EQ(reply.groups(0).year(), 1);
  EXPECT_EQ(reply.groups(0).pages__sum(), 30);
  ask.clear_filter();
  ask.add_group_by("pages");
  EXPECT_THAT(aggregate(),
              IsError(StatusCode::INVALID_ARGUMENT,
                      "group_by[1]: \"pages\" is nothing to group by."));
  ask.clear_group_by();
  ask.set_filter("pages > many");
  EXPECT_THAT(aggregate(), IsError(StatusCode::INVALID_ARGUMENT,
                                   HasSubstr("Expected an integer")));
}

TEST_F(SeveralTest, ASumWithoutRoomIsNamed) {
  for (const char* isbn : {"1", "2"}) {
    CreateVolumeRequest request;
    *request.mutable_volume() = Of(isbn, "a");
    request.mutable_volume()->set_pages(std::numeric_limits<int64_t>::max());
    Volume created;
    ASSERT_THAT(
        Call(*volumes_, &Volumes::Stub::CreateVolume, request, &created),
        IsOk());
  }
  AggregateVolumesResponse reply;
  EXPECT_THAT(
      Call(*volumes_, &Volumes::Stub::AggregateVolumes, {}, &reply),
      IsError(StatusCode::OUT_OF_RANGE,
              HasSubstr("pages__sum: What comes out has no room here")));
}

// A field that is not set is no key.
TEST_F(SeveralTest, AnEmptyKeyIsNone) {
  Volume reply;
  EXPECT_THAT(
      Call(*volumes_, &Volumes::Stub::GetVolume, {}, &reply),
      IsError(StatusCode::INVALID_ARGUMENT, "isbn: This field is required."));
  EXPECT_THAT(
      Call(*volumes_, &Volumes::Stub::UpdateVolume,
           FromText<UpdateVolumeRequest>("volume { title: 'a' }"), &reply),
      IsError(StatusCode::INVALID_ARGUMENT, "isbn: This field is required."));
  const std::string blank = "isbn: This field may not be blank.";
  EXPECT_THAT(
      Call(*volumes_, &Volumes::Stub::CreateVolume,
           FromText<CreateVolumeRequest>("volume { title: 'a' }"), &reply),
      IsError(StatusCode::INVALID_ARGUMENT, blank));
  EXPECT_EQ(Rows("volume"), "0");
}

TEST_F(SeveralTest, AFilterThatNobodyReadsEndsTheStart) {
  const auto started = modelservice::TestServer::Start(RegisterShelf);
  EXPECT_EQ(started.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(started.status().message()),
              HasSubstr("/integration.Volumes/ListVolumes: nobody reads "
                        "integration.ListVolumesRequest.is_long"));
}

TEST_F(SeveralTest, FieldsOfARequestFilterAsTheirOptionsSay) {
  StartWith<CarefulVolumes>();
  BatchRoomsResponse rooms;
  ASSERT_THAT(Call(*rooms_, &Rooms::Stub::BatchCreate,
                   FromText<BatchCreateRoomsRequest>(
                       "rooms { name: 'Attic' } rooms { name: 'Cellar' }"),
                   &rooms),
              IsOk());
  auto create = FromText<BatchCreateVolumesRequest>(R"(
    requests { volume { isbn: "1" title: "attila" year: 10 pages: 500 } }
    requests { volume { isbn: "2" title: "b" year: 20 } }
    requests { volume { isbn: "3" title: "c" } }
  )");
  create.mutable_requests(1)->mutable_volume()->set_room_id(
      rooms.rooms(0).id());
  create.mutable_requests(2)->mutable_volume()->set_room_id(
      rooms.rooms(1).id());
  BatchVolumesResponse created;
  ASSERT_THAT(
      Call(*volumes_, &Volumes::Stub::BatchCreateVolumes, create, &created),
      IsOk());
  const auto found = [&](const char* request) {
    ListVolumesResponse page;
    EXPECT_THAT(Call(*volumes_, &Volumes::Stub::ListVolumes,
                     FromText<ListVolumesRequest>(request), &page),
                IsOk());
    std::string isbns;
    for (const Volume& volume : page.volumes()) isbns += volume.isbn();
    return isbns;
  };
  EXPECT_EQ(found(""), "123");
  EXPECT_EQ(found("from_year: 11"), "2");
  EXPECT_EQ(found("text: 'ATTI'"), "12");
  EXPECT_EQ(found("rooms: 'Cellar' rooms: 'Loft'"), "3");
  EXPECT_EQ(found("rooms: 'Cellar' rooms: 'Attic' from_year: 1"), "2");
  EXPECT_EQ(found("is_long: true"), "1");
  EXPECT_EQ(found("is_long: true from_year: 11"), "");
  // A token belongs to all of it.
  auto request = FromText<ListVolumesRequest>("page_size: 1");
  ListVolumesResponse page;
  ASSERT_THAT(Call(*volumes_, &Volumes::Stub::ListVolumes, request, &page),
              IsOk());
  request.set_page_token(page.next_page_token());
  request.set_is_long(true);
  EXPECT_THAT(Call(*volumes_, &Volumes::Stub::ListVolumes, request, &page),
              IsError(StatusCode::INVALID_ARGUMENT, HasSubstr("page_token")));
  request.set_is_long(false);
  ASSERT_THAT(Call(*volumes_, &Volumes::Stub::ListVolumes, request, &page),
              IsOk());
}

}  // namespace
}  // namespace integration
