// The first line of a server's log: what runs.
#ifndef MODELSERVICE_MANAGE_START_LINE_H_
#define MODELSERVICE_MANAGE_START_LINE_H_

#include "modelservice/config.pb.h"
#include "modelservice/log.h"
#include "modelservice/registry.h"

namespace modelservice {

// Of a server that starts with these: how many services and methods it has,
// which of them are open to everybody, its database without its password, its
// tables, TLS, authenticators and limits.
LogFields StartFields(Registry& registry, const Settings& settings);

}  // namespace modelservice

#endif  // MODELSERVICE_MANAGE_START_LINE_H_
