#include "modelservice/service/resource.h"

#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/util/field_mask_util.h>

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/compat.h"
#include "modelservice/service/errors.h"
#include "modelservice/service/fields.h"

namespace modelservice {
namespace {

using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::FieldMask;
using ::google::protobuf::Message;
using FieldRole = RequestField::Role;

// A resource from a request that has the resource's fields as its own.
std::unique_ptr<Message> MakeResource(const Model& model,
                                      const MethodPlan& plan,
                                      const Message& request) {
  std::unique_ptr<Message> resource(model.prototype().New());
  for (const MethodPlan::Field& field : plan.fields) {
    if (field.role != FieldRole::kColumn) continue;
    CopyField(request, *field.descriptor, resource.get(),
              FieldOf(model, field.column));
  }
  return resource;
}

// Which columns a request writes, in the table's order.
class ColumnSet {
 public:
  explicit ColumnSet(const Model& model)
      : model_(model),
        writable_(UpdateColumns(*model.table)),
        chosen_(model.table->columns.size(), false) {}

  void AddAll() {
    for (const int column : writable_)
      chosen_[static_cast<size_t>(column)] = true;
  }
  // The key, OUTPUT_ONLY and IMMUTABLE columns are ignored.
  void Add(int column) {
    if (IsWritable(column)) chosen_[static_cast<size_t>(column)] = true;
  }
  // By a client: UPDATE_TIME is the server's, as are those above.
  bool IsWritable(int column) const {
    return model_.table->columns[static_cast<size_t>(column)].role !=
               Role::kUpdateTime &&
           std::find(writable_.begin(), writable_.end(), column) !=
               writable_.end();
  }
  // Setting a member of a oneof clears the others.
  void AddOneofSiblings(const Message& resource) {
    for (const int column : writable_) {
      const FieldDescriptor& field = FieldOf(model_, column);
      if (!chosen_[static_cast<size_t>(column)] ||
          field.real_containing_oneof() == nullptr || !IsSet(resource, field)) {
        continue;
      }
      for (const int other : writable_) {
        if (FieldOf(model_, other).real_containing_oneof() ==
            field.real_containing_oneof()) {
          chosen_[static_cast<size_t>(other)] = true;
        }
      }
    }
  }
  // A write of anything stamps UPDATE_TIME.
  std::vector<int> Take() {
    const bool any =
        std::find(chosen_.begin(), chosen_.end(), true) != chosen_.end();
    std::vector<int> columns;
    for (const int column : writable_) {
      const bool stamp =
          any && model_.table->columns[static_cast<size_t>(column)].role ==
                     Role::kUpdateTime;
      if (stamp || chosen_[static_cast<size_t>(column)]) {
        columns.push_back(column);
      }
    }
    return columns;
  }

 private:
  const Model& model_;
  const std::vector<int> writable_;
  std::vector<bool> chosen_;
};

int ColumnOfField(const Table& table, absl::string_view name) {
  for (size_t i = 0; i < table.columns.size(); ++i) {
    if (table.columns[i].field == name) return static_cast<int>(i);
  }
  return -1;
}

absl::Status ApplyMask(const ServicePlan& service, const FieldMask& mask,
                       absl::string_view mask_field, ColumnSet* columns,
                       std::vector<std::string>* nested) {
  const Table& table = *service.model->table;
  const auto* type = service.model->prototype().GetDescriptor();
  std::vector<Violation> violations;
  for (const std::string& path : mask.paths()) {
    if (path == "*") {
      columns->AddAll();
      continue;
    }
    if (path.empty() ||
        !google::protobuf::util::FieldMaskUtil::GetFieldDescriptors(type, path,
                                                                    nullptr)) {
      violations.push_back(
          {std::string(mask_field),
           absl::StrCat("\"", path, "\" is no field of ", table.message, ".")});
      continue;
    }
    const size_t dot = path.find('.');
    const int column = ColumnOfField(table, path.substr(0, dot));
    if (column < 0) continue;  // transient
    if (dot == std::string::npos) {
      columns->Add(column);
    } else if (columns->IsWritable(column)) {
      nested->push_back(path);
    }
  }
  return violations.empty() ? absl::OkStatus() : InvalidArgument(violations);
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

absl::StatusOr<Change> ReadChange(const ServicePlan& service,
                                  const MethodPlan& plan,
                                  const Message& request) {
  const Model& model = *service.model;
  const Table& table = *model.table;
  Change change;
  if (plan.Find(FieldRole::kColumn) != nullptr) {
    change.made = MakeResource(model, plan, request);
    change.resource = change.made.get();
  } else {
    auto resource = ResourceOf(plan, request);
    if (!resource.ok()) return resource.status();
    change.resource = *resource;
  }
  ColumnSet columns(model);
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
    auto status =
        ApplyMask(service, *paths, compat::Str(mask->descriptor->name()),
                  &columns, &change.nested_paths);
    if (!status.ok()) return status;
  } else if (names != nullptr) {
    // django-socio-grpc: only the listed; names it does not know are ignored.
    const int size = reflection.FieldSize(request, names->descriptor);
    for (int i = 0; i < size; ++i) {
      const int column = ColumnOfField(
          table, reflection.GetRepeatedString(request, names->descriptor, i));
      if (column >= 0) columns.Add(column);
    }
  } else if (plan.method->kind == MethodKind::kUpdate) {
    columns.AddAll();
  } else if (change.made != nullptr) {
    // By the request's fields: an `optional` one may be set to the zero that
    // the resource's field cannot tell from unset.
    for (const MethodPlan::Field& field : plan.fields) {
      if (field.role == FieldRole::kColumn &&
          IsSet(request, *field.descriptor)) {
        columns.Add(field.column);
      }
    }
  } else {
    for (size_t i = 0; i < table.columns.size(); ++i) {
      const int column = static_cast<int>(i);
      if (IsSet(*change.resource, FieldOf(model, column))) columns.Add(column);
    }
  }
  columns.AddOneofSiblings(*change.resource);
  change.columns = columns.Take();
  return change;
}

}  // namespace modelservice
