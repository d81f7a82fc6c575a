#include "modelservice/service/listing.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/base/compat.h"
#include "modelservice/errors.h"
#include "modelservice/log.h"
#include "modelservice/orm/to_value.h"
#include "modelservice/schema/utf8.h"
#include "modelservice/service/access.h"
#include "modelservice/service/fields.h"
#include "modelservice/service/filter_condition.h"
#include "modelservice/service/lookup.h"
#include "modelservice/service/metadata_list.h"
#include "modelservice/service/order_by.h"
#include "modelservice/service/request_values.h"
#include "modelservice/service/search.h"
#include "modelservice/sql/stored_literals.h"

namespace modelservice {
namespace {

using ::google::protobuf::Message;
using FieldRole = RequestField::Role;

// Adds a text or a value to what a token is bound to, so that no two lists of
// such give the same bytes.
void Bind(absl::string_view text, std::string* binding) {
  absl::StrAppend(binding, "|", text.size(), ":", text);
}

void Bind(Value value, std::string* binding) {
  absl::StrAppend(binding, "|", static_cast<int>(value.kind()), ":");
  if (value.kind() == Value::Kind::kText ||
      value.kind() == Value::Kind::kBlob) {
    Bind(value.text(), binding);
  } else if (value.kind() == Value::Kind::kReal) {
    absl::StrAppend(binding, value.real());
  } else {
    absl::StrAppend(
        binding, value.seconds(), ":",
        value.kind() == Value::Kind::kTimestamp ? value.nanos() : 0);
  }
}

absl::Status NoSuchPage() {
  return ErrorWithReason(absl::StatusCode::kNotFound, "Invalid page.",
                         "NOT_FOUND");
}

}  // namespace

void LogLeftOut(const absl::Status& unreadable) {
  Log(Severity::kError,
      absl::StrCat("a List leaves a row out: ", unreadable.message()));
}

absl::Status Listing::Read(const Message& request, const CallContext& call) {
  binding_ = std::string(plan_.method->path);
  // A token is its caller's: another one's rows are not to be told by it.
  for (const std::string* part :
       {&call.principal().realm, &call.principal().subject}) {
    Bind(*part, &binding_);
  }
  for (const MethodPlan::Field& field : plan_.fields) {
    if (!IsSet(request, *field.descriptor)) continue;
    if (auto status = ReadOne(request, field, call); !status.ok()) {
      return status;
    }
  }
  if (table().style == ClientStyle::kDjangoSocio) {
    if (auto status = ReadMetadata(call); !status.ok()) return status;
  }
  if (!violations_.empty()) return InvalidArgument(violations_);
  where_ = where_ && ScopeOf(service_, call);
  if (HasReadRules(call)) readable_ = ReadableColumns(service_, call);
  // A row's place is told by the columns of the order.
  for (const Ordering& part : order()) {
    absl::StrAppend(&binding_, part.descending ? "|-" : "|+");
    Bind(table().columns[static_cast<size_t>(part.column)].name, &binding_);
  }
  return token_.empty() ? absl::OkStatus() : OpenToken();
}

absl::Status Listing::ReadOne(const Message& request,
                              const MethodPlan::Field& field,
                              const CallContext& call) {
  if (field.role == FieldRole::kColumn) return ReadColumn(request, field, call);
  TextArena arena;
  const std::string name = compat::Str(field.descriptor->name());
  const Value value =
      ReadField(request, *field.descriptor, /*enum_by_name=*/false, arena);
  if (value.kind() == Value::Kind::kInvalid) {
    violations_.push_back({name, std::string(value.text())});
    return absl::OkStatus();
  }
  switch (field.role) {
    case FieldRole::kPageSize:
    case FieldRole::kSkip:
      if (value.integer() < 0) {
        violations_.push_back(
            {name, "Ensure this value is greater than or equal to 0."});
      }
      (field.role == FieldRole::kSkip ? skip_ : requested_size_) =
          value.integer();
      break;
    case FieldRole::kPageToken:
      token_ = std::string(value.text());
      break;
    case FieldRole::kFilter:
      ReadFilter(name, value.text());
      break;
    case FieldRole::kOrderBy:
      ReadOrder(name, value.text());
      break;
    case FieldRole::kSearch:
      ReadSearch(name, value.text());
      break;
    default:
      break;
  }
  return absl::OkStatus();
}

absl::Status Listing::ReadColumn(const Message& request,
                                 const MethodPlan::Field& field,
                                 const CallContext& call) {
  const Column& column = table().columns[static_cast<size_t>(field.column)];
  const std::string name = compat::Str(field.descriptor->name());
  TextArena arena;
  absl::StrAppend(&binding_, "|", field.descriptor->number());
  std::vector<Literal> values;
  for (const Value given :
       ReadValues(request, *field.descriptor, column, arena)) {
    const Value value =
        ComparesValues(field.lookup)
            ? StoredIn(service_.forms, field.column, given, arena)
            : given;
    if (value.kind() == Value::Kind::kInvalid) {
      violations_.push_back({name, std::string(value.text())});
      return absl::OkStatus();
    }
    values.emplace_back(value);
    Bind(value, &binding_);
  }
  std::string fault;
  const auto condition = LookupCondition(table(), field.column, field.lookup,
                                         std::move(values), &fault);
  if (!condition.has_value()) {
    violations_.push_back({name, std::move(fault)});
    return absl::OkStatus();
  }
  auto readable = ReadableBy(service_, call, field.column);
  if (!readable.ok()) return readable.status();
  // Its values are stored ones already; texts are looked for as such.
  where_ = where_ &&
           (ComparesValues(field.lookup)
                ? *condition
                : WithStored(*condition, table(), service_.forms)) &&
           *readable;
  return absl::OkStatus();
}

void Listing::ReadFilter(const std::string& name, absl::string_view text) {
  FilterNode filter;
  TextFault fault;
  std::optional<Expression> rows;
  if (ParseFilter(text, service_.bounds.filter, &filter, &fault)) {
    rows = FilterCondition(filter, {table(), service_.fields, service_.forms},
                           &fault);
  }
  if (!rows.has_value()) {
    violations_.push_back({name, Describe(text, fault)});
    return;
  }
  where_ = where_ && *rows;
  absl::StrAppend(&binding_, "|filter");
  Bind(text, &binding_);
}

void Listing::ReadOrder(const std::string& name, absl::string_view text) {
  TextFault fault;
  auto order = ParseOrderBy(text, table(), &fault);
  if (order.has_value()) {
    own_order_ = *std::move(order);
  } else {
    violations_.push_back({name, Describe(text, fault)});
  }
}

void Listing::ReadSearch(const std::string& name, absl::string_view text) {
  const FilterBounds& bounds = service_.bounds.filter;
  const std::vector<std::string> words = SearchWords(text);
  if (text.size() > bounds.bytes) {
    violations_.push_back(
        {name, absl::StrCat("The search is longer than ", bounds.bytes,
                            " bytes (max_filter_bytes).")});
  } else if (words.size() > static_cast<size_t>(bounds.terms)) {
    violations_.push_back(
        {name, absl::StrCat("The search has more than ", bounds.terms,
                            " words (max_filter_terms).")});
  } else if (!IsUtf8(text) || text.find('\0') != absl::string_view::npos) {
    violations_.push_back({name, std::string(kNoNul)});
  } else {
    where_ = where_ && WithStored(SearchCondition(table(), words), table(),
                                  service_.forms);
    absl::StrAppend(&binding_, "|search");
    Bind(text, &binding_);
  }
}

absl::Status Listing::ReadMetadata(const CallContext& call) {
  if (const auto filters = call.metadata("filters"); filters.has_value()) {
    where_ = where_ && RowsOfFilters(service_, *filters, &violations_);
    absl::StrAppend(&binding_, "|filters");
    Bind(*filters, &binding_);
  }
  const auto pagination = call.metadata("pagination");
  if (!pagination.has_value()) return absl::OkStatus();
  const MetadataPage page = PageOf(*pagination, &violations_);
  if (page.page == 0) return absl::OkStatus();
  if (page.page < 0) return NoSuchPage();
  page_ = page.page;
  if (page.size > 0) requested_size_ = page.size;
  if (requested_size_ == 0) requested_size_ = table().default_page_size;
  requested_size_ = std::min<int64_t>(requested_size_, table().max_page_size);
  skip_ += (page_ - 1) * requested_size_;
  return absl::OkStatus();
}

absl::Status Listing::CheckPage(int64_t rows) const {
  return page_ > 1 && rows == 0 ? NoSuchPage() : absl::OkStatus();
}

absl::Status Listing::OpenToken() {
  auto after = service_.tokens->Open(binding_, token_);
  if (!after.ok()) return after.status();
  after_ = *std::move(after);
  if (after_.size() == order().size()) return absl::OkStatus();
  // Sealed by this secret, and yet not by this version.
  return InvalidArgument(
      {{"page_token", "This token is of an older version of the server."}});
}

Statement Listing::SelectAfter(absl::Span<const Literal> last,
                               std::optional<int64_t> limit) const {
  const absl::Span<const Literal> after =
      last.empty() ? absl::MakeConstSpan(after_) : last;
  const bool unary = plan_.method->streaming == Streaming::kUnary;
  // Only the first rows are to be left out.
  const int64_t skip = last.empty() ? skip_ : 0;
  const bool fixed = where_.is_true() && readable_.empty() &&
                     own_order_.empty() && skip == 0 &&
                     unary == limit.has_value() &&
                     (after.empty() || !plan_.next_page_sql.empty());
  if (!fixed) {
    Select page;
    page.columns =
        readable_.empty() ? service_.projection->columns() : readable_;
    page.from = TableName(table());
    page.where =
        after.empty() ? where_ : where_ && After(table(), order(), after);
    page.order = OrderOf(table(), order());
    page.limit = limit;
    if (skip > 0) page.offset = skip;
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
  return Write(SelectCount(table(), where_, most),
               service_.database->dialect());
}

std::vector<Literal> Listing::PlaceOf(Row row) const {
  std::vector<Literal> place;
  for (const Ordering& part : order()) {
    place.push_back(Literal(row[static_cast<size_t>(part.column)]));
  }
  return place;
}

std::string Listing::TokenAfter(Row row) const { return TokenAt(PlaceOf(row)); }

std::string Listing::TokenAt(const std::vector<Literal>& place) const {
  return service_.tokens->Seal(binding_, place);
}

}  // namespace modelservice
