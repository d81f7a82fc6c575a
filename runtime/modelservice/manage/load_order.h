// In which order rows go into tables that refer to each other.
#ifndef MODELSERVICE_MANAGE_LOAD_ORDER_H_
#define MODELSERVICE_MANAGE_LOAD_ORDER_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "modelservice/schema/model.h"

namespace modelservice {

// A foreign key of a table that is loaded, of one column or of several.
struct ReferenceToLoad {
  std::vector<int> columns;
  absl::string_view schema;
  absl::string_view table;
  std::vector<absl::string_view> referenced;
  // Whether it must not be NULL and leads to rows that may come later, so that
  // no order of the tables is one in which it is always kept.
  bool late = false;
};

struct TableToLoad {
  const Model* model = nullptr;
  std::vector<ReferenceToLoad> references;
  // Columns whose references lead to rows that may come later, of this table or
  // of one behind it: they are NULL at first and written in a second pass.
  std::vector<int> deferred;
};

// Each model behind those that it refers to, else in the order given. Where
// they go in circles, references that may be NULL are deferred.
std::vector<TableToLoad> LoadOrder(absl::Span<const Model* const> models);

// "shop.Customer".
std::string MessageNameOf(const Model& model);

// By its message's full name, or its last part where one model has it; null for
// none.
const Model* FindModel(absl::Span<const Model* const> models,
                       absl::string_view name);

}  // namespace modelservice

#endif  // MODELSERVICE_MANAGE_LOAD_ORDER_H_
