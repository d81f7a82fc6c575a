// Files with options, as protoc hands them to the plugin: a FileDescriptorSet,
// whose last file is the one to generate. What it imports and does not hold is
// taken from what is linked in. Whatever the options say, there are files or
// there is a diagnostic, the same ones each time.
#include <google/protobuf/compiler/plugin.pb.h>
#include <google/protobuf/descriptor.pb.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

#include "message_mutator.h"
#include "plugin_request.h"

namespace modelservice {
namespace {

namespace pb = google::protobuf;

// More is no other kind of file, and takes long.
constexpr size_t kMostBytes = 1 << 16;

void Require(bool holds) {
  if (!holds) std::abort();
}

void CheckFiles(const std::string& request) {
  std::string answer;
  std::string notes;
  if (!plugin::Answer(request, &answer, &notes)) {
    // protobuf could make no descriptors of it.
    Require(!answer.empty());
    return;
  }
  pb::compiler::CodeGeneratorResponse response;
  Require(response.ParseFromString(answer));
  Require(response.has_error() ? !response.error().empty()
                               : response.file_size() > 0);
  if (request.size() % 8 != 0) return;
  std::string again;
  Require(plugin::Answer(request, &again, &notes) && again == answer);
}

}  // namespace
}  // namespace modelservice

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  google::protobuf::FileDescriptorSet files;
  if (size > modelservice::kMostBytes ||
      !files.ParseFromArray(data, static_cast<int>(size)) ||
      files.file_size() == 0) {
    return 0;
  }
  const bool postgres = size % 4 == 0;
  modelservice::CheckFiles(modelservice::RequestFor(
      files, postgres ? "dialect=postgres,emit=sql" : "emit=cpp,sql"));
  return 0;
}

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size,
                                          size_t most, unsigned seed) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  google::protobuf::FileDescriptorSet files;
  std::string changed;
  if (seed % 8 == 0 || !files.ParseFromString(bytes)) {
    changed = modelservice::MutateBytes(bytes);
  } else {
    for (unsigned i = 0; i <= seed % 3; ++i) {
      modelservice::MutateMessage(&files, seed + i);
    }
    changed = files.SerializePartialAsString();
  }
  if (changed.size() > most) changed = bytes;
  std::memcpy(data, changed.data(), changed.size());
  return changed.size();
}
