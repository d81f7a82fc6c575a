// References in a circle, which databases take and the plugin refuses.
#ifndef MODELSERVICE_PROTOGEN_CIRCLES_H_
#define MODELSERVICE_PROTOGEN_CIRCLES_H_

#include <vector>

#include "modelservice/protogen/proto_file.h"

namespace modelservice::proto {

// Tables whose columns refer to each other and are NOT NULL get their rows in
// one transaction, where the database checks references at its end. The tables
// that the options describe are checked at once, so that none would ever have a
// row: one reference of each circle becomes a comment.
void BreakCircles(std::vector<Model>* models);

}  // namespace modelservice::proto

#endif  // MODELSERVICE_PROTOGEN_CIRCLES_H_
