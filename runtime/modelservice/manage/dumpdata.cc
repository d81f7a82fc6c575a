#include "modelservice/manage/dumpdata.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "modelservice/manage/databases.h"
#include "modelservice/manage/load_order.h"
#include "modelservice/manage/progress.h"
#include "modelservice/manage/row_records.h"
#include "modelservice/orm/codec.h"
#include "modelservice/orm/projection.h"
#include "modelservice/orm/row_set.h"
#include "modelservice/orm/row_values.h"
#include "modelservice/orm/rows.h"
#include "modelservice/orm/session.h"
#include "modelservice/orm/tenant.h"
#include "modelservice/sql/table_statements.h"

namespace modelservice {
namespace {

using ::google::protobuf::Message;

// Rows that are read at a time, each from behind the last one's key: a
// transaction holds no cursor, and memory is bounded.
constexpr int64_t kPage = 1000;

// The file that is written, or standard output. A file has another name until
// it is whole.
class Output {
 public:
  explicit Output(const std::optional<std::string>& path)
      : path_(path.value_or("")), partial_(absl::StrCat(path_, ".partial")) {
    file_ = path_.empty() ? stdout : std::fopen(partial_.c_str(), "wbe");
    if (file_ == nullptr) status_ = Fault();
  }
  ~Output() {
    if (path_.empty() || file_ == nullptr) return;
    std::fclose(file_);
    unlink(partial_.c_str());
  }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  const absl::Status& status() const { return status_; }

  absl::Status Write(const std::string& bytes) {
    if (std::fwrite(bytes.data(), 1, bytes.size(), file_) == bytes.size()) {
      return absl::OkStatus();
    }
    return Fault();
  }

  // Durable, and by its own name.
  absl::Status Finish() {
    if (std::fflush(file_) != 0) return Fault();
    if (path_.empty()) return absl::OkStatus();
    if (fsync(fileno(file_)) != 0) return Fault();
    const int closed = std::fclose(file_);
    file_ = nullptr;
    if (closed != 0 || std::rename(partial_.c_str(), path_.c_str()) != 0) {
      return Fault();
    }
    return absl::OkStatus();
  }

 private:
  absl::Status Fault() const {
    return absl::UnavailableError(
        absl::StrCat("cannot write ", path_.empty() ? "the rows" : path_, ": ",
                     std::strerror(errno)));
  }

  const std::string path_;
  const std::string partial_;
  FILE* file_ = nullptr;
  absl::Status status_;
};

// Deleted ones, too: they are in the table.
RowSet EveryRow() {
  RowSet rows;
  rows.deleted = Deleted::kShown;
  return rows;
}

std::vector<Ordering> KeyOrder(const Table& table) {
  std::vector<Ordering> order;
  for (const int column : table.key) order.push_back({column, false});
  return order;
}

// "shop.Customer (id 7)"
std::string RowName(const Model& model, const RowValues& values) {
  return absl::StrCat(
      MessageNameOf(model), " (",
      absl::StrJoin(
          model.table->key, ", ",
          [&](std::string* out, int column) {
            absl::StrAppend(
                out, model.table->columns[static_cast<size_t>(column)].field,
                " ", KeyText(values[column]));
          }),
      ")");
}

class Dumper {
 public:
  Dumper(Transaction& transaction, RecordFormat format, Output& output,
         Progress& progress)
      : session_(Session(transaction).Of(Tenant::All())),
        format_(format),
        output_(output),
        progress_(progress) {}

  absl::Status Dump(const Model& model) {
    const Projection projection(model);
    int64_t whole = 0;
    if (progress_.shown()) {
      const auto count = CountRows(session_, model, EveryRow());
      if (!count.ok()) return count.status();
      whole = *count;
    }
    progress_.Start(MessageNameOf(model), whole);
    const std::vector<Ordering> order = KeyOrder(*model.table);
    std::vector<Literal> last;
    int64_t done = 0;
    for (;;) {
      RowSet rows = EveryRow();
      rows.order = OrderOf(*model.table, order);
      rows.limit = kPage;
      if (!last.empty()) rows.where = After(*model.table, order, last);
      std::vector<std::unique_ptr<Message>> page;
      const auto next = [&] {
        page.emplace_back(model.prototype().New());
        return page.back().get();
      };
      auto status =
          ReadRows(session_, projection, rows, {next, [&] { page.clear(); }});
      if (!status.ok()) return status;
      if (status = WritePage(model, page, &last); !status.ok()) return status;
      const auto count = static_cast<int64_t>(page.size());
      progress_.Advance(count, done += count);
      if (count < kPage) break;
    }
    progress_.End();
    rows_ += done;
    return absl::OkStatus();
  }

  int64_t rows() const { return rows_; }

 private:
  absl::Status WritePage(const Model& model,
                         const std::vector<std::unique_ptr<Message>>& page,
                         std::vector<Literal>* last) {
    records_.clear();
    RowValues values(model);
    for (const std::unique_ptr<Message>& message : page) {
      if (auto status = AppendRecord(*message, format_, &records_);
          !status.ok()) {
        values.Read(*message);
        return absl::InvalidArgumentError(
            absl::StrCat(RowName(model, values), ": ", status.message()));
      }
    }
    if (!page.empty()) {
      values.Read(*page.back());
      last->clear();
      for (const int column : model.table->key) {
        last->emplace_back(values[column]);
      }
    }
    return output_.Write(records_);
  }

  const Session session_;
  const RecordFormat format_;
  Output& output_;
  Progress& progress_;
  std::string records_;
  int64_t rows_ = 0;
};

absl::StatusOr<std::vector<const Model*>> ChosenModels(const Invocation& call) {
  const std::vector<std::string> names = call.flags.List("model");
  const auto& all = call.registry.models();
  std::vector<const Model*> chosen(all.begin(), all.end());
  if (!call.flags.Text("model").has_value()) return chosen;
  chosen.clear();
  for (const std::string& name : names) {
    const Model* const model = FindModel(all, name);
    if (model == nullptr) {
      return absl::InvalidArgumentError(absl::StrCat(
          "--model: no one model is called \"", name, "\"; there are ",
          absl::StrJoin(all, ", ", [](std::string* out, const Model* one) {
            absl::StrAppend(out, MessageNameOf(*one));
          })));
    }
    chosen.push_back(model);
  }
  return chosen;
}

}  // namespace

absl::Status DumpData(const Invocation& call) {
  const auto path = call.flags.Text("output");
  const auto format =
      RecordFormatOf(call.flags.Text("format"), path.value_or(""));
  if (!format.ok()) return format.status();
  const auto models = ChosenModels(call);
  if (!models.ok()) return models.status();
  auto database =
      OpenDatabase(call.settings.database(), DatabaseAccess::kReadOnly);
  if (!database.ok()) return database.status();
  Output output(path);
  if (!output.status().ok()) return output.status();
  Progress progress(stderr);
  int64_t rows = 0;
  auto status = (*database)->Read([&](Transaction& transaction) {
    Dumper dumper(transaction, *format, output, progress);
    for (const TableToLoad& step : LoadOrder(*models)) {
      if (auto done = dumper.Dump(*step.model); !done.ok()) return done;
    }
    rows = dumper.rows();
    return output.Finish();
  });
  progress.End();
  (*database)->Close();
  if (!status.ok()) return status;
  // Beside what may be standard output.
  std::fprintf(stderr, "%lld rows\n", static_cast<long long>(rows));
  return absl::OkStatus();
}

}  // namespace modelservice
