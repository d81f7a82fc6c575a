#include "modelservice/orm/loading.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>

#include "modelservice/sql/way.h"

namespace modelservice {
namespace {

using Kind = RelatedField::Kind;

RelatedLoad* Find(const RelatedField& field, std::vector<RelatedLoad>* loads) {
  for (RelatedLoad& load : *loads) {
    if (load.field == &field) return &load;
  }
  return nullptr;
}

// What leads to the last field of `path`.
std::vector<RelatedLoad>* LoadsBefore(absl::Span<const LoadStep> path,
                                      bool joined, RowSet* rows) {
  std::vector<RelatedLoad>* loads = &rows->loads;
  for (const LoadStep& step : path.first(path.size() - 1)) {
    const RelatedField& field = RelatedFieldOf(*step.model, step.field);
    RelatedLoad* load = Find(field, loads);
    if (load == nullptr) {
      load = &loads->emplace_back();
      load->field = &field;
      load->joined = joined;
    }
    loads = &load->rows.loads;
  }
  return loads;
}

void Remove(int column, std::vector<int>* columns) {
  columns->erase(std::remove(columns->begin(), columns->end(), column),
                 columns->end());
}

void AddJoinedColumns(const Model& model, absl::Span<const RelatedLoad> loads,
                      const std::shared_ptr<const Way>& before,
                      std::vector<Expression>* columns) {
  for (const RelatedLoad& load : loads) {
    if (!load.joined) continue;
    const Model& target = load.field->target();
    const auto way =
        MakeWay(before, *model.table, load.field->key, *target.table);
    for (size_t i = 0; i < target.table->columns.size(); ++i) {
      columns->push_back(Expression::Through(way, static_cast<int>(i)));
    }
    AddJoinedColumns(target, load.rows.loads, way, columns);
  }
}

}  // namespace

std::vector<int> OwnColumns(const Model& model, const RelatedField& field) {
  if (field.kind == Kind::kOne) return KeyColumns(*model.table, field.key);
  std::vector<int> columns;
  const Model& refers =
      field.kind == Kind::kBack ? field.target() : field.through();
  for (const KeyPart& part : KeyParts(*refers.table, field.key, *model.table)) {
    columns.push_back(part.referred);
  }
  return columns;
}

absl::Span<const ColumnForm> FormsOf(const Table& table,
                                     absl::Span<const TableForms> tables) {
  for (const TableForms& of : tables) {
    if (of.table == &table) return of.forms;
  }
  return {};
}

const RelatedField& RelatedFieldOf(const Model& model, int number) {
  return *std::find_if(
      model.related.begin(), model.related.end(),
      [&](const RelatedField& field) { return field.number == number; });
}

void JoinRelated(absl::Span<const LoadStep> path, RowSet* rows) {
  for (size_t steps = 1; steps <= path.size(); ++steps) {
    std::vector<RelatedLoad>* const loads =
        LoadsBefore(path.first(steps), /*joined=*/true, rows);
    const LoadStep& last = path[steps - 1];
    const RelatedField& field = RelatedFieldOf(*last.model, last.field);
    if (Find(field, loads) != nullptr) continue;
    RelatedLoad& load = loads->emplace_back();
    load.field = &field;
    load.joined = true;
  }
}

void PrefetchRelated(absl::Span<const LoadStep> path, const RowSet* which,
                     RowSet* rows) {
  std::vector<RelatedLoad>* const loads =
      LoadsBefore(path, /*joined=*/false, rows);
  const LoadStep& last = path.back();
  const RelatedField& field = RelatedFieldOf(*last.model, last.field);
  RelatedLoad* load = Find(field, loads);
  if (load != nullptr && which == nullptr) return;
  if (load == nullptr) load = &loads->emplace_back();
  load->field = &field;
  load->joined = false;
  if (which == nullptr) return;
  load->rows = *which;
  if (!which->is_whole()) {
    load->rows.fault = "Prefetch takes no query with a limit or an offset.";
  }
}

bool HasJoined(absl::Span<const RelatedLoad> loads) {
  return std::any_of(loads.begin(), loads.end(),
                     [](const RelatedLoad& load) { return load.joined; });
}

bool HasPrefetched(absl::Span<const RelatedLoad> loads) {
  return std::any_of(loads.begin(), loads.end(), [](const RelatedLoad& load) {
    return !load.joined || HasPrefetched(load.rows.loads);
  });
}

std::vector<int> UnreadOf(const Model& model, const RowSet& rows) {
  std::vector<int> unread = rows.unread;
  for (const RelatedLoad& load : rows.loads) {
    if (load.joined) continue;
    for (const int column : OwnColumns(model, *load.field)) {
      Remove(column, &unread);
    }
  }
  return unread;
}

void AddJoinedColumns(const Model& model, absl::Span<const RelatedLoad> loads,
                      std::vector<Expression>* columns) {
  AddJoinedColumns(model, loads, nullptr, columns);
}

void AddJoined(absl::Span<const RelatedLoad> loads,
               absl::Span<const TableForms> forms, RowCodec* codec) {
  for (const RelatedLoad& load : loads) {
    if (!load.joined) continue;
    const Model& target = load.field->target();
    RowCodec nested(target, FormsOf(*target.table, forms));
    AddJoined(load.rows.loads, forms, &nested);
    codec->AddNested(load.field->number, std::move(nested));
  }
}

}  // namespace modelservice
