// Whether a value is one that the options of its field allow.
#ifndef MODELSERVICE_PROTOGEN_KEPT_RULES_H_
#define MODELSERVICE_PROTOGEN_KEPT_RULES_H_

#include <string>

#include "modelservice/introspect/sql_rules.h"
#include "modelservice/protogen/type_mapping.h"

namespace modelservice::proto {

// `text` is written as options write a value.
bool KeepsRules(const TypedField& typed, const std::string& text);

// Whether the text is an integer that the field holds.
bool IsInRange(const TypedField& typed, const std::string& text);

// Whether options can say the rule beside what they say already: of several
// checks of one kind they say the first.
bool CanSay(const TypedField& typed, const catalog::ColumnRule& rule);

}  // namespace modelservice::proto

#endif  // MODELSERVICE_PROTOGEN_KEPT_RULES_H_
