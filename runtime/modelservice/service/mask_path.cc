#include "modelservice/service/mask_path.h"

#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/util/field_mask_util.h>

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace modelservice {

using ::google::protobuf::Descriptor;
using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::google::protobuf::util::FieldMaskUtil;

namespace {

// Whether one of the two has the message that the path leads into.
bool HasPlace(const Message& given, absl::string_view path,
              const Message& row) {
  const Message* in_given = &given;
  const Message* in_row = &row;
  size_t dot = 0;
  while ((dot = path.find('.')) != absl::string_view::npos) {
    const FieldDescriptor* const field =
        in_given->GetDescriptor()->FindFieldByName(
            std::string(path.substr(0, dot)));
    if (field == nullptr ||
        (!in_given->GetReflection()->HasField(*in_given, field) &&
         !in_row->GetReflection()->HasField(*in_row, field))) {
      return false;
    }
    in_given = &in_given->GetReflection()->GetMessage(*in_given, field);
    in_row = &in_row->GetReflection()->GetMessage(*in_row, field);
    path.remove_prefix(dot + 1);
  }
  return true;
}

}  // namespace

std::string TooManyPaths() {
  return absl::StrCat("Ensure this field has no more than ", kMostPaths,
                      " paths.");
}

bool IsShallow(absl::string_view path) {
  return std::count(path.begin(), path.end(), '.') < kDeepestPath;
}

// Not FieldMaskUtil, to which ".title", "title." and "title" are one.
bool IsFieldPath(const Descriptor& type, absl::string_view path) {
  const Descriptor* inside = &type;
  for (const absl::string_view name : absl::StrSplit(path, '.')) {
    if (inside == nullptr) return false;
    const FieldDescriptor* const field =
        inside->FindFieldByName(std::string(name));
    if (field == nullptr) return false;
    inside = field->is_repeated() ? nullptr : field->message_type();
  }
  return true;
}

void MergePaths(const Message& given, absl::Span<const std::string> paths,
                Message* row) {
  google::protobuf::FieldMask mask;
  for (const std::string& path : paths) {
    if (HasPlace(given, path, *row)) mask.add_paths(path);
  }
  FieldMaskUtil::MergeOptions replace;
  replace.set_replace_message_fields(true);
  replace.set_replace_repeated_fields(true);
  FieldMaskUtil::MergeMessageTo(given, mask, replace, row);
}

}  // namespace modelservice
