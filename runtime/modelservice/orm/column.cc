#include "modelservice/column.h"

namespace modelservice::internal {

Literal TimeLiteral(absl::Time time) {
  const int64_t seconds = absl::ToUnixSeconds(time);  // rounds down
  const auto nanos = static_cast<int32_t>(
      absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds)));
  return Literal(Value::Timestamp(seconds, nanos));
}

Literal DurationLiteral(absl::Duration duration) {
  return Literal(Value::Integer(absl::ToInt64Microseconds(duration)));
}

Literal EnumNameLiteral(const google::protobuf::EnumDescriptor* type,
                        int number) {
  TextArena arena;
  return Literal(ToEnumName(type, number, arena));
}

}  // namespace modelservice::internal
