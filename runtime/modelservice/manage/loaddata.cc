#include "modelservice/manage/loaddata.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "modelservice/db/error.h"
#include "modelservice/manage/databases.h"
#include "modelservice/manage/late_references.h"
#include "modelservice/manage/load_order.h"
#include "modelservice/manage/progress.h"
#include "modelservice/manage/row_loader.h"
#include "modelservice/manage/row_records.h"

namespace modelservice {
namespace {

// Rows that are held at a time, and about how many bytes.
constexpr size_t kGroup = 1000;
constexpr size_t kGroupBytes = 8 << 20;

struct Options {
  size_t batch = 0;  // 0: one transaction
  bool upsert = false;
  std::vector<std::unique_ptr<RecordReader>> files;
};

absl::StatusOr<Options> OptionsOf(const Invocation& call) {
  Options options;
  options.upsert = call.flags.IsOn("upsert");
  const auto one = call.flags.Text("one");
  const auto batch = call.flags.Text("batch");
  if (one.has_value() && *one != "transaction") {
    return absl::InvalidArgumentError(absl::StrCat(
        "--one: \"", *one, "\" is not transaction; write --one=transaction"));
  }
  if (one.has_value() && batch.has_value()) {
    return absl::InvalidArgumentError(
        "--batch and --one exclude each other; drop one of them");
  }
  if (batch.has_value() &&
      (!absl::SimpleAtoi(*batch, &options.batch) || options.batch == 0)) {
    return absl::InvalidArgumentError(
        absl::StrCat("--batch: \"", *batch, "\" is no number from 1 on"));
  }
  for (const std::string& path : call.arguments) {
    const auto format = RecordFormatOf(call.flags.Text("format"), path);
    if (!format.ok()) return format.status();
    auto file = RecordReader::Open(path, *format);
    if (!file.ok()) return file.status();
    options.files.push_back(*std::move(file));
  }
  return options;
}

using Rows = std::vector<LoadedRow>;

// Reads records of all files, once in each pass.
class Records {
 public:
  Records(const std::vector<const Model*>& models, const Options& options)
      : options_(options), order_(LoadOrder(models)) {
    for (const TableToLoad& step : order_) {
      steps_[MessageNameOf(*step.model)] = &step;
    }
    for (const auto& file : options_.files) whole_ += file->bytes();
  }

  void Rewind() {
    for (const auto& file : options_.files) file->Rewind();
    current_ = 0;
    kept_.reset();
  }

  // The next rows, of one model, `most` of them; none at the end. `wanted`
  // leaves rows out.
  absl::StatusOr<Rows> Next(
      size_t most, absl::FunctionRef<bool(const TableToLoad&)> is_wanted) {
    Rows rows;
    size_t bytes = 0;
    if (kept_.has_value()) {
      rows.push_back(*std::move(kept_));
      kept_.reset();
    }
    while (rows.size() < most && bytes < kGroupBytes &&
           current_ < options_.files.size()) {
      RecordReader& file = *options_.files[current_];
      const int64_t before = file.bytes_read();
      const auto more = file.Next();
      if (!more.ok()) return more.status();
      if (!*more) {
        ++current_;
        continue;
      }
      bytes += static_cast<size_t>(file.bytes_read() - before);
      auto row = RowOf(file, is_wanted);
      if (!row.ok()) return row.status();
      if (row->step == nullptr) continue;
      if (!rows.empty() && rows.front().step != row->step) {
        kept_ = *std::move(row);
        break;
      }
      rows.push_back(*std::move(row));
    }
    return rows;
  }

  // In which tables can be loaded one by one.
  const std::vector<TableToLoad>& order() const { return order_; }

  int64_t whole() const { return whole_; }
  int64_t done() const {
    int64_t done = 0;
    for (const auto& file : options_.files) done += file->bytes_read();
    return done;
  }

 private:
  absl::StatusOr<LoadedRow> RowOf(
      const RecordReader& file,
      absl::FunctionRef<bool(const TableToLoad&)> is_wanted) {
    const auto step = steps_.find(file.message_name());
    if (step == steps_.end()) {
      return absl::InvalidArgumentError(absl::StrCat(
          file.place(), ": this program has no model ", file.message_name(),
          "; leave its rows out, or load them with the program that has it"));
    }
    LoadedRow row;
    if (!is_wanted(*step->second)) return row;
    row.step = step->second;
    row.place = file.place();
    row.message.reset(step->second->model->prototype().New());
    if (auto status = file.Parse(row.message.get()); !status.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat(row.place, ": ", file.message_name(), ": ",
                       status.message(), "; correct it"));
    }
    return row;
  }

  const Options& options_;
  const std::vector<TableToLoad> order_;
  std::map<std::string, const TableToLoad*> steps_;
  size_t current_ = 0;
  std::optional<LoadedRow> kept_;
  int64_t whole_ = 0;
};

class Loading {
 public:
  Loading(Database& database, Records& records, const Options& options)
      : database_(database),
        records_(records),
        options_(options),
        progress_(stderr) {}

  absl::Status Load() {
    TransactionOptions long_one;
    long_one.max_time = absl::InfiniteDuration();
    if (options_.batch == 0) {
      return database_.Transact(
          [&](Transaction& transaction) {
            // The records are read once.
            transaction.DoNotRunAgain();
            const auto run = [&](Transaction& inner, RowOrder order) {
              return BothPasses(kGroup, order, [&](const auto& write) {
                return write(inner);
              });
            };
            const auto status = transaction.Savepoint([&](Transaction& inner) {
              return run(inner, RowOrder::kAsTheyCome);
            });
            if (!IsOfReference(status)) return status;
            LateReferences late(records_.order());
            if (late.empty()) {
              return run(transaction, RowOrder::kTableByTable);
            }
            auto done = late.Begin(transaction);
            if (done.ok()) done = run(transaction, RowOrder::kTableByTable);
            if (done.ok()) done = CheckReferences(transaction, late);
            return done.ok() ? late.End(transaction) : done;
          },
          nullptr, long_one);
    }
    return BothPasses(
        options_.batch, RowOrder::kAsTheyCome, [&](const auto& write) {
          auto status = database_.Transact(write, nullptr, long_one);
          if (status.ok()) committed_ = true;
          return status;
        });
  }

  int64_t rows() const { return rows_; }
  // Whether some of it is in the database, whatever came later.
  bool committed() const { return committed_; }

 private:
  using Write = absl::FunctionRef<absl::Status(Transaction&)>;
  using Run = absl::FunctionRef<absl::Status(const Write& write)>;

  // Whether a row may only have come too early.
  static bool IsOfReference(const absl::Status& status) {
    return HasKind(status, DatabaseError::Kind::kForeignKey);
  }

  // Of rows that the database has not looked at.
  absl::Status CheckReferences(Transaction& transaction,
                               const LateReferences& late) {
    const auto lost = late.Find(transaction);
    if (!lost.ok()) return lost.status();
    if (!lost->has_value()) return absl::OkStatus();
    const auto find = [&](const Rows& rows) -> absl::Status {
      for (const LoadedRow& row : rows) {
        const auto found = RowLoader::HasKey(transaction, row, (*lost)->key);
        if (!found.ok()) return found.status();
        if (*found) return RowLoader::Lost(row, *(*lost)->reference);
      }
      return absl::OkStatus();
    };
    // One that no record is of, the database will tell of.
    return Pass(
        "looking for a row", kGroup,
        [&](const TableToLoad& step) { return &step == (*lost)->table; }, find);
  }

  absl::Status BothPasses(size_t most, RowOrder order, Run run) {
    const RowLoader loader(options_.upsert, order);
    bool connected = false;
    rows_ = 0;
    const auto insert = [&](const Rows& rows) {
      connected = connected || std::any_of(rows.begin(), rows.end(),
                                           &RowLoader::IsConnected);
      rows_ += static_cast<int64_t>(rows.size());
      return run([&](Transaction& transaction) {
        auto status = loader.Insert(transaction, rows);
        return status.ok() ? loader.MoveSequence(transaction, rows) : status;
      });
    };
    // Each table by a pass of its own, or all by one.
    const std::vector<TableToLoad>& tables = records_.order();
    const bool apart = order == RowOrder::kTableByTable;
    for (size_t i = 0; i < (apart ? tables.size() : 1); ++i) {
      const std::string name =
          apart ? absl::StrCat("loading ", MessageNameOf(*tables[i].model))
                : "loading";
      const auto is_wanted = [&](const TableToLoad& step) {
        return !apart || &step == &tables[i];
      };
      auto status = Pass(name, most, is_wanted, insert);
      if (!status.ok()) return status;
    }
    if (!connected) return absl::OkStatus();
    const auto connect = [&](const Rows& rows) {
      return run([&](Transaction& transaction) {
        return loader.Connect(transaction, rows);
      });
    };
    return Pass(
        "references", most,
        [](const TableToLoad& step) { return !step.deferred.empty(); },
        connect);
  }

  absl::Status Pass(const std::string& name, size_t most,
                    absl::FunctionRef<bool(const TableToLoad&)> is_wanted,
                    absl::FunctionRef<absl::Status(const Rows&)> write) {
    records_.Rewind();
    progress_.Start(name, records_.whole());
    for (;;) {
      auto rows = records_.Next(most, is_wanted);
      if (!rows.ok()) return rows.status();
      if (rows->empty()) break;
      if (auto status = write(*rows); !status.ok()) return status;
      progress_.Advance(static_cast<int64_t>(rows->size()), records_.done());
    }
    progress_.End();
    return absl::OkStatus();
  }

  Database& database_;
  Records& records_;
  const Options& options_;
  Progress progress_;
  int64_t rows_ = 0;
  bool committed_ = false;
};

}  // namespace

absl::Status LoadData(const Invocation& call) {
  auto options = OptionsOf(call);
  if (!options.ok()) return options.status();
  auto database = OpenDatabase(call.settings.database());
  if (!database.ok()) return database.status();
  const auto& models = call.registry.models();
  Records records({models.begin(), models.end()}, *options);
  absl::Status status;
  int64_t rows = 0;
  bool committed = false;
  {
    Loading loading(**database, records, *options);
    status = loading.Load();
    rows = loading.rows();
    committed = loading.committed();
  }
  (*database)->Close();
  if (status.ok()) {
    std::printf("%lld rows\n", static_cast<long long>(rows));
    return status;
  }
  return absl::Status(
      status.code(),
      absl::StrCat(status.message(),
                   committed
                       ? " (the batches before it are loaded: mend it, and "
                         "load all of it again with --upsert)"
                       : " (nothing is loaded)"));
}

}  // namespace modelservice
