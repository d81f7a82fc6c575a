// Masks of what is read and of what is written: of oneofs, maps and messages.
#include <string>

#include "absl/strings/str_cat.h"
#include "pieces_fixture.h"

namespace integration::pieces {
namespace {

using ::grpc::StatusCode;
using ::testing::HasSubstr;

class PiecesMaskTest : public PiecesTest {
 protected:
  void SetUp() override {
    PiecesTest::SetUp();
    Add("id: 'a' name: 'A' labels { key: 'k' value: 'v' }");
    Add("id: 'b' name: 'B'");
  }

  Piece Update(const char* text) {
    Piece reply;
    EXPECT_THAT(Call(*pieces_, &Pieces::Stub::UpdatePiece,
                     FromText<UpdatePieceRequest>(text), &reply),
                IsOk())
        << text;
    Piece stored = Get(reply.id());
    EXPECT_THAT(stored, EqualsMessage(reply));
    stored.clear_etag();
    return stored;
  }
};

TEST_F(PiecesMaskTest, AMaskOfAOneofsMembers) {
  Add("id: 'c' text: 't'");
  // Into one that is not set: the other goes.
  EXPECT_THAT(Update("piece { id: 'c' point { x: 5 y: 6 } } "
                     "update_mask { paths: 'point.x' }"),
              EqualsMessage(FromText<Piece>("id: 'c' point { x: 5 }")));
  EXPECT_THAT(Update("piece { id: 'c' } update_mask { paths: 'point.x' }"),
              EqualsMessage(FromText<Piece>("id: 'c' point {}")));
  EXPECT_THAT(Update("piece { id: 'c' number: 7 } "
                     "update_mask { paths: 'number' }"),
              EqualsMessage(FromText<Piece>("id: 'c' number: 7")));
  // What is not there has nothing to clear, and puts nothing out.
  for (const char* nothing : {"point.x", "point", "text"}) {
    EXPECT_THAT(Update(absl::StrCat("piece { id: 'c' } update_mask { paths: '",
                                    nothing, "' }")
                           .c_str()),
                EqualsMessage(FromText<Piece>("id: 'c' number: 7")))
        << nothing;
  }
  EXPECT_THAT(Update("piece { id: 'c' text: 'new' } update_mask { paths: "
                     "'text' paths: 'point.x' paths: 'number' }"),
              EqualsMessage(FromText<Piece>("id: 'c' text: 'new'")));
  EXPECT_THAT(Update("piece { id: 'c' } update_mask { paths: 'text' }"),
              EqualsMessage(FromText<Piece>("id: 'c'")));
}

TEST_F(PiecesMaskTest, AMaskOfMessagesMapsAndLists) {
  Add("id: 'c' labels { key: 'k' value: 'v' } words: 'w'");
  // A message that nobody has is not made.
  EXPECT_FALSE(
      Update("piece { id: 'c' } update_mask { paths: 'place.x' }").has_place());
  EXPECT_THAT(
      Update("piece { id: 'c' place { x: 1 y: 2 } labels { key: 'l' value: 'm' "
             "} words: 'x' } update_mask { paths: 'place.y' paths: 'labels' }"),
      EqualsMessage(FromText<Piece>("id: 'c' words: 'w' place { y: 2 "
                                    "} labels { key: 'l' value: 'm' }")));
  EXPECT_THAT(
      Update("piece { id: 'c' } update_mask { paths: 'words' paths: 'place' }"),
      EqualsMessage(FromText<Piece>("id: 'c' labels { key: 'l' "
                                    "value: 'm' }")));
  // Neither names of oneofs, keys and elements, nor what has no name at all.
  for (const char* path : {"shape", "labels.l", "words.0", "name.", ".name",
                           "place..x", "Place", "place.X", "piece.name", ""}) {
    Piece reply;
    UpdatePieceRequest request;
    request.mutable_piece()->set_id("c");
    request.mutable_update_mask()->add_paths(path);
    EXPECT_THAT(Call(*pieces_, &Pieces::Stub::UpdatePiece, request, &reply),
                IsError(StatusCode::INVALID_ARGUMENT,
                        absl::StrCat("update_mask: \"", path,
                                     "\" is no field of Piece.")));
    GetPieceRequest get;
    get.set_id("c");
    get.mutable_read_mask()->add_paths(path);
    EXPECT_THAT(Call(*pieces_, &Pieces::Stub::GetPiece, get, &reply),
                IsError(StatusCode::INVALID_ARGUMENT,
                        absl::StrCat("read_mask: \"", path,
                                     "\" is no field of Piece.")));
  }
}

TEST_F(PiecesMaskTest, AReadMaskIsNoLongerThanItMayBe) {
  GetPieceRequest get;
  get.set_id("a");
  for (int i = 0; i < 10000; ++i) get.mutable_read_mask()->add_paths("name");
  Piece reply;
  EXPECT_THAT(Call(*pieces_, &Pieces::Stub::GetPiece, get, &reply), IsOk());
  get.mutable_read_mask()->add_paths("name");
  EXPECT_THAT(
      Call(*pieces_, &Pieces::Stub::GetPiece, get, &reply),
      IsError(StatusCode::INVALID_ARGUMENT,
              "read_mask: Ensure this field has no more than 10000 paths."));
}

TEST_F(PiecesMaskTest, AnEtagIsReadWithAMaskAndCompared) {
  const auto etag_of = [this](const char* mask) {
    Piece piece;
    EXPECT_THAT(Call(*pieces_, &Pieces::Stub::GetPiece,
                     FromText<GetPieceRequest>(absl::StrCat(
                         "id: 'a' read_mask { paths: '", mask, "' }")),
                     &piece),
                IsOk());
    EXPECT_EQ(piece.name(), "");
    return piece.etag();
  };
  EXPECT_EQ(etag_of("rank"), "");
  const std::string etag = etag_of("etag");
  ASSERT_NE(etag, "");
  const auto update = [&](const char* name, const std::string& with) {
    UpdatePieceRequest request;
    request.mutable_piece()->set_id("a");
    request.mutable_piece()->set_name(name);
    request.mutable_piece()->set_etag(with);
    request.mutable_update_mask()->add_paths("name");
    Piece reply;
    return Call(*pieces_, &Pieces::Stub::UpdatePiece, request, &reply);
  };
  EXPECT_THAT(update("A2", etag), IsOk());
  EXPECT_THAT(update("A3", etag), IsError(StatusCode::ABORTED, testing::_));
  // Of what is only validated, too; and of a batch's second.
  UpdatePieceRequest stale;
  stale.mutable_piece()->set_id("a");
  stale.mutable_piece()->set_etag(etag);
  stale.set_validate_only(true);
  Piece reply;
  EXPECT_THAT(Call(*pieces_, &Pieces::Stub::UpdatePiece, stale, &reply),
              IsError(StatusCode::ABORTED, testing::_));
  BatchUpdatePiecesRequest batch;
  for (const char* name : {"A4", "A5"}) {
    auto& piece = *batch.add_requests()->mutable_piece();
    piece.set_id("a");
    piece.set_name(name);
    piece.set_etag(etag_of("etag"));
  }
  BatchPiecesResponse several;
  EXPECT_THAT(Call(*pieces_, &Pieces::Stub::BatchUpdatePieces, batch, &several),
              IsError(StatusCode::ABORTED, HasSubstr("requests[1]")));
  EXPECT_EQ(Get("a").name(), "A2");
  DeletePieceRequest erase;
  erase.set_id("a");
  erase.set_etag(etag);
  EXPECT_THAT(Call(*pieces_, &Pieces::Stub::DeletePiece, erase, &reply),
              IsError(StatusCode::ABORTED, testing::_));
  erase.set_etag(etag_of("etag"));
  EXPECT_THAT(Call(*pieces_, &Pieces::Stub::DeletePiece, erase, &reply),
              IsOk());
}

}  // namespace
}  // namespace integration::pieces
