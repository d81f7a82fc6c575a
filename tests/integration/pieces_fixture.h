// A server of pieces, whose requests say all that requests may.
#ifndef MODELSERVICE_TESTS_INTEGRATION_PIECES_FIXTURE_H_
#define MODELSERVICE_TESTS_INTEGRATION_PIECES_FIXTURE_H_

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "pieces.grpc.pb.h"
#include "pieces.modelservice.pb.h"
#include "test_support.h"

namespace integration::pieces {

class PiecesTest : public ServerTest {
 protected:
  void SetUp() override {
    Start(RegisterPieces);
    pieces_ = Pieces::NewStub(server().channel());
  }

  Piece Add(const std::string& text) {
    CreatePieceRequest request;
    *request.mutable_piece() = FromText<Piece>(text);
    Piece created;
    EXPECT_THAT(Call(*pieces_, &Pieces::Stub::CreatePiece, request, &created),
                IsOk())
        << text;
    return created;
  }
  Piece Get(const std::string& id) {
    GetPieceRequest request;
    request.set_id(id);
    Piece piece;
    EXPECT_THAT(Call(*pieces_, &Pieces::Stub::GetPiece, request, &piece),
                IsOk());
    return piece;
  }
  ListPiecesResponse List(const ListPiecesRequest& request) {
    ListPiecesResponse reply;
    EXPECT_THAT(Call(*pieces_, &Pieces::Stub::ListPieces, request, &reply),
                IsOk())
        << request.ShortDebugString();
    return reply;
  }
  // "a b c"
  static std::string IdsOf(const ListPiecesResponse& reply) {
    std::string ids;
    for (const Piece& piece : reply.pieces()) {
      absl::StrAppend(&ids, ids.empty() ? "" : " ", piece.id());
    }
    return ids;
  }
  // All that is stored, deleted or not.
  std::string Stored() {
    ListPiecesRequest request;
    request.set_show_deleted(true);
    return List(request).DebugString();
  }

  std::unique_ptr<Pieces::Stub> pieces_;
};

}  // namespace integration::pieces

#endif  // MODELSERVICE_TESTS_INTEGRATION_PIECES_FIXTURE_H_
