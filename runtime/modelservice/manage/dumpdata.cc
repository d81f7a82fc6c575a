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
#include "modelservice/migrate/script_parts.h"
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

// A column of PostgreSQL's that has values which its field has not, the
// condition of such, and what becomes of them.
struct NarrowField {
  std::string column;  // quoted
  absl::string_view field;
  std::string where;
  absl::string_view becomes;
};

std::vector<NarrowField> NarrowFieldsOf(const Table& table,
                                        const LiveTable& live,
                                        const Dialect& dialect) {
  std::vector<NarrowField> narrow;
  if (!dialect.keeps_types()) return narrow;
  for (const Column& column : table.columns) {
    const LiveColumn* const of = FindColumn(live.columns, column.name);
    if (of == nullptr || column.repeated) continue;
    const std::string name = QuotedName(column.name);
    if (column.type == FieldType::kTimestamp &&
        (of->kind == ColumnKind::kTimestamp || of->kind == ColumnKind::kDate)) {
      narrow.push_back(
          {name, column.field,
           absl::StrCat(name, " < '0001-01-01 00:00:00+00' OR (", name,
                        " > '9999-12-31 23:59:59.999999+00' AND ", name,
                        " <> 'infinity')"),
           "which no Timestamp is; the dump has the nearest that is one"});
    } else if (column.type == FieldType::kDuration &&
               of->kind == ColumnKind::kInterval) {
      narrow.push_back(
          {name, column.field,
           absl::StrCat("extract(year FROM ", name,
                        ") <> 0 OR extract(month "
                        "FROM ",
                        name, ") <> 0"),
           "and a Duration has no months; the dump has 30 days for each"});
    }
  }
  return narrow;
}

class Dumper {
 public:
  Dumper(Transaction& transaction, RecordFormat format, Output& output,
         Progress& progress)
      : transaction_(transaction),
        session_(Session(transaction).Of(Tenant::All())),
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
    return TellChanged(model);
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

  // Warns of rows that the dump cannot have as they are.
  absl::Status TellChanged(const Model& model) {
    constexpr size_t kMostTold = 10;
    Database& database = transaction_.database();
    const Table& table = *model.table;
    const auto live = database.LiveTableOf(table);
    if (!live.ok()) return live.status();
    std::string name;
    database.dialect().AppendTable(table.schema, table.name, &name);
    const std::string key =
        absl::StrJoin(table.key, ", ', ', ", [&](std::string* out, int column) {
          absl::StrAppend(
              out, QuotedName(table.columns[static_cast<size_t>(column)].name));
        });
    for (const NarrowField& one :
         NarrowFieldsOf(table, **live, database.dialect())) {
      const auto rows =
          database
              .Query(absl::StrCat("SELECT concat(", key, "), ", one.column,
                                  "::text FROM ", name, " WHERE ", one.where,
                                  " LIMIT ", kMostTold + 1))
              .Tuples<std::string, std::string>();
      if (!rows.ok()) return rows.status();
      for (size_t i = 0; i < rows->size(); ++i) {
        if (i == kMostTold) {
          std::fprintf(stderr, "warning: %s: more rows of such %s\n",
                       MessageNameOf(model).c_str(),
                       std::string(one.field).c_str());
          break;
        }
        const auto& [row, value] = (*rows)[i];
        std::fprintf(stderr, "warning: %s (%s): %s is %s, %s\n",
                     MessageNameOf(model).c_str(), row.c_str(),
                     std::string(one.field).c_str(), value.c_str(),
                     std::string(one.becomes).c_str());
      }
    }
    return absl::OkStatus();
  }

  Transaction& transaction_;
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
