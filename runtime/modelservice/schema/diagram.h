// Pictures of tables and of how they refer to each other: entity-relationship
// diagrams as text, for Mermaid and for Graphviz.
//
//   MermaidDiagram(catalog.tables)   // erDiagram ...
//   DotDiagram(tables)               // dot -Tsvg
//
// Tables stand in the order in which they are given; one that is only referred
// to is there without columns. Types are those of the specs: MadeTable
// (sql/made_table.h) gives a model's.
//
// Pure functions.
#ifndef MODELSERVICE_SCHEMA_DIAGRAM_H_
#define MODELSERVICE_SCHEMA_DIAGRAM_H_

#include <string>
#include <vector>

#include "modelservice/schema/table_spec.h"

namespace modelservice {

std::string MermaidDiagram(const std::vector<TableSpec>& tables);
std::string DotDiagram(const std::vector<TableSpec>& tables);

}  // namespace modelservice

#endif  // MODELSERVICE_SCHEMA_DIAGRAM_H_
