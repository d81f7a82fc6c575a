#include "modelservice/orm/told_links.h"

#include "modelservice/db/row_signals.h"

namespace modelservice {
namespace {

std::vector<Value> ValuesOf(const std::vector<Literal>& keys) {
  std::vector<Value> values;
  for (const Literal& key : keys) values.push_back(key.value());
  return values;
}

}  // namespace

bool AreTold(const Database& database, const LinkWay& way) {
  return LinkSignals(database, *way.model->table) != nullptr ||
         LinkSignals(database, *way.target->table) != nullptr;
}

absl::Status TellOf(Transaction& transaction, const LinkWay& way,
                    const Literal& own, const ToldLinks& links) {
  if (links.added.empty() && links.removed.empty()) return absl::OkStatus();
  const Table* const between = way.between->table;
  const Database& database = transaction.database();
  if (const auto signals = LinkSignals(database, *way.model->table)) {
    auto status = signals->links_changed.TrySend(
        &transaction, {between, way.from, way.to},
        {own.value(), ValuesOf(links.added), ValuesOf(links.removed)});
    if (!status.ok()) return status;
  }
  const auto signals = LinkSignals(database, *way.target->table);
  if (signals == nullptr) return absl::OkStatus();
  const LinksWay back = {between, way.to, way.from};
  for (const Literal& key : links.added) {
    auto status = signals->links_changed.TrySend(
        &transaction, back, {key.value(), {own.value()}, {}});
    if (!status.ok()) return status;
  }
  for (const Literal& key : links.removed) {
    auto status = signals->links_changed.TrySend(
        &transaction, back, {key.value(), {}, {own.value()}});
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace modelservice
