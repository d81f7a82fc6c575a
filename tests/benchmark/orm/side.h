// One way to do the same with one database: with the ORM, or by hand.
//
// Every call ends the program where it fails.
#ifndef MODELSERVICE_BENCHMARK_ORM_SIDE_H_
#define MODELSERVICE_BENCHMARK_ORM_SIDE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "modelservice/database.h"
#include "orm/library.pb.h"

namespace benchmark_orm {

class Side {
 public:
  virtual ~Side() = default;
  virtual library::Book Get(int64_t id) = 0;
  // Those of ids from `first` on, `count` of them.
  virtual std::vector<library::Book> Filter(int64_t first, int64_t count) = 0;
  // The same with their authors.
  virtual std::vector<library::Book> Join(int64_t first, int64_t count) = 0;
  // Authors of ids from `first` on, with their books.
  virtual std::vector<library::Author> Prefetch(int64_t first,
                                                int64_t count) = 0;
  virtual void Insert(const std::vector<library::Book>& books) = 0;
  virtual void Update(int64_t id, int64_t price) = 0;
  // Calls `each` with every book, a row at a time.
  virtual void ForEach(
      const std::function<void(const library::Book&)>& each) = 0;
};

std::unique_ptr<Side> MakeOurs(modelservice::Database& database);
std::unique_ptr<Side> MakeSqlite(const std::string& path);
std::unique_ptr<Side> MakePostgres(const std::string& url);

}  // namespace benchmark_orm

#endif  // MODELSERVICE_BENCHMARK_ORM_SIDE_H_
