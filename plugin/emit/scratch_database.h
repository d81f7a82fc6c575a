// A database in memory to try SQL on, that SQL can do nothing else with.
//
//   ScratchDatabase scratch;
//   std::string fault = scratch.Make("CREATE TABLE t (id INTEGER)");
//   if (fault.empty()) fault = scratch.Prepare("SELECT id FROM t");
//
// What .proto files of others hold comes here while a program is built, so it
// is bounded: tables and indexes are made, and nothing else is run; no file is
// opened, no extension loaded, no pragma set; one statement is one statement;
// memory, steps and the size of a statement have limits.
//
// Not thread-safe.
#ifndef MODELSERVICE_PLUGIN_EMIT_SCRATCH_DATABASE_H_
#define MODELSERVICE_PLUGIN_EMIT_SCRATCH_DATABASE_H_

#include <sqlite3.h>

#include <cstddef>
#include <memory>
#include <string>

namespace modelservice::plugin {

class ScratchDatabase {
 public:
  ScratchDatabase();

  // Runs CREATE TABLEs and CREATE INDEXes, exactly `count` of them. Both come
  // back with SQLite's words on failure, and with nothing on success.
  std::string Make(const std::string& sql, size_t count = 1);
  // Prepares one statement that reads or writes rows.
  std::string Prepare(const std::string& sql);

 private:
  struct Close {
    void operator()(sqlite3* database) const { sqlite3_close(database); }
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const {
      sqlite3_finalize(statement);
    }
  };
  using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

  // Prepares the first statement of `sql` and moves `sql` behind it.
  std::string PrepareNext(const char** sql, Statement* statement);
  std::string Explain(int result);

  // What a statement may do: an authorizer.
  static int MayMake(void*, int action, const char*, const char*, const char*,
                     const char*) noexcept;
  static int MayPrepare(void*, int action, const char*, const char*,
                        const char*, const char*) noexcept;

  std::unique_ptr<sqlite3, Close> database_;
};

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_EMIT_SCRATCH_DATABASE_H_
