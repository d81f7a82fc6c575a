#include "plugin/program.h"

#include <google/protobuf/compiler/plugin.h>
#include <google/protobuf/compiler/plugin.pb.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/io/coded_stream.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <string>
#include <system_error>
#include <thread>

#include "absl/strings/str_cat.h"
#include "plugin/diagnostics.h"
#include "plugin/generator.h"
#include "plugin/option_owners.h"

namespace modelservice::plugin {
namespace {

namespace pb = google::protobuf;

// Parses without any extension, so that options stay as they were sent.
bool ParseRaw(const std::string& bytes,
              pb::compiler::CodeGeneratorRequest* request) {
  if (bytes.size() > std::numeric_limits<int>::max()) return false;
  const pb::DescriptorPool nothing;
  pb::DynamicMessageFactory factory;
  pb::io::CodedInputStream input(reinterpret_cast<const uint8_t*>(bytes.data()),
                                 static_cast<int>(bytes.size()));
  input.SetExtensionRegistry(&nothing, &factory);
  return request->ParseFromCodedStream(&input) && input.ConsumedEntireMessage();
}

bool ReadAll(int file, std::string* bytes) {
  char buffer[65536];
  for (;;) {
    const ssize_t size = read(file, buffer, sizeof buffer);
    if (size == 0) return true;
    if (size > 0) {
      bytes->append(buffer, static_cast<size_t>(size));
    } else if (errno != EINTR) {
      return false;
    }
  }
}

bool WriteAll(int file, const std::string& bytes) {
  size_t written = 0;
  while (written < bytes.size()) {
    const ssize_t size =
        write(file, bytes.data() + written, bytes.size() - written);
    if (size >= 0) {
      written += static_cast<size_t>(size);
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

}  // namespace

int RunPlugin(int argc, char** argv) {
  const char* const name = argc > 0 ? argv[0] : "protoc-gen-modelservice";
  if (argc > 1) {
    std::fprintf(stderr, "%s: Unknown option: %s\n", name, argv[1]);
    return 1;
  }
  std::string fault;
  if (!EndWithReaderOf(STDOUT_FILENO, &fault)) {
    std::fprintf(stderr, "%s: note: %s\n", name, fault.c_str());
  }
  std::string request;
  std::string answer;
  std::string notes;
  if (!ReadAll(STDIN_FILENO, &request)) {
    std::fprintf(stderr, "%s: the request cannot be read.\n", name);
    return 1;
  }
  if (!Answer(request, &answer, &notes)) {
    std::fprintf(stderr, "%s: %s\n", name, answer.c_str());
    return 1;
  }
  std::fputs(notes.c_str(), stderr);
  if (WriteAll(STDOUT_FILENO, answer)) return 0;
  std::fprintf(stderr, "%s: the answer cannot be written.\n", name);
  return 1;
}

bool Answer(const std::string& bytes, std::string* answer, std::string* notes) {
  pb::compiler::CodeGeneratorRequest request;
  if (!ParseRaw(bytes, &request)) {
    *answer = "protoc sent no request that can be read.";
    return false;
  }
  Diagnostics diagnostics;
  KeepOwnOptions(&request, diagnostics);
  pb::compiler::CodeGeneratorResponse response;
  const Generator generator(&diagnostics);
  answer->clear();
  if (!pb::compiler::GenerateCode(request, generator, &response, answer)) {
    if (answer->empty()) {
      *answer =
          "protoc sent files that do not fit together; protobuf says above "
          "what is wrong.";
    }
    return false;
  }
  // What is wrong matters more.
  if (!response.has_error()) *notes = diagnostics.Notes();
  return response.SerializeToString(answer);
}

bool VisitSchema(const std::string& bytes,
                 const std::function<void(const Schema&)>& visit,
                 std::string* error) {
  pb::compiler::CodeGeneratorRequest request;
  if (!ParseRaw(bytes, &request)) {
    *error = "there is no request that can be read.";
    return false;
  }
  Diagnostics diagnostics;
  KeepOwnOptions(&request, diagnostics);
  pb::compiler::CodeGeneratorResponse response;
  const Generator generator(&diagnostics, visit);
  const bool answered =
      pb::compiler::GenerateCode(request, generator, &response, error);
  if (response.has_error()) *error = response.error();
  return answered && !response.has_error();
}

bool EndWithReaderOf(int pipe, std::string* fault) {
  // The standard library throws when the system gives no thread.
  try {
    std::thread([pipe] {
      pollfd reader = {pipe, 0, 0};
      for (;;) {
        const int ready = poll(&reader, 1, -1);
        if (ready < 0 && errno != EINTR) return;
        if (ready > 0) _exit(1);
      }
    }).detach();
  } catch (const std::system_error& error) {
    *fault = absl::StrCat(
        "the system gives no thread to watch protoc (", error.what(),
        "), so this goes on to its end even if protoc ends before it; raise "
        "the limit of processes and threads (ulimit -u)");
    return false;
  }
  return true;
}

}  // namespace modelservice::plugin
