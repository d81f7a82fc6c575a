// What is open to whom: methods without an access of their own, and reflection.
#include <google/protobuf/descriptor.pb.h>
#include <grpcpp/generic/generic_stub.h>

#include "fixture.h"
#include "modelservice/reflection.pb.h"
#include "modelservice/testing/captured_log.h"

namespace guarded {
namespace {

using ::modelservice::CapturedLog;
using ::modelservice::ReflectionRequest;
using ::modelservice::ReflectionResponse;
using ::modelservice::TestServer;

constexpr char kV1[] =
    "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
constexpr char kAlpha[] =
    "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";

void AddNothing(modelservice::Registry&) {}

class OpenTest : public GuardTest {
 protected:
  struct Answer {
    grpc::Status status;
    ReflectionResponse response;
  };

  // One request, as a stream of one message.
  Answer Reflect(const ReflectionRequest& request,
                 const Metadata& metadata = {}, const char* path = kV1) {
    grpc::TemplatedGenericStub<ReflectionRequest, ReflectionResponse> stub(
        server().channel());
    const auto context = NewContext(metadata);
    grpc::CompletionQueue queue;
    const auto call =
        stub.PrepareUnaryCall(context.get(), path, request, &queue);
    call->StartCall();
    Answer answer;
    call->Finish(&answer.response, &answer.status, nullptr);
    void* tag = nullptr;
    bool ok = false;
    EXPECT_TRUE(queue.Next(&tag, &ok));
    return answer;
  }
  static ReflectionRequest List() {
    ReflectionRequest request;
    request.set_list_services("");
    return request;
  }
  static std::vector<std::string> NamesIn(const Answer& answer) {
    std::vector<std::string> names;
    for (const auto& one : answer.response.list_services_response().service()) {
      names.push_back(one.name());
    }
    return names;
  }
  grpc::Status CallEcho(const Metadata& metadata) {
    const auto stub = Echo::NewStub(server().channel());
    return CallUnary(*stub, &Echo::Stub::Unary, TextOf("a"), metadata).status;
  }
  std::string ErrorOf(const Options& options) {
    return std::string(
        TestServer::Start(
            [](modelservice::Registry& registry) {
              RegisterGuarded(registry);
              registry.Add<EchoService>();
              registry.Add<LimitedService>();
              registry.Add<MembersService>();
              registry.Add<MemosService>();
              for (const char* name : {"first", "second"}) {
                registry.AddInterceptor<modelservice::Interceptor>(name);
              }
              registry.AddPermission<EvenSubject>("even_subject");
              registry.AddPermission<SharedMemos>("shared");
            },
            options)
            .status()
            .message());
  }

  const Metadata ann_ = {{"x-caller", "ann"}};
};

TEST_F(OpenTest, ReflectionIsForThoseWhoShowCredentials) {
  ASSERT_NO_FATAL_FAILURE(StartServer(&AddNothing));
  for (const char* path : {kV1, kAlpha}) {
    EXPECT_THAT(Reflect(List(), {}, path).status,
                IsError(grpc::StatusCode::UNAUTHENTICATED, testing::_));
    const Answer answer = Reflect(List(), ann_, path);
    EXPECT_THAT(answer.status, IsOk());
    EXPECT_THAT(NamesIn(answer),
                testing::IsSupersetOf({"guarded.Echo", "guarded.Members"}));
  }
}

TEST_F(OpenTest, ReflectionIsForWhomTheSettingsSay) {
  Options options;
  options.settings.set_reflection_access("any");
  ASSERT_NO_FATAL_FAILURE(StartServer(&AddNothing, options));
  EXPECT_THAT(Reflect(List()).status, IsOk());
  options.settings.set_reflection_access("role:developer");
  ASSERT_NO_FATAL_FAILURE(StartServer(&AddNothing, options));
  EXPECT_THAT(Reflect(List(), ann_).status,
              IsError(grpc::StatusCode::PERMISSION_DENIED, testing::_));
  options.settings.set_reflection(false);
  ASSERT_NO_FATAL_FAILURE(StartServer(&AddNothing, options));
  EXPECT_THAT(Reflect(List(), ann_).status,
              IsError(grpc::StatusCode::UNIMPLEMENTED, testing::_));
  options.settings.set_reflection_access("|");
  EXPECT_THAT(ErrorOf(options), HasSubstr("reflection_access: \"|\": "));
}

TEST_F(OpenTest, Descriptors) {
  Options options;
  options.settings.set_reflection_access("any");
  ASSERT_NO_FATAL_FAILURE(StartServer(&AddNothing, options));
  ReflectionRequest request;
  request.set_host("h");
  request.set_file_containing_symbol("guarded.Members.Even");
  Answer answer = Reflect(request);
  EXPECT_THAT(answer.status, IsOk());
  EXPECT_EQ(answer.response.valid_host(), "h");
  EXPECT_EQ(answer.response.original_request().SerializeAsString(),
            request.SerializeAsString());
  // The file and all that it imports, once.
  std::vector<std::string> files;
  for (const std::string& bytes :
       answer.response.file_descriptor_response().file_descriptor_proto()) {
    google::protobuf::FileDescriptorProto file;
    ASSERT_TRUE(file.ParseFromString(bytes));
    files.push_back(file.name());
  }
  EXPECT_EQ(files[0], "guarded.proto");
  EXPECT_THAT(files, testing::UnorderedElementsAre(
                         "guarded.proto", "google/protobuf/empty.proto",
                         "modelservice/annotations.proto",
                         "google/protobuf/descriptor.proto",
                         "google/protobuf/duration.proto"));

  request.set_file_by_filename("guarded.proto");
  EXPECT_EQ(Reflect(request)
                .response.file_descriptor_response()
                .file_descriptor_proto_size(),
            5);
  request.set_all_extension_numbers_of_type("google.protobuf.MethodOptions");
  answer = Reflect(request);
  const auto& numbers = answer.response.all_extension_numbers_response();
  EXPECT_EQ(numbers.base_type_name(), "google.protobuf.MethodOptions");
  ASSERT_EQ(numbers.extension_number_size(), 1);
  auto& extension = *request.mutable_file_containing_extension();
  extension.set_containing_type("google.protobuf.MethodOptions");
  extension.set_extension_number(numbers.extension_number(0));
  EXPECT_GT(Reflect(request)
                .response.file_descriptor_response()
                .file_descriptor_proto_size(),
            0);
}

TEST_F(OpenTest, WhatIsNotThere) {
  Options options;
  options.settings.set_reflection_access("any");
  ASSERT_NO_FATAL_FAILURE(StartServer(&AddNothing, options));
  const auto code_of = [&](const ReflectionRequest& request) {
    const Answer answer = Reflect(request);
    EXPECT_THAT(answer.status, IsOk());
    EXPECT_NE(answer.response.error_response().error_message(), "");
    return answer.response.error_response().error_code();
  };
  ReflectionRequest request;
  EXPECT_EQ(code_of(request), grpc::StatusCode::INVALID_ARGUMENT);
  request.set_file_by_filename("../etc/passwd");
  EXPECT_EQ(code_of(request), grpc::StatusCode::NOT_FOUND);
  request.set_file_containing_symbol("guarded.");
  EXPECT_EQ(code_of(request), grpc::StatusCode::NOT_FOUND);
  request.set_all_extension_numbers_of_type("nope");
  EXPECT_EQ(code_of(request), grpc::StatusCode::NOT_FOUND);
  request.mutable_file_containing_extension()->set_containing_type(
      "google.protobuf.FileOptions");
  EXPECT_EQ(code_of(request), grpc::StatusCode::NOT_FOUND);
}

TEST_F(OpenTest, DefaultAccess) {
  Options options;
  options.settings.set_default_access("authenticated");
  CapturedLog log;
  ASSERT_NO_FATAL_FAILURE(StartServer(&AddNothing, options));
  EXPECT_THAT(CallEcho({}),
              IsError(grpc::StatusCode::UNAUTHENTICATED, testing::_));
  EXPECT_THAT(CallEcho(ann_), IsOk());
  // What an option says is not touched.
  const auto members = Members::NewStub(server().channel());
  EXPECT_THAT(CallUnary(*members, &Members::Stub::Anybody, TextOf("a")).status,
              IsOk());
  EXPECT_THAT(
      CallUnary(*members, &Members::Stub::Even, TextOf("a"), ann_).status,
      IsError(grpc::StatusCode::PERMISSION_DENIED, testing::_));
  const std::string lines = log.Take();
  EXPECT_THAT(lines,
              HasSubstr("open to everybody: Anybody of guarded.Members"));
  EXPECT_THAT(lines, testing::Not(HasSubstr("guarded.Echo")));
}

TEST_F(OpenTest, WithoutADefaultAccessTheStartNamesWhatIsOpen) {
  CapturedLog log;
  ASSERT_NO_FATAL_FAILURE(StartServer(&AddNothing));
  EXPECT_THAT(CallEcho({}), IsOk());
  EXPECT_THAT(log.Take(),
              HasSubstr("open to everybody: Unary, ServerStream, ClientStream, "
                        "Bidi, Chosen, Bare, Timed of guarded.Echo\n"));
}

TEST_F(OpenTest, AccessThatAsksWhoCallsNeedsSomebodyToFindOut) {
  const auto server = TestServer::Start([](modelservice::Registry& registry) {
    registry.Add<MembersService>();
    registry.AddPermission<EvenSubject>("even_subject");
  });
  EXPECT_EQ(
      std::string(server.status().message()),
      "/guarded.Members/Unary: access \"authenticated\" asks who calls, "
      "and nothing here finds that out; set an authenticator, as in "
      "authenticator { token {} }, or an interceptor that says who calls");
}

TEST_F(OpenTest, ADefaultAccessThatIsWrong) {
  Options options;
  options.settings.set_default_access("authenticated &");
  EXPECT_THAT(ErrorOf(options),
              HasSubstr("default_access: \"authenticated &\": "));
  options.settings.set_default_access("nobody_knows");
  EXPECT_THAT(ErrorOf(options), testing::AllOf(HasSubstr("default_access: "),
                                               HasSubstr("nobody_knows"),
                                               HasSubstr("/guarded.")));
  // There are no rows whose owner one could be.
  options.settings.set_default_access("owner");
  EXPECT_THAT(ErrorOf(options), HasSubstr("default_access: "));
}

}  // namespace
}  // namespace guarded
