#include "modelservice/main.h"

#include <string>
#include <vector>

#include "modelservice/manage/command.h"
#include "modelservice/manage/commands.h"
#include "modelservice/manage/createtoken.h"
#include "modelservice/manage/generate_proto.h"
#include "modelservice/manage/health_check.h"
#include "modelservice/manage/serve.h"

namespace modelservice {
namespace {

constexpr Command kCommands[] = {
    {"serve", "serve the models until SIGTERM or SIGINT", kServeFlags, &Serve},
    {"health", "ask the server at --address whether it serves",
     kHealthCheckFlags, &HealthCheck},
    {"migrate", "make the tables that the database lacks", {}, &Migrate},
    {"check", "say how the database differs from the models", {}, &Check},
    {"sqlmigrate", "print the SQL that makes the tables", {}, &SqlMigrate},
    {"generateproto", "write a .proto file for tables that are there",
     kGenerateProtoFlags, &GenerateProto},
    {"createtoken", "print a new token, which names a user to the server",
     kCreateTokenFlags, &CreateToken, "USER"},
};

}  // namespace

int Main(int argc, char** argv,
         const std::function<void(Registry&)>& register_services) {
  return RunCommands(kCommands, std::vector<std::string>(argv, argv + argc),
                     register_services);
}

}  // namespace modelservice
