#include "modelservice/service/listing.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/base/compat.h"
#include "modelservice/base/is_set.h"
#include "modelservice/errors.h"
#include "modelservice/log.h"
#include "modelservice/orm/to_value.h"
#include "modelservice/schema/float_text.h"
#include "modelservice/schema/utf8.h"
#include "modelservice/service/access.h"
#include "modelservice/service/call_ways.h"
#include "modelservice/service/field_names.h"
#include "modelservice/service/fields.h"
#include "modelservice/service/filter_condition.h"
#include "modelservice/service/filter_value.h"
#include "modelservice/service/lookup_on.h"
#include "modelservice/service/metadata_list.h"
#include "modelservice/service/order_by.h"
#include "modelservice/service/order_ways.h"
#include "modelservice/service/request_values.h"
#include "modelservice/service/same_bytes.h"
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
    absl::StrAppend(binding, ShortestText(value.real()));
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
  if (auto status = CheckTenant(service_, call); !status.ok()) return status;
  binding_ = std::string(plan_.method->path);
  // A token is its caller's: another one's rows are not to be told by it.
  for (const std::string* part :
       {&call.principal().realm, &call.principal().subject}) {
    Bind(*part, &binding_);
  }
  if (const auto tenant = TenantOf(service_, call); tenant.has_value()) {
    Bind(*tenant, &binding_);
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
  read_mask_.Read(service_, plan_, request, call, &violations_);
  if (!violations_.empty()) return InvalidArgument(violations_);
  if (service_.overrides.HasAny(Overrides::kFilterList)) {
    if (auto status = ReadCustom(request, call); !status.ok()) return status;
  }
  where_ = where_ && ScopeOf(service_, call, deleted_);
  if (last_page_) {
    if (auto status = FindLastPage(call); !status.ok()) return status;
  }
  if (HasReadRules(call)) readable_ = ReadableColumns(service_, call);
  if (!read_mask_.is_whole()) {
    if (readable_.empty()) readable_ = service_.projection->columns();
    read_mask_.Hide(order(), &readable_);
  }
  // A row's place is told by the columns of the order.
  for (const Ordering& part : order()) {
    absl::StrAppend(&binding_, part.descending ? "|-" : "|+");
    const auto column = static_cast<size_t>(part.column);
    if (IsOwn(part)) {
      Bind(table().columns[column].name, &binding_);
    } else {
      absl::StrAppend(&binding_, ".");
      Bind(others_[column - table().columns.size()].path, &binding_);
    }
  }
  return token_.empty() ? absl::OkStatus() : OpenToken();
}

absl::Status Listing::ReadOne(const Message& request,
                              const MethodPlan::Field& field,
                              const CallContext& call) {
  switch (field.role) {
    case FieldRole::kColumn:
      return ReadColumn(request, field, call);
    case FieldRole::kFilterOf:
      return ReadFilterOf(request, field, call);
    case FieldRole::kGroupBy:
    case FieldRole::kReadMask:
    case FieldRole::kView:
    case FieldRole::kCustomFilter:
      return absl::OkStatus();  // are read elsewhere
    default:
      break;
  }
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
      return ReadFilter(name, value.text(), call);
    case FieldRole::kOrderBy:
      return ReadOrder(name, value.text(), call);
    case FieldRole::kSearch:
      ReadSearch(name, value.text());
      break;
    case FieldRole::kShowDeleted:
      deleted_ = value.integer() != 0 ? Deleted::kShown : Deleted::kHidden;
      Bind(name, &binding_);
      Bind(value, &binding_);
      break;
    default:
      break;
  }
  return absl::OkStatus();
}

absl::Status Listing::ReadCustom(const Message& request,
                                 const CallContext& call) {
  auto rows = service_.handler->FilterOf(call, request);
  if (!rows.ok()) return rows.status();
  where_ = where_ && WithStored(*rows, table(), service_.forms);
  // It may have read any field: all but those of the page belong to the token.
  const std::unique_ptr<Message> asked(request.New());
  asked->CopyFrom(request);
  for (const MethodPlan::Field& field : plan_.fields) {
    if (field.role == FieldRole::kPageSize || field.role == FieldRole::kSkip ||
        field.role == FieldRole::kPageToken ||
        field.role == FieldRole::kReadMask || field.role == FieldRole::kView) {
      asked->GetReflection()->ClearField(asked.get(), field.descriptor);
    }
  }
  absl::StrAppend(&binding_, "|custom");
  Bind(SerializeTheSame(*asked), &binding_);
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
            ? ComparedIn(service_.forms, column, field.column, given, arena)
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

absl::Status Listing::ReadFilterOf(const Message& request,
                                   const MethodPlan::Field& field,
                                   const CallContext& call) {
  const std::string name = compat::Str(field.descriptor->name());
  absl::StrAppend(&binding_, "|", field.descriptor->number());
  Expression any = Expression::False();
  CallWays ways(service_, call);
  for (const RequestField::Path& path : field.any_of) {
    const bool is_own = path.steps.empty();
    const Model& end = is_own ? *service_.model : path.steps.back().model();
    const Column& column = end.table->columns[static_cast<size_t>(path.column)];
    const Expression operand = ColumnAt(table(), path.steps, path.column);
    const Expression seen = ways.Reaching(table(), path.steps);
    const absl::Span<const ColumnForm> forms =
        is_own ? service_.forms : ways.FormsOf(end);
    if (!ways.status().ok()) return ways.status();
    TextArena arena;
    std::vector<Literal> values;
    for (const Value given :
         ReadValues(request, *field.descriptor, column, arena)) {
      const Value value =
          ComparesValues(field.lookup)
              ? ComparedIn(forms, column, path.column, given, arena)
              : given;
      if (value.kind() == Value::Kind::kInvalid) {
        violations_.push_back({name, std::string(value.text())});
        return absl::OkStatus();
      }
      values.emplace_back(value);
      Bind(value, &binding_);
    }
    // Of a row that is not there for the caller every field is absent.
    const bool asks_absent =
        field.lookup == Lookup::kIsNull && values[0].value().integer() != 0;
    std::string fault;
    auto condition = LookupOn(operand, field.lookup, std::move(values), &fault);
    if (!condition.has_value()) {
      violations_.push_back({name, std::move(fault)});
      return absl::OkStatus();
    }
    condition = asks_absent ? !seen || *condition : seen && *condition;
    if (is_own) {
      auto readable = ReadableBy(service_, call, path.column);
      if (!readable.ok()) return readable.status();
      condition = *condition && *readable;
      if (!ComparesValues(field.lookup)) {
        condition = WithStored(*condition, table(), service_.forms);
      }
    }
    any = any || *condition;
  }
  where_ = where_ && any;
  return absl::OkStatus();
}

absl::Status Listing::ReadFilter(const std::string& name,
                                 absl::string_view text,
                                 const CallContext& call) {
  FilterNode filter;
  TextFault fault;
  std::optional<Expression> rows;
  if (ParseFilter(text, service_.bounds.filter, &filter, &fault)) {
    CallWays ways(service_, call);
    rows = FilterCondition(
        filter,
        {table(), service_.fields, service_.forms, service_.model, &ways},
        &fault);
    if (!ways.status().ok()) return ways.status();
  }
  if (!rows.has_value()) {
    violations_.push_back({name, Describe(text, fault)});
    return absl::OkStatus();
  }
  where_ = where_ && *rows;
  absl::StrAppend(&binding_, "|filter");
  Bind(text, &binding_);
  return absl::OkStatus();
}

absl::Status Listing::ReadOrder(const std::string& name, absl::string_view text,
                                const CallContext& call) {
  CallWays ways(service_, call);
  others_.clear();
  const auto other = [&](absl::string_view asked, std::string* fault) {
    const bool is_one = FindRelated(service_.model, asked) != nullptr;
    const std::string path = is_one ? std::string(asked) : DottedPath(asked);
    if (path.empty()) return -1;
    size_t i = 0;
    while (i < others_.size() && others_[i].path != path) ++i;
    if (i == others_.size()) {
      auto value = ValueAlong(*service_.model, path, ways, fault);
      if (!value.has_value()) return -1;
      others_.push_back({path, *std::move(value)});
    }
    return static_cast<int>(table().columns.size() + i);
  };
  TextFault fault;
  auto order = ParseOrderBy(text, table(), other, &fault);
  if (!ways.status().ok()) return ways.status();
  if (order.has_value()) {
    own_order_ = *std::move(order);
  } else {
    violations_.push_back({name, Describe(text, fault)});
  }
  return absl::OkStatus();
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
  } else if (!IsUtf8(text) || HasNul(text)) {
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
    const MetadataFilters asked = FiltersOf(service_, *filters, &violations_);
    where_ = where_ && asked.rows;
    if (!asked.ordering.empty()) {
      auto status = ReadOrder(kOrdering, asked.ordering, call);
      if (!status.ok()) return status;
    }
    if (!asked.search.empty()) ReadSearch(kSearch, asked.search);
    absl::StrAppend(&binding_, "|filters");
    Bind(*filters, &binding_);
  }
  const auto pagination = call.metadata("pagination");
  if (!pagination.has_value()) return absl::OkStatus();
  const MetadataPage page = PageOf(*pagination, &violations_);
  if (page.page == 0) return absl::OkStatus();
  if (page.page < 0) return NoSuchPage();
  page_ = page.page;
  last_page_ = page.last;
  if (page.size > 0) requested_size_ = page.size;
  if (requested_size_ == 0) requested_size_ = table().default_page_size;
  requested_size_ = std::min<int64_t>(requested_size_, table().max_page_size);
  skip_ += page.offset + (page_ - 1) * requested_size_;
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

}  // namespace modelservice
