// Serves Django's users and groups to clients of django-socio-grpc. What stands
// around a call says so in its trailers `was`.

#include "modelservice/main.h"

#include <string>

#include "modelservice/authenticator.h"
#include "modelservice/interceptor.h"
#include "modelservice/permission.h"
#include "socio.modelservice.pb.h"

namespace {

using ::modelservice::CallContext;

class Users : public socio::UserControllerBase {
 public:
  absl::Status BeforeCreate(const CallContext&, modelservice::Transaction&,
                            socio::UserResponse& user) override {
    user.set_password("!");
    return absl::OkStatus();
  }
};

class Groups : public socio::GroupControllerBase {
 public:
  absl::Status BeforeCreate(const CallContext& call, modelservice::Transaction&,
                            socio::GroupResponse&) override {
    call.AddTrailer("was", "action");
    return absl::OkStatus();
  }
};

class Marks : public modelservice::Interceptor {
 public:
  absl::Status Before(CallContext& call) override {
    call.AddTrailer("was", "middleware");
    return absl::OkStatus();
  }
  absl::Status OnReply(CallContext& call, modelservice::AnyReply&) override {
    call.AddTrailer("was", "after_action");
    return absl::OkStatus();
  }
};

// "Token NAME": of anybody but `nobody`.
class Tokens : public modelservice::Authenticator {
 public:
  bool Recognizes(const CallContext& call) const override {
    return call.metadata("authorization").has_value();
  }
  absl::StatusOr<modelservice::Principal> Authenticate(
      const CallContext& call) override {
    call.AddTrailer("was", "authentication");
    const std::string given(*call.metadata("authorization"));
    if (given.rfind("Token ", 0) != 0 || given == "Token nobody") {
      return absl::UnauthenticatedError("Invalid token.");
    }
    modelservice::Principal principal;
    principal.subject = given.substr(6);
    return principal;
  }
};

class IsStaff : public modelservice::Permission {
 public:
  bool Allows(const CallContext& call) override {
    call.AddTrailer("was", "permissions");
    return call.principal().subject == "staff";
  }
};

}  // namespace

int main(int argc, char** argv) {
  return modelservice::Main(argc, argv, [](modelservice::Registry& registry) {
    registry.Add<Users>();
    registry.Add<Groups>();
    registry.AddInterceptor<Marks>("marks");
    registry.AddAuthenticator<Tokens>("tokens");
    registry.AddPermission<IsStaff>("staff");
  });
}
