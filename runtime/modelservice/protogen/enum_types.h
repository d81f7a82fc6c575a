// The enums of a file: one for each enum type of the database, in the first
// message that has a column of it.
#ifndef MODELSERVICE_PROTOGEN_ENUM_TYPES_H_
#define MODELSERVICE_PROTOGEN_ENUM_TYPES_H_

#include <map>
#include <set>
#include <string>

#include "modelservice/introspect/catalog.h"
#include "modelservice/protogen/field_mapping.h"
#include "modelservice/protogen/proto_file.h"
#include "modelservice/protogen/selection.h"

namespace modelservice::proto {

// What became of the types of a file so far.
class EnumTypes {
 public:
  struct Type {
    std::string message;  // empty: its fields are strings
    std::string name;
  };

  const Type* Find(const catalog::SqlType& type) const;
  void Add(const catalog::SqlType& type, Type made);

 private:
  std::map<std::string, Type> types_;
};

// Gives the fields of one message their enums, which share the message's scope
// with its fields.
class EnumScope {
 public:
  // Everything outlives this.
  EnumScope(const SelectedTable& selected, bool lint, EnumTypes* types,
            Message* message);

  // Sets the type of a field that is of an enum type. Where the values' names
  // are taken in the message, it is a string.
  void Add(const catalog::Column& column, MappedField* mapped);

 private:
  const bool lint_;
  EnumTypes* types_;
  Message* message_;
  std::set<std::string> names_;
};

}  // namespace modelservice::proto

#endif  // MODELSERVICE_PROTOGEN_ENUM_TYPES_H_
