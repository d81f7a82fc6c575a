// Serves tables of odd_sqlite.sql.

#include "modelservice/main.h"
#include "odd_sqlite.modelservice.pb.h"

int main(int argc, char** argv) {
  return modelservice::Main(argc, argv, odd_sqlite::RegisterOddSqlite);
}
