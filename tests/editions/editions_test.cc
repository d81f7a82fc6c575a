// What is created is read again, and what is absent stays so.
#include <google/protobuf/text_format.h>
#include <google/protobuf/util/message_differencer.h>
#include <grpcpp/client_context.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "books_2023.grpc.pb.h"
#include "books_2023.modelservice.pb.h"
#include "books_2024.grpc.pb.h"
#include "books_2024.modelservice.pb.h"
#include "modelservice/testing.h"

namespace editions {
namespace {

using google::protobuf::util::MessageDifferencer;

struct Edition2023 {
  using Book = y2023::Book;
  using Service = y2023::BookService;
  using Key = y2023::BookRetrieveRequest;
  using Change = y2023::BookPartialUpdateRequest;
  using Listed = y2023::BookListRequest;
};

struct Edition2024 {
  using Book = y2024::Book;
  using Service = y2024::BookService;
  using Key = y2024::BookRetrieveRequest;
  using Change = y2024::BookPartialUpdateRequest;
  using Listed = y2024::BookListRequest;
};

constexpr char kFull[] = R"(
    title: "Dune" subtitle: "" pages: 0 cover: "\377\000" years: 1965
    years: 1984 shelf: BOTTOM made { seconds: -5 nanos: 1000 }
    part { name: "one" length: 1 } parts { name: "two" } parts { length: 3 }
    by_name { key: "" value { length: 4 } } words: "")";

template <class Edition>
class EditionsTest : public testing::Test {
 protected:
  using Book = typename Edition::Book;

  void SetUp() override {
    auto server =
        modelservice::TestServer::Start([](modelservice::Registry& registry) {
          y2023::RegisterBooks2023(registry);
          y2024::RegisterBooks2024(registry);
        });
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    stub_ = Edition::Service::NewStub(server_->channel());
  }

  static Book FromText(const char* text) {
    Book book;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &book));
    return book;
  }

  Book Created(const Book& book) {
    grpc::ClientContext context;
    Book created;
    const grpc::Status status = stub_->Create(&context, book, &created);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return created;
  }

  Book Retrieved(int64_t id) {
    grpc::ClientContext context;
    typename Edition::Key key;
    key.set_id(id);
    Book book;
    const grpc::Status status = stub_->Retrieve(&context, key, &book);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return book;
  }

  std::unique_ptr<modelservice::TestServer> server_;
  std::unique_ptr<typename Edition::Service::Stub> stub_;
};

using Editions = testing::Types<Edition2023, Edition2024>;
TYPED_TEST_SUITE(EditionsTest, Editions);

TYPED_TEST(EditionsTest, WhatIsCreatedIsReadAgain) {
  auto book = this->FromText(kFull);
  const auto created = this->Created(book);
  book.set_id(created.id());
  EXPECT_TRUE(MessageDifferencer::Equals(created, book))
      << created.DebugString();
  const auto read = this->Retrieved(created.id());
  EXPECT_TRUE(MessageDifferencer::Equals(read, book)) << read.DebugString();
}

TYPED_TEST(EditionsTest, AbsentIsNotEmpty) {
  const auto created = this->Created(this->FromText("title: 'a' cover: ''"));
  const auto read = this->Retrieved(created.id());
  EXPECT_FALSE(read.has_subtitle());
  EXPECT_FALSE(read.has_pages());
  EXPECT_EQ(read.pages(), 7);
  EXPECT_TRUE(read.has_cover());
  EXPECT_FALSE(read.has_shelf());
  EXPECT_FALSE(read.has_part());
}

TYPED_TEST(EditionsTest, AMaskOfAnAbsentFieldMakesItAbsent) {
  const auto created = this->Created(this->FromText(kFull));
  typename TypeParam::Change change;
  change.mutable_book()->set_id(created.id());
  change.mutable_book()->set_title("Dune 2");
  change.mutable_book()->set_cover("c");
  for (const char* path : {"title", "subtitle", "words"}) {
    change.mutable_update_mask()->add_paths(path);
  }
  grpc::ClientContext context;
  typename TypeParam::Book changed;
  const grpc::Status status =
      this->stub_->PartialUpdate(&context, change, &changed);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(changed.title(), "Dune 2");
  EXPECT_FALSE(changed.has_subtitle());
  EXPECT_FALSE(changed.has_words());
  EXPECT_EQ(changed.cover(), created.cover());
}

TYPED_TEST(EditionsTest, RulesAreChecked) {
  auto book = this->FromText("cover: 'c'");
  book.set_title(std::string(101, 't'));
  grpc::ClientContext context;
  typename TypeParam::Book created;
  const grpc::Status status = this->stub_->Create(&context, book, &created);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_NE(status.error_message().find("title"), std::string::npos)
      << status.error_message();
}

TYPED_TEST(EditionsTest, RowsAreListed) {
  const auto created = this->Created(this->FromText(kFull));
  grpc::ClientContext context;
  const auto reader = this->stub_->List(&context, typename TypeParam::Listed());
  typename TypeParam::Book listed;
  ASSERT_TRUE(reader->Read(&listed));
  EXPECT_TRUE(MessageDifferencer::Equals(listed, created))
      << listed.DebugString();
  EXPECT_FALSE(reader->Read(&listed));
  EXPECT_TRUE(reader->Finish().ok());
}

}  // namespace
}  // namespace editions
