// Pages of every order, groups, and what clients send by mistake.
#include <google/protobuf/text_format.h>

#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "pieces_fixture.h"

namespace integration::pieces {
namespace {

using ::grpc::StatusCode;
using ::testing::HasSubstr;

class PiecesRowsTest : public PiecesTest {
 protected:
  std::vector<Piece> AddMany(int count, unsigned seed) {
    std::mt19937 random(seed);
    const auto draw = [&random](int n) {
      return static_cast<int>(random() % static_cast<unsigned>(n));
    };
    std::vector<Piece> pieces;
    BatchCreatePiecesRequest request;
    for (int i = 0; i < count; ++i) {
      Piece piece;
      piece.set_id(absl::StrCat("p", (i * 37) % 100));
      piece.set_name(std::string(1, static_cast<char>('a' + draw(3))));
      if (draw(3) > 0) piece.set_rank(draw(4) - 2);
      if (draw(2) > 0) piece.set_note(draw(2) > 0 ? "" : "n");
      if (draw(3) > 0) piece.set_weight((draw(3) - 1) * 0.1);
      if (draw(2) > 0) piece.mutable_due()->set_seconds(draw(3) - 1);
      piece.set_color(static_cast<Piece::Color>(draw(3)));
      if (draw(3) > 0) piece.set_open(draw(2) > 0);
      piece.set_price(
          std::vector<std::string>{"9.5", "10", "-1", "9.50"}[random() % 4]);
      if (draw(2) > 0) piece.set_tax(draw(2) > 0 ? "0.1" : "0.25");
      *request.add_requests()->mutable_piece() = piece;
      pieces.push_back(piece);
    }
    BatchPiecesResponse reply;
    EXPECT_THAT(
        Call(*pieces_, &Pieces::Stub::BatchCreatePieces, request, &reply),
        IsOk());
    return pieces;
  }

  // What a piece has in a field, as something to compare; none is least.
  static std::optional<double> NumberOf(const Piece& piece,
                                        const std::string& field) {
    if (field == "rank" && piece.has_rank()) return piece.rank();
    if (field == "weight" && piece.has_weight()) return piece.weight();
    if (field == "due" && piece.has_due()) return piece.due().seconds();
    if (field == "open" && piece.has_open()) return piece.open() ? 1 : 0;
    if (field == "color") return piece.color();
    if (field == "price") return std::stod(piece.price());
    if (field == "tax" && piece.has_tax()) return std::stod(piece.tax());
    if (field == "name") return piece.name()[0];
    if (field == "note" && piece.has_note()) return piece.note().size();
    return std::nullopt;
  }
  static std::string InMemory(std::vector<Piece> pieces,
                              const std::string& order) {
    std::sort(
        pieces.begin(), pieces.end(), [&](const Piece& a, const Piece& b) {
          for (const absl::string_view part : absl::StrSplit(order, ',')) {
            std::string field(part);
            const bool descending = field[0] == '-';
            if (descending) field.erase(0, 1);
            const auto left = NumberOf(a, field);
            const auto right = NumberOf(b, field);
            if (left != right) return (left < right) != descending;
          }
          return a.id() < b.id();
        });
    return absl::StrJoin(pieces, " ", [](std::string* out, const Piece& p) {
      out->append(p.id());
    });
  }

  std::string Walk(ListPiecesRequest request, int size) {
    std::string ids;
    request.set_page_size(size);
    for (int page = 0; page < 200; ++page) {
      const ListPiecesResponse reply = List(request);
      absl::StrAppend(&ids, ids.empty() ? "" : " ", IdsOf(reply));
      if (reply.next_page_token().empty()) return ids;
      EXPECT_EQ(reply.pieces_size(), size);
      request.set_page_token(reply.next_page_token());
    }
    ADD_FAILURE() << "The walk has no end.";
    return ids;
  }
};

// NULLs, equal values and both directions, on every border of a page.
TEST_F(PiecesRowsTest, PagesOfMixedOrdersAreWhole) {
  const std::vector<Piece> pieces = AddMany(60, 15);
  const std::vector<std::string> fields = {
      "rank", "note", "weight", "due", "color", "open", "price", "tax", "name"};
  std::mt19937 random(7);
  for (int i = 0; i < 40; ++i) {
    std::vector<std::string> order = fields;
    std::shuffle(order.begin(), order.end(), random);
    order.resize(1 + random() % 4);
    for (std::string& field : order) {
      if (random() % 2 == 0) field.insert(0, "-");
    }
    ListPiecesRequest request;
    request.set_order_by(absl::StrJoin(order, ","));
    const std::string expected = InMemory(pieces, request.order_by());
    EXPECT_EQ(Walk(request, 100), expected) << request.order_by();
    EXPECT_EQ(Walk(request, 1 + i % 7), expected) << request.order_by();
    // Whatever is read of them.
    request.mutable_read_mask()->add_paths("id");
    EXPECT_EQ(Walk(request, 7), expected) << request.order_by();
  }
}

TEST_F(PiecesRowsTest, GroupsOfAbsentValuesAndSumsOfDecimals) {
  const auto aggregate = [this](const char* request) {
    PieceGroups reply;
    EXPECT_THAT(Call(*pieces_, &Pieces::Stub::AggregatePieces,
                     FromText<AggregatePiecesRequest>(request), &reply),
                IsOk())
        << request;
    // In no order of their own.
    std::vector<std::string> groups;
    google::protobuf::TextFormat::Printer printer;
    printer.SetSingleLineMode(true);
    for (const auto& group : reply.groups()) {
      std::string& text = groups.emplace_back();
      EXPECT_TRUE(printer.PrintToString(group, &text));
      absl::StripTrailingAsciiWhitespace(&text);
    }
    std::sort(groups.begin(), groups.end());
    return absl::StrCat(groups.size(), ": ", absl::StrJoin(groups, "; "));
  };
  EXPECT_EQ(aggregate(""), "1: ");
  EXPECT_EQ(aggregate("group_by: 'rank'"), "0: ");
  Add("id: '1' color: RED rank: 1 price: '0.1' tax: '0.1'");
  Add("id: '2' color: RED price: '0.2' tax: '0.10' open: true");
  Add("id: '3' color: BLUE rank: 1 price: '12345678901234567890.01' "
      "open: false due { seconds: 5 }");
  Add("id: '4' price: '-0.3' weight: 0.5 due { seconds: 7 }");
  EXPECT_EQ(aggregate("group_by: 'color'"),
            "3: color: BLUE count: 1 price__sum: \"12345678901234567890.01\" "
            "rank__count: 1 due__max { seconds: 5 }; "
            "color: COLOR_UNSPECIFIED count: 1 price__sum: \"-0.3\" "
            "weight__sum: 0.5 due__max { seconds: 7 }; "
            "color: RED count: 2 price__sum: \"0.3\" tax__sum: \"0.2000\" "
            "tax__avg: 0.1 tax__min: \"0.1000\" tax__max: \"0.1000\" "
            "rank__count: 1");
  EXPECT_EQ(
      aggregate("group_by: 'rank' filter: 'color = RED'"),
      "2: count: 1 price__sum: \"0.2\" tax__sum: \"0.1000\" tax__avg: 0.1 "
      "tax__min: \"0.1000\" tax__max: \"0.1000\"; "
      "rank: 1 count: 1 price__sum: \"0.1\" tax__sum: \"0.1000\" "
      "tax__avg: 0.1 tax__min: \"0.1000\" tax__max: \"0.1000\" "
      "rank__count: 1");
  // Equal numbers are one group; absent ones, too.
  EXPECT_EQ(
      aggregate("group_by: 'tax' filter: 'weight = null color = RED'"),
      "1: tax: \"0.1000\" count: 2 price__sum: \"0.3\" tax__sum: \"0.2000\" "
      "tax__avg: 0.1 tax__min: \"0.1000\" tax__max: \"0.1000\" "
      "rank__count: 1");
  EXPECT_EQ(
      aggregate("group_by: 'open' filter: 'price > 0'"),
      "3: count: 1 price__sum: \"0.1\" tax__sum: \"0.1000\" tax__avg: 0.1 "
      "tax__min: \"0.1000\" tax__max: \"0.1000\" rank__count: 1; "
      "open: false count: 1 price__sum: \"12345678901234567890.01\" "
      "rank__count: 1 due__max { seconds: 5 }; "
      "open: true count: 1 price__sum: \"0.2\" tax__sum: \"0.1000\" "
      "tax__avg: 0.1 tax__min: \"0.1000\" tax__max: \"0.1000\"");
}

// Each is answered, and none is the server's fault. Cases of bugs that other
// servers had.
TEST_F(PiecesRowsTest, WhatClientsSendByMistake) {
  Add("id: '1' name: '100%' note: 'a_b'");
  Add("id: '2' name: '100x' note: 'axb' rank: -42");
  const auto refused = [this](const ListPiecesRequest& request,
                              const char* field) {
    ListPiecesResponse reply;
    const Refusal said(
        Call(*pieces_, &Pieces::Stub::ListPieces, request, &reply));
    EXPECT_EQ(said.code, StatusCode::INVALID_ARGUMENT)
        << request.ShortDebugString() << said.message;
    ASSERT_EQ(said.bad_request.field_violations_size(), 1);
    EXPECT_EQ(said.bad_request.field_violations(0).field(), field);
  };
  ListPiecesRequest request;
  for (const char* order :
       {",", "name,", ",name", "name,,rank", "-", "--name", "name desc desc",
        "name,-name", "nope", "name;rank", "name rank", "piece.name", "labels",
        "place.x", "name nulls first"}) {
    request.set_order_by(order);
    refused(request, "order_by");
  }
  request.clear_order_by();
  for (const std::string& filter :
       {std::string("name = \"a\0b\"", 12), std::string("(name = a"),
        std::string("name = a)"), std::string("name ="), std::string("= a"),
        std::string("rank = 99999999999"), std::string("rank > -"),
        std::string("name = 'a"), std::string("due > yesterday"),
        std::string("price = 1,5"), std::string("color = 7x")}) {
    request.set_filter(filter);
    refused(request, "filter");
  }
  const auto found = [this](const char* filter) {
    ListPiecesRequest asked;
    asked.set_filter(filter);
    return IdsOf(List(asked));
  };
  EXPECT_EQ(found("(name = \"100%\" )"), "1");
  EXPECT_EQ(found("( name = \"100%\")"), "1");
  EXPECT_EQ(found("rank = -42"), "2");
  EXPECT_EQ(found("-(rank = -42)"), "1");
  EXPECT_EQ(found("-(-(rank = -42))"), "2");
  EXPECT_EQ(found("name:\"%\""), "1");
  EXPECT_EQ(found("note:\"_\""), "1");
  EXPECT_EQ(found("note = a_b"), "1");
  EXPECT_EQ(found("note = \"a*b\""), "1 2");
  EXPECT_EQ(found("rank != -42"), "1");
  EXPECT_EQ(found("   "), "1 2");
  Add(R"q(id: '3' name: 'a"b,c\\(d)' note: '*')q");
  EXPECT_EQ(found(R"q(name = "a\"b,c\\(d)")q"), "3");
  EXPECT_EQ(found(R"q(name = ("a\"b,c\\(d)" OR "100%"))q"), "1 3");
  EXPECT_EQ(found(R"(note = "\*")"), "3");
  request.clear_filter();
  request.set_search(std::string("a\0", 2));
  refused(request, "search");
  request.set_search("0%");
  EXPECT_EQ(IdsOf(List(request)), "1");
  request.clear_search();
  request.set_note__icontains("A_B");
  EXPECT_EQ(IdsOf(List(request)), "1");
  request.clear_note__icontains();
  for (const std::string& token :
       {std::string("x"), std::string("\0", 1), std::string(100000, 'A'),
        std::string("null")}) {
    request.set_page_token(token);
    refused(request, "page_token");
  }
  request.clear_page_token();
  request.set_skip(-1);
  refused(request, "skip");
  request.set_skip(2147483647);
  request.set_page_size(2147483647);
  EXPECT_EQ(IdsOf(List(request)), "");
  Piece piece;
  GetPieceRequest get;
  get.set_id(std::string("1\0", 2));
  EXPECT_THAT(
      Call(*pieces_, &Pieces::Stub::GetPiece, get, &piece),
      testing::AnyOf(IsError(StatusCode::NOT_FOUND, testing::_),
                     IsError(StatusCode::INVALID_ARGUMENT, HasSubstr("id"))));
}

}  // namespace
}  // namespace integration::pieces
