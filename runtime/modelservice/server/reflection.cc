#include "modelservice/server/reflection.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>

#include <algorithm>
#include <deque>
#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/base/compat.h"
#include "modelservice/base/status_details.h"
#include "modelservice/orm/to_value.h"
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

// Of names, which a request is about.
constexpr size_t kMaxRequest = 4096;
// Of files that were not asked for.
constexpr size_t kMaxImports = 1 << 20;

const DescriptorPool& Pool() { return *DescriptorPool::generated_pool(); }

void SetNotFound(absl::string_view what, ReflectionResponse* response) {
  ReflectionError& error = *response->mutable_error_response();
  error.set_error_code(static_cast<int>(absl::StatusCode::kNotFound));
  error.set_error_message(absl::StrCat(what, " not found."));
}

std::string BytesOf(const FileDescriptor& file) {
  google::protobuf::FileDescriptorProto proto;
  file.CopyTo(&proto);
  return proto.SerializeAsString();
}

void SetFile(const FileDescriptor* file, absl::string_view what,
             SentFiles* sent, ReflectionResponse* response) {
  if (file == nullptr) return SetNotFound(what, response);
  AnswerFile(*file, sent, response);
}

void SetExtension(const ReflectionExtension& asked, SentFiles* sent,
                  ReflectionResponse* response) {
  const Descriptor* const type =
      Pool().FindMessageTypeByName(asked.containing_type());
  const FieldDescriptor* const extension =
      type == nullptr
          ? nullptr
          : Pool().FindExtensionByNumber(type, asked.extension_number());
  SetFile(extension == nullptr ? nullptr : extension->file(), "Extension", sent,
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
  // `streams` counts those of the server.
  ReflectionHandler(const std::vector<std::string>& names, int max_streams,
                    std::atomic<int>& streams)
      : names_(names), max_streams_(max_streams), streams_(streams) {}

  absl::Status Answer(const CallContext&,
                      Stream<ReflectionRequest, ReflectionResponse>& stream) {
    const bool room = streams_.fetch_add(1) < max_streams_;
    absl::Status status = room ? AnswerAll(stream) : TooMany();
    streams_.fetch_sub(1);
    return status;
  }

 private:
  absl::Status AnswerAll(
      Stream<ReflectionRequest, ReflectionResponse>& stream) const {
    SentFiles sent;
    ReflectionRequest request;
    while (stream.Read(&request)) {
      if (request.ByteSizeLong() > kMaxRequest) {
        return absl::InvalidArgumentError(
            absl::StrCat("A request of reflection is a name, of at most ",
                         kMaxRequest, " bytes."));
      }
      if (!stream.Write(Reflect(names_, request, &sent))) break;
    }
    return absl::OkStatus();
  }

  absl::Status TooMany() const {
    return BoundReached(
        absl::StrCat("The server has ", max_streams_,
                     " streams of reflection open, as many as it may "
                     "(max_reflection_streams); try again later."),
        "TOO_MANY_REFLECTION_STREAMS");
  }

  const std::vector<std::string>& names_;
  const int max_streams_;
  std::atomic<int>& streams_;
};

}  // namespace

// The nearest first, for the sum is bounded.
void AnswerFile(const FileDescriptor& file, SentFiles* sent,
                ReflectionResponse* response) {
  ReflectionFiles& files = *response->mutable_file_descriptor_response();
  sent->insert(&file);
  files.add_file_descriptor_proto(BytesOf(file));
  std::deque<const FileDescriptor*> next = {&file};
  size_t bytes = 0;
  for (; !next.empty(); next.pop_front()) {
    for (int i = 0; i < next.front()->dependency_count(); ++i) {
      const FileDescriptor* const import = next.front()->dependency(i);
      if (sent->count(import) > 0) continue;
      std::string import_bytes = BytesOf(*import);
      bytes += import_bytes.size();
      if (bytes > kMaxImports) return;
      sent->insert(import);
      files.add_file_descriptor_proto(std::move(import_bytes));
      next.push_back(import);
    }
  }
}

ReflectionResponse Reflect(const std::vector<std::string>& names,
                           const ReflectionRequest& request, SentFiles* sent) {
  ReflectionResponse response;
  response.set_valid_host(request.host());
  *response.mutable_original_request() = request;
  switch (request.message_request_case()) {
    case ReflectionRequest::kFileByFilename:
      SetFile(Pool().FindFileByName(request.file_by_filename()), "File", sent,
              &response);
      break;
    case ReflectionRequest::kFileContainingSymbol:
      SetFile(Pool().FindFileContainingSymbol(request.file_containing_symbol()),
              "Symbol", sent, &response);
      break;
    case ReflectionRequest::kFileContainingExtension:
      SetExtension(request.file_containing_extension(), sent, &response);
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

Reflection::Reflection(std::vector<std::string> names, std::string access,
                       int max_streams)
    : names_(std::move(names)),
      access_(std::move(access)),
      max_streams_(max_streams),
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
  return std::make_unique<ReflectionHandler>(names_, max_streams_, streams_);
}

}  // namespace modelservice
