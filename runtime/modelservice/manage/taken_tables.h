// The tables of patterns whose messages the plugin does not take: they are left
// out, for the others are of use without them.
//
//   TakenTables tables(catalog, &options);
//   while (...) {
//     auto built = proto::BuildFile(catalog, options);
//     const absl::Status fault = ...;  // what the plugin says of its text
//     if (fault.ok()) break;
//     const auto smaller = tables.LeaveOut(*built, fault);
//     if (!smaller.ok() || !*smaller) return fault;
//   }
//   tables.AddTo(&*built);
#ifndef MODELSERVICE_MANAGE_TAKEN_TABLES_H_
#define MODELSERVICE_MANAGE_TAKEN_TABLES_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "modelservice/introspect/catalog.h"
#include "modelservice/protogen/proto_builder.h"
#include "modelservice/protogen/proto_file.h"

namespace modelservice {

class TakenTables {
 public:
  // Both outlive it.
  TakenTables(const catalog::Catalog& catalog, proto::BuildOptions* options)
      : catalog_(catalog), options_(options) {}

  // Excludes the tables of patterns that `fault` speaks of, by the names of the
  // messages in `built`; false where there is none to exclude.
  absl::StatusOr<bool> LeaveOut(const proto::File& built,
                                const absl::Status& fault);
  // Has `file` say which they are.
  void AddTo(proto::File* file) const;

 private:
  const catalog::Catalog& catalog_;
  proto::BuildOptions* const options_;
  std::vector<proto::LeftOut> told_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_MANAGE_TAKEN_TABLES_H_
