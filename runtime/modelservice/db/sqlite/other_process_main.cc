// For tests: another program that uses a database file, with nothing of ours.
//
//   other_process hold FILE SQL     runs SQL, says "ready", waits for a line,
//                                   commits
//   other_process write FILE COUNT  adds so many rows, each in a transaction of
//                                   its own that also counts them; says how
//                                   many were committed
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include <iostream>
#include <string>

namespace {

bool Run(sqlite3* db, const std::string& sql) {
  char* error = nullptr;
  if (sqlite3_exec(db, sql.c_str(), nullptr, nullptr, &error) == SQLITE_OK) {
    return true;
  }
  std::cerr << sql << ": " << (error != nullptr ? error : "?") << std::endl;
  sqlite3_free(error);
  return false;
}

int Hold(sqlite3* db, const char* sql) {
  if (!Run(db, sql)) return 1;
  std::cout << "ready" << std::endl;
  std::string line;
  std::getline(std::cin, line);
  return Run(db, "COMMIT") ? 0 : 1;
}

// Reads before it writes, as a program would that works with what it read.
int Write(sqlite3* db, int count) {
  int committed = 0;
  for (int i = 0; i < count; ++i) {
    int n = 0;
    const bool read = Run(db, "BEGIN IMMEDIATE") &&
                      sqlite3_exec(
                          db, "SELECT n FROM counter",
                          [](void* out, int, char** values, char**) {
                            *static_cast<int*>(out) = atoi(values[0]);
                            return 0;
                          },
                          &n, nullptr) == SQLITE_OK;
    if (!read || !Run(db, "UPDATE counter SET n = " + std::to_string(n + 1)) ||
        !Run(db, "INSERT INTO t VALUES ('other', " + std::to_string(i) +
                     "); COMMIT")) {
      return 1;
    }
    ++committed;
  }
  std::cout << committed << std::endl;
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  sqlite3* db = nullptr;
  if (sqlite3_open(argv[2], &db) != SQLITE_OK) return 1;
  sqlite3_busy_timeout(db, 60000);
  const int result = strcmp(argv[1], "hold") == 0 ? Hold(db, argv[3])
                                                  : Write(db, atoi(argv[3]));
  sqlite3_close(db);
  return result;
}
