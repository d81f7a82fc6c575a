// What becoming another type does to a column.
#ifndef MODELSERVICE_MANAGE_TYPE_CHANGE_H_
#define MODELSERVICE_MANAGE_TYPE_CHANGE_H_

#include <string>

#include "modelservice/schema/sql_type.h"

namespace modelservice {

struct TypeChange {
  enum class Kind {
    kNone,
    kWider,  // every value that is there has room
    kOther,  // values may be lost, or refused
  };

  Kind kind = Kind::kNone;
  std::string cost;  // in words
};

TypeChange ChangeOf(const SqlType& older, const SqlType& newer, bool postgres);

}  // namespace modelservice

#endif  // MODELSERVICE_MANAGE_TYPE_CHANGE_H_
