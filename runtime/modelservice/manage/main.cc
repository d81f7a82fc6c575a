#include "modelservice/main.h"

#include <string>
#include <vector>

#include "modelservice/manage/command.h"
#include "modelservice/manage/commands.h"
#include "modelservice/manage/createtoken.h"
#include "modelservice/manage/dumpdata.h"
#include "modelservice/manage/generate_proto.h"
#include "modelservice/manage/hangup.h"
#include "modelservice/manage/health_check.h"
#include "modelservice/manage/loaddata.h"
#include "modelservice/manage/make_migrations.h"
#include "modelservice/manage/migrate_command.h"
#include "modelservice/manage/serve.h"

namespace modelservice {
namespace {

constexpr Command kCommands[] = {
    {"serve", "serve the models until SIGTERM or SIGINT", kServeFlags, &Serve},
    {"health", "ask the server at --address whether it serves",
     kHealthCheckFlags, &HealthCheck},
    {"makemigrations", "write migrations: what has changed in the models",
     kMakeMigrationsFlags, &MakeMigrations},
    {"migrate", "apply migrations, or make the tables that are missing",
     kMigrateFlags, &Migrate},
    {"showmigrations", "list migrations, and which the database has had",
     kShowMigrationsFlags, &ShowMigrations},
    {"check", "say how the database differs from the models",
     kShowMigrationsFlags, &Check},
    {"sqlmigrate", "print a migration, or the SQL that makes the tables",
     kSqlMigrateFlags, &SqlMigrate, "[NUMBER]"},
    {"dumpdata", "write the models' rows into a file", kDumpDataFlags,
     &DumpData},
    {"loaddata", "put rows of such files into the database", kLoadDataFlags,
     &LoadData, "FILE..."},
    {"generateproto", "write a .proto file for tables that are there",
     kGenerateProtoFlags, &GenerateProto},
    {"createtoken", "print a new token, which names a user to the server",
     kCreateTokenFlags, &CreateToken, "USER"},
};

}  // namespace

int Main(int argc, char** argv,
         const std::function<void(Registry&)>& register_services) {
  KeepHangup(argc, argv);
  return RunCommands(kCommands, std::vector<std::string>(argv, argv + argc),
                     register_services);
}

}  // namespace modelservice
