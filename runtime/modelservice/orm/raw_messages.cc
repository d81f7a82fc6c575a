#include "modelservice/orm/raw_messages.h"

#include <numeric>
#include <optional>

#include "absl/strings/str_cat.h"
#include "modelservice/orm/codec.h"

namespace modelservice {

absl::Status DecodeRows(const Session& session, const Projection& projection,
                        const std::vector<std::vector<Literal>>& rows,
                        std::vector<int> columns, const MessageTarget& target) {
  const Table& table = *projection.model().table;
  const auto live = session.database().LiveTableOf(table);
  if (!live.ok()) return live.status();
  const std::optional<RowCodec> live_codec = LiveCodecOf(projection, **live);
  const RowCodec& codec =
      live_codec.has_value() ? *live_codec : projection.codec();
  std::vector<Value> values(table.columns.size());
  if (columns.empty()) {
    columns.resize(values.size());
    std::iota(columns.begin(), columns.end(), 0);
  }
  for (const std::vector<Literal>& row : rows) {
    if (row.size() != columns.size()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "Raw: the query gives rows of ", row.size(), " values for ",
          columns.size(), " columns of ", table.message,
          "; select those that are named, in their order"));
    }
    for (size_t i = 0; i < row.size(); ++i) {
      values[static_cast<size_t>(columns[i])] = row[i].value();
    }
    auto status = codec.Decode(values, target.next());
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace modelservice
