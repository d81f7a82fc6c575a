#include "plugin/schema/request_path.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "modelservice/base/compat.h"

namespace modelservice::plugin {

namespace pb = google::protobuf;
using compat::Str;

const pb::FieldDescriptor* FindRequestField(const pb::Descriptor& request,
                                            absl::string_view path,
                                            std::string* fault) {
  const std::vector<std::string> names = absl::StrSplit(path, '.');
  const pb::Descriptor* message = &request;
  const pb::FieldDescriptor* field = nullptr;
  for (size_t i = 0; i < names.size(); ++i) {
    field = message->FindFieldByName(names[i]);
    if (field == nullptr) {
      *fault = absl::StrCat(Str(message->name()), " has no field \"", names[i],
                            "\"");
      return nullptr;
    }
    const std::string name = absl::StrCat(Str(message->name()), ".", names[i]);
    if (field->is_repeated()) {
      *fault =
          absl::StrCat(name, field->is_map() ? " is a map" : " is repeated");
      return nullptr;
    }
    const bool last = i + 1 == names.size();
    message = field->message_type();
    if (last && message != nullptr) {
      *fault = absl::StrCat(name, " is a message");
      return nullptr;
    }
    if (!last && message == nullptr) {
      *fault = absl::StrCat(name, " has no fields of its own");
      return nullptr;
    }
  }
  return field;
}

}  // namespace modelservice::plugin
