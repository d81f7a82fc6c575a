// Serves Django's users to the clients of a django-grpc-framework service.

#include "modelservice/main.h"

#include "demo.modelservice.pb.h"

namespace {

class Users : public demo::UserControllerBase {
 public:
  // Passwords are Django's affair: a user made here has none until Django sets
  // one. "!" is what Django itself writes for that.
  absl::Status BeforeCreate(const modelservice::CallContext&,
                            modelservice::Transaction&,
                            demo::User& user) override {
    user.set_password("!");
    return absl::OkStatus();
  }
};

}  // namespace

int main(int argc, char** argv) {
  return modelservice::Main(argc, argv, [](modelservice::Registry& registry) {
    registry.Add<Users>();
  });
}
