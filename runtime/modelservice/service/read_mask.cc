#include "modelservice/service/read_mask.h"

#include <google/protobuf/util/field_mask_util.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "modelservice/base/compat.h"
#include "modelservice/orm/choice.h"
#include "modelservice/orm/loading.h"
#include "modelservice/service/mask_path.h"

namespace modelservice {
namespace {

using ::google::protobuf::FieldMask;
using ::google::protobuf::Message;
using ::google::protobuf::util::FieldMaskUtil;

constexpr char kMetadata[] = "x-goog-fieldmask";

std::string NoField(absl::string_view path, absl::string_view of) {
  return absl::StrCat("\"", path, "\" is no field of ", of, ".");
}

}  // namespace

void ReadMask::Read(const ServicePlan& service, const MethodPlan& plan,
                    const Message& request, const CallContext& call,
                    std::vector<Violation>* violations) {
  const MethodPlan::Field* const field =
      plan.Find(RequestField::Role::kReadMask);
  if (field != nullptr) {
    const auto& mask = static_cast<const FieldMask&>(
        request.GetReflection()->GetMessage(request, field->descriptor));
    if (mask.paths_size() > kMostPaths) {
      violations->push_back(
          {compat::Str(field->descriptor->name()), TooManyPaths()});
      return;
    }
    // One without paths is none.
    if (mask.paths_size() > 0) {
      for (const std::string& path : mask.paths()) {
        if (Add(service, path)) continue;
        violations->push_back({compat::Str(field->descriptor->name()),
                               NoField(path, service.model->table->message)});
      }
      return;
    }
  }
  // Of a batch's part it is the batch's.
  if (plan.own_method != nullptr) return;
  const auto paths = call.metadata(kMetadata);
  if (paths.has_value()) ReadMetadata(service, plan, *paths, violations);
  if (is_whole()) ReadView(service, plan, request, violations);
}

void ReadMask::ReadView(const ServicePlan& service, const MethodPlan& plan,
                        const Message& request,
                        std::vector<Violation>* violations) {
  const MethodPlan::Field* const field = plan.Find(RequestField::Role::kView);
  if (field == nullptr) return;
  const int number =
      request.GetReflection()->GetEnumValue(request, field->descriptor);
  const auto* const value =
      field->descriptor->enum_type()->FindValueByNumber(number);
  if (value == nullptr) {
    violations->push_back({compat::Str(field->descriptor->name()),
                           NoChoice(absl::StrCat(number))});
    return;
  }
  const std::string name = compat::Str(value->name());
  if (absl::EndsWith(name, "FULL")) return;
  // The one that is not specified is, of a row alone, the whole of it.
  if (!absl::EndsWith(name, "BASIC") &&
      plan.method->kind != MethodKind::kList) {
    return;
  }
  AddBasic(*service.model);
}

void ReadMask::AddBasic(const Model& model) {
  const Table& table = *model.table;
  const bool leaves_out =
      std::any_of(table.columns.begin(), table.columns.end(),
                  [](const Column& column) { return column.full_view; }) ||
      std::any_of(model.related.begin(), model.related.end(),
                  [](const RelatedField& field) { return !field.in_basic; });
  if (!leaves_out) return;
  prototype_ = &model.prototype();
  wanted_.clear();
  for (const Column& column : table.columns) {
    wanted_.push_back(!column.full_view);
    if (!column.full_view) mask_.add_paths(std::string(column.field));
  }
  for (const RelatedField& field : model.related) {
    if (!field.in_basic) continue;
    mask_.add_paths(std::string(field.field));
    AddRelated(model, field);
  }
}

void ReadMask::ReadMetadata(const ServicePlan& service, const MethodPlan& plan,
                            absl::string_view paths,
                            std::vector<Violation>* violations) {
  const auto& reply = *plan.method->reply().GetDescriptor();
  const auto* const rows =
      plan.method->rows_field == 0
          ? nullptr
          : reply.FindFieldByNumber(plan.method->rows_field);
  for (absl::string_view path : absl::StrSplit(paths, ',')) {
    path = absl::StripAsciiWhitespace(path);
    if (path.empty()) continue;
    std::pair<absl::string_view, absl::string_view> split =
        absl::StrSplit(path, absl::MaxSplits('.', 1));
    bool is_field = false;
    if (rows == nullptr || path == "*") {
      is_field = Add(service, path);
    } else if (plan.method->kind == MethodKind::kAggregate) {
      // Groups are small: they come as they are.
      is_field = split.first == compat::Str(rows->name())
                     ? split.first.size() == path.size() ||
                           IsFieldPath(*rows->message_type(), split.second)
                     : IsFieldPath(reply, path);
    } else if (split.first == compat::Str(rows->name())) {
      is_field =
          Add(service, split.first.size() == path.size() ? "*" : split.second);
    } else {
      // The others of a page cost nothing.
      is_field = reply.FindFieldByName(std::string(path)) != nullptr;
      if (is_field && wanted_.empty()) {
        wanted_.assign(service.fields.size(), false);
        prototype_ = &service.model->prototype();
      }
    }
    if (!is_field) {
      violations->push_back(
          {kMetadata, NoField(path, compat::Str(reply.name()))});
    }
  }
}

bool ReadMask::Add(const ServicePlan& service, absl::string_view path) {
  const Model& model = *service.model;
  if (wanted_.empty()) {
    wanted_.assign(service.fields.size(), false);
    prototype_ = &model.prototype();
  }
  if (path == "*") {
    wanted_.assign(service.fields.size(), true);
    for (const auto* field : service.fields) {
      mask_.add_paths(compat::Str(field->name()));
    }
    for (const RelatedField& field : model.related) {
      mask_.add_paths(std::string(field.field));
      AddRelated(model, field);
    }
    return true;
  }
  // Those who follow a path do so by recursion.
  if (mask_.paths_size() >= kMostPaths || !IsShallow(path) ||
      !IsFieldPath(*model.prototype().GetDescriptor(), path)) {
    return false;
  }
  const absl::string_view first = path.substr(0, path.find('.'));
  for (size_t i = 0; i < service.fields.size(); ++i) {
    if (compat::Str(service.fields[i]->name()) == first) wanted_[i] = true;
  }
  for (const RelatedField& field : model.related) {
    if (field.field == first) AddRelated(model, field);
  }
  has_nested_ |= first.size() != path.size();
  mask_.add_paths(std::string(path));
  return true;
}

void ReadMask::AddRelated(const Model& model, const RelatedField& field) {
  if (HasRelated(field)) return;
  related_.push_back(&field);
  // What it is found by.
  for (const int column : OwnColumns(model, field)) {
    wanted_[static_cast<size_t>(column)] = true;
  }
}

bool ReadMask::HasRelated(const RelatedField& field) const {
  return std::find(related_.begin(), related_.end(), &field) != related_.end();
}

void ReadMask::Hide(absl::Span<const Ordering> kept,
                    std::vector<Expression>* columns) const {
  for (size_t i = 0; i < wanted_.size(); ++i) {
    const bool needed =
        wanted_[i] ||
        std::any_of(kept.begin(), kept.end(), [&](const Ordering& part) {
          return part.column == static_cast<int>(i);
        });
    if (!needed) (*columns)[i] = Literal();
  }
}

Row ReadMask::Hide(Row row) {
  if (is_whole()) return row;
  copy_.assign(row.begin(), row.end());
  for (size_t i = 0; i < wanted_.size(); ++i) {
    if (!wanted_[i]) copy_[i] = Value::Null();
  }
  return copy_;
}

absl::Status ReadMask::Encode(const RowCodec& codec, int field, Row row,
                              WireBuffer& wire) {
  const Row seen = Hide(row);
  if (!has_nested_ || has_related()) {
    return field == 0 ? codec.Encode(seen, Audience::kClient, wire)
                      : codec.EncodeAs(field, seen, Audience::kClient, wire);
  }
  WireBuffer whole;
  auto status = codec.Encode(seen, Audience::kClient, whole);
  if (!status.ok()) return status;
  const std::unique_ptr<Message> message(prototype_->New());
  if (!message->ParsePartialFromArray(whole.bytes().data(),
                                      static_cast<int>(whole.size()))) {
    return absl::InternalError("the row is no such message");
  }
  Trim(message.get());
  const std::string trimmed = message->SerializePartialAsString();
  if (field == 0) {
    wire.Raw(trimmed);
  } else {
    wire.LengthDelimited(field, trimmed);
  }
  return absl::OkStatus();
}

void ReadMask::Trim(Message* message) const {
  if (is_whole()) return;
  if (mask_.paths_size() == 0) {
    message->Clear();
    return;
  }
  FieldMaskUtil::TrimMessage(mask_, message);
}

}  // namespace modelservice
