// Serves every table of the Django site, by the .proto that generateproto wrote
// of its PostgreSQL database.

#include "modelservice/main.h"
#include "site_postgres.modelservice.pb.h"

int main(int argc, char** argv) {
  return modelservice::Main(argc, argv, site_postgres::RegisterSitePostgres);
}
