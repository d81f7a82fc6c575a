#include "plugin/emit/adapter.h"

#include "absl/strings/str_cat.h"

namespace modelservice::plugin {
namespace {

// grpc_cpp_plugin makes one class template a method, to be stacked.
std::string RawCallbackBase(const std::string& grpc_class,
                            const Service& service) {
  std::string base = absl::StrCat(grpc_class, "::Service");
  for (size_t i = service.methods.size(); i > 0; --i) {
    base = absl::StrCat(grpc_class, "::WithRawCallbackMethod_",
                        service.methods[i - 1].name, "<\n    ", base, ">");
  }
  return base;
}

void EmitAdapterMethod(const Method& method, size_t position, Printer& out) {
  if (method.client_streaming && method.server_streaming) {
    out.Emit({{"name", method.name}, {"position", absl::StrCat(position)}},
             R"(
          ::grpc::ServerBidiReactor<::grpc::ByteBuffer, ::grpc::ByteBuffer>* $name$(
              ::grpc::CallbackServerContext* context) override {
            return runtime_.BidiStream($position$, context);
          }

        )");
  } else if (method.client_streaming) {
    out.Emit({{"name", method.name}, {"position", absl::StrCat(position)}},
             R"(
               ::grpc::ServerReadReactor<::grpc::ByteBuffer>* $name$(
                   ::grpc::CallbackServerContext* context,
                   ::grpc::ByteBuffer* response) override {
                 return runtime_.ClientStream($position$, context, response);
               }

             )");
  } else if (method.server_streaming) {
    out.Emit({{"name", method.name}, {"position", absl::StrCat(position)}},
             R"(
               ::grpc::ServerWriteReactor<::grpc::ByteBuffer>* $name$(
                   ::grpc::CallbackServerContext* context,
                   const ::grpc::ByteBuffer* request) override {
                 return runtime_.ServerStream($position$, context, request);
               }

             )");
  } else {
    out.Emit({{"name", method.name}, {"position", absl::StrCat(position)}},
             R"(
               ::grpc::ServerUnaryReactor* $name$(
                   ::grpc::CallbackServerContext* context,
                   const ::grpc::ByteBuffer* request,
                   ::grpc::ByteBuffer* response) override {
                 return runtime_.Unary($position$, context, request, response);
               }

             )");
  }
}

}  // namespace

std::string EmitAdapter(const File& file, const Service& service,
                        UniqueNames& names, Printer& out) {
  const std::string adapt = names.Make(absl::StrCat("Adapt", service.name));
  if (service.methods.empty()) {
    out.Emit({{"adapt", adapt}, {"service", Qualified(file, service.name)}},
             R"(
               ::std::unique_ptr<::grpc::Service> $adapt$(
                   ::modelservice::ServiceRuntime&) {
                 return ::std::make_unique<$service$::Service>();
               }

             )");
    return adapt;
  }
  const std::string adapter = names.Make(absl::StrCat(service.name, "Adapter"));
  const auto emit_methods = [&] {
    for (size_t i = 0; i < service.methods.size(); ++i) {
      EmitAdapterMethod(service.methods[i], i, out);
    }
  };
  out.Emit({{"adapter", adapter},
            {"adapt", adapt},
            {"base", RawCallbackBase(Qualified(file, service.name), service)},
            {"methods", emit_methods}},
           R"(
             // gRPC's side of the service: hands every call to the runtime.
             class $adapter$ final
                 : public $base$ {
              public:
               explicit $adapter$(::modelservice::ServiceRuntime& runtime)
                   : runtime_(runtime) {}

               $methods$
              private:
               ::modelservice::ServiceRuntime& runtime_;
             };

             ::std::unique_ptr<::grpc::Service> $adapt$(
                 ::modelservice::ServiceRuntime& runtime) {
               return ::std::make_unique<$adapter$>(runtime);
             }

           )");
  return adapt;
}

}  // namespace modelservice::plugin
