#include "modelservice/manage/taken_tables.h"

#include <re2/re2.h>

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "modelservice/protogen/table_search.h"

namespace modelservice {
namespace {

// The tables whose messages the plugin speaks of, with its words of the first.
std::map<std::string, std::string> TablesIn(const proto::File& file,
                                            const absl::Status& status) {
  std::map<std::string, std::string> tables;
  static const RE2& error = *new RE2("error: (\\w+)[.:] ?([^;]*)");
  const std::string words(status.message());
  re2::StringPiece rest(words);
  std::string message;
  std::string fault;
  while (RE2::FindAndConsume(&rest, error, &message, &fault)) {
    for (const proto::Model& model : file.models) {
      if (model.message.name != message) continue;
      const ModelSettings& settings = model.message.settings;
      const std::string schema =
          settings.schema().empty() ? "" : absl::StrCat(settings.schema(), ".");
      tables.emplace(absl::StrCat(schema, settings.table()), fault);
    }
  }
  return tables;
}

}  // namespace

absl::StatusOr<bool> TakenTables::LeaveOut(const proto::File& built,
                                           const absl::Status& fault) {
  std::set<std::string> used;
  const auto found = proto::FindTables(catalog_, options_->selection.tables,
                                       options_->selection.exclude, &used);
  if (!found.ok()) return found.status();
  const size_t known = told_.size();
  for (const auto& entry : TablesIn(built, fault)) {
    const bool by_pattern =
        std::any_of(found->begin(), found->end(), [&](const auto& one) {
          return one.by_pattern && one.table->FullName() == entry.first;
        });
    if (!by_pattern) continue;
    options_->selection.exclude.push_back(entry.first);
    told_.push_back(
        {entry.first,
         absl::StrCat("table \"", entry.first, "\", of which the plugin says: ",
                      absl::StripAsciiWhitespace(entry.second))});
  }
  return told_.size() > known;
}

void TakenTables::AddTo(proto::File* file) const {
  file->left_out.insert(file->left_out.end(), told_.begin(), told_.end());
}

}  // namespace modelservice
