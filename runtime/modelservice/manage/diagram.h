// The command `diagram`: entity-relationship diagrams of a live database, or of
// the models of .proto files.
#ifndef MODELSERVICE_MANAGE_DIAGRAM_H_
#define MODELSERVICE_MANAGE_DIAGRAM_H_

#include "absl/status/status.h"
#include "modelservice/manage/command.h"

namespace modelservice {

inline constexpr Flag kDiagramFlags[] = {
    {"format", "mermaid|dot|svg",
     "what to write (default: mermaid); svg needs Graphviz"},
    {"output", "FILE", "where to (default: standard output)"},
    {"table", "T[,T2...]", "of a database, the tables (default: all)"},
    {"proto-path", "DIR[,DIR2...]",
     "of .proto files, where imports start from (default: the working "
     "folder)"},
};

absl::Status Diagram(const Invocation& call);

}  // namespace modelservice

#endif  // MODELSERVICE_MANAGE_DIAGRAM_H_
