// What requests say of how a write is to be done, of every method that writes.
#include <functional>
#include <thread>
#include <vector>

#include "modelservice/objects.h"
#include "pieces_fixture.h"

namespace integration::pieces {
namespace {

using ::grpc::StatusCode;
using ::testing::HasSubstr;

class PiecesWriteTest : public PiecesTest {
 protected:
  void SetUp() override {
    PiecesTest::SetUp();
    Add("id: 'a' name: 'A' labels { key: 'k' value: 'v' }");
    Add("id: 'b' name: 'B'");
    Add("id: 'gone' name: 'G'");
    Piece reply;
    ASSERT_THAT(Call(*pieces_, &Pieces::Stub::DeletePiece,
                     FromText<DeletePieceRequest>("id: 'gone'"), &reply),
                IsOk());
  }

  // Calls a method with a request, `options` beside what it says already.
  template <class Request, class Reply>
  std::function<grpc::Status(const std::string&, std::string*)> Of(
      grpc::Status (Pieces::Stub::*method)(grpc::ClientContext*, const Request&,
                                           Reply*),
      const char* text) {
    return
        [this, method, text](const std::string& options, std::string* replied) {
          Reply reply;
          grpc::Status status =
              Call(*pieces_, method,
                   FromText<Request>(absl::StrCat(text, options)), &reply);
          *replied = reply.DebugString();
          return status;
        };
  }

  struct Write {
    const char* name;
    std::function<grpc::Status(const std::string&, std::string*)> good;
    std::function<grpc::Status(const std::string&, std::string*)> bad;
    StatusCode code;
  };
  // Each can be done to what the ones before it left.
  std::vector<Write> Writes() {
    using Stub = Pieces::Stub;
    return {
        {"Create",
         Of(&Stub::CreatePiece,
            "piece { id: 'new' name: 'N' labels { key: "
            "'x' value: '1' } labels { key: 'y' value: "
            "'2' } labels { key: 'z' value: '3' } }"),
         Of(&Stub::CreatePiece, "piece { id: 'a' name: 'N' }"),
         StatusCode::ALREADY_EXISTS},
        {"Update", Of(&Stub::UpdatePiece, "piece { id: 'a' name: 'A2' }"),
         Of(&Stub::UpdatePiece, "piece { id: 'nobody' name: 'A2' }"),
         StatusCode::NOT_FOUND},
        {"UpdateNested",
         Of(&Stub::UpdatePiece,
            "piece { id: 'a' place { x: 4 } } update_mask { paths: 'place.x' "
            "}"),
         Of(&Stub::UpdatePiece,
            "piece { id: 'nobody' place { x: 4 } } "
            "update_mask { paths: 'place.x' }"),
         StatusCode::NOT_FOUND},
        {"Patch", Of(&Stub::PatchPiece, "piece { id: 'a' note: 'patched' }"),
         Of(&Stub::PatchPiece, "piece { id: 'a' price: 'much' }"),
         StatusCode::INVALID_ARGUMENT},
        {"Delete", Of(&Stub::DeletePiece, "id: 'b'"),
         Of(&Stub::DeletePiece, "id: 'nobody'"), StatusCode::NOT_FOUND},
        {"Undelete", Of(&Stub::UndeletePiece, "id: 'gone'"),
         Of(&Stub::UndeletePiece, "id: 'a'"), StatusCode::ALREADY_EXISTS},
        {"BatchCreate",
         Of(&Stub::BatchCreatePieces,
            "requests { piece { id: 'm' name: 'M' } "
            "} requests { piece { id: 'n' } }"),
         Of(&Stub::BatchCreatePieces,
            "requests { piece { id: 'o' } } requests "
            "{ piece { id: 'a' } }"),
         StatusCode::ALREADY_EXISTS},
        {"BatchUpdate",
         Of(&Stub::BatchUpdatePieces,
            "requests { piece { id: 'm' name: 'M2' } } requests { piece { id: "
            "'n' note: 'n' } update_mask { paths: 'note' } }"),
         Of(&Stub::BatchUpdatePieces,
            "requests { piece { id: 'm' } } requests "
            "{ piece { id: 'nobody' } }"),
         StatusCode::NOT_FOUND},
        {"BatchDelete", Of(&Stub::BatchDeletePieces, "ids: 'n' ids: 'm'"),
         Of(&Stub::BatchDeletePieces, "ids: 'a' ids: 'nobody'"),
         StatusCode::NOT_FOUND},
    };
  }
};

// Each method, first only validated, and then done.
TEST_F(PiecesWriteTest, WhatIsValidatedOnlyIsNotKept) {
  for (const Write& write : Writes()) {
    SCOPED_TRACE(write.name);
    const std::string before = Stored();
    std::string reply;
    EXPECT_THAT(write.good(" validate_only: true", &reply), IsOk());
    EXPECT_NE(reply, "");
    EXPECT_EQ(Stored(), before);
    EXPECT_EQ(write.bad(" validate_only: true", &reply).error_code(),
              write.code);
    EXPECT_EQ(Stored(), before);
    EXPECT_THAT(write.good("", &reply), IsOk());
    EXPECT_NE(Stored(), before);
  }
}

TEST_F(PiecesWriteTest, AnIdIsCountedInCharacters) {
  CreatePieceRequest request;
  request.mutable_piece()->set_id("c");
  std::string id;
  for (int i = 0; i < 128; ++i) id += "\xc3\xa9";
  request.set_request_id(id);
  Piece reply;
  EXPECT_THAT(Call(*pieces_, &Pieces::Stub::CreatePiece, request, &reply),
              IsOk());
  request.set_request_id(id + "e");
  EXPECT_THAT(Call(*pieces_, &Pieces::Stub::CreatePiece, request, &reply),
              IsError(StatusCode::INVALID_ARGUMENT,
                      "request_id: Ensure this field has no more than 128 "
                      "characters."));
}

// A repeated request, also while the first is done, is answered as that is.
TEST_F(PiecesWriteTest, WhatIsAskedAgainIsDoneOnce) {
  for (const Write& write : Writes()) {
    SCOPED_TRACE(write.name);
    const std::string id = absl::StrCat(" request_id: '", write.name, "'");
    std::vector<std::string> replies(6);
    std::vector<std::thread> callers;
    for (std::string& reply : replies) {
      callers.emplace_back([&write, &id, &reply] {
        EXPECT_THAT(write.good(id, &reply), IsOk());
      });
    }
    for (std::thread& caller : callers) caller.join();
    const std::string after = Stored();
    for (int i = 0; i < 3; ++i) {
      replies.emplace_back();
      EXPECT_THAT(write.good(id, &replies.back()), IsOk());
    }
    for (const std::string& reply : replies) EXPECT_EQ(reply, replies[0]);
    EXPECT_EQ(Stored(), after);
    std::string reply;
    EXPECT_THAT(write.bad(id, &reply),
                IsError(StatusCode::INVALID_ARGUMENT,
                        HasSubstr("Another request had this id already.")));
  }
}

TEST_F(PiecesWriteTest, ZeroAndBlankSayNothing) {
  const auto marks = Marks::NewStub(server().channel());
  Mark reply;
  EXPECT_THAT(Refusal(Call(*marks, &Marks::Stub::Create,
                           FromText<Mark>("text: ' \t' color: "
                                          "COLOR_UNSPECIFIED"),
                           &reply))
                  .violations,
              testing::ElementsAre("text: This field may not be blank.",
                                   "color: This field is required.",
                                   "named: This field is required.",
                                   "third: This field is required."));
  EXPECT_THAT(
      Refusal(Call(*marks, &Marks::Stub::Create,
                   FromText<Mark>("text: 't' color: 3 named: 9 third: -1"),
                   &reply))
          .violations,
      testing::ElementsAre("color: \"3\" is not a valid choice.",
                           "named: \"9\" is not a valid choice.",
                           "third: \"-1\" is not a valid choice."));
  EXPECT_THAT(Call(*marks, &Marks::Stub::Create,
                   FromText<Mark>("text: 't' color: RED named: BLUE third: "
                                  "COLOR_UNSPECIFIED"),
                   &reply),
              IsOk());
}

// It is not there, and nobody else's write is to be waited for.
TEST_F(PiecesWriteTest, TheKeyOfADeletedRowIsTaken) {
  Piece piece;
  EXPECT_THAT(Call(*pieces_, &Pieces::Stub::UpdatePiece,
                   FromText<UpdatePieceRequest>(
                       "piece { id: 'gone' name: 'X' } allow_missing: true"),
                   &piece),
              IsError(StatusCode::ALREADY_EXISTS, HasSubstr("id")));
  const absl::Status status =
      server().database().Transact([](modelservice::Transaction& transaction) {
        Piece like;
        like.set_id("gone");
        return modelservice::Objects<Piece>(transaction)
            .GetOrCreate(&like, PieceModel::id)
            .status();
      });
  EXPECT_EQ(status.code(), absl::StatusCode::kAlreadyExists) << status;
}

TEST_F(PiecesWriteTest, ABatchMayNameARowTwice) {
  BatchPiecesResponse reply;
  ASSERT_THAT(Call(*pieces_, &Pieces::Stub::BatchUpdatePieces,
                   FromText<BatchUpdatePiecesRequest>(R"(
                     requests { piece { id: "a" name: "one" } }
                     requests { piece { id: "b" name: "two" } }
                     requests { piece { id: "a" note: "three" }
                                update_mask { paths: "note" } }
                   )"),
                   &reply),
              IsOk());
  ASSERT_EQ(reply.pieces_size(), 3);
  EXPECT_FALSE(reply.pieces(0).has_note());
  EXPECT_EQ(reply.pieces(2).name(), "one");
  EXPECT_EQ(reply.pieces(2).note(), "three");
  EXPECT_THAT(Get("a"), EqualsMessage(reply.pieces(2)));
  EXPECT_THAT(
      Call(*pieces_, &Pieces::Stub::BatchDeletePieces,
           FromText<BatchDeletePiecesRequest>("ids: 'a' ids: 'a'"), &reply),
      IsError(StatusCode::NOT_FOUND, "ids[1]: Piece: a not found!"));
  // What is deleted keeps its key.
  EXPECT_THAT(Call(*pieces_, &Pieces::Stub::BatchCreatePieces,
                   FromText<BatchCreatePiecesRequest>(
                       "requests { piece { id: 'gone' } }"),
                   &reply),
              IsError(StatusCode::ALREADY_EXISTS, HasSubstr("requests[0]")));
}

TEST_F(PiecesWriteTest, ABulksFaultsNameTheirRows) {
  const auto create = [this](int count, int bad, const char* text) {
    grpc::ClientContext context;
    CreatedPieces reply;
    auto writer = pieces_->BulkCreatePieces(&context, &reply);
    for (int i = 0; i < count; ++i) {
      Piece piece;
      piece.set_id(absl::StrCat("bulk", i));
      if (i == bad) piece = FromText<Piece>(text);
      if (!writer->Write(piece)) break;
    }
    writer->WritesDone();
    return Refusal(writer->Finish());
  };
  // Another row of its own batch, one of a batch before, and one of before.
  for (const auto& [bad, text] :
       {std::pair(40, "id: 'bulk7'"), std::pair(40, "id: 'a'"),
        std::pair(40, "id: 'x' color: 9"),
        std::pair(40, "id: 'x' price: '1e99999999'")}) {
    const Refusal said = create(100, bad, text);
    EXPECT_THAT(said.message, HasSubstr("[40].")) << text;
    EXPECT_EQ(said.info.metadata().at("created"), "0") << text;
  }
  const Refusal late = create(600, 550, "id: 'bulk7'");
  EXPECT_EQ(late.code, StatusCode::ALREADY_EXISTS);
  EXPECT_THAT(late.message, HasSubstr("[550].id"));
  EXPECT_EQ(late.info.metadata().at("created"), "500");
  ListPiecesRequest all;
  EXPECT_EQ(List(all).total_size(), 502);
}

}  // namespace
}  // namespace integration::pieces
