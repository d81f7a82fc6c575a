#include "modelservice/service/listing.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/base/compat.h"
#include "modelservice/errors.h"
#include "modelservice/log.h"
#include "modelservice/orm/to_value.h"
#include "modelservice/service/access.h"
#include "modelservice/service/fields.h"

namespace modelservice {
namespace {

using ::google::protobuf::Message;
using FieldRole = RequestField::Role;

// Adds a value to what a token is bound to, so that no two lists of values give
// the same bytes.
void Bind(int column, Value value, std::string* binding) {
  absl::StrAppend(binding, "|", column, ":", static_cast<int>(value.kind()),
                  ":");
  if (value.kind() == Value::Kind::kText ||
      value.kind() == Value::Kind::kBlob) {
    absl::StrAppend(binding, value.text().size(), ":", value.text());
  } else if (value.kind() == Value::Kind::kReal) {
    absl::StrAppend(binding, value.real());
  } else {
    absl::StrAppend(
        binding, value.seconds(), ":",
        value.kind() == Value::Kind::kTimestamp ? value.nanos() : 0);
  }
}

}  // namespace

void LogLeftOut(const absl::Status& unreadable) {
  Log(Severity::kError,
      absl::StrCat("a List leaves a row out: ", unreadable.message()));
}

absl::Status Listing::Read(const Message& request, const CallContext& call) {
  std::vector<Violation> violations;
  Expression scope;
  std::string token;
  TextArena arena;
  const Table& table = *service_.model->table;
  binding_ = std::string(plan_.method->path);
  // A token is its caller's: another one's rows are not to be told by it.
  for (const std::string* part :
       {&call.principal().realm, &call.principal().subject}) {
    absl::StrAppend(&binding_, "|", part->size(), ":", *part);
  }
  for (const MethodPlan::Field& field : plan_.fields) {
    if (!IsSet(request, *field.descriptor)) continue;
    const std::string name = compat::Str(field.descriptor->name());
    const bool by_name =
        field.role == FieldRole::kColumn &&
        table.columns[static_cast<size_t>(field.column)].storage ==
            Storage::kName;
    Value value = ReadField(request, *field.descriptor, by_name, arena);
    if (field.role == FieldRole::kColumn) {
      value = StoredIn(service_.forms, field.column, value, arena);
    }
    if (value.kind() == Value::Kind::kInvalid) {
      violations.push_back({name, std::string(value.text())});
    } else if (field.role == FieldRole::kPageSize) {
      requested_size_ = value.integer();
      if (requested_size_ < 0) {
        violations.push_back(
            {name, "Ensure this value is greater than or equal to 0."});
      }
    } else if (field.role == FieldRole::kPageToken) {
      token = std::string(value.text());
    } else if (field.role == FieldRole::kColumn) {
      filter_ = filter_ && ColumnIs(table, field.column, Literal(value));
      auto readable = ReadableBy(service_, call, field.column);
      if (!readable.ok()) return readable.status();
      scope = scope && *readable;
      Bind(field.column, value, &binding_);
    }
  }
  if (!violations.empty()) return InvalidArgument(violations);
  where_ = filter_ && scope && ScopeOf(service_, call);
  if (HasReadRules(call)) readable_ = ReadableColumns(service_, call);
  if (!token.empty()) {
    auto after = service_.tokens->Open(binding_, token);
    if (!after.ok()) return after.status();
    after_ = *std::move(after);
    if (after_.size() != table.ordering.size()) {
      // Sealed by this secret for a model that was ordered otherwise.
      return InvalidArgument(
          {{"page_token", "This token is of an older version of the server."}});
    }
  }
  return absl::OkStatus();
}

Statement Listing::SelectAfter(absl::Span<const Literal> last,
                               std::optional<int64_t> limit) const {
  const Table& table = *service_.model->table;
  const absl::Span<const Literal> after =
      last.empty() ? absl::MakeConstSpan(after_) : last;
  const bool unary = plan_.method->streaming == Streaming::kUnary;
  const bool fixed = where_.is_true() && readable_.empty() &&
                     unary == limit.has_value() &&
                     (after.empty() || !plan_.next_page_sql.empty());
  if (!fixed) {
    Select page;
    page.columns =
        readable_.empty() ? service_.projection->columns() : readable_;
    page.from = TableName(table);
    page.where =
        after.empty() ? where_ : where_ && After(table, table.ordering, after);
    page.order = OrderOf(table, table.ordering);
    page.limit = limit;
    return Write(page, service_.database->dialect());
  }
  Statement statement;
  statement.text = after.empty() ? plan_.sql : plan_.next_page_sql;
  // The rows come in the order of an index.
  statement.quick = plan_.ordered_by_index;
  // In the order in which After writes them: each column but the last is
  // compared twice.
  for (size_t i = 0; i < after.size(); ++i) {
    // The caller's place goes on while the statement runs.
    const Value value = statement.arena.OwnTextOf(after[i].value());
    statement.parameters.push_back(value);
    if (i + 1 < after.size()) statement.parameters.push_back(value);
  }
  if (limit.has_value()) statement.parameters.push_back(Value::Integer(*limit));
  return statement;
}

Statement Listing::Count(int64_t most) const {
  return Write(SelectCount(*service_.model->table, where_, most),
               service_.database->dialect());
}

std::vector<Literal> Listing::PlaceOf(Row row) const {
  std::vector<Literal> place;
  for (const Ordering& part : service_.model->table->ordering) {
    place.push_back(Literal(row[static_cast<size_t>(part.column)]));
  }
  return place;
}

std::string Listing::TokenAfter(Row row) const { return TokenAt(PlaceOf(row)); }

std::string Listing::TokenAt(const std::vector<Literal>& place) const {
  return service_.tokens->Seal(binding_, place);
}

}  // namespace modelservice
