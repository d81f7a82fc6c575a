// The settings as a file that says the same, without secrets.
#ifndef MODELSERVICE_MANAGE_CONFIG_TEXT_H_
#define MODELSERVICE_MANAGE_CONFIG_TEXT_H_

#include <string>

#include "modelservice/config.pb.h"

namespace modelservice {

// A textproto with what is set, and behind "#" what is not and has a default.
// Secrets are "...".
std::string ConfigText(const Settings& settings);

}  // namespace modelservice

#endif  // MODELSERVICE_MANAGE_CONFIG_TEXT_H_
