// Serves every table of the Django site in Google's style, over SQLite.

#include "aip/v1/aip_sqlite.modelservice.pb.h"
#include "modelservice/main.h"

int main(int argc, char** argv) {
  return modelservice::Main(argc, argv, aip::v1::RegisterAipSqlite);
}
