#include "plugin/schema/service_loader.h"

#include <google/protobuf/descriptor.pb.h>

#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/base/compat.h"
#include "plugin/schema/fields.h"
#include "plugin/schema/guard_loader.h"
#include "plugin/schema/method_kind.h"
#include "plugin/schema/places.h"
#include "plugin/schema/settings.h"
#include "plugin/schema/standard_method.h"

namespace modelservice::plugin {
namespace {

namespace pb = google::protobuf;
using compat::Str;

const Model* FindModel(const Service& service, ModelFinder& finder,
                       Diagnostics& diagnostics) {
  if (!service.settings.has_model()) return nullptr;
  NameFault fault;
  const Model* const model =
      finder.Find(service.full_name, service.settings.model(), &fault);
  if (model == nullptr) {
    diagnostics.Report(service.places.Of({ServiceSettings::kModelFieldNumber}),
                       service.name, absl::StrCat("model: ", fault.fault),
                       fault.mend);
  }
  return model;
}

Isolation IsolationOf(MethodSettings::Isolation isolation) {
  switch (isolation) {
    case MethodSettings::READ_COMMITTED:
      return Isolation::kReadCommitted;
    case MethodSettings::SERIALIZABLE:
      return Isolation::kSerializable;
    case MethodSettings::REPEATABLE_READ:
    case MethodSettings::ISOLATION_UNSPECIFIED:
      break;
  }
  return Isolation::kRepeatableRead;
}

Transaction TransactionOf(MethodSettings::Transaction transaction) {
  switch (transaction) {
    case MethodSettings::READ:
      return Transaction::kRead;
    case MethodSettings::WRITE:
      return Transaction::kWrite;
    case MethodSettings::NONE:
    case MethodSettings::TRANSACTION_UNSPECIFIED:
      break;
  }
  return Transaction::kNone;
}

// Of the repeated messages in `message`.
std::map<int, Message> ElementsOf(const pb::Descriptor& message) {
  std::map<int, Message> elements;
  for (int i = 0; i < message.field_count(); ++i) {
    const pb::FieldDescriptor& field = *message.field(i);
    if (field.is_repeated() && !field.is_map() &&
        field.message_type() != nullptr) {
      elements.emplace(field.number(), ReadMessage(*field.message_type()));
    }
  }
  return elements;
}

Method ReadMethod(const pb::MethodDescriptor& descriptor) {
  Method method;
  method.name = Str(descriptor.name());
  method.settings = descriptor.options().GetExtension(modelservice::method);
  const std::vector<int> path = PathOf(descriptor);
  method.places = PlacesOf(*descriptor.file(), path,
                           {pb::MethodDescriptorProto::kOptionsFieldNumber,
                            modelservice::kMethodFieldNumber},
                           method.settings);
  method.comment = CommentOf(*descriptor.file(), path);
  method.request = ReadMessage(*descriptor.input_type());
  method.reply = ReadMessage(*descriptor.output_type());
  method.request_elements = ElementsOf(*descriptor.input_type());
  method.reply_elements = ElementsOf(*descriptor.output_type());
  method.client_streaming = descriptor.client_streaming();
  method.server_streaming = descriptor.server_streaming();
  method.transaction = TransactionOf(method.settings.transaction());
  method.isolation = IsolationOf(method.settings.isolation());
  return method;
}

}  // namespace

bool IsAnnotated(const pb::ServiceDescriptor& service,
                 const FileSettings& file) {
  if (file.rate_limit_size() > 0 || file.has_access()) return true;
  if (service.options().HasExtension(modelservice::service)) return true;
  for (int i = 0; i < service.method_count(); ++i) {
    if (service.method(i)->options().HasExtension(modelservice::method)) {
      return true;
    }
  }
  return false;
}

Service LoadService(const pb::ServiceDescriptor& descriptor, const File& file,
                    ModelFinder& finder, Diagnostics& diagnostics) {
  Service service;
  service.name = Str(descriptor.name());
  service.full_name = Str(descriptor.full_name());
  service.settings = descriptor.options().GetExtension(modelservice::service);
  const std::vector<int> path = PathOf(descriptor);
  service.places = PlacesOf(*descriptor.file(), path,
                            {pb::ServiceDescriptorProto::kOptionsFieldNumber,
                             modelservice::kServiceFieldNumber},
                            service.settings);
  service.comment = CommentOf(*descriptor.file(), path);
  RefuseUnsupported(service.settings, service.places, service.name,
                    diagnostics);
  service.model = FindModel(service, finder, diagnostics);
  // With a model that was not found, nothing can be said about the methods.
  const bool lost = service.settings.has_model() && service.model == nullptr;
  for (int i = 0; i < descriptor.method_count(); ++i) {
    Method method = ReadMethod(*descriptor.method(i));
    const std::string element = absl::StrCat(service.name, ".", method.name);
    RefuseUnsupported(method.settings, method.places, element, diagnostics);
    if (!lost) {
      method.kind = FindKind(method, service.model, element, diagnostics);
      if (method.standard()) {
        BindStandardMethod(*service.model, element, method, diagnostics);
      }
      LoadGuard(*descriptor.method(i), file, service, method, diagnostics);
    }
    service.methods.push_back(std::move(method));
  }
  return service;
}

}  // namespace modelservice::plugin
