#include "modelservice/service/resource.h"

#include <google/protobuf/field_mask.pb.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "absl/strings/str_cat.h"
#include "modelservice/base/compat.h"
#include "modelservice/base/is_set.h"
#include "modelservice/errors.h"
#include "modelservice/service/field_names.h"
#include "modelservice/service/fields.h"
#include "modelservice/service/mask_path.h"

namespace modelservice {
namespace {

using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::FieldMask;
using ::google::protobuf::Message;
using FieldRole = RequestField::Role;

// Which columns a request writes, in the table's order.
class ColumnSet {
 public:
  ColumnSet(const ServicePlan& service, const MethodPlan& plan)
      : service_(service),
        table_(*service.model->table),
        columns_(table_.columns.size(), State::kFixed) {
    for (const int column : plan.columns) At(column) = State::kWritable;
  }

  void AddAll() {
    for (State& state : columns_) {
      if (state == State::kWritable) state = State::kChosen;
    }
  }
  // The key, OUTPUT_ONLY and IMMUTABLE columns are ignored.
  void Add(int column) {
    if (IsWritable(column)) At(column) = State::kChosen;
  }
  // By a client: what is stamped is the server's, as are those above.
  bool IsWritable(int column) const {
    return columns_[static_cast<size_t>(column)] != State::kFixed &&
           !IsStamped(RoleOf(column));
  }
  // Setting a member of a oneof clears the others.
  void AddOneofSiblings(const Message& resource) {
    for (size_t i = 0; i < columns_.size(); ++i) {
      const FieldDescriptor& field = *service_.fields[i];
      const auto* oneof = field.real_containing_oneof();
      if (columns_[i] != State::kChosen || oneof == nullptr ||
          !IsSet(resource, field)) {
        continue;
      }
      for (size_t other = 0; other < columns_.size(); ++other) {
        if (columns_[other] == State::kWritable &&
            service_.fields[other]->real_containing_oneof() == oneof) {
          columns_[other] = State::kChosen;
        }
      }
    }
  }
  // A write of anything stamps the row.
  Change::Columns Take() const {
    Change::Columns taken;
    const bool any = std::find(columns_.begin(), columns_.end(),
                               State::kChosen) != columns_.end();
    if (!any) return taken;
    for (size_t i = 0; i < columns_.size(); ++i) {
      const int column = static_cast<int>(i);
      if (columns_[i] == State::kChosen ||
          (columns_[i] == State::kWritable && IsStamped(RoleOf(column)))) {
        taken.push_back(column);
      }
    }
    return taken;
  }

 private:
  enum class State : uint8_t { kFixed, kWritable, kChosen };

  State& At(int column) { return columns_[static_cast<size_t>(column)]; }
  Role RoleOf(int column) const {
    return table_.columns[static_cast<size_t>(column)].role;
  }

  const ServicePlan& service_;
  const Table& table_;
  absl::InlinedVector<State, 32> columns_;
};

absl::Status ApplyMask(const ServicePlan& service, const FieldMask& mask,
                       absl::string_view mask_field, ColumnSet* columns,
                       Change* change) {
  const Table& table = *service.model->table;
  const auto* type = service.model->prototype().GetDescriptor();
  std::vector<Violation> violations;
  if (mask.paths_size() > kMostPaths) {
    return InvalidArgument({{std::string(mask_field), TooManyPaths()}});
  }
  for (const std::string& path : mask.paths()) {
    // Those who follow a path do so by recursion.
    if (!IsShallow(path)) {
      violations.push_back({std::string(mask_field),
                            absl::StrCat("Ensure that a path has no more than ",
                                         kDeepestPath, " names.")});
      continue;
    }
    if (path == "*") {
      change->whole = true;
      columns->AddAll();
      continue;
    }
    if (!IsFieldPath(*type, path)) {
      violations.push_back(
          {std::string(mask_field),
           absl::StrCat("\"", path, "\" is no field of ", table.message, ".")});
      continue;
    }
    const size_t dot = path.find('.');
    const int column = FindColumn(table, path.substr(0, dot));
    if (column < 0) continue;  // transient
    const Column& described = table.columns[static_cast<size_t>(column)];
    if (described.immutable && !described.primary_key &&
        !described.output_only) {
      // To compare it would tell those what it is who may not read it.
      if (!IsReadByAll(described)) {
        violations.push_back(
            {std::string(mask_field),
             absl::StrCat("\"", described.field, "\" cannot be changed.")});
      } else {
        change->immutable_paths.push_back(path);
      }
    } else if (dot == std::string::npos) {
      columns->Add(column);
    } else if (columns->IsWritable(column)) {
      change->nested_paths.push_back(path);
    }
  }
  return violations.empty() ? absl::OkStatus() : InvalidArgument(violations);
}

// What is sent of IMMUTABLE columns without a mask that names others has to be
// as it is (AIP-203); what is not sent stays. Django's frameworks have no such
// fields: what their clients send and may not write is ignored.
void AddImmutable(const ServicePlan& service, const MethodPlan& plan,
                  const Message& request, Change* change) {
  const Table& table = *service.model->table;
  if (table.style != ClientStyle::kNone) return;
  const auto add = [&](const Message& message, const FieldDescriptor& field,
                       int column) {
    const Column& described = table.columns[static_cast<size_t>(column)];
    if (described.immutable && !described.primary_key &&
        !described.output_only && IsSet(message, field)) {
      change->immutable_paths.emplace_back(described.field);
    }
  };
  if (change->resource == nullptr) {
    for (const MethodPlan::Field& field : plan.fields) {
      if (field.role == FieldRole::kColumn) {
        add(request, *field.descriptor, field.column);
      }
    }
    return;
  }
  for (size_t i = 0; i < service.fields.size(); ++i) {
    add(*change->resource, *service.fields[i], static_cast<int>(i));
  }
}

// All that the request can say. django-socio-grpc leaves alone what is
// `optional` and absent.
void AddWhole(const ServicePlan& service, const MethodPlan& plan,
              const Message& request, ColumnSet* columns, Change* change) {
  const bool keeps_absent =
      service.model->table->style == ClientStyle::kDjangoSocio;
  const auto add = [&](const Message& message, const FieldDescriptor& field,
                       int column) {
    if (!keeps_absent || !field.has_presence() || IsSet(message, field)) {
      columns->Add(column);
    }
  };
  if (change->resource == nullptr) {
    for (const MethodPlan::Field& field : plan.fields) {
      if (field.role == FieldRole::kColumn) {
        add(request, *field.descriptor, field.column);
      }
    }
    AddImmutable(service, plan, request, change);
    return;
  }
  if (!keeps_absent) {
    change->whole = true;
    columns->AddAll();
    return;
  }
  for (size_t i = 0; i < service.fields.size(); ++i) {
    add(*change->resource, *service.fields[i], static_cast<int>(i));
  }
}

// What a PartialUpdate has a value for, which is a mask of its own (AIP-134).
void AddSet(const ServicePlan& service, const MethodPlan& plan,
            const Message& request, ColumnSet* columns, Change* change) {
  AddImmutable(service, plan, request, change);
  if (change->resource != nullptr) {
    for (size_t i = 0; i < service.fields.size(); ++i) {
      if (IsSet(*change->resource, *service.fields[i])) {
        columns->Add(static_cast<int>(i));
      }
    }
    return;
  }
  // By the request's fields: an `optional` one may be set to the zero that the
  // resource's field cannot tell from unset.
  for (const MethodPlan::Field& field : plan.fields) {
    if (field.role == FieldRole::kColumn && columns->IsWritable(field.column) &&
        IsSet(request, *field.descriptor)) {
      columns->Add(field.column);
    }
  }
}

// What the request says is to be written, by a mask or by itself.
absl::Status ReadUpdateMask(const ServicePlan& service, const MethodPlan& plan,
                            const Message& request, ColumnSet* columns,
                            Change* change) {
  const MethodPlan::Field* mask = plan.Find(FieldRole::kUpdateMask);
  const MethodPlan::Field* names = plan.Find(FieldRole::kPartialUpdateFields);
  const auto& reflection = *request.GetReflection();
  // A mask without paths is no mask (AIP-134): JSON and some languages cannot
  // tell them apart. The default instance when it is absent.
  const FieldMask* paths =
      mask == nullptr ? nullptr
                      : static_cast<const FieldMask*>(
                            &reflection.GetMessage(request, mask->descriptor));
  if (paths != nullptr && paths->paths_size() > 0) {
    return ApplyMask(service, *paths, compat::Str(mask->descriptor->name()),
                     columns, change);
  }
  if (names != nullptr) {
    // django-socio-grpc: only the listed; names it does not know are ignored.
    const int size = reflection.FieldSize(request, names->descriptor);
    for (int i = 0; i < size; ++i) {
      const int column = FindColumn(
          *service.model->table,
          reflection.GetRepeatedString(request, names->descriptor, i));
      if (column >= 0) columns->Add(column);
    }
  } else if (plan.method->kind == MethodKind::kUpdate) {
    AddWhole(service, plan, request, columns, change);
  } else {
    AddSet(service, plan, request, columns, change);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<const Message*> ResourceOf(const MethodPlan& plan,
                                          const Message& request) {
  const MethodPlan::Field* field = plan.Find(FieldRole::kResource);
  if (field == nullptr) return &request;
  if (!IsSet(request, *field->descriptor)) {
    return InvalidArgument(
        {{compat::Str(field->descriptor->name()), "This field is required."}});
  }
  return &request.GetReflection()->GetMessage(request, field->descriptor);
}

std::unique_ptr<Message> MakeResource(const Model& model,
                                      const MethodPlan& plan,
                                      const Message& request) {
  std::unique_ptr<Message> resource(model.prototype().New());
  for (const MethodPlan::Field& field : plan.fields) {
    if (field.role != FieldRole::kColumn) continue;
    // Django's clients know no absent field but `optional` ones.
    CopyField(request, *field.descriptor, resource.get(),
              FieldOf(model, field.column),
              /*zero_is_set=*/model.table->style != ClientStyle::kNone);
  }
  return resource;
}

absl::Status ReadChange(const ServicePlan& service, const MethodPlan& plan,
                        const Message& request, bool needs_resource,
                        Change* change) {
  const bool has_fields = plan.Find(FieldRole::kColumn) != nullptr;
  if (!has_fields) {
    auto resource = ResourceOf(plan, request);
    if (!resource.ok()) return resource.status();
    change->resource = *resource;
  }
  const auto make_resource = [&] {
    if (!has_fields ||
        (plan.reads_values && !needs_resource && change->nested_paths.empty() &&
         change->immutable_paths.empty())) {
      return;
    }
    change->made = MakeResource(*service.model, plan, request);
    change->resource = change->made.get();
  };
  if (plan.writes_all) {
    change->whole = true;
    AddImmutable(service, plan, request, change);
    make_resource();
    change->columns.assign(plan.columns.begin(), plan.columns.end());
    return absl::OkStatus();
  }
  ColumnSet columns(service, plan);
  if (auto status = ReadUpdateMask(service, plan, request, &columns, change);
      !status.ok()) {
    return status;
  }
  if (change->whole) AddImmutable(service, plan, request, change);
  make_resource();
  if (service.has_oneofs) columns.AddOneofSiblings(*change->resource);
  change->columns = columns.Take();
  return absl::OkStatus();
}

}  // namespace modelservice
