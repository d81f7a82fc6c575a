#include "plugin/schema/google_resource.h"

#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/unknown_field_set.h>

#include "modelservice/base/compat.h"

namespace modelservice::plugin {
namespace {

namespace pb = google::protobuf;
using compat::Str;

// The last value of the field `number`, which is a text or a message.
std::string Last(const pb::UnknownFieldSet& set, int number) {
  std::string last;
  for (int i = 0; i < set.field_count(); ++i) {
    const pb::UnknownField& field = set.field(i);
    if (field.number() == number &&
        field.type() == pb::UnknownField::TYPE_LENGTH_DELIMITED) {
      last = Str(field.length_delimited());
    }
  }
  return last;
}

}  // namespace

std::string GoogleResourcePlural(const pb::Descriptor& message) {
  constexpr int kResource = 1053;
  constexpr int kPlural = 5;
  const pb::MessageOptions& options = message.options();
  pb::UnknownFieldSet resource;
  if (!resource.ParseFromString(Last(
          options.GetReflection()->GetUnknownFields(options), kResource))) {
    return "";
  }
  return Last(resource, kPlural);
}

}  // namespace modelservice::plugin
