// Measures the ORM alone against calls of the driver by hand, in turns, on one
// database:
//
//   benchmark_orm sqlite:/tmp/library.db [--rounds=5] [--seconds=0.5]
//                 [--rows=100000] [--all=1000000] [--only=prefetch]
//
// The database is a fresh one. Prints a table, a row for each operation: the
// time that one takes of either, and the ratio, above 1 where the ORM is
// faster.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "modelservice/manage/databases.h"
#include "modelservice/objects.h"
#include "modelservice/sql/ddl.h"
#include "orm/library.modelservice.pb.h"
#include "orm/side.h"

ABSL_FLAG(int, rounds, 5, "runs of each operation and side");
ABSL_FLAG(double, seconds, 0.5, "of each run");
ABSL_FLAG(int, rows, 100000, "of a bulk insert, and of the table");
ABSL_FLAG(int, all, 1000000, "rows that ForEach goes over");
ABSL_FLAG(std::string, only, "", "measure what has this in its name");

namespace benchmark_orm {
namespace {

using ::library::Author;
using ::library::Book;
using Clock = std::chrono::steady_clock;
using modelservice::Database;

constexpr int kAuthors = 10000;
// MiB that ForEach may take for later rows beyond what it takes for the first.
constexpr double kMostGrowth = 8;

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// The most memory that was resident since the last call, in MiB.
double PeakSinceLast() {
  double peak = 0;
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind("VmHWM:", 0) == 0) peak = std::atof(line.c_str() + 6) / 1024;
  }
  std::ofstream("/proc/self/clear_refs") << 5;
  return peak;
}

bool Wants(absl::string_view name) {
  return absl::StrContains(name, absl::GetFlag(FLAGS_only));
}

std::vector<Book> Books(int count) {
  std::vector<Book> books(static_cast<size_t>(count));
  for (int i = 0; i < count; ++i) {
    Book& book = books[static_cast<size_t>(i)];
    book.set_author_id(i % kAuthors + 1);
    book.set_title(absl::StrCat("The title of book number ", i));
    book.set_price(i % 1000);
    book.set_rating(i / 7.0);
  }
  return books;
}

void Check(const absl::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  std::exit(1);
}

void Fill(Database& database, int rows) {
  const modelservice::Table* const tables[] = {
      library::AuthorModel::Model().table, library::BookModel::Model().table};
  Check(database.RunScript(
      modelservice::CreateTablesSql(tables, database.dialect())));
  std::vector<Author> authors(kAuthors);
  for (int i = 0; i < kAuthors; ++i) {
    authors[static_cast<size_t>(i)].set_name(absl::StrCat("Author ", i));
  }
  Check(modelservice::Objects<Author>(database).BulkCreate(authors).status());
  Check(modelservice::Objects<Book>(database).BulkCreate(Books(rows)).status());
  Check(database.RunScript("ANALYZE;"));
}

class Benchmark {
 public:
  Benchmark(Side& ours, Side& hand) : sides_{&ours, &hand} {}

  // `run` is given a side and a number that is another each time.
  template <class Run>
  void Measure(absl::string_view name, const Run& run) {
    if (!Wants(name)) return;
    const double seconds = absl::GetFlag(FLAGS_seconds);
    std::vector<double> times[2];
    std::vector<double> ratios;
    for (Side* side : sides_) run(*side, 1);
    for (int round = 0; round < absl::GetFlag(FLAGS_rounds); ++round) {
      double took[2];
      for (int i = 0; i < 2; ++i) {
        // Who comes first changes.
        const int which = (i + round) % 2;
        int64_t calls = 0;
        const Clock::time_point start = Clock::now();
        do {
          run(*sides_[which], ++calls);
        } while (SecondsSince(start) < seconds);
        took[which] = SecondsSince(start) / static_cast<double>(calls);
        times[which].push_back(took[which]);
      }
      ratios.push_back(took[1] / took[0]);
    }
    const auto [least, most] =
        std::minmax_element(ratios.begin(), ratios.end());
    std::printf("| %s | %.1f / %.1f us | %.2f (%.2f-%.2f) |\n",
                std::string(name).c_str(), Median(times[0]) * 1e6,
                Median(times[1]) * 1e6, Median(ratios), *least, *most);
    std::fflush(stdout);
  }

 private:
  Side* const sides_[2];
};

int Main(int argc, char** argv) {
  const std::vector<char*> arguments = absl::ParseCommandLine(argc, argv);
  if (arguments.size() != 2) {
    std::fprintf(stderr, "usage: benchmark_orm URL\n");
    return 2;
  }
  const std::string url = arguments[1];
  const int rows = absl::GetFlag(FLAGS_rows);
  auto database = modelservice::OpenDatabase(url);
  Check(database.status());
  Fill(**database, rows);
  absl::string_view path = url;
  const std::unique_ptr<Side> hand =
      absl::ConsumePrefix(&path, "sqlite:")
          ? MakeSqlite(std::string(path.substr(0, path.find('?'))))
          : MakePostgres(url);
  const std::unique_ptr<Side> ours = MakeOurs(**database);
  // Different answers are no comparison.
  if (ours->Join(7, 100)[99].SerializeAsString() !=
          hand->Join(7, 100)[99].SerializeAsString() ||
      ours->Prefetch(7, 100)[99].SerializeAsString() !=
          hand->Prefetch(7, 100)[99].SerializeAsString()) {
    std::fprintf(stderr, "the answers differ\n");
    return 1;
  }

  std::printf(
      "| %s | ours / by hand | ratio |\n|---|---:|---:|\n",
      (*database)->dialect().name() == "sqlite" ? "SQLite" : "PostgreSQL");
  Benchmark benchmark(*ours, *hand);
  const auto spread = [rows](int64_t i) { return i * 7919 % (rows - 200) + 1; };
  benchmark.Measure("get by key",
                    [&](Side& side, int64_t i) { side.Get(spread(i)); });
  benchmark.Measure("filter of 100 rows", [&](Side& side, int64_t i) {
    side.Filter(spread(i), 100);
  });
  benchmark.Measure("join of two tables, 100 rows",
                    [&](Side& side, int64_t i) { side.Join(spread(i), 100); });
  benchmark.Measure("prefetch of 100 x 10", [&](Side& side, int64_t i) {
    side.Prefetch(i * 7919 % (kAuthors - 200) + 1, 100);
  });
  benchmark.Measure("update by key",
                    [&](Side& side, int64_t i) { side.Update(spread(i), i); });
  const std::vector<Book> books = Books(rows);
  benchmark.Measure(absl::StrCat("bulk insert of ", rows),
                    [&](Side& side, int64_t) { side.Insert(books); });

  if (!Wants("ForEach")) return 0;
  // The table is long by now, or becomes so.
  int64_t count = 0;
  const auto counted = [&count](const Book&) { ++count; };
  ours->ForEach(counted);
  for (; count < absl::GetFlag(FLAGS_all); count += rows) ours->Insert(books);
  PeakSinceLast();
  count = 0;
  double at_first = 0;
  ours->ForEach([&](const Book&) {
    if (++count == rows) at_first = PeakSinceLast();
  });
  const double more = PeakSinceLast() - at_first;
  if (more > kMostGrowth) {
    std::fprintf(stderr, "ForEach over %lld rows keeps %.1f MiB of them\n",
                 static_cast<long long>(count), more);
    return 1;
  }
  benchmark.Measure(absl::StrCat("ForEach of ", count),
                    [&](Side& side, int64_t) { side.ForEach(counted); });
  std::printf(
      "\nForEach: its first %d rows had %.1f MiB resident at the most, the "
      "rest "
      "%+.1f MiB.\n",
      rows, at_first, more);
  return 0;
}

}  // namespace
}  // namespace benchmark_orm

int main(int argc, char** argv) { return benchmark_orm::Main(argc, argv); }
