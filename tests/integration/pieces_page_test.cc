// The calls that docs/methods.md shows, one after the other, on an empty table.
// A block is a request and its answer as text, with a comment before each:
//
//   # GetPiece, x-goog-fieldmask: name
//   id: "ink"
//   # OK
//   name: "Ink"
//
// An answer that is none has its words in comments. What differs each time
// stands there as "...", and in a request for the last one that was answered.
#include <google/protobuf/descriptor.h>
#include <grpcpp/generic/generic_stub.h>
#include <re2/re2.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "modelservice/base/compat.h"
#include "pieces_fixture.h"

namespace integration::pieces {
namespace {

namespace pb = google::protobuf;

struct Shown {
  std::string method;
  std::pair<std::string, std::string> metadata;
  std::vector<std::string> requests;  // more than one of a stream
  std::string code;
  std::string answer;  // a message, or the words of a refusal
};

// False for what is no call.
bool ReadCall(absl::string_view block, Shown* shown) {
  std::string* into = nullptr;
  bool refused = false;
  for (absl::string_view line : absl::StrSplit(block, '\n')) {
    if (!absl::ConsumePrefix(&line, "# ")) {
      if (into != nullptr) absl::StrAppend(into, line, "\n");
    } else if (shown->method.empty()) {
      const std::vector<std::string> parts =
          absl::StrSplit(line, absl::MaxSplits(", ", 1));
      shown->method = parts[0];
      if (parts.size() > 1) {
        shown->metadata = absl::StrSplit(parts[1], absl::MaxSplits(": ", 1));
      }
      into = &shown->requests.emplace_back();
    } else if (line == "and") {
      into = &shown->requests.emplace_back();
    } else if (shown->code.empty()) {
      shown->code = std::string(line);
      refused = line != "OK";
      into = refused ? nullptr : &shown->answer;
    } else if (refused) {
      absl::StrAppend(&shown->answer, shown->answer.empty() ? "" : "\n", line);
    }
  }
  return !shown->code.empty();
}

std::vector<Shown> CallsOf(const std::string& page) {
  std::vector<Shown> calls;
  const std::vector<std::string> parts = absl::StrSplit(page, "```");
  for (size_t i = 1; i < parts.size(); i += 2) {
    absl::string_view block = parts[i];
    Shown shown;
    if (absl::ConsumePrefix(&block, "text\n") && ReadCall(block, &shown)) {
      calls.push_back(std::move(shown));
    }
  }
  return calls;
}

std::unique_ptr<pb::Message> Parsed(const pb::Descriptor* type,
                                    const std::string& text) {
  std::unique_ptr<pb::Message> message(
      pb::MessageFactory::generated_factory()->GetPrototype(type)->New());
  EXPECT_TRUE(pb::TextFormat::ParseFromString(text, message.get())) << text;
  return message;
}

class PiecesPageTest : public PiecesTest {
 protected:
  grpc::Status Unary(const pb::MethodDescriptor& method,
                     const std::pair<std::string, std::string>& metadata,
                     const pb::Message& request, pb::Message* reply) {
    grpc::GenericStub stub(server().channel());
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + kPatience);
    if (!metadata.first.empty()) {
      context.AddMetadata(metadata.first, metadata.second);
    }
    const grpc::Slice slice(request.SerializeAsString());
    grpc::CompletionQueue queue;
    const auto call = stub.PrepareUnaryCall(
        &context,
        absl::StrCat("/", method.service()->full_name(), "/", method.name()),
        grpc::ByteBuffer(&slice, 1), &queue);
    call->StartCall();
    grpc::ByteBuffer bytes;
    grpc::Status status;
    call->Finish(&bytes, &status, nullptr);
    void* tag = nullptr;
    bool ok = false;
    queue.Next(&tag, &ok);
    EXPECT_TRUE(!status.ok() || reply->ParseFromString(ToBytes(bytes)));
    return status;
  }
  grpc::Status Bulk(const std::vector<std::string>& texts, pb::Message* reply) {
    grpc::ClientContext context;
    CreatedPieces created;
    auto writer = pieces_->BulkCreatePieces(&context, &created);
    for (const std::string& text : texts) writer->Write(FromText<Piece>(text));
    writer->WritesDone();
    grpc::Status status = writer->Finish();
    reply->CopyFrom(created);
    return status;
  }

  // With what was answered last in the place of "...".
  std::string Asked(std::string text) const {
    for (const auto& [field, value] : last_) {
      RE2::GlobalReplace(&text, absl::StrCat(field, R"(: "\.\.\.")"),
                         absl::StrCat(field, ": \"", value, "\""));
    }
    return text;
  }
  // The reply with "..." in the place of what differs each time.
  std::string Answered(const pb::Message& reply) {
    std::string text;
    EXPECT_TRUE(pb::TextFormat::PrintToString(reply, &text));
    std::string value;
    if (RE2::PartialMatch(text, R"re(etag: "([^"]+)")re", &value)) {
      last_["etag"] = value;
    }
    if (RE2::PartialMatch(text, R"re(next_page_token: "([^"]+)")re", &value)) {
      last_["page_token"] = value;
    }
    RE2::GlobalReplace(&text, R"re((etag|next_page_token): "[^"]+")re",
                       R"(\1: "...")");
    RE2::GlobalReplace(&text, R"(delete_time \{[^}]*\})", "delete_time {}");
    return text;
  }

  std::map<std::string, std::string> last_;
};

TEST_F(PiecesPageTest, ShowsWhatIsAnswered) {
  const char* const path = std::getenv("METHODS_PAGE");
  ASSERT_NE(path, nullptr) << "run it with ctest, which sets METHODS_PAGE";
  std::stringstream page;
  page << std::ifstream(path).rdbuf();
  const std::vector<Shown> calls = CallsOf(page.str());
  ASSERT_GT(calls.size(), 25u);
  const auto* const service =
      pb::DescriptorPool::generated_pool()->FindServiceByName(
          "integration.pieces.Pieces");
  std::map<std::string, int> shown;
  for (const Shown& call : calls) {
    SCOPED_TRACE(absl::StrCat(call.method, " ", call.requests[0]));
    const auto* const method = service->FindMethodByName(call.method);
    ASSERT_NE(method, nullptr);
    ++shown[call.method];
    const auto reply = Parsed(method->output_type(), "");
    grpc::Status status;
    if (method->client_streaming()) {
      status = Bulk(call.requests, reply.get());
    } else {
      const auto request =
          Parsed(method->input_type(), Asked(call.requests[0]));
      status = Unary(*method, call.metadata, *request, reply.get());
    }
    EXPECT_EQ(absl::StatusCodeToString(
                  static_cast<absl::StatusCode>(status.error_code())),
              call.code)
        << status.error_message();
    if (!status.ok()) {
      std::string words = status.error_message();
      RE2::GlobalReplace(&words, "[0-9a-f]{32}", "...");
      EXPECT_EQ(words, call.answer);
      continue;
    }
    const std::string answered = Answered(*reply);
    EXPECT_EQ(Difference(*Parsed(method->output_type(), call.answer),
                         *Parsed(method->output_type(), answered)),
              "")
        << answered;
  }
  // Every method, and every field of a request.
  for (int i = 0; i < service->method_count(); ++i) {
    const auto& method = *service->method(i);
    EXPECT_GT(shown[modelservice::compat::Str(method.name())], 0)
        << method.name();
    for (int f = 0; f < method.input_type()->field_count(); ++f) {
      const std::string field =
          modelservice::compat::Str(method.input_type()->field(f)->name());
      bool is_shown = method.client_streaming();
      for (const Shown& call : calls) {
        is_shown |= absl::StrContains(call.requests[0], field);
      }
      EXPECT_TRUE(is_shown) << method.name() << " " << field;
    }
  }
}

}  // namespace
}  // namespace integration::pieces
