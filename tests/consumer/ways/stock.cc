// How many items of a name the database has; -1: it cannot be read.
#include "modelservice/objects.h"
#include "modelservice/sqlite.h"
#include "stock.modelservice.pb.h"

extern "C" int CountItems(const char* file, const char* name) {
  modelservice::SqliteOptions options;
  options.path = file;
  const auto database = modelservice::OpenSqlite(options);
  if (!database.ok()) return -1;
  const auto count = modelservice::Objects<ways::stock::Item>(**database)
                         .Filter(ways::stock::ItemModel::name == name)
                         .Count();
  return count.ok() ? static_cast<int>(*count) : -1;
}
