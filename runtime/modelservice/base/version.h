// The version of all that is built here; CMake reads it, too.
#ifndef MODELSERVICE_BASE_VERSION_H_
#define MODELSERVICE_BASE_VERSION_H_

namespace modelservice {

// Of semver.org.
inline constexpr char kVersion[] = "0.1.0";

}  // namespace modelservice

#endif  // MODELSERVICE_BASE_VERSION_H_
