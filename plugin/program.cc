#include "plugin/program.h"

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
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "modelservice/base/compat.h"
#include "plugin/diagnostics.h"
#include "plugin/generator.h"
#include "plugin/option_owners.h"
#include "plugin/parameters.h"

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

// The files of a request, with everything that they import.
struct Request {
  // False when there is none that can be read; `*fault` says why.
  bool Read(const std::string& bytes, std::string* fault);

  // Shows `visit` what the files say. False when something is wrong with them
  // or with the parameters: `*error` then names every fault with its place,
  // sorted.
  bool Visit(const std::function<void(const Schema&, const Parameters&)>& visit,
             std::string* error);

  Diagnostics diagnostics;
  pb::DescriptorPool pool;
  std::vector<const pb::FileDescriptor*> files;
  std::string parameter;
};

bool Request::Read(const std::string& bytes, std::string* fault) {
  pb::compiler::CodeGeneratorRequest request;
  if (!ParseRaw(bytes, &request)) {
    *fault = "protoc sent no request that can be read.";
    return false;
  }
  KeepOwnOptions(&request, diagnostics);
  for (const pb::FileDescriptorProto& file : request.proto_file()) {
    compat::FirstFault first;
    if (pool.BuildFileCollectingErrors(file, &first) == nullptr) {
      *fault = absl::StrCat("protoc sent files that do not fit together: ",
                            file.name(), ": ", first.text);
      return false;
    }
  }
  for (const std::string& name : request.file_to_generate()) {
    files.push_back(pool.FindFileByName(name));
    if (files.back() == nullptr) {
      *fault = absl::StrCat("protoc asks for ", name, ", and did not send it.");
      return false;
    }
  }
  parameter = request.parameter();
  return true;
}

bool Request::Visit(
    const std::function<void(const Schema&, const Parameters&)>& visit,
    std::string* error) {
  const absl::StatusOr<Parameters> parameters = ParseParameters(parameter);
  if (!parameters.ok()) {
    *error = std::string(parameters.status().message());
    return false;
  }
  if (diagnostics.empty()) {
    const Schema schema = ReadSchema(files, *parameters, diagnostics);
    if (diagnostics.empty()) {
      visit(schema, *parameters);
      return true;
    }
  }
  *error = diagnostics.Text();
  return false;
}

void SayWhatIsSupported(pb::compiler::CodeGeneratorResponse* response) {
  using pb::compiler::CodeGeneratorResponse;
  uint64_t features = CodeGeneratorResponse::FEATURE_PROTO3_OPTIONAL;
#if MODELSERVICE_HAS_EDITIONS
  features |= CodeGeneratorResponse::FEATURE_SUPPORTS_EDITIONS;
  response->set_minimum_edition(pb::Edition::EDITION_PROTO2);
  response->set_maximum_edition(MODELSERVICE_HAS_EDITION_2024
                                    ? pb::Edition::EDITION_2024
                                    : pb::Edition::EDITION_2023);
#endif
  response->set_supported_features(features);
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
  Request request;
  if (!request.Read(bytes, answer)) return false;
  pb::compiler::CodeGeneratorResponse response;
  SayWhatIsSupported(&response);
  std::string error;
  const bool read = request.Visit(
      [&](const Schema& schema, const Parameters& parameters) {
        for (Output& output : Emit(schema, parameters)) {
          pb::compiler::CodeGeneratorResponse::File* const file =
              response.add_file();
          file->set_name(std::move(output.path));
          file->set_content(std::move(output.text));
        }
        // Who writes files has heard them.
        if (!parameters.none) *notes = request.diagnostics.Notes();
      },
      &error);
  // What is wrong matters more than any note.
  if (!read) response.set_error(std::move(error));
  return response.SerializeToString(answer);
}

bool VisitSchema(const std::string& bytes,
                 const std::function<void(const Schema&)>& visit,
                 std::string* error) {
  Request request;
  return request.Read(bytes, error) &&
         request.Visit(
             [&](const Schema& schema, const Parameters&) { visit(schema); },
             error);
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
