// The subjects of principals as the values of OWNER columns.
#ifndef MODELSERVICE_ORM_SUBJECT_H_
#define MODELSERVICE_ORM_SUBJECT_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "modelservice/schema/table.h"
#include "modelservice/value.h"

namespace modelservice {

// What `column`, a string or an integer, holds for `subject`. None for a
// subject that it cannot hold: "ann" and "007" where it is an integer, what has
// not its format or is too long where it is a string. So no two subjects have
// one value. Views `subject`.
std::optional<Value> SubjectValue(const Column& column,
                                  absl::string_view subject);

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_SUBJECT_H_
