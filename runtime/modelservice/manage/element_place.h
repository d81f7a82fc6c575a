// Where an element of a .proto file was written, as "shop.proto:7:3"; where
// that is not known, as in most descriptor sets, the file alone.
#ifndef MODELSERVICE_MANAGE_ELEMENT_PLACE_H_
#define MODELSERVICE_MANAGE_ELEMENT_PLACE_H_

#include <google/protobuf/descriptor.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "modelservice/base/compat.h"

namespace modelservice {

// Of a message, field, enum, service or method.
template <class Element>
std::string PlaceOf(const Element& element) {
  const std::string file = compat::Str(element.file()->name());
  google::protobuf::SourceLocation location;
  if (!element.GetSourceLocation(&location)) return file;
  return absl::StrCat(file, ":", location.start_line + 1, ":",
                      location.start_column + 1);
}

inline std::string PlaceOf(const google::protobuf::FileDescriptor& file) {
  return compat::Str(file.name());
}
inline std::string PlaceOf(const google::protobuf::MethodDescriptor& method) {
  const std::string file = compat::Str(method.service()->file()->name());
  google::protobuf::SourceLocation location;
  if (!method.GetSourceLocation(&location)) return file;
  return absl::StrCat(file, ":", location.start_line + 1, ":",
                      location.start_column + 1);
}

}  // namespace modelservice

#endif  // MODELSERVICE_MANAGE_ELEMENT_PLACE_H_
