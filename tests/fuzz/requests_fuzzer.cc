// Requests to every standard method, as bytes over a real channel, to a server
// on SQLite whose models have every kind of field. An input is a sequence of
// calls (wire_calls.h): number n sends its bytes to the nth of the standard
// methods, number 64 + n adds the token of the last page that was read.
// No call ends in a way that is the server's fault, every refusal says why to a
// program, and what was created is there and in the list.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "message_mutator.h"
#include "modelservice/base/compat.h"
#include "modelservice/status.pb.h"
#include "modelservice/testing.h"
#include "standard_methods.h"
#include "wire_calls.h"

namespace modelservice {
namespace {

namespace pb = google::protobuf;
using pb::MethodDescriptor;
constexpr size_t kMostCalls = 12;
constexpr int kWithToken = 64;

void Require(bool holds, const char* what, const MethodDescriptor& method,
             const grpc::Status& status = grpc::Status::OK) {
  if (holds) return;
  std::fprintf(stderr, "%s: %s (code %d: %s)\n", PathOf(method).c_str(), what,
               status.error_code(), status.error_message().c_str());
  std::abort();
}

bool NameStarts(const MethodDescriptor& method, const char* with) {
  return absl::StartsWith(compat::Str(method.name()), with);
}

const MethodDescriptor* MethodOf(const WireCall& call) {
  const auto position = static_cast<size_t>(call.number % kWithToken) - 1;
  return position < StandardMethods().size() ? StandardMethods()[position]
                                             : nullptr;
}

class Fuzzed {
 public:
  Fuzzed()
      : server_(*TestServer::Start(RegisterServices)),
        client_(server_->channel()) {}
  void Run(absl::string_view input) {
    if (!server_->database().RunScript(kDeleteRows).ok()) std::abort();
    token_.clear();
    size_t count = 0;
    for (WireCall& call : ReadCalls(input)) {
      const MethodDescriptor* const method = MethodOf(call);
      if (method == nullptr || ++count > kMostCalls) return;
      if (call.number > kWithToken) {
        call.request += BytesWith(method->input_type(), "page_token", token_);
      }
      Call(*method, call.request);
    }
  }

 private:
  std::vector<std::string> Send(const MethodDescriptor& method,
                                absl::string_view request) {
    const WireAnswer answer = client_.Call(PathOf(method), request);
    const grpc::Status& status = answer.status;
    if (status.ok()) {
      Require(answer.replies.size() == 1 || method.server_streaming(),
              "no reply", method);
      return answer.replies;
    }
    const bool of_a_row =
        status.error_code() == grpc::StatusCode::NOT_FOUND ||
        status.error_code() == grpc::StatusCode::ALREADY_EXISTS ||
        status.error_code() == grpc::StatusCode::FAILED_PRECONDITION;
    Require(status.error_code() == grpc::StatusCode::INVALID_ARGUMENT ||
                (of_a_row && !NameStarts(method, "List")),
            "not the client's fault", method, status);
    CheckRefusal(method, status);
    return {};
  }

  void CheckRefusal(const MethodDescriptor& method,
                    const grpc::Status& status) {
    StatusDetails details;
    bool has_reason = false;
    if (details.ParseFromString(status.error_details())) {
      for (const pb::Any& detail : details.details()) {
        has_reason |= absl::EndsWith(detail.type_url(), "rpc.ErrorInfo");
      }
    }
    Require(has_reason && !status.error_message().empty(), "no reason", method,
            status);
  }

  void Call(const MethodDescriptor& method, absl::string_view request) {
    for (const std::string& bytes : Send(method, request)) {
      const auto reply = Parse(method, bytes);
      const std::string next = TextIn(*reply, "next_page_token");
      if (!next.empty()) token_ = next;
      if (!NameStarts(method, "Create")) continue;
      const MethodDescriptor& retrieve = Sibling(method, "Retrieve", "Get");
      const auto row = Send(retrieve, KeyOf(*reply, retrieve.input_type()));
      Require(row.size() == 1 && row[0] == bytes, "cannot be retrieved",
              method);
      CheckListed(Sibling(method, "List", "List"), *reply);
    }
  }

  std::unique_ptr<pb::Message> Parse(const MethodDescriptor& method,
                                     const std::string& bytes) {
    auto reply = NewMessage(method.output_type());
    Require(reply->ParseFromString(bytes), "no such message", method);
    return reply;
  }

  void CheckListed(const MethodDescriptor& list, const pb::Message& row) {
    std::string token;
    for (;;) {
      const auto replies =
          Send(list, BytesWith(list.input_type(), "page_token", token));
      Require(!replies.empty(), "no page", list);
      for (const std::string& bytes : replies) {
        const auto page = Parse(list, bytes);
        for (const pb::Message* each : RowsIn(*page, row.GetDescriptor())) {
          if (EqualRows(*each, row)) return;
        }
        token = TextIn(*page, "next_page_token");
      }
      Require(!token.empty(), "not in the list", list);
    }
  }

  std::unique_ptr<TestServer> server_;
  WireClient client_;
  std::string token_;
};

void MutateCall(WireCall* call, unsigned seed) {
  const MethodDescriptor* const method = MethodOf(*call);
  if (method != nullptr && seed % 4 != 0) {
    const auto request = NewMessage(method->input_type());
    if (request->ParsePartialFromString(call->request)) {
      MutateMessage(request.get(), seed);
      call->request = request->SerializePartialAsString();
      return;
    }
  }
  call->request = MutateBytes(call->request);
}

void MutateCalls(std::vector<WireCall>* calls, unsigned seed) {
  const size_t place = calls->empty() ? 0 : seed / 16 % calls->size();
  const auto at = calls->begin() + static_cast<std::ptrdiff_t>(place);
  switch (calls->empty() ? 0 : seed % 8) {
    case 0:
      calls->push_back(
          {static_cast<int>(seed / 16 % (2 * kWithToken)) + 1, ""});
      break;
    case 1:
      calls->push_back(*at);
      break;
    case 2:
      calls->erase(at);
      break;
    case 3:  // what one takes may fit another one
      at->number = static_cast<int>(seed / 256 % (2 * kWithToken)) + 1;
      break;
    default:
      MutateCall(&*at, seed / 16);
  }
}

}  // namespace
}  // namespace modelservice

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static auto& fuzzed = *new modelservice::Fuzzed();
  fuzzed.Run(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size,
                                          size_t most, unsigned seed) {
  auto calls = modelservice::ReadCalls(
      absl::string_view(reinterpret_cast<const char*>(data), size));
  modelservice::MutateCalls(&calls, seed);
  const std::string changed = modelservice::WriteCalls(calls);
  if (changed.size() > most) return size;
  std::memcpy(data, changed.data(), changed.size());
  return changed.size();
}
