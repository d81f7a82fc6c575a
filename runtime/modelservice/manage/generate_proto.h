// generateproto: a .proto file from the tables of a live database.
#ifndef MODELSERVICE_MANAGE_GENERATE_PROTO_H_
#define MODELSERVICE_MANAGE_GENERATE_PROTO_H_

#include <string>

#include "absl/status/status.h"
#include "modelservice/manage/command.h"

namespace modelservice {

constexpr Flag kGenerateProtoFlags[] = {
    {"table", "T[,T2...]", "the tables; * and ? stand for characters"},
    {"model", "NAME", "the message's name, one for each table"},
    {"fields", "A[,B...]", "only these columns, in this order"},
    {"exclude", "C[,D...]", "leave out these columns or tables"},
    {"key", "T=C[,C2...][;...]",
     "what finds a row of a table or view without a primary key"},
    {"package", "NAME", "default: the file's stem, or the model's name"},
    {"style", "django|aip",
     "django-grpc-framework's layout (default), or Google's methods"},
    {"annotate", "true|false", "write options and full types (default true)"},
    {"file", "FILE", "where to write; default: standard output"},
    {"split", "schema|prefix|G=T[,T2...][;...]",
     "several files, at --file='DIR/*.proto': by schema, by what is in front "
     "of "
     "a table's first _, or by groups of tables"},
    {"update", "", "bring the file that is there up to date"},
    {"check", "", "write nothing; fail, with a diff, if it is not"},
    {"list", "", "show the tables, their columns and numbers of rows"},
};

// Whether the plugin takes a file: `files` is a FileDescriptorSet with it and
// what it imports. The error has the plugin's words.
using PluginCheck = absl::Status (*)(const std::string& name,
                                     const std::string& files);

// What is written is right for protoc, and for the plugin as `check` says, or
// it is not written.
absl::Status GenerateProto(const Invocation& call, PluginCheck check);
absl::Status GenerateProto(const Invocation& call);

}  // namespace modelservice

#endif  // MODELSERVICE_MANAGE_GENERATE_PROTO_H_
