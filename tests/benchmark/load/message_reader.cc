#include "load/message_reader.h"

#include <algorithm>
#include <cstddef>

namespace load {
namespace {

constexpr size_t kPrefix = 5;

// The bytes of the message that starts `data`, prefix included; 0 when the
// prefix is not all there.
size_t MessageSize(absl::string_view data) {
  if (data.size() < kPrefix) return 0;
  size_t size = 0;
  for (size_t i = 1; i < kPrefix; ++i) {
    size = size << 8 | static_cast<unsigned char>(data[i]);
  }
  return kPrefix + size;
}

}  // namespace

bool MessageReader::Read(
    absl::string_view data,
    absl::FunctionRef<void(absl::string_view)> on_message) {
  while (!data.empty()) {
    if (partial_.empty()) {
      const size_t size = MessageSize(data);
      if (size != 0 && size <= data.size()) {
        if (data[0] != 0) return false;
        on_message(data.substr(kPrefix, size - kPrefix));
        data.remove_prefix(size);
        continue;
      }
    }
    const size_t known = MessageSize(partial_);
    const size_t wanted = known == 0 ? kPrefix : known;
    const size_t taken = std::min(wanted - partial_.size(), data.size());
    partial_.append(data.data(), taken);
    data.remove_prefix(taken);
    if (MessageSize(partial_) != partial_.size()) continue;
    if (partial_[0] != 0) return false;
    on_message(absl::string_view(partial_).substr(kPrefix));
    partial_.clear();
  }
  return true;
}

}  // namespace load
