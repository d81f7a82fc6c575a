// What a filter's comparison asks of one value in JSON.
//
// Pure functions: safe from any thread.
#ifndef MODELSERVICE_SERVICE_FILTER_JSON_VALUE_H_
#define MODELSERVICE_SERVICE_FILTER_JSON_VALUE_H_

#include <google/protobuf/descriptor.h>

#include <optional>
#include <string>
#include <vector>

#include "modelservice/service/filter_target.h"
#include "modelservice/service/text_fault.h"
#include "modelservice/sql/expression.h"

namespace modelservice {

// Where a value is, and what is known of it.
struct JsonPlace {
  Expression operand;  // a column, or an element of a list in one
  std::vector<JsonStep> path;
  // Null: of no known type.
  const google::protobuf::FieldDescriptor* field = nullptr;
  // Whether it is a map's value, or an element of the list that `field` is.
  bool in_map = false;
  bool in_list = false;
  std::string shown;  // its name

  bool is_list() const;     // by its type
  bool has_keys() const;    // a map or a google.protobuf.Struct
  bool is_message() const;  // whose JSON is an object with its fields
  bool is_any() const;      // what is of no known type
};

Expression IsThere(const JsonPlace& place);

// The rows whose value there, which is no list and is not asked for a key,
// meets the comparison. None, with `fault`, for a value of another type.
std::optional<Expression> CompareJsonValue(const JsonPlace& place,
                                           const FilterComparison& asked,
                                           TextFault* fault);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_FILTER_JSON_VALUE_H_
