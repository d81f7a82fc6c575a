// Checks a row's values against the rules of its columns, in the words of
// Django REST framework.
//
//   const Validator validator(model);
//   std::vector<Violation> faults = validator.Check(values.row(), columns);
//
// Made once for a model, since it compiles patterns; immutable, so safe to
// share.
#ifndef MODELSERVICE_ORM_VALIDATOR_H_
#define MODELSERVICE_ORM_VALIDATOR_H_

#include <google/protobuf/message.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "modelservice/base/status_details.h"
#include "modelservice/schema/model.h"
#include "modelservice/sql/column_form.h"

namespace re2 {
class RE2;
}

namespace modelservice {

// What is said of a value that is not there at all, and of a text that is
// empty.
inline constexpr absl::string_view kRequired = "This field is required.";
inline constexpr absl::string_view kBlank = "This field may not be blank.";
// ... and of one that is not like its pattern.
inline constexpr absl::string_view kNoMatch =
    "This value does not match the required pattern.";

// Whether a violation says one of these.
inline bool SaysMissing(const Violation& violation) {
  return violation.description == kRequired || violation.description == kBlank;
}

class Validator {
 public:
  // `forms` are those of the model's columns in a database, which outlive this;
  // without any, values are checked by the model alone.
  explicit Validator(const Model& model,
                     absl::Span<const ColumnForm> forms = {});
  ~Validator();

  // Every fault of `columns`, in their order; `row` has the values of all of
  // the table's columns.
  std::vector<Violation> Check(Row row, absl::Span<const int> columns) const;

  // OK for a message that could be a new row; else INVALID_ARGUMENT with every
  // fault.
  absl::Status CheckNew(const google::protobuf::Message& message) const;
  // The same for values that are about to be written; `path` stands before
  // every field's name.
  absl::Status CheckWritten(Row row, absl::Span<const int> columns,
                            absl::string_view path = "") const;

 private:
  struct Rule {
    // Whether nothing but the type limits the values that are there.
    bool free = false;
    bool is_text = false;  // of a string field
    bool may_be_null = false;
    bool may_be_empty = false;
    std::unique_ptr<re2::RE2> pattern;
    double min = 0;
    double max = 0;
  };

  // Whether a value of a column without rules is surely fine, which is told at
  // once; Faults finds what it is otherwise.
  static bool Passes(const Rule& rule, Value value);
  // What is wrong with one value; empty when nothing is.
  std::vector<std::string> Faults(const Column& column, const Rule& rule,
                                  Value value, const ColumnForm* form) const;
  std::vector<std::string> RuleFaults(const Column& column, const Rule& rule,
                                      Value value) const;
  std::vector<std::string> TextFaults(const Column& column, const Rule& rule,
                                      absl::string_view text) const;
  static std::string BoundsFault(const Column& column, const Rule& rule,
                                 Value value);

  const Model& model_;
  const absl::Span<const ColumnForm> forms_;
  std::vector<Rule> rules_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_VALIDATOR_H_
