// What PostgreSQL's dialect has for what is inside of JSON.
//
// Constant: share them between threads.
#ifndef MODELSERVICE_SQL_POSTGRES_JSON_H_
#define MODELSERVICE_SQL_POSTGRES_JSON_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "modelservice/sql/dialect.h"
#include "modelservice/sql/expression.h"

namespace modelservice {

class PostgresJson {
 public:
  static const PostgresJson& In(JsonLies lies);

  // Dialect::json_form and json_elements_form.
  const std::string& Of(JsonKind kind) const;
  const std::string& elements() const { return elements_; }
  // Dialect::JsonFormFor.
  static std::string FormFor(const std::vector<JsonStep>& path, JsonLies lies,
                             absl::string_view form);

 private:
  // `json` makes jsonb of `@`, and may where `guard`, a condition, holds;
  // empty: everywhere.
  PostgresJson(absl::string_view json, absl::string_view guard);

  std::string type_;
  std::string text_;
  std::string number_;
  std::string truth_;
  std::string number_in_text_;
  std::string timestamp_;
  std::string duration_;
  std::string elements_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SQL_POSTGRES_JSON_H_
