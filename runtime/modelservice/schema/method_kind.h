// What a method of a service does.
#ifndef MODELSERVICE_SCHEMA_METHOD_KIND_H_
#define MODELSERVICE_SCHEMA_METHOD_KIND_H_

#include <cstdint>

namespace modelservice {

enum class MethodKind : uint8_t {
  kCustom,
  kList,
  kRetrieve,
  kCreate,
  kUpdate,
  kPartialUpdate,
  kDestroy,
  kUndelete,
  kBatchGet,
  kBatchCreate,
  kBatchUpdate,
  kBatchDelete,
  kBulkCreate,
  kAggregate,
};

// What a method that does several of one kind does each time.
constexpr MethodKind SingleKind(MethodKind kind) {
  switch (kind) {
    case MethodKind::kBatchGet:
      return MethodKind::kRetrieve;
    case MethodKind::kBatchCreate:
    case MethodKind::kBulkCreate:
      return MethodKind::kCreate;
    case MethodKind::kBatchUpdate:
      return MethodKind::kUpdate;
    case MethodKind::kBatchDelete:
      return MethodKind::kDestroy;
    default:
      return kind;
  }
}

}  // namespace modelservice

#endif  // MODELSERVICE_SCHEMA_METHOD_KIND_H_
