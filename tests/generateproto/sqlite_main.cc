// Serves every table of the Django site, by the .proto that generateproto wrote
// of its SQLite file.

#include "modelservice/main.h"
#include "site_sqlite.modelservice.pb.h"

int main(int argc, char** argv) {
  return modelservice::Main(argc, argv, site_sqlite::RegisterSiteSqlite);
}
