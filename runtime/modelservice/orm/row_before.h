// A row as it is before it is saved, for who is told of saves.
#ifndef MODELSERVICE_ORM_ROW_BEFORE_H_
#define MODELSERVICE_ORM_ROW_BEFORE_H_

#include <google/protobuf/message.h>

#include <memory>

#include "absl/status/statusor.h"
#include "modelservice/orm/projection.h"
#include "modelservice/orm/session.h"

namespace modelservice {

// The row with the message's key, locked until the session's transaction ends;
// null when there is none.
absl::StatusOr<std::unique_ptr<google::protobuf::Message>> ReadBefore(
    const Session& session, const Projection& projection,
    const google::protobuf::Message& message);

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_ROW_BEFORE_H_
