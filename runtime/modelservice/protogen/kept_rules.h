// Whether a value is one that the options of its field allow.
#ifndef MODELSERVICE_PROTOGEN_KEPT_RULES_H_
#define MODELSERVICE_PROTOGEN_KEPT_RULES_H_

#include <string>

#include "modelservice/protogen/type_mapping.h"

namespace modelservice::proto {

// `text` is written as options write a value.
bool KeepsRules(const TypedField& typed, const std::string& text);

}  // namespace modelservice::proto

#endif  // MODELSERVICE_PROTOGEN_KEPT_RULES_H_
