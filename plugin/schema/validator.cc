#include "plugin/schema/validator.h"

namespace modelservice::plugin {

void Validate(const Schema&, Diagnostics&) {}

}  // namespace modelservice::plugin
