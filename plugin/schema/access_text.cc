#include "plugin/schema/access_text.h"

namespace modelservice::plugin {

AccessText AccessFor(const AccessSettings& access, bool reads) {
  if (reads && access.has_read()) {
    return {"read", AccessSettings::kReadFieldNumber, access.read()};
  }
  if (!reads && access.has_write()) {
    return {"write", AccessSettings::kWriteFieldNumber, access.write()};
  }
  return {"require", AccessSettings::kRequireFieldNumber, access.require()};
}

}  // namespace modelservice::plugin
