// How the tables of a live database differ from what their models describe.
//
//   auto drift = FindDrift(*database, registry.models());
//   for (const Difference& one : *drift) {
//     std::cout << one.text << "\n  " << one.mend << "\n";
//   }
//
// Only what a table lacks of its description, and what it has that gets in the
// way: a further index, check or nullable column is nobody's fault. What a
// default is when a model says none, but that it was lost where most of the
// table's are there, the digits of decimals where it says none and, on
// PostgreSQL, which writes them anew, the texts of conditions are not compared.
#ifndef MODELSERVICE_MIGRATE_DRIFT_H_
#define MODELSERVICE_MIGRATE_DRIFT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "modelservice/database.h"
#include "modelservice/introspect/catalog.h"
#include "modelservice/schema/model.h"

namespace modelservice {

struct Difference {
  enum class Weight {
    kDetail,  // an index, a default, a wider type: answers are right; or a
              // constraint that nobody held against older rows
    kNewer,   // NULL is taken, as a newer version of the model may have made it
    kRule,    // what the model promises is not kept, or writes are refused
    kBroken,  // a table or a column is not there: nothing can be answered
  };

  Weight weight;
  // Names the table, the column, and the message and field that they store.
  std::string text;
  // The statement that mends it, or what to do where none does.
  std::string mend;
  // Set by FindDrift.
  const Model* model = nullptr;
};

// Whether the DEFAULTs count that a column has when its model says none: '', 0.
// Tables that others made have none.
enum class Zeros { kIgnored, kCompared };

// One table. Of what is no table, a view, only the columns count.
std::vector<Difference> CompareTable(const Table& table,
                                     const catalog::Table& live,
                                     const Dialect& dialect,
                                     Zeros zeros = Zeros::kIgnored);

// All of them, by model, the heaviest first of each. Reads the whole catalog;
// the error is a line for the user.
absl::StatusOr<std::vector<Difference>> FindDrift(
    Database& database, absl::Span<const Model* const> models);

// Those of this weight and above.
std::vector<Difference> Heaviest(absl::Span<const Difference> drift,
                                 Difference::Weight least);

// A line each, with its mend behind an arrow.
std::string TextOf(absl::Span<const Difference> drift);

}  // namespace modelservice

#endif  // MODELSERVICE_MIGRATE_DRIFT_H_
