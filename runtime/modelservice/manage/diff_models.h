// The tables that a version of .proto files describes.
#ifndef MODELSERVICE_MANAGE_DIFF_MODELS_H_
#define MODELSERVICE_MANAGE_DIFF_MODELS_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "modelservice/manage/proto_source.h"
#include "modelservice/schema/table_spec.h"
#include "modelservice/sql/dialect.h"

namespace google::protobuf {
class DescriptorPool;
}  // namespace google::protobuf

namespace modelservice {

struct ModelVersion {
  std::string message;  // its full name
  std::string place;
  // What the model says, fields included, and what its database makes of it:
  // the same columns, in the same order.
  TableSpec table;
  TableSpec made;
  bool postgres = true;
  const Dialect& dialect() const {
    return postgres ? PostgresDialect() : SqliteDialect();
  }
  // What it is renamed from: a message's full name; a field's, by column.
  std::string renamed_from;
  std::map<std::string, std::string> columns_renamed_from;
  // By column: where its field was written, and the values of its enum.
  std::map<std::string, std::string> places;
  std::map<std::string, std::map<int, std::string>> enums;
};

// Of the models in `source.names`, which `pool` has. The error has the plugin's
// words.
absl::StatusOr<std::vector<ModelVersion>> ModelsOf(
    const ProtoSource& source, const google::protobuf::DescriptorPool& pool);

}  // namespace modelservice

#endif  // MODELSERVICE_MANAGE_DIFF_MODELS_H_
