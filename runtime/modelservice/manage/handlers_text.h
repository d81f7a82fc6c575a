// What a server would serve, as text: `serve --list-handlers`.
#ifndef MODELSERVICE_MANAGE_HANDLERS_TEXT_H_
#define MODELSERVICE_MANAGE_HANDLERS_TEXT_H_

#include <string>

#include "modelservice/config.pb.h"
#include "modelservice/registry.h"

namespace modelservice {

// A line for each method: its path, its shape, its kind, who may call it, its
// limits, the interceptors that are named for it, and the longest it may take.
// A service that nobody has added says so.
std::string HandlersText(Registry& registry, const Settings& settings);

}  // namespace modelservice

#endif  // MODELSERVICE_MANAGE_HANDLERS_TEXT_H_
