#include "modelservice/server/reflection.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/base/compat.h"
#include "modelservice/service/invoke.h"

namespace modelservice {
namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::DescriptorPool;
using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::FileDescriptor;

constexpr absl::string_view kNames[] = {
    "grpc.reflection.v1.ServerReflection",
    "grpc.reflection.v1alpha.ServerReflection",
};
constexpr absl::string_view kPaths[] = {
    "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
    "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
};

const DescriptorPool& Pool() { return *DescriptorPool::generated_pool(); }

void SetNotFound(absl::string_view what, ReflectionResponse* response) {
  ReflectionError& error = *response->mutable_error_response();
  error.set_error_code(static_cast<int>(absl::StatusCode::kNotFound));
  error.set_error_message(absl::StrCat(what, " not found."));
}

void AddFiles(const FileDescriptor& file, std::set<const FileDescriptor*>* seen,
              ReflectionFiles* files) {
  if (!seen->insert(&file).second) return;
  google::protobuf::FileDescriptorProto proto;
  file.CopyTo(&proto);
  files->add_file_descriptor_proto(proto.SerializeAsString());
  for (int i = 0; i < file.dependency_count(); ++i) {
    AddFiles(*file.dependency(i), seen, files);
  }
}

void SetFile(const FileDescriptor* file, absl::string_view what,
             ReflectionResponse* response) {
  if (file == nullptr) return SetNotFound(what, response);
  std::set<const FileDescriptor*> seen;
  AddFiles(*file, &seen, response->mutable_file_descriptor_response());
}

void SetExtension(const ReflectionExtension& asked,
                  ReflectionResponse* response) {
  const Descriptor* const type =
      Pool().FindMessageTypeByName(asked.containing_type());
  const FieldDescriptor* const extension =
      type == nullptr
          ? nullptr
          : Pool().FindExtensionByNumber(type, asked.extension_number());
  SetFile(extension == nullptr ? nullptr : extension->file(), "Extension",
          response);
}

void SetNumbers(const std::string& type_name, ReflectionResponse* response) {
  const Descriptor* const type = Pool().FindMessageTypeByName(type_name);
  if (type == nullptr) return SetNotFound("Type", response);
  std::vector<const FieldDescriptor*> extensions;
  Pool().FindAllExtensions(type, &extensions);
  ReflectionNumbers& numbers =
      *response->mutable_all_extension_numbers_response();
  numbers.set_base_type_name(type_name);
  for (const FieldDescriptor* extension : extensions) {
    numbers.add_extension_number(extension->number());
  }
}

class ReflectionHandler final : public Handler {
 public:
  explicit ReflectionHandler(const std::vector<std::string>& names)
      : names_(names) {}

  absl::Status Answer(const CallContext&,
                      Stream<ReflectionRequest, ReflectionResponse>& stream) {
    ReflectionRequest request;
    while (stream.Read(&request)) {
      if (!stream.Write(Reflect(names_, request))) break;
    }
    return absl::OkStatus();
  }

 private:
  const std::vector<std::string>& names_;
};

}  // namespace

ReflectionResponse Reflect(const std::vector<std::string>& names,
                           const ReflectionRequest& request) {
  ReflectionResponse response;
  response.set_valid_host(request.host());
  *response.mutable_original_request() = request;
  switch (request.message_request_case()) {
    case ReflectionRequest::kFileByFilename:
      SetFile(Pool().FindFileByName(request.file_by_filename()), "File",
              &response);
      break;
    case ReflectionRequest::kFileContainingSymbol:
      SetFile(Pool().FindFileContainingSymbol(request.file_containing_symbol()),
              "Symbol", &response);
      break;
    case ReflectionRequest::kFileContainingExtension:
      SetExtension(request.file_containing_extension(), &response);
      break;
    case ReflectionRequest::kAllExtensionNumbersOfType:
      SetNumbers(request.all_extension_numbers_of_type(), &response);
      break;
    case ReflectionRequest::kListServices:
      for (const std::string& name : names) {
        response.mutable_list_services_response()->add_service()->set_name(
            name);
      }
      break;
    case ReflectionRequest::MESSAGE_REQUEST_NOT_SET: {
      ReflectionError& error = *response.mutable_error_response();
      error.set_error_code(
          static_cast<int>(absl::StatusCode::kInvalidArgument));
      error.set_error_message("The request asks for nothing.");
      break;
    }
  }
  return response;
}

Reflection::Reflection(std::vector<std::string> names, std::string access)
    : names_(std::move(names)),
      access_(std::move(access)),
      guard_(Guard().Require(access_)) {
  for (const absl::string_view path : kPaths) {
    methods_.push_back(Method(path, MethodKind::kCustom, Streaming::kBidi,
                              &Prototype<ReflectionRequest>,
                              &Prototype<ReflectionResponse>,
                              &InvokeMethod<&ReflectionHandler::Answer>)
                           .GuardedBy(&guard_));
  }
  for (size_t i = 0; i < methods_.size(); ++i) {
    services_.push_back(
        {kNames[i], nullptr, absl::MakeConstSpan(&methods_[i], 1)});
  }
}

std::unique_ptr<Handler> Reflection::MakeHandler() const {
  return std::make_unique<ReflectionHandler>(names_);
}

}  // namespace modelservice
