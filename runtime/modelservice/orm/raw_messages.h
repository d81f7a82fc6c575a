// Messages of rows that SQL of one's own gives.
#ifndef MODELSERVICE_ORM_RAW_MESSAGES_H_
#define MODELSERVICE_ORM_RAW_MESSAGES_H_

#include <vector>

#include "absl/status/status.h"
#include "modelservice/orm/projection.h"
#include "modelservice/orm/rows.h"
#include "modelservice/orm/session.h"
#include "modelservice/sql/literal.h"

namespace modelservice {

// A row's values are these columns of the projection's model, in their order;
// none at all: all of the model's. INVALID_ARGUMENT for another number of them,
// DATA_LOSS, as of RowCodec, for what makes no message.
absl::Status DecodeRows(const Session& session, const Projection& projection,
                        const std::vector<std::vector<Literal>>& rows,
                        std::vector<int> columns, const MessageTarget& target);

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_RAW_MESSAGES_H_
