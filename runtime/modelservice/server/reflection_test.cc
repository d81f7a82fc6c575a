#include "modelservice/server/reflection.h"

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "modelservice/annotations.pb.h"
#include "modelservice/base/compat.h"

namespace modelservice {
namespace {

using ::google::protobuf::FileDescriptorProto;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<std::string> NamesOf(const ReflectionResponse& response) {
  std::vector<std::string> names;
  for (const std::string& bytes :
       response.file_descriptor_response().file_descriptor_proto()) {
    FileDescriptorProto file;
    EXPECT_TRUE(file.ParseFromString(bytes));
    names.push_back(file.name());
  }
  return names;
}

ReflectionRequest AskFor(const std::string& file) {
  ReflectionRequest request;
  request.set_file_by_filename(file);
  return request;
}

// A file, and what it imports.
constexpr char kImport[] = "google/protobuf/descriptor.proto";
constexpr char kOther[] = "google/protobuf/duration.proto";
const std::string kOptions =
    compat::Str(FileSettings::descriptor()->file()->name());

TEST(ReflectionTest, AFileComesWithWhatItImports) {
  SentFiles sent;
  const ReflectionResponse response = Reflect({}, AskFor(kOptions), &sent);
  EXPECT_THAT(NamesOf(response), ElementsAre(kOptions, kImport, kOther));
}

TEST(ReflectionTest, OnceOnAStreamUnlessItIsAskedFor) {
  SentFiles sent;
  EXPECT_THAT(NamesOf(Reflect({}, AskFor(kImport), &sent)),
              ElementsAre(kImport));
  const ReflectionResponse response = Reflect({}, AskFor(kOptions), &sent);
  EXPECT_THAT(NamesOf(response), ElementsAre(kOptions, kOther));
  EXPECT_THAT(NamesOf(Reflect({}, AskFor(kImport), &sent)),
              ElementsAre(kImport));
  // Another stream has heard nothing.
  SentFiles others;
  EXPECT_THAT(NamesOf(Reflect({}, AskFor(kOptions), &others)), SizeIs(3));
}

TEST(ReflectionTest, WhatThereIsNotIsAnError) {
  SentFiles sent;
  const ReflectionResponse response = Reflect({}, AskFor("no.proto"), &sent);
  EXPECT_EQ(response.error_response().error_code(), 5);
  EXPECT_THAT(sent, IsEmpty());
}

// Files with a megabyte of names between them.
TEST(ReflectionTest, AnAnswerHasABound) {
  // For as long as the program runs, as generated ones are.
  auto* const pool = new google::protobuf::DescriptorPool();
  FileDescriptorProto top;
  top.set_name("top.proto");
  for (int i = 0; i < 4; ++i) {
    FileDescriptorProto import;
    import.set_name("import" + std::to_string(i) + ".proto");
    auto* const message = import.add_message_type();
    message->set_name("M" + std::to_string(i));
    for (int j = 0; j < 8; ++j) {
      auto* const field = message->add_field();
      field->set_name("f" + std::to_string(j) + std::string(50000, 'x'));
      field->set_number(j + 1);
      field->set_type(google::protobuf::FieldDescriptorProto::TYPE_INT32);
      field->set_label(google::protobuf::FieldDescriptorProto::LABEL_OPTIONAL);
    }
    ASSERT_NE(pool->BuildFile(import), nullptr);
    top.add_dependency(import.name());
  }
  const google::protobuf::FileDescriptor* const file = pool->BuildFile(top);
  ASSERT_NE(file, nullptr);
  SentFiles sent;
  ReflectionResponse response;
  AnswerFile(*file, &sent, &response);
  EXPECT_THAT(NamesOf(response),
              ElementsAre("top.proto", "import0.proto", "import1.proto"));
  // The rest for whoever asks on.
  ReflectionResponse rest;
  AnswerFile(*file, &sent, &rest);
  EXPECT_THAT(NamesOf(rest),
              ElementsAre("top.proto", "import2.proto", "import3.proto"));
}

}  // namespace
}  // namespace modelservice
