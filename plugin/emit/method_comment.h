// What the comments of a generated handler class say besides the user's words.
#ifndef MODELSERVICE_PLUGIN_EMIT_METHOD_COMMENT_H_
#define MODELSERVICE_PLUGIN_EMIT_METHOD_COMMENT_H_

#include <string>

#include "plugin/schema/schema.h"

namespace modelservice::plugin {

// Of the class: what it is for, and what holds for all of its methods.
std::string ServiceComment(const Service& service);
// Of a method: its transaction, and what the base does.
std::string MethodComment(const Service& service, const Method& method);
// Of a custom method's other form.
std::string StartComment(const Service& service, const Method& method);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_EMIT_METHOD_COMMENT_H_
