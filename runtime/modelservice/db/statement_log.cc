#include "modelservice/db/statement_log.h"

#include "absl/strings/str_cat.h"
#include "modelservice/base/call_spans.h"
#include "modelservice/log.h"

namespace modelservice {
namespace {

// Of a statement's text in the log.
constexpr size_t kMaxText = 1000;

}  // namespace

void StatementLog::Note(absl::string_view text, SteadyTime start, int64_t rows,
                        CallCounts* counts) {
  times_.Add(Tell(text, start, rows, counts));
  if (counts != nullptr) counts->statements.Add(1);
}

void StatementLog::NoteMore(absl::string_view text, SteadyTime start,
                            int64_t rows, CallCounts* counts) {
  Tell(text, start, rows, counts);
}

absl::Duration StatementLog::Tell(absl::string_view text, SteadyTime start,
                                  int64_t rows, CallCounts* counts) {
  const absl::Duration taken = Since(start);
  if (rows > 0) rows_.Add(rows);
  if (counts != nullptr) {
    counts->sql_time.Add(taken);
    counts->rows.Add(rows);
    if (counts->spans != nullptr) {
      counts->spans->AddStatement(text, start, rows);
    }
  }
  if (absl::ToInt64Nanoseconds(taken) >=
      slow_.load(std::memory_order_relaxed)) {
    LogFields fields;
    fields.Number("ms", absl::ToDoubleMilliseconds(taken))
        .Number("rows", rows)
        .Text("sql", absl::StrCat(text.substr(0, kMaxText),
                                  text.size() > kMaxText ? "..." : ""));
    Log(Severity::kWarning, "slow statement", std::move(fields));
  }
  return taken;
}

void StatementLog::Report(Measures& to) const {
  to.AddHistogram("modelservice_statement_seconds",
                  "Statements of SQL, with their waits for the database.", {},
                  times_);
  to.AddCounter("modelservice_rows_total",
                "Rows that statements gave out, or else wrote.", {},
                rows_.value());
}

}  // namespace modelservice
