// A .proto file that is to be written, as plain data. What the options say is
// held in the options' own messages.
#ifndef MODELSERVICE_PROTOGEN_PROTO_FILE_H_
#define MODELSERVICE_PROTOGEN_PROTO_FILE_H_

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "modelservice/annotations.pb.h"

namespace modelservice::proto {

// What an update has to know of a field's column besides. It is not written.
struct ColumnFacts {
  std::string type;  // as the database has it
  // Whether the database gives a value where none is written.
  bool has_default = false;
  std::vector<std::string> labels;  // of an enum type
  // Types of fields that it may as well be for, which no database tells: a
  // bigint of SQLite's may hold spans.
  std::vector<std::string> other_types;
  // Whether it refers to a table that was not asked for, of which the file may
  // have a model all the same.
  bool refers_elsewhere = false;
};

struct Field {
  std::string comment;  // lines, without the slashes
  std::string label;    // "", "optional", "repeated"
  std::string type;
  std::string name;
  int number = 0;
  FieldSettings settings;
  ColumnFacts column;
  // What others' extensions say beside the settings, as it is written.
  std::vector<std::string> extensions;
};

struct Enum {
  std::string comment;
  std::string name;
  std::vector<std::string> values;  // numbered from 0
};

struct Message {
  std::string comment;
  std::string name;
  ModelSettings settings;
  std::vector<Enum> enums;
  std::vector<Field> fields;
  // Relations to many, which are fields only where there are no options.
  std::vector<std::string> relations;
};

struct Method {
  std::string name;
  std::string request;
  std::string reply;
  bool streams_reply = false;
};

struct Service {
  std::string comment;
  std::string name;
  ServiceSettings settings;
  std::vector<Method> methods;
};

// The service of one model and the messages that it takes.
struct Model {
  Service service;
  Message message;
  std::vector<Message> requests;
  // Columns of the table that were taken for secrets.
  std::vector<std::string> secrets;
  // The path of its file, where there are several.
  std::string part;
};

// What a pattern named and could not be had.
struct LeftOut {
  std::string table;  // its full name
  std::string reason;
};

enum class Style {
  kDjango,  // django-grpc-framework's layout
  kAip,     // Google's standard methods
};

struct File {
  Style style = Style::kDjango;
  std::string package;
  std::set<std::string> imports;
  // Other files of the same tables that it imports.
  std::set<std::string> neighbours;
  std::vector<Model> models;
  FileSettings settings;
  // Columns that were taken for secrets, as "auth_user.password".
  std::vector<std::string> secrets;
  // Fields that are of another type on the wire than the framework whose site
  // the database is would have made them, likewise.
  std::vector<std::string> other_types;
  std::vector<LeftOut> left_out;
};

}  // namespace modelservice::proto

#endif  // MODELSERVICE_PROTOGEN_PROTO_FILE_H_
