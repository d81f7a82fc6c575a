// A server whose methods have something around them, and calls in all four
// shapes.
//
#ifndef MODELSERVICE_TESTS_GUARD_FIXTURE_H_
#define MODELSERVICE_TESTS_GUARD_FIXTURE_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "async_services.h"
#include "events.h"
#include "guarded.grpc.pb.h"
#include "services.h"
#include "test_support.h"

namespace guarded {

using ::integration::Events;
using ::integration::IsError;
using ::integration::IsOk;
using ::integration::kPatience;
using ::integration::Refusal;
using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

enum class Shape { kUnary, kServerStream, kClientStream, kBidi };

inline void PrintTo(Shape shape, std::ostream* out) {
  *out << std::vector<std::string>{"unary", "server stream", "client stream",
                                   "bidi"}[static_cast<size_t>(shape)];
}

inline const auto kAllShapes = testing::Values(
    Shape::kUnary, Shape::kServerStream, Shape::kClientStream, Shape::kBidi);

// A shape, and whether its method goes on after it has returned.
struct Form {
  Shape shape;
  bool async = false;

  operator Shape() const { return shape; }  // NOLINT: one is the other
};

inline void PrintTo(const Form& form, std::ostream* out) {
  PrintTo(form.shape, out);
  if (form.async) *out << ", async";
}

inline const auto kUnaryForms =
    testing::Values(Form{Shape::kUnary}, Form{Shape::kUnary, true});
inline const auto kAllForms =
    testing::Values(Form{Shape::kUnary}, Form{Shape::kServerStream},
                    Form{Shape::kClientStream}, Form{Shape::kBidi},
                    Form{Shape::kUnary, true}, Form{Shape::kServerStream, true},
                    Form{Shape::kClientStream, true}, Form{Shape::kBidi, true});

using Metadata = std::map<std::string, std::string>;

// One call, its replies and its trailers.
struct Exchange {
  grpc::Status status;
  std::vector<std::string> replies;
  std::multimap<std::string, std::string> trailers;

  std::string trailer(const std::string& key) const {
    const auto found = trailers.find(key);
    return found == trailers.end() ? "" : found->second;
  }
};

inline std::unique_ptr<grpc::ClientContext> NewContext(
    const Metadata& metadata) {
  auto context = std::make_unique<grpc::ClientContext>();
  context->set_deadline(std::chrono::system_clock::now() + kPatience);
  for (const auto& [key, value] : metadata) context->AddMetadata(key, value);
  return context;
}

inline void Complete(const grpc::ClientContext& context, Exchange* exchange) {
  for (const auto& [key, value] : context.GetServerTrailingMetadata()) {
    exchange->trailers.emplace(std::string(key.data(), key.size()),
                               std::string(value.data(), value.size()));
  }
}

// Calls a unary method.
template <class Stub, class Request, class Response>
Exchange CallUnary(Stub& stub,
                   grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                const Request&, Response*),
                   const Request& request, const Metadata& metadata = {},
                   Response* response = nullptr) {
  Exchange exchange;
  const auto context = NewContext(metadata);
  Response reply;
  exchange.status = (stub.*method)(context.get(), request, &reply);
  Complete(*context, &exchange);
  if (response != nullptr) *response = reply;
  return exchange;
}

// Calls the method of the shape, which each of the services has; streams send
// the text twice.
template <class Stub>
Exchange CallShape(Stub& stub, Shape shape, const std::string& text,
                   const Metadata& metadata = {}) {
  Exchange exchange;
  const auto context = NewContext(metadata);
  const Text request = TextOf(text);
  Text reply;
  switch (shape) {
    case Shape::kUnary:
      exchange.status = stub.Unary(context.get(), request, &reply);
      if (exchange.status.ok()) exchange.replies.push_back(reply.text());
      break;
    case Shape::kServerStream: {
      const auto reader = stub.ServerStream(context.get(), request);
      while (reader->Read(&reply)) exchange.replies.push_back(reply.text());
      exchange.status = reader->Finish();
      break;
    }
    case Shape::kClientStream: {
      const auto writer = stub.ClientStream(context.get(), &reply);
      for (int i = 0; i < 2 && writer->Write(request); ++i) {
      }
      writer->WritesDone();
      exchange.status = writer->Finish();
      if (exchange.status.ok()) exchange.replies.push_back(reply.text());
      break;
    }
    case Shape::kBidi: {
      const auto stream = stub.Bidi(context.get());
      for (int i = 0; i < 2 && stream->Write(request); ++i) {
        if (stream->Read(&reply)) exchange.replies.push_back(reply.text());
      }
      stream->WritesDone();
      while (stream->Read(&reply)) exchange.replies.push_back(reply.text());
      exchange.status = stream->Finish();
      break;
    }
  }
  Complete(*context, &exchange);
  return exchange;
}

// "a" as each shape answers it.
inline std::vector<std::string> RepliesTo(Shape shape, const std::string& a) {
  switch (shape) {
    case Shape::kUnary:
      return {a};
    case Shape::kServerStream:
      return {a, a, a};
    case Shape::kClientStream:
      return {a + a};
    case Shape::kBidi:
      break;
  }
  return {a, a};
}

class GuardTest : public integration::ServerTest {
 protected:
  using Add = std::function<void(modelservice::Registry&)>;

  // `add` comes after what every server has, and may replace it. Whoever finds
  // out who calls means the same people, unless the settings say otherwise.
  void StartServer(const Add& add, Options options = {}) {
    options.settings.add_authenticator()->set_custom("named");
    for (auto& one : *options.settings.mutable_authenticator()) {
      if (!one.has_realm() && !one.has_subject_prefix()) {
        one.set_realm("people");
      }
    }
    // What is around calls does not know how many connections run them, and a
    // server of PostgreSQL's takes longer to open one than most tests.
    if (integration::OnPostgres() && !options.settings.has_database()) {
      options.settings.set_database(absl::StrCat(
          integration::NewPostgresDatabase(), "&read_lanes=1&write_lanes=1"));
    }
    Start(
        [&](modelservice::Registry& registry) {
          RegisterGuarded(registry);
          registry.Add<EchoService>();
          registry.Add<LimitedService>();
          registry.Add<MembersService>();
          registry.Add<MemosService>();
          registry.AddAuthenticator<Named>("named");
          registry.AddInterceptor<modelservice::Interceptor>("first");
          registry.AddInterceptor<modelservice::Interceptor>("second");
          registry.AddPermission<EvenSubject>("even_subject");
          registry.AddPermission<SharedMemos>("shared");
          registry.AddLimitKey("length", [](const CallContext& call) {
            return absl::StrCat(call.metadata("x-key").value_or("").size());
          });
          add(registry);
        },
        std::move(options));
  }
};

}  // namespace guarded

#endif  // MODELSERVICE_TESTS_GUARD_FIXTURE_H_
