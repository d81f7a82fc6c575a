// A row's links and nested rows are part of what it is: a write of them alone
// is one of the row, with its VERSION, and one after the other.
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "modelservice/objects.h"
#include "related.grpc.pb.h"
#include "related.modelservice.pb.h"
#include "test_support.h"

namespace integration::related {
namespace {

using ::grpc::StatusCode;
using ::modelservice::Objects;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class RelatedStateTest : public ServerTest {
 protected:
  void SetUp() override {
    Start(RegisterRelated);
    boxes_ = Boxes::NewStub(server().channel());
    for (const char* name : {"red", "blue"}) {
      Tag tag;
      tag.set_name(name);
      ASSERT_TRUE(Objects<Tag>(server().database()).Create(&tag).ok());
    }
  }
  grpc::Status Patch(absl::string_view box, Box* reply) {
    return Call(*boxes_, &Boxes::Stub::PartialUpdate, FromText<Box>(box),
                reply);
  }
  grpc::Status Upsert(absl::string_view request) {
    Box reply;
    return Call(*boxes_, &Boxes::Stub::UpsertBox,
                FromText<UpsertBoxRequest>(request), &reply);
  }
  grpc::Status Delete(absl::string_view request) {
    google::protobuf::Empty empty;
    return Call(*boxes_, &Boxes::Stub::DeleteBox,
                FromText<DeleteBoxRequest>(request), &empty);
  }
  Box Create(absl::string_view request) {
    Box created;
    EXPECT_THAT(Call(*boxes_, &Boxes::Stub::CreateBox,
                     FromText<CreateBoxRequest>(request), &created),
                IsOk());
    return created;
  }
  Box Get(const std::string& id) {
    GetBoxRequest request;
    request.set_id(id);
    Box box;
    EXPECT_THAT(Call(*boxes_, &Boxes::Stub::GetBox, request, &box), IsOk());
    return box;
  }

  std::unique_ptr<Boxes::Stub> boxes_;
};

TEST_F(RelatedStateTest, WhatIsWrittenWithARowMayBeAllThatIs) {
  EXPECT_EQ(Create("box { id: 'a' label: 'x' }").version(), 1);
  Box box;
  ASSERT_THAT(Patch("id: 'a' tag_ids: 1 tag_ids: 2", &box), IsOk());
  EXPECT_THAT(box.tag_ids(), ElementsAre(1, 2));
  EXPECT_EQ(box.version(), 2);
  ASSERT_THAT(Patch("id: 'a' slips { text: 's' }", &box), IsOk());
  EXPECT_EQ(box.version(), 3);
  EXPECT_EQ(box.label(), "x");
  auto request = FromText<UpdateBoxRequest>(
      "box { id: 'a' tag_ids: 2 } update_mask { paths: 'tag_ids' }");
  ASSERT_THAT(Call(*boxes_, &Boxes::Stub::UpdateBox, request, &box), IsOk());
  EXPECT_THAT(box.tag_ids(), ElementsAre(2));
  EXPECT_THAT(box.slips(), SizeIs(1));
  EXPECT_EQ(box.version(), 4);
  request.mutable_update_mask()->set_paths(0, "slips");
  ASSERT_THAT(Call(*boxes_, &Boxes::Stub::UpdateBox, request, &box), IsOk());
  EXPECT_THAT(box.slips(), IsEmpty());
  EXPECT_THAT(Get("a"), EqualsMessage(box));
  EXPECT_THAT(Patch("id: 'a' version: 4 tag_ids: 1", &box),
              IsError(StatusCode::ABORTED, HasSubstr("its version is 5")));
  EXPECT_THAT(Get("a").tag_ids(), ElementsAre(2));
  EXPECT_THAT(Patch("id: 'b' tag_ids: 1", &box),
              IsError(StatusCode::NOT_FOUND, "Box: b not found!"));
}

TEST_F(RelatedStateTest, TheSameLinksBySeveralCallersAtOnce) {
  Create("box { id: 'a' label: 'x' }");
  for (int round = 0; round < 5; ++round) {
    std::atomic<int> done{0};
    std::vector<std::thread> callers;
    for (int i = 0; i < 6; ++i) {
      callers.emplace_back([&] {
        Box box;
        const grpc::Status status =
            Patch("id: 'a' tag_ids: 1 tag_ids: 2", &box);
        EXPECT_THAT(status, IsOk());
        if (status.ok()) ++done;
      });
    }
    for (std::thread& caller : callers) caller.join();
    EXPECT_EQ(done, 6);
    Box box;
    ASSERT_THAT(Patch("id: 'a' slips {}", &box), IsOk());
    auto request = FromText<UpdateBoxRequest>(
        "box { id: 'a' } update_mask { paths: 'tag_ids' }");
    ASSERT_THAT(Call(*boxes_, &Boxes::Stub::UpdateBox, request, &box), IsOk());
    EXPECT_THAT(box.tag_ids(), IsEmpty());
  }
}

TEST_F(RelatedStateTest, OneOfTwoWritesOfOneStateIsRefused) {
  Create("box { id: 'a' label: 'x' }");
  std::atomic<int> done{0};
  std::vector<std::thread> callers;
  for (int i = 0; i < 4; ++i) {
    callers.emplace_back([&, i] {
      Box box;
      const grpc::Status status =
          Patch(absl::StrCat("id: 'a' version: 1 tag_ids: ", 1 + i % 2), &box);
      if (status.ok()) {
        ++done;
      } else {
        EXPECT_THAT(status, IsError(StatusCode::ABORTED, HasSubstr("version")));
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(done, 1);
  EXPECT_THAT(Get("a").tag_ids(), SizeIs(1));
}

TEST_F(RelatedStateTest, AnUpsertMeetsWhatIsTaken) {
  Create("box { id: 'a' label: 'x' }");
  EXPECT_THAT(Upsert("box { id: 'b' label: 'x' } allow_missing: true"),
              IsError(StatusCode::ALREADY_EXISTS, HasSubstr("label")));
  EXPECT_THAT(Upsert("box { id: 'b' label: 'y' } allow_missing: true"), IsOk());
  EXPECT_THAT(Upsert("box { id: 'b' label: 'x' } allow_missing: true"),
              IsError(StatusCode::ALREADY_EXISTS, HasSubstr("label")));
}

// What the database refuses a nested row for is told of that row, by the name
// of its own model.
TEST_F(RelatedStateTest, ANestedRowThatAnotherIsLikeIsNamed) {
  Create("box { id: 'a' label: 'x' slips { code: 'c' } }");
  Create("box { id: 'b' label: 'y' }");
  const auto expect_named = [](const grpc::Status& status) {
    const Refusal said(status);
    EXPECT_EQ(said.code, StatusCode::ALREADY_EXISTS);
    EXPECT_EQ(said.message,
              "slips[1].code: slip with this code already exists.");
    ASSERT_THAT(said.bad_request.field_violations(), SizeIs(1));
    EXPECT_EQ(said.bad_request.field_violations(0).field(), "slips[1].code");
  };
  const char* const kSlips = "slips { code: 'd' } slips { code: 'c' }";
  Box box;
  expect_named(Patch(absl::StrCat("id: 'b' ", kSlips), &box));
  auto request = FromText<CreateBoxRequest>(
      absl::StrCat("box { id: 'd' label: 'z' ", kSlips, " }"));
  expect_named(Call(*boxes_, &Boxes::Stub::CreateBox, request, &box));
  EXPECT_THAT(Get("b").slips(), IsEmpty());
}

TEST_F(RelatedStateTest, ANestedRowIsWrittenInItsOwnState) {
  const Box made =
      Create("box { id: 'a' label: 'x' slips { text: 's' } slips {} }");
  const int64_t id = made.slips(0).id();
  EXPECT_EQ(made.slips(0).version(), 1);
  const auto patch = [&](absl::string_view slip, Box* box) {
    return Patch(absl::StrCat("id: 'a' slips { id: ", id, " ", slip, " }"),
                 box);
  };
  Box box;
  EXPECT_THAT(
      patch("text: 't' version: 9", &box),
      IsError(StatusCode::ABORTED, HasSubstr("its version is 1, not 9")));
  EXPECT_THAT(Get("a"), EqualsMessage(made));
  ASSERT_THAT(patch("text: 't' version: 1", &box), IsOk());
  EXPECT_EQ(box.slips(0).version(), 2);
  // Of any state.
  ASSERT_THAT(patch("text: 'u'", &box), IsOk());
  EXPECT_EQ(box.slips(0).version(), 3);
  EXPECT_EQ(box.slips(0).text(), "u");
}

// Those of values, of what only the database knows, and of what is written
// with the row.
TEST_F(RelatedStateTest, EveryFaultIsToldTogether) {
  Create("box { id: 'a' label: 'x' kind: 'k' shelf: 's' place: 1 }");
  Create("box { id: 'b' label: 'y' kind: 'k' }");
  const auto expect_told = [](const grpc::Status& status,
                              const std::vector<std::string>& faults) {
    EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
    EXPECT_THAT(Refusal(status).violations, ElementsAreArray(faults));
  };
  const std::string long_label =
      "label: Ensure this field has no more than 8 characters.";
  const std::string long_code =
      "slips[0].code: Ensure this field has no more than 4 characters.";
  const std::string no_tag =
      "tag_ids: Invalid pk \"99\" - object does not exist.";
  const std::string no_depot =
      "depot_id: Invalid pk \"7\" - object does not exist.";
  const std::string taken_place = "box with this shelf, place already exists.";
  Box box;
  auto create = FromText<CreateBoxRequest>(R"(
    box { id: "a" label: "123456789" shelf: "s" place: 1
          slips { code: "12345" } tag_ids: 99 }
  )");
  expect_told(
      Call(*boxes_, &Boxes::Stub::CreateBox, create, &box),
      {long_label, "id: box with this id already exists.",
       "shelf: " + taken_place, "place: " + taken_place, long_code, no_tag});
  // Where its own values may be written.
  create.mutable_box()->set_label("x");
  expect_told(
      Call(*boxes_, &Boxes::Stub::CreateBox, create, &box),
      {"id: box with this id already exists.",
       "label: box with this label already exists.", "shelf: " + taken_place,
       "place: " + taken_place, long_code, no_tag});
  // Beside a row that may be deleted.
  create = FromText<CreateBoxRequest>(
      "box { id: 'a' label: 'x' depot_id: 7 tag_ids: 99 }");
  expect_told(Call(*boxes_, &Boxes::Stub::CreateBox, create, &box),
              {no_depot, "id: box with this id already exists.",
               "label: box with this label already exists.", no_tag});
  const std::string fixed = "kind: This field cannot be changed.";
  for (const bool fits : {false, true}) {
    std::vector<std::string> faults = {fixed, "shelf: " + taken_place,
                                       "place: " + taken_place, no_tag};
    if (fits) {
      faults.insert(faults.begin() + 1,
                    "label: box with this label already exists.");
    } else {
      faults.insert(faults.begin(), long_label);
    }
    expect_told(Patch(absl::StrCat("id: 'b' kind: 'l' shelf: 's' place: 1 "
                                   "tag_ids: 99 label: ",
                                   fits ? "'x'" : "'123456789'"),
                      &box),
                faults);
  }
  EXPECT_EQ(Get("b").version(), 1);
}

// What is there in another state is not missing.
TEST_F(RelatedStateTest, AStaleStateIsToldWhereARowMayBeMissing) {
  Create("box { id: 'a' label: 'x' }");
  EXPECT_THAT(Delete("id: 'a' version: 7 allow_missing: true"),
              IsError(StatusCode::ABORTED, HasSubstr("its version is 1")));
  EXPECT_EQ(Get("a").version(), 1);
  EXPECT_THAT(
      Upsert("box { id: 'a' label: 'y' version: 7 } allow_missing: true"),
      IsError(StatusCode::ABORTED, HasSubstr("its version is 1")));
  auto request = FromText<BatchUpdateBoxesRequest>(R"(
    requests { box { id: "a" label: "y" version: 7 }
               update_mask { paths: "label" } }
  )");
  BatchUpdateBoxesResponse reply;
  EXPECT_THAT(Call(*boxes_, &Boxes::Stub::BatchUpdateBoxes, request, &reply),
              IsError(StatusCode::ABORTED, HasSubstr("its version is 1")));
  request.mutable_requests(0)->mutable_box()->set_id("c");
  EXPECT_THAT(Call(*boxes_, &Boxes::Stub::BatchUpdateBoxes, request, &reply),
              IsError(StatusCode::NOT_FOUND, "requests[0]: Box: c not found!"));
  EXPECT_EQ(Get("a").label(), "x");
  EXPECT_THAT(Delete("id: 'c' version: 7 allow_missing: true"), IsOk());
  EXPECT_THAT(Delete("id: 'a' version: 1 allow_missing: true"), IsOk());
}

}  // namespace
}  // namespace integration::related
