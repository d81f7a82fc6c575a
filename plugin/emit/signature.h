// How a handler's method looks in its four streaming shapes.
#ifndef MODELSERVICE_PLUGIN_EMIT_SIGNATURE_H_
#define MODELSERVICE_PLUGIN_EMIT_SIGNATURE_H_

#include <string>

#include "plugin/schema/schema.h"

namespace modelservice::plugin {

struct Signature {
  std::string result;
  std::string parameters;  // one a line
};

Signature SignatureOf(const Method& method);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_EMIT_SIGNATURE_H_
