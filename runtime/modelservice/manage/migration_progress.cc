#include "modelservice/manage/migration_progress.h"

#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "modelservice/schema/own_tables.h"

namespace modelservice {

void MigrationProgress::Watch(DatabaseSession& session,
                              StatementWatch::Open open) {
  session_ = &session;
  // PostgreSQL's.
  if (!progress_.shown() || !session.dialect().has_schemas()) return;
  const auto process = session.Rows("SELECT pg_backend_pid()::int8");
  if (!process.ok()) return;
  watch_ = std::make_unique<StatementWatch>(
      (*process)[0][0].value().integer(), std::move(open),
      [this](const std::string& text) { progress_.Say(text); });
}

void MigrationProgress::End() {
  watch_.reset();
  progress_.End();
}

void MigrationProgress::OnStep(const MigrationStep& step) {
  if (!progress_.shown()) return;
  if (watch_ != nullptr) watch_->Pause();
  int64_t whole = 0;
  const absl::string_view table = CopiedTable(step.statement);
  if (!table.empty()) {
    const auto rows =
        session_->Rows(absl::StrCat("SELECT count(*) FROM ", table));
    if (rows.ok()) whole = (*rows)[0][0].value().integer();
  }
  progress_.Start(absl::StrCat(step.migration, ": statement ", step.position,
                               " of ", step.count),
                  whole);
  session_->set_progress([this](int64_t rows) { progress_.Reach(rows); });
  if (watch_ != nullptr) watch_->Begin();
}

absl::string_view CopiedTable(absl::string_view statement) {
  if (!absl::StartsWith(statement,
                        absl::StrCat("INSERT INTO \"", kRebuiltPrefix))) {
    return {};
  }
  constexpr absl::string_view kFrom = "\nFROM ";
  const size_t from = statement.rfind(kFrom);
  if (from == absl::string_view::npos) return {};
  return absl::StripSuffix(statement.substr(from + kFrom.size()), ";");
}

}  // namespace modelservice
