#include "plugin/program.h"

#include <google/protobuf/compiler/plugin.pb.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/unknown_field_set.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <unistd.h>

#include <cstdio>
#include <functional>
#include <set>
#include <string>

#include "plugin/option_owners.h"
#include "plugin/testing/proto_source.h"

namespace modelservice::plugin {
namespace {

namespace pb = google::protobuf;

constexpr char kModel[] =
    "message Thing { option (modelservice.model) = {};\n"
    "  int64 id = 1 [(modelservice.field) = { primary_key: true }]; }\n";

// Somebody else's options with our number. The bytes of the string and of the
// message are such that they could be settings of ours, too.
constexpr char kOthers[] = R"(
    syntax = "proto3"; package acme;
    import "google/protobuf/descriptor.proto";
    message Level { string words = 1; }
    extend google.protobuf.MessageOptions { string note = 50817; }
    message Scope {
      extend google.protobuf.FieldOptions { Level level = 50817; }
    }
    extend google.protobuf.ServiceOptions { bool open = 50817; }
    extend google.protobuf.MethodOptions { repeated string words = 50817; }
    extend google.protobuf.EnumOptions { int32 color = 50817; })";

constexpr char kPlain[] = R"(
    syntax = "proto3"; package acme;
    import "others.proto";
    message Plain { int64 id = 1; Level level = 2; }
    service Plains { rpc Get(Plain) returns (Plain); })";

// protobuf's descriptors cannot hold them here, where our options are linked
// in: they are what protoc has sent.
template <class Options>
pb::UnknownFieldSet* Raw(Options* options) {
  return options->GetReflection()->MutableUnknownFields(options);
}

// Options of kOthers, on everything that kPlain has.
void AddOptionsOfOthers(pb::FileDescriptorProto* plain) {
  pb::DescriptorProto* const message = plain->mutable_message_type(0);
  Raw(message->mutable_options())->AddLengthDelimited(50817, "\n\005plain");
  Raw(message->mutable_field(0)->mutable_options())
      ->AddLengthDelimited(50817, "\n\006column");
  pb::ServiceDescriptorProto* const service = plain->mutable_service(0);
  Raw(service->mutable_options())->AddVarint(50817, 1);
  pb::UnknownFieldSet* const method =
      Raw(service->mutable_method(0)->mutable_options());
  method->AddLengthDelimited(50817, "a");
  method->AddLengthDelimited(50817, "b");
}

// A request to generate `name`, as protoc would send it.
std::string RequestFor(ProtoSource& source, const std::string& name) {
  pb::compiler::CodeGeneratorRequest request;
  request.add_file_to_generate(name);
  std::set<const pb::FileDescriptor*> seen;
  const std::function<void(const pb::FileDescriptor&)> add =
      [&](const pb::FileDescriptor& file) {
        if (!seen.insert(&file).second) return;
        for (int i = 0; i < file.dependency_count(); ++i) {
          add(*file.dependency(i));
        }
        pb::FileDescriptorProto* const proto = request.add_proto_file();
        file.CopyTo(proto);
        file.CopySourceCodeInfoTo(proto);
      };
  add(*source.Import(name));
  for (pb::FileDescriptorProto& file : *request.mutable_proto_file()) {
    if (file.name() == "plain.proto") AddOptionsOfOthers(&file);
  }
  return request.SerializeAsString();
}

struct Answered {
  std::string error;
  std::string notes;
  std::set<std::string> files;
};

Answered AnswerFor(ProtoSource& source, const std::string& name) {
  std::string bytes;
  Answered answered;
  EXPECT_TRUE(Answer(RequestFor(source, name), &bytes, &answered.notes))
      << bytes;
  pb::compiler::CodeGeneratorResponse response;
  EXPECT_TRUE(response.ParseFromString(bytes));
  answered.error = response.error();
  for (const auto& file : response.file()) answered.files.insert(file.name());
  return answered;
}

TEST(ProgramTest, AnswersARequest) {
  ProtoSource source;
  source.Add("shop.proto", Proto3(kModel));
  const Answered answered = AnswerFor(source, "shop.proto");
  EXPECT_EQ(answered.error, "");
  EXPECT_EQ(answered.notes, "");
  EXPECT_EQ(answered.files, (std::set<std::string>{"shop.modelservice.pb.cc",
                                                   "shop.modelservice.pb.h"}));
}

TEST(ProgramTest, RefusesWhatIsNoRequest) {
  std::string answer;
  std::string notes;
  EXPECT_FALSE(Answer("\x0a\xff", &answer, &notes));
  EXPECT_EQ(answer, "protoc sent no request that can be read.");

  pb::compiler::CodeGeneratorRequest request;
  request.add_file_to_generate("a.proto");
  pb::FileDescriptorProto* const file = request.add_proto_file();
  file->set_name("a.proto");
  file->add_message_type()->set_name("no type");
  EXPECT_FALSE(Answer(request.SerializeAsString(), &answer, &notes));
  EXPECT_EQ(answer,
            "protoc sent files that do not fit together: a.proto: no type: "
            "\"no type\" is not a valid identifier.");

  file->clear_message_type();
  request.add_file_to_generate("b.proto");
  EXPECT_FALSE(Answer(request.SerializeAsString(), &answer, &notes));
  EXPECT_EQ(answer, "protoc asks for b.proto, and did not send it.");
}

// The options of others are no faults of a file that has none of ours.
TEST(ProgramTest, OthersMayUseOurNumber) {
  ProtoSource source;
  source.Add("others.proto", kOthers);
  source.Add("plain.proto", kPlain);
  const Answered answered = AnswerFor(source, "plain.proto");
  EXPECT_EQ(answered.error, "");
  EXPECT_EQ(answered.notes, "");
  EXPECT_EQ(answered.files.size(), 2u);
}

TEST(ProgramTest, NotesWhoElseUsesOurNumber) {
  ProtoSource source;
  source.Add("others.proto", kOthers);
  source.Add("plain.proto", kPlain);
  source.Add("shop.proto",
             Proto3(std::string("import \"plain.proto\";\n"
                                "message Other { acme.Plain plain = 1; }\n") +
                    kModel));
  const Answered answered = AnswerFor(source, "shop.proto");
  EXPECT_EQ(answered.error, "");
  const std::string end =
      ", too, and a C++ program that has both ends at its start; give it "
      "another number\n";
  EXPECT_EQ(
      answered.notes,
      "others.proto:5:45: note: (acme.note): its number 50817 is that of "
      "(modelservice.model)" +
          end +
          "others.proto:7:45: note: (acme.Scope.level): its number 50817 is "
          "that of (modelservice.field)" +
          end +
          "others.proto:9:45: note: (acme.open): its number 50817 is that of "
          "(modelservice.service)" +
          end +
          "others.proto:10:44: note: (acme.words): its number 50817 is that "
          "of (modelservice.method)" +
          end);
}

TEST(ProgramTest, SaysWhereItCannotTell) {
  ProtoSource source;
  source.Add("others.proto", kOthers);
  source.Add("public.proto",
             "syntax = \"proto3\"; import public \"others.proto\";");
  source.Add("shop.proto",
             Proto3(std::string("import \"public.proto\";\n") + kModel));
  const Answered answered = AnswerFor(source, "shop.proto");
  EXPECT_EQ(answered.error,
            "2 errors\n"
            "shop.proto:8:17: error: Thing: its option 50817 may be "
            "(modelservice.model) or (acme.note) of others.proto: both have "
            "the number, and this file sees both; give (acme.note) another "
            "number, or import only one of them here\n"
            "shop.proto:9:17: error: Thing.id: its option 50817 may be "
            "(modelservice.field) or (acme.Scope.level) of others.proto: both "
            "have the number, and this file sees both; give "
            "(acme.Scope.level) another number, or import only one of them "
            "here");
  EXPECT_EQ(answered.notes, "");
  EXPECT_TRUE(answered.files.empty());
}

TEST(ProgramTest, BothMayBeSeenWhereNeitherIsUsed) {
  ProtoSource source;
  source.Add("others.proto", kOthers);
  source.Add("shop.proto", Proto3("import \"others.proto\";\n"
                                  "message Plain { acme.Level level = 1; }\n"));
  EXPECT_EQ(AnswerFor(source, "shop.proto").error, "");
}

// As protoc may have it that was given another copy of our options.
TEST(ProgramTest, RefusesAnotherNumberOfOurOwn) {
  ProtoSource source;
  source.Add("shop.proto", Proto3(kModel));
  pb::compiler::CodeGeneratorRequest request;
  ASSERT_TRUE(request.ParseFromString(RequestFor(source, "shop.proto")));
  for (pb::FileDescriptorProto& file : *request.mutable_proto_file()) {
    if (file.name() != "modelservice/annotations.proto") continue;
    for (pb::FieldDescriptorProto& extension : *file.mutable_extension()) {
      if (extension.name() == "model") extension.set_number(60000);
    }
  }
  std::string bytes;
  std::string notes;
  ASSERT_TRUE(Answer(request.SerializeAsString(), &bytes, &notes));
  pb::compiler::CodeGeneratorResponse response;
  ASSERT_TRUE(response.ParseFromString(bytes));
  EXPECT_EQ(response.error(),
            "1 error\nmodelservice/annotations.proto: error: "
            "(modelservice.model): its number is 60000, but this plugin is "
            "built for 50817; use the annotations.proto of the plugin's own "
            "version");
}

// Of a file whose output somebody wants, and not where it is only checked.
TEST(ProgramTest, NotesAreSaidOnce) {
  ProtoSource source;
  source.Add("shop.proto",
             Proto3(std::string(kModel) +
                    "service Things { rpc Get(Thing) returns (Thing); }\n"));
  EXPECT_EQ(AnswerFor(source, "shop.proto").notes,
            "shop.proto:9:1: note: Things: nothing is generated for it, for it "
            "has no option (modelservice.service); give it { model: \"Thing\" "
            "}, or {} for methods of its own\n");
  pb::compiler::CodeGeneratorRequest request;
  ASSERT_TRUE(request.ParseFromString(RequestFor(source, "shop.proto")));
  request.set_parameter("emit=none");
  std::string answer;
  std::string notes;
  ASSERT_TRUE(Answer(request.SerializeAsString(), &answer, &notes));
  EXPECT_EQ(notes, "");
  pb::compiler::CodeGeneratorResponse response;
  ASSERT_TRUE(response.ParseFromString(answer));
  EXPECT_EQ(response.error(), "");
  EXPECT_EQ(response.file_size(), 0);
}

TEST(ProgramTest, EndsWhenNobodyReads) {
  EXPECT_EXIT(
      {
        int ends[2];
        if (pipe(ends) != 0) _exit(2);
        std::string fault;
        if (!EndWithReaderOf(ends[1], &fault)) _exit(4);
        close(ends[0]);
        sleep(60);
        _exit(3);
      },
      ::testing::ExitedWithCode(1), "");
}

// A stack that no memory has room for is a thread that cannot be.
TEST(ProgramTest, GoesOnWithoutAThread) {
  EXPECT_EXIT(
      {
        pthread_attr_t attributes;
        pthread_attr_init(&attributes);
        pthread_attr_setstacksize(&attributes, size_t{1} << 50);
        if (pthread_setattr_default_np(&attributes) != 0) _exit(2);
        std::string fault;
        const bool watched = EndWithReaderOf(STDOUT_FILENO, &fault);
        std::fputs(fault.c_str(), stderr);
        _exit(watched ? 3 : 0);
      },
      ::testing::ExitedWithCode(0),
      "the system gives no thread to watch protoc .*raise the limit");
}

}  // namespace
}  // namespace modelservice::plugin
