#include "modelservice/orm/wire.h"

#include <algorithm>
#include <new>

namespace modelservice {

// One byte was kept for the length; a longer one moves the part up.
void WireBuffer::EndLongLength(size_t start) {
  const size_t length = size_ - start;
  size_t extra = 0;
  for (size_t rest = length >> 7; rest > 0; rest >>= 7) ++extra;
  Room(extra);
  std::memmove(data_ + start + extra, data_ + start, length);
  size_ = start - 1;
  Varint(length);
  size_ += length;
}

void WireBuffer::Grow(size_t n) {
  const size_t capacity =
      std::max({size_ + n, capacity_ * 2, static_cast<size_t>(256)});
  char* data = static_cast<char*>(std::realloc(data_, capacity));
  if (data == nullptr) throw std::bad_alloc();
  data_ = data;
  capacity_ = capacity;
}

}  // namespace modelservice
