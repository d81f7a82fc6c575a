// Brings what a file says of a table and its columns up to date.
//
// What only the database knows - names, keys, uniqueness, indexes, checks,
// references, SQL types - is as the database has it. Rules that both have, like
// a length, are the database's; what only the file has stays.
#ifndef MODELSERVICE_PROTOGEN_SETTINGS_MERGE_H_
#define MODELSERVICE_PROTOGEN_SETTINGS_MERGE_H_

#include <set>
#include <string>

#include "modelservice/protogen/existing_model.h"
#include "modelservice/protogen/proto_file.h"

namespace modelservice::proto {

// The field's type in the file may be another one than that of `built`; then
// only what is right for it, too, is taken.
FieldSettings MergeField(const ExistingField& field, const Field& built);

// `dropped` are the names of fields that the message no longer has.
ModelSettings MergeModel(const ModelSettings& existing,
                         const ModelSettings& built,
                         const std::set<std::string>& dropped);

// How a field's type changes.
enum class TypeChange {
  kKeep,     // the file's type will do
  kWiden,    // to the database's, which is the same on the wire
  kReplace,  // a number of its own is needed
};
TypeChange CompareTypes(const std::string& existing, const Field& built);

}  // namespace modelservice::proto

#endif  // MODELSERVICE_PROTOGEN_SETTINGS_MERGE_H_
