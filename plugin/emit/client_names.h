// The C++ names in a service's client.
#ifndef MODELSERVICE_PLUGIN_EMIT_CLIENT_NAMES_H_
#define MODELSERVICE_PLUGIN_EMIT_CLIENT_NAMES_H_

#include <string>
#include <vector>

#include "plugin/schema/schema.h"

namespace modelservice::plugin {

// "CustomerServiceClient".
std::string ClientClass(const Service& service);
// "shop/v1/shop.modelservice.client.pb.h".
std::string ClientHeaderPath(const File& file);

// Of one method: what it is called by, and what describes it. All are different
// in a class.
struct ClientNames {
  std::string call;      // Retrieve: the method's own
  std::string start;     // StartRetrieve
  std::string page;      // ListPage
  std::string constant;  // kRetrieveMethod
};
std::vector<ClientNames> ClientNamesOf(const Service& service);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_EMIT_CLIENT_NAMES_H_
