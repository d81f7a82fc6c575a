#include "modelservice/guard/auth/auth_test_support.h"

#include <google/protobuf/struct.pb.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "modelservice/errors.h"
#include "modelservice/service/grpc_call_context.h"
#include "modelservice/status.pb.h"

namespace modelservice {
namespace {

grpc::ByteBuffer BytesOf(const Principal& principal) {
  google::protobuf::Struct fields;
  auto& map = *fields.mutable_fields();
  map["subject"].set_string_value(principal.subject);
  map["scheme"].set_string_value(principal.scheme);
  map["realm"].set_string_value(principal.realm);
  map["superuser"].set_bool_value(principal.superuser);
  *map["claims"].mutable_struct_value() = principal.claims;
  auto* const roles = map["roles"].mutable_list_value();
  for (const std::string& role : principal.roles) {
    roles->add_values()->set_string_value(role);
  }
  auto* const permissions = map["permissions"].mutable_list_value();
  for (const std::string& permission : principal.permissions) {
    permissions->add_values()->set_string_value(permission);
  }
  const grpc::Slice slice(fields.SerializeAsString());
  return grpc::ByteBuffer(&slice, 1);
}

std::string StringOf(grpc::ByteBuffer bytes) {
  grpc::Slice slice;
  EXPECT_TRUE(bytes.DumpToSingleSlice(&slice).ok());
  return std::string(reinterpret_cast<const char*>(slice.begin()),
                     slice.size());
}

Principal PrincipalFrom(const std::string& bytes) {
  google::protobuf::Struct fields;
  EXPECT_TRUE(fields.ParseFromString(bytes));
  auto& map = *fields.mutable_fields();
  Principal principal;
  principal.subject = map["subject"].string_value();
  principal.scheme = map["scheme"].string_value();
  principal.realm = map["realm"].string_value();
  principal.superuser = map["superuser"].bool_value();
  principal.claims = map["claims"].struct_value();
  for (const auto& role : map["roles"].list_value().values()) {
    principal.roles.push_back(role.string_value());
  }
  for (const auto& permission : map["permissions"].list_value().values()) {
    principal.permissions.push_back(permission.string_value());
  }
  return principal;
}

// One call: authentication, the method, and the way out.
class Reactor final : public grpc::ServerGenericBidiReactor {
 public:
  Reactor(grpc::GenericCallbackServerContext* context,
          Authentication& authentication, const AuthServer::Method& method)
      : path_(context->method()),
        call_(path_, *context),
        authentication_(authentication) {
    authentication_.Start(call_, [this, &method](absl::Status status) {
      if (status.ok() && method != nullptr) status = method(call_);
      authentication_.After(call_, status);
      if (!status.ok()) return Finish(ToGrpc(status));
      answer_ = BytesOf(call_.principal());
      StartWriteAndFinish(&answer_, grpc::WriteOptions(), grpc::Status::OK);
    });
  }

  void OnDone() override { delete this; }

 private:
  const std::string path_;
  GrpcCallContext call_;
  Authentication& authentication_;
  grpc::ByteBuffer answer_;
};

std::chrono::system_clock::time_point In(std::chrono::milliseconds time) {
  return std::chrono::system_clock::now() + time;
}

}  // namespace

class AuthServer::Service final : public grpc::CallbackGenericService {
 public:
  Service(Authentication& authentication, Method method)
      : authentication_(authentication), method_(std::move(method)) {}

  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override {
    return new Reactor(context, authentication_, method_);
  }

 private:
  Authentication& authentication_;
  const Method method_;
};

AuthServer::AuthServer(
    std::vector<std::unique_ptr<Authenticator>> authenticators, Method method,
    int threads, std::shared_ptr<grpc::ServerCredentials> credentials)
    : executor_({threads, /*max_queue=*/1000, /*max_threads=*/threads + 8}),
      authentication_(std::move(authenticators), executor_,
                      /*most_hashing=*/64),
      service_(std::make_unique<Service>(authentication_, std::move(method))) {
  grpc::ServerBuilder builder;
  builder.AddListeningPort("localhost:0",
                           credentials == nullptr
                               ? grpc::InsecureServerCredentials()
                               : std::move(credentials),
                           &port_);
  builder.RegisterCallbackGenericService(service_.get());
  server_ = builder.BuildAndStart();
  EXPECT_NE(server_, nullptr);
  channel_ = grpc::CreateChannel(absl::StrCat("localhost:", port_),
                                 grpc::InsecureChannelCredentials());
}

std::unique_ptr<AuthServer> AuthServer::With(
    absl::StatusOr<std::unique_ptr<Authenticator>> authenticator) {
  EXPECT_TRUE(authenticator.ok()) << authenticator.status();
  std::vector<std::unique_ptr<Authenticator>> authenticators;
  if (authenticator.ok()) authenticators.push_back(*std::move(authenticator));
  return std::make_unique<AuthServer>(std::move(authenticators));
}

AuthServer::~AuthServer() {
  server_->Shutdown(In(std::chrono::milliseconds(0)));
  server_->Wait();
}

AuthAnswer AuthServer::Call(const Headers& headers,
                            std::chrono::milliseconds timeout) {
  return CallOver(channel_, headers, timeout);
}

AuthAnswer AuthServer::CallWith(
    std::shared_ptr<grpc::ChannelCredentials> credentials) {
  return CallOver(grpc::CreateChannel(absl::StrCat("localhost:", port_),
                                      std::move(credentials)),
                  {}, std::chrono::seconds(30));
}

AuthAnswer AuthServer::CallOver(const std::shared_ptr<grpc::Channel>& channel,
                                const Headers& headers,
                                std::chrono::milliseconds timeout) {
  grpc::ClientContext context;
  context.set_wait_for_ready(true);
  context.set_deadline(In(timeout));
  for (const auto& [key, value] : headers) context.AddMetadata(key, value);
  grpc::CompletionQueue queue;
  grpc::GenericStub stub(channel);
  const auto call = stub.PrepareUnaryCall(&context, "/test.Service/WhoAmI",
                                          grpc::ByteBuffer(), &queue);
  call->StartCall();
  grpc::ByteBuffer reply;
  grpc::Status status;
  call->Finish(&reply, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  EXPECT_TRUE(queue.Next(&tag, &ok));

  AuthAnswer answer{status.error_code(), status.error_message(), "", "", {}};
  if (status.ok()) answer.principal = PrincipalFrom(StringOf(reply));
  const auto& trailers = context.GetServerTrailingMetadata();
  const auto challenge = trailers.find("www-authenticate");
  if (challenge != trailers.end()) {
    answer.challenge.assign(challenge->second.data(), challenge->second.size());
  }
  StatusDetails details;
  if (details.ParseFromString(status.error_details())) {
    for (const auto& any : details.details()) {
      ErrorInfo info;
      if (any.type_url() == "type.googleapis.com/google.rpc.ErrorInfo" &&
          info.ParseFromString(any.value())) {
        answer.reason = info.reason();
      }
    }
  }
  return answer;
}

std::pair<double, double> AuthServer::HitsAndMisses(const std::string& cache) {
  Measures measures;
  authentication_.Report(measures);
  const Measures::Labels labels = {{"cache", cache}};
  return {measures.ValueOf("modelservice_cache_hits_total", labels),
          measures.ValueOf("modelservice_cache_misses_total", labels)};
}

std::string BasicHeader(absl::string_view name, absl::string_view password) {
  return absl::StrCat("Basic ",
                      absl::Base64Escape(absl::StrCat(name, ":", password)));
}

}  // namespace modelservice
