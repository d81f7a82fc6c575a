// A server of models whose fields have roles, and its database.
#ifndef MODELSERVICE_TESTS_ROLES_ROLES_FIXTURE_H_
#define MODELSERVICE_TESTS_ROLES_ROLES_FIXTURE_H_

#include <memory>
#include <string>
#include <vector>

#include "modelservice/objects.h"
#include "roles.grpc.pb.h"
#include "roles.modelservice.pb.h"
#include "test_support.h"

namespace roles {

using ::grpc::StatusCode;
using ::integration::Call;
using ::integration::FromText;
using ::integration::IsError;
using ::integration::IsOk;
using ::integration::Refusal;
using ::modelservice::Objects;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class RolesTest : public integration::ServerTest {
 protected:
  void SetUp() override {
    Start([](modelservice::Registry& registry) { RegisterRoles(registry); });
  }

  modelservice::Database& database() { return server().database(); }
  template <class Message>
  Objects<Message> All() {
    return Objects<Message>(database());
  }
  template <class Service>
  auto Stub() {
    return Service::NewStub(server().channel());
  }
  std::string Query(const std::string& sql) {
    return integration::QuerySql(server().database_url(), sql);
  }
};

}  // namespace roles

#endif  // MODELSERVICE_TESTS_ROLES_ROLES_FIXTURE_H_
