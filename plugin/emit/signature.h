// How a handler's method looks in its four streaming shapes.
#ifndef MODELSERVICE_PLUGIN_EMIT_SIGNATURE_H_
#define MODELSERVICE_PLUGIN_EMIT_SIGNATURE_H_

#include <string>

#include "plugin/schema/schema.h"

namespace modelservice::plugin {

struct Signature {
  std::string result;
  std::string parameters;
  std::string names;  // of the parameters, with commas between
  std::string last;   // the last of them
};

Signature SignatureOf(const Method& method);
// Of a custom method's other form, which goes on after it has returned; the
// last parameter is the one that Finishes.
Signature StartSignatureOf(const Method& method);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_EMIT_SIGNATURE_H_
