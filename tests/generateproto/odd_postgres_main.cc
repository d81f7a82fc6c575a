// Serves tables of odd_postgres.sql.

#include "modelservice/main.h"
#include "odd_postgres.modelservice.pb.h"

int main(int argc, char** argv) {
  return modelservice::Main(argc, argv, odd_postgres::RegisterOddPostgres);
}
